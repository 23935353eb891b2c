// Package witnesstest has a whole witness that forgets everything when it ends.
// It keeps to C2SP tlog-witness, for tests of those who ask witnesses.
package witnesstest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const maxBody = 256 << 10

// A Witness is a witness as an http.Handler: POST /add-checkpoint, and
// GET /<SHA-256 of the origin in hex>/checkpoint.
type Witness struct {
	signer *format.Cosigner
	mux    *http.ServeMux

	mu   sync.Mutex        // held while a checkpoint is checked and kept
	logs map[string]*known // by origin
}

// known is what a witness knows of a log.
type known struct {
	keys   []note.Verifier
	last   format.Checkpoint // zero before the first
	signed []byte            // last, with the signatures that were verified
}

// New returns a witness with a new key of that name, which knows no log.
func New(name string) (*Witness, error) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	signer, err := format.NewCosigner(name, private, time.Now)
	if err != nil {
		return nil, err
	}
	w := &Witness{signer: signer, mux: http.NewServeMux(), logs: map[string]*known{}}
	w.mux.HandleFunc("POST /add-checkpoint", w.add)
	w.mux.HandleFunc("GET /{hash}/checkpoint", w.show)
	return w, nil
}

// Key returns the key that verifies what w cosigns.
func (w *Witness) Key() format.Key { return w.signer.Key() }

// Trust makes a log known by its verifier key, whose name is the log's origin.
// A log may have several keys.
func (w *Witness) Trust(vkey string) error {
	k, err := format.ParseKey(vkey)
	if err != nil {
		return err
	}
	if k.IsWitness() {
		return fmt.Errorf("the key of %q is a witness's", k.Name())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.logs[k.Name()]
	if l == nil {
		l = &known{}
		w.logs[k.Name()] = l
	}
	l.keys = append(l.keys, k)
	return nil
}

// Head returns the newest checkpoint of a log that w has cosigned, and it as a
// note, signed by the log and by w. Without one the note is nil.
func (w *Witness) Head(origin string) (format.Checkpoint, []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if l := w.logs[origin]; l != nil {
		return l.last, l.signed
	}
	return format.Checkpoint{}, nil
}

func (w *Witness) ServeHTTP(to http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(to, r) }

func (w *Witness) show(to http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for origin, l := range w.logs {
		if h := sha256.Sum256([]byte(origin)); hex.EncodeToString(h[:]) == r.PathValue("hash") && l.signed != nil {
			to.Header().Set("Content-Type", "text/plain; charset=utf-8")
			to.Write(l.signed)
			return
		}
	}
	http.NotFound(to, r)
}

func (w *Witness) add(to http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(to, r.Body, maxBody))
	if err != nil {
		http.Error(to, err.Error(), http.StatusBadRequest)
		return
	}
	sig, err := w.cosign(body)
	no, refused := errors.AsType[refusal](err)
	switch {
	case err == nil:
		to.Write(format.SignatureLines(sig))
	case !refused:
		http.Error(to, err.Error(), http.StatusInternalServerError)
	case no.status == http.StatusConflict:
		to.Header().Set("Content-Type", format.SizeType)
		to.WriteHeader(no.status)
		to.Write(format.SizeText(no.size))
	default:
		http.Error(to, no.why, no.status)
	}
}

// A refusal is a no with its status.
type refusal struct {
	status int
	size   int64 // with 409
	why    string
}

func (r refusal) Error() string { return r.why }

func refuse(status int, why any) error { return refusal{status: status, why: fmt.Sprint(why)} }

// cosign judges a request, in the order of the specification.
func (w *Witness) cosign(body []byte) (note.Signature, error) {
	a, err := format.ParseAddCheckpoint(body)
	if err != nil {
		return note.Signature{}, refuse(http.StatusBadRequest, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	origin, _, _ := strings.Cut(string(a.Checkpoint), "\n")
	l := w.logs[origin]
	if l == nil {
		return note.Signature{}, refuse(http.StatusNotFound, "unknown log")
	}
	n, err := note.Open(a.Checkpoint, note.VerifierList(l.keys...))
	if err != nil {
		return note.Signature{}, unopened(err)
	}
	c, err := format.ParseExtended(n.Text)
	if err != nil {
		return note.Signature{}, refuse(http.StatusBadRequest, err)
	}
	if a.Old > c.Size {
		return note.Signature{}, refuse(http.StatusBadRequest, "the old size is larger than the checkpoint's")
	}
	if a.Old != l.last.Size {
		return note.Signature{}, refusal{status: http.StatusConflict, size: l.last.Size, why: "another old size"}
	}
	if err := l.continues(a, c); err != nil {
		return note.Signature{}, refuse(http.StatusUnprocessableEntity, err)
	}
	return w.keep(l, c, n)
}

// unopened says whether a note is no note, or only not signed by the log.
func unopened(err error) error {
	if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return refuse(http.StatusForbidden, "no signature of a known key")
	}
	if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return refuse(http.StatusForbidden, err)
	}
	return refuse(http.StatusBadRequest, err)
}

// continues reports why c does not continue what was cosigned last.
func (l *known) continues(a format.AddCheckpoint, c format.Checkpoint) error {
	if c.Size == 0 && c.Root != sha256.Sum256(nil) {
		return errors.New("the root is not that of the empty tree")
	}
	if a.Old == 0 {
		if len(a.Proof) != 0 {
			return errors.New("a proof from size 0 is empty")
		}
		return nil
	}
	return tlog.CheckTree(a.Proof, c.Size, c.Root, l.last.Size, l.last.Root)
}

// keep cosigns c, and remembers it.
func (w *Witness) keep(l *known, c format.Checkpoint, n *note.Note) (note.Signature, error) {
	signed, err := note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs}, w.signer)
	if err != nil {
		return note.Signature{}, err
	}
	own, err := note.Open(signed, note.VerifierList(w.Key()))
	if err != nil {
		return note.Signature{}, err
	}
	l.last, l.signed = c, signed
	return own.Sigs[0], nil
}
