package witnesstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const origin = "consultation.example/log"

func newLog(t *testing.T) *Log {
	t.Helper()
	l, err := NewLog(origin)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func head(t *testing.T, l *Log, size int64) format.Checkpoint {
	t.Helper()
	c, _, err := l.Head(size)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func proof(t *testing.T, l *Log, from, to int64) tlog.TreeProof {
	t.Helper()
	p, err := l.Prove(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestStatuses goes through what the specification says, on a witness that has
// cosigned size 5.
func TestStatuses(t *testing.T) {
	good, stranger := newLog(t), newLog(t)
	if err := good.Add("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"); err != nil {
		t.Fatal(err)
	}
	bad := good.Until(3)
	if err := bad.Add("D", "e", "f", "g", "h", "i"); err != nil {
		t.Fatal(err)
	}
	empty := format.Checkpoint{Origin: origin, Root: sha256.Sum256(nil)}
	request := func(old int64, p tlog.TreeProof, c format.Checkpoint, by *Log) string {
		signed, err := by.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(format.AddCheckpoint{Old: old, Proof: p, Checkpoint: signed}.Text())
	}
	signed := func(text string) []byte {
		b, err := note.Sign(&note.Note{Text: text}, stranger.signer, good.signer)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	extended := signed(head(t, good, 9).Text() + "extension\n")
	five := proof(t, good, 5, 9)
	unknown := head(t, good, 9)
	unknown.Origin = "another.example/log"
	for _, tt := range []struct {
		name, body string
		fresh      bool // nothing was cosigned before
		status     int
		size       int64 // afterwards
	}{
		{"garbage", "hello", false, 400, 5},
		{"no note", "old 5\n\n" + origin + "\n", false, 400, 5},
		{"no checkpoint in the note", string(format.AddCheckpoint{Old: 5, Proof: five, Checkpoint: signed(origin + "\n09\n\n")}.Text()), false, 400, 5},
		{"unknown log", request(5, five, unknown, good), false, 404, 5},
		{"another key", request(5, five, head(t, good, 9), stranger), false, 403, 5},
		{"signature of another text", strings.Replace(request(5, five, head(t, good, 9), good), "\n9\n", "\n8\n", 1), false, 403, 5},
		{"old size past the checkpoint's", request(10, nil, head(t, good, 9), good), false, 400, 5},
		{"smaller than what was cosigned", request(5, nil, head(t, good, 4), good), false, 400, 5},
		{"from a smaller size", request(4, proof(t, good, 4, 9), head(t, good, 9), good), false, 409, 5},
		{"from nothing", request(0, nil, head(t, good, 9), good), false, 409, 5},
		{"from a larger size", request(6, proof(t, good, 6, 9), head(t, good, 9), good), false, 409, 5},
		{"rolled back", request(4, nil, head(t, good, 4), good), false, 409, 5},
		{"another root at that size", request(5, nil, head(t, bad, 5), good), false, 422, 5},
		{"another history", request(5, proof(t, bad, 5, 9), head(t, bad, 9), good), false, 422, 5},
		{"no proof", request(5, nil, head(t, good, 9), good), false, 422, 5},
		{"a proof too long", request(5, append(five[:len(five):len(five)], tlog.Hash{}), head(t, good, 9), good), false, 422, 5},
		{"a proof where none is needed", request(5, make(tlog.TreeProof, 1), head(t, good, 5), good), false, 422, 5},
		{"larger", request(5, five, head(t, good, 9), good), false, 200, 9},
		{"the same", request(5, nil, head(t, good, 5), good), false, 200, 5},
		{"with an extension and a stranger's signature", string(format.AddCheckpoint{Old: 5, Proof: five, Checkpoint: extended}.Text()), false, 200, 9},
		{"the first", request(0, nil, head(t, good, 9), good), true, 200, 9},
		{"the first, with a proof", request(0, five, head(t, good, 9), good), true, 422, 0},
		{"the first, from a size", request(5, five, head(t, good, 9), good), true, 409, 0},
		{"the empty tree", request(0, nil, empty, good), true, 200, 0},
		{"an empty tree with a root", request(0, nil, format.Checkpoint{Origin: origin}, good), true, 422, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, err := New("witness.example")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Trust(good.VKey); err != nil {
				t.Fatal(err)
			}
			if !tt.fresh {
				if r := post(w, request(0, nil, head(t, good, 5), good)); r.Code != 200 {
					t.Fatalf("size 5: %d: %s", r.Code, r.Body)
				}
			}
			before, _ := w.Head(origin)
			r := post(w, tt.body)
			if r.Code != tt.status {
				t.Errorf("answers %d: %s, want %d", r.Code, r.Body, tt.status)
			}
			if c, _ := w.Head(origin); c.Size != tt.size {
				t.Errorf("is at size %d, want %d", c.Size, tt.size)
			}
			if r.Code == 409 {
				if n, err := format.ParseSize(r.Body.Bytes()); err != nil || n != before.Size || r.Header().Get("Content-Type") != "text/x.tlog.size" {
					t.Errorf("states size %d, %v, as %s", n, err, r.Header())
				}
			}
			if r.Code == 200 {
				checkCosigned(t, w, tt.body, r.Body.Bytes())
			}
		})
	}
}

func post(w http.Handler, body string) *httptest.ResponseRecorder {
	r := httptest.NewRecorder()
	w.ServeHTTP(r, httptest.NewRequest("POST", "/add-checkpoint", strings.NewReader(body)))
	return r
}

// checkCosigned verifies an answer, and what the witness shows to everybody.
func checkCosigned(t *testing.T, w *Witness, asked string, body []byte) {
	t.Helper()
	_, signed, _ := strings.Cut(asked, "\n\n")
	n, err := note.Open(append([]byte(signed), body...), note.VerifierList(w.Key()))
	if err != nil || len(n.Sigs) != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	if at, err := format.CosignedAt(n.Sigs[0]); err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("cosigned at %s, %v", at, err)
	}
	h := sha256.Sum256([]byte(origin))
	r := httptest.NewRecorder()
	w.ServeHTTP(r, httptest.NewRequest("GET", "/"+hex.EncodeToString(h[:])+"/checkpoint", nil))
	_, kept := w.Head(origin)
	if r.Code != 200 || !bytes.Equal(r.Body.Bytes(), kept) {
		t.Fatalf("shows %d: %s", r.Code, r.Body)
	}
	shown, err := note.Open(kept, note.VerifierList(w.Key(), w.logs[origin].keys[0]))
	if err != nil || len(shown.Sigs) != 2 || shown.Text != n.Text {
		t.Errorf("shows %+v, %v", shown, err)
	}
}

func TestShowsNothing(t *testing.T) {
	w, err := New("witness.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Trust(newLog(t).VKey); err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256([]byte(origin))
	for _, r := range []*http.Request{
		httptest.NewRequest("GET", "/"+hex.EncodeToString(h[:])+"/checkpoint", nil),
		httptest.NewRequest("GET", "/00/checkpoint", nil),
	} {
		rec := httptest.NewRecorder()
		if w.ServeHTTP(rec, r); rec.Code != 404 {
			t.Errorf("%s: %d", r.URL, rec.Code)
		}
	}
	rec := httptest.NewRecorder()
	if w.ServeHTTP(rec, httptest.NewRequest("GET", "/add-checkpoint", nil)); rec.Code != 405 {
		t.Errorf("GET add-checkpoint: %d", rec.Code)
	}
	if err := w.Trust(w.Key().String()); err == nil {
		t.Error("a witness's key is trusted as a log's")
	}
	if r := post(w, strings.Repeat("x", maxBody+1)); r.Code != 400 {
		t.Errorf("a large body: %d", r.Code)
	}
}
