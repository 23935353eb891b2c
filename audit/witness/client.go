// Package witness asks witnesses to cosign the log's checkpoints, in the words
// of C2SP tlog-witness. A witness keeps the newest head of a log that it has
// seen, and cosigns only what continues it: a history that was cut short or
// rewritten gets no more cosignatures.
package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// What a witness may find. The first two are incidents: the log is not what it
// was. They stand on the witness's word, which a checkpoint that it cosigned
// would prove.
var (
	ErrAhead   = errors.New("the witness has cosigned a larger tree: this log was rolled back, perhaps by an old backup")
	ErrForked  = errors.New("the witness has cosigned another history: this log was rewritten, or is a second one under the same name")
	ErrUnknown = errors.New("the witness does not know this log (its operator has to add the log's key), or its address in the policy is wrong")
	ErrRefused = errors.New("the witness does not accept the log's signature: it knows another key for this log")
	ErrAnswer  = errors.New("the answer is not one of a witness")
)

// Prove returns the consistency proof from the tree of size from to that of
// size to, with 0 < from < to. It heeds ctx, and several may call it at once.
type Prove func(ctx context.Context, from, to int64) (tlog.TreeProof, error)

// A Client asks one witness. Several may use it at once; it asks one thing at a
// time.
type Client struct {
	name string
	key  format.Key
	post poster

	turn chan struct{} // holds one element while somebody asks; guards old
	old  int64         // what the witness is thought to have cosigned last

	mu    sync.Mutex // guards state
	state State
}

// A State says how a witness does.
type State struct {
	Name string    // that of the policy, in UTF-8
	Size int64     // of the largest checkpoint whose cosignature was verified
	At   time.Time // when that was; zero if never
	Err  error     // why the last attempt failed; nil if it did not
}

// New returns a client for a witness of a policy. If over is nil, NewTransport's is used.
func New(w format.PolicyWitness, over http.RoundTripper) (*Client, error) {
	u, err := url.Parse(w.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return nil, fmt.Errorf("witness %s: %q is not the address of a witness, such as https://witness.example/prefix", name(w), w.URL)
	}
	if !w.Key.IsWitness() {
		return nil, fmt.Errorf("witness %s: its key is not a witness's", name(w))
	}
	if over == nil {
		over = NewTransport()
	}
	return &Client{
		name:  name(w),
		key:   w.Key,
		post:  newPoster(u.JoinPath("add-checkpoint").String(), over),
		turn:  make(chan struct{}, 1),
		state: State{Name: name(w)},
	}, nil
}

// name returns the name of w, which may be any bytes, as people may see it.
func name(w format.PolicyWitness) string { return strings.ToValidUTF8(w.Name, "\uFFFD") }

// State returns how the witness does.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Ask asks the witness to cosign a checkpoint, signed being head as the log
// signed it, and returns its cosignature, verified. It is to be called with
// heads in their order. ErrAhead and ErrForked are incidents; after other
// errors a later call may succeed.
func (c *Client) Ask(ctx context.Context, head format.Checkpoint, signed []byte, prove Prove) (note.Signature, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return note.Signature{}, c.done(head, fmt.Errorf("waiting for an earlier question: %w", context.Cause(ctx)))
	}
	sig, err := c.ask(ctx, head, signed, prove)
	return sig, c.done(head, err)
}

// done notes and names what came of asking.
func (c *Client) done(head format.Checkpoint, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Err = err
	if err != nil {
		return fmt.Errorf("witness %s: size %d: %w", c.name, head.Size, err)
	}
	c.state.Size, c.state.At = max(c.state.Size, head.Size), time.Now()
	return nil
}

func (c *Client) ask(ctx context.Context, head format.Checkpoint, signed []byte, prove Prove) (note.Signature, error) {
	if !bytes.HasPrefix(signed, []byte(head.Text()+"\n")) {
		return note.Signature{}, errors.New("the signed checkpoint is of another head")
	}
	// A log that was cut short while this runs asks from its own size, and
	// hears from the witness how far it was.
	old := min(c.old, head.Size)
	for range 2 { // the first answer may be where to ask from
		a, err := c.try(ctx, old, head, signed, prove)
		if err != nil {
			return note.Signature{}, err
		}
		if a.status != http.StatusConflict {
			return c.read(a, old, head)
		}
		if old, err = a.from(old, head.Size); err != nil {
			return note.Signature{}, err
		}
	}
	return note.Signature{}, fmt.Errorf("it was asked from the size that it said, and is now at size %d: somebody else may publish this log too", old)
}

// try asks once, from one size.
func (c *Client) try(ctx context.Context, old int64, head format.Checkpoint, signed []byte, prove Prove) (answer, error) {
	body := format.AddCheckpoint{Old: old, Checkpoint: signed}
	if 0 < old && old < head.Size {
		var err error
		if body.Proof, err = prove(ctx, old, head.Size); err != nil {
			return answer{}, fmt.Errorf("consistency proof from size %d: %w", old, err)
		}
	}
	return c.post.do(ctx, body.Text())
}

// read judges the last answer to a question from size old.
func (c *Client) read(a answer, old int64, head format.Checkpoint) (note.Signature, error) {
	switch a.status {
	case http.StatusOK:
		sigs, err := format.OpenCosignatures(a.body, head.Text(), note.VerifierList(c.key))
		if err != nil {
			return note.Signature{}, fmt.Errorf("%w: %w", ErrAnswer, err)
		}
		c.old = head.Size
		return sigs[0], nil // one key, so one signature
	case http.StatusForbidden:
		return note.Signature{}, a.because(ErrRefused)
	case http.StatusNotFound:
		return note.Signature{}, a.because(ErrUnknown)
	case http.StatusUnprocessableEntity:
		if old > 0 { // else there is no history that could differ
			return note.Signature{}, a.because(ErrForked)
		}
	}
	return note.Signature{}, a.because(ErrAnswer)
}
