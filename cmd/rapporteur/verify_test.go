package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/projections"
)

// runVerify runs verify, and returns its exit code and what it printed.
func runVerify(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append([]string{"verify"}, args...), streams{strings.NewReader(""), &o, &e, func(string) (string, bool) { return "", false }})
	return code, o.String() + e.String()
}

func put(t *testing.T, path string, text []byte) string {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// withLog runs a test with the log of a data folder, published.
func withLog(t *testing.T, dir string, test func(ctx context.Context, i *installation, l *audit.Log)) {
	t.Helper()
	i, err := createInstallation(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	st, err := i.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	l, err := i.openLog(t.Context(), st, "example/log", witnesses{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	test(t.Context(), i, l)
}

// TestVerifyWhatIsWritten checks what the server hands out and publishes with
// the verifier, which shares nothing with it but the codecs.
func TestVerifyWhatIsWritten(t *testing.T) {
	data, tmp := t.TempDir(), t.TempDir()
	record(t, data, "ann", 300, true)
	var key, first string
	bundle := filepath.Join(tmp, "bundle")
	withLog(t, data, func(ctx context.Context, i *installation, l *audit.Log) {
		key = put(t, filepath.Join(tmp, "vkey"), []byte(l.Key.VKey+"\n"))
		for fact, err := range l.Follower.From(ctx, 0) {
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fact[:3] {
				d, err := format.Disclose(f.Record, f.Index)
				if err != nil {
					t.Fatal(err)
				}
				r, err := l.Receipt(ctx, d)
				if err != nil {
					t.Fatal(err)
				}
				first = put(t, filepath.Join(tmp, "receipt"), r.Text)
				if code, out := runVerify(t, "receipt", first, "--key", key); code != yes || !strings.Contains(out, fmt.Sprintf("stands at index %d of the log example/log", f.Index)) {
					t.Errorf("receipt %d: %d, %s", f.Index, code, out)
				}
			}
			break
		}
		x := &audit.Export{Log: l, Dir: bundle, MadeAt: time.Now(), Policy: []byte("log " + l.Key.VKey + "\nquorum none\n")}
		certs, err := projections.ReadCertificates(ctx, i.path(readFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range certs {
			x.Certificates = append(x.Certificates, format.Certificate{Name: c.Name, Version: c.Version, Next: c.Next, Root: hash(c.Root).String(), Fold: hash(c.Fold).String()})
		}
		if err := x.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if code, out := runVerify(t, "log", i.path(logFolder), "--key", key, "--since", first); code != yes || !strings.Contains(out, "the log has all 300 entries") {
			t.Errorf("the published folder: %d, %s", code, out)
		}
	})
	code, out := runVerify(t, "bundle", bundle, "--key", key, "--since", first)
	if code != yes || !strings.Contains(out, "proved: each of the 300 records") || !strings.Contains(out, fmt.Sprintf("all %d read models", len(projections.All()))) {
		t.Errorf("bundle: %d, %s", code, out)
	}
	if code, out := runVerify(t, "bundle", bundle); code != yes || !strings.Contains(out, "not proved: that this is the log you think it is") {
		t.Errorf("bundle without a key: %d, %s", code, out)
	}
	policy := filepath.Join(bundle, "policy")
	if code, out := runVerify(t, "bundle", bundle, "--policy", policy, "--json"); code != yes {
		t.Errorf("bundle with a policy: %d, %s", code, out)
	}

	// The log goes on; what was handed out stays true, and the bundle's head is
	// the beginning of what is served now.
	record(t, data, "bob", 300, true)
	withLog(t, data, func(_ context.Context, _ *installation, l *audit.Log) {
		s := httptest.NewServer(l.Handler())
		defer s.Close()
		code, out := runVerify(t, "log", s.URL, "--key", key, "--since", filepath.Join(bundle, "log/checkpoint"))
		if code != yes || !strings.Contains(out, "the log has all 600 entries") || !strings.Contains(out, "nothing of the first 300 records was rewritten") {
			t.Errorf("the log at an address: %d, %s", code, out)
		}
		kept := put(t, filepath.Join(tmp, "kept"), read(t, filepath.Join(data, logFolder, "checkpoint")))
		if code, out := runVerify(t, "bundle", bundle, "--key", key, "--since", kept); code != no || !strings.Contains(out, "history was rewritten: the log signed a head of 600 records before, and now it has only 300") {
			t.Errorf("an old bundle: %d, %s", code, out)
		}
	})
	if code, out := runVerify(t, "receipt", first, "--key", key); code != yes {
		t.Errorf("the receipt later: %d, %s", code, out)
	}
}

// TestVerifyAnswers pins the exit codes and the JSON that programs read.
func TestVerifyAnswers(t *testing.T) {
	data, tmp := t.TempDir(), t.TempDir()
	record(t, data, "ann", 5, false)
	bundle := filepath.Join(tmp, "bundle")
	withLog(t, data, func(ctx context.Context, _ *installation, l *audit.Log) {
		if err := (&audit.Export{Log: l, Dir: bundle, Policy: []byte("log " + l.Key.VKey + "\nquorum none\n")}).Run(ctx); err != nil {
			t.Fatal(err)
		}
	})
	file := filepath.Join(bundle, "records.jsonl")
	text := read(t, file)
	put(t, file, bytes.Replace(text, []byte("ann-3"), []byte("eve-3"), 1))
	code, out := runVerify(t, "bundle", bundle, "--key", filepath.Join(bundle, "vkey"), "--json")
	var f struct {
		Answer, Reason string
		Place          struct {
			File        string
			Line, Index int64
		}
		Proved, NotProved []string
		Head              struct {
			Origin, Root, Key string
			Size              int64
		}
	}
	begin := strings.Index(out, "{")
	if err := json.Unmarshal([]byte(out[begin:strings.LastIndex(out, "}")+1]), &f); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if code != no || f.Answer != "disproved" || f.Place.File != "records.jsonl" || f.Place.Line != 4 || f.Place.Index != 3 || f.Head.Size != 5 || f.Head.Origin != "example/log" || len(f.Proved) != 1 {
		t.Errorf("%d, %s", code, out)
	}
	if code, out := runVerify(t, "bundle", bundle, "--key", file); code != unknown || !strings.Contains(out, "could not tell: --key: ") {
		t.Errorf("a bad key: %d, %s", code, out)
	}
	if code, out := runVerify(t, "bundle", bundle, "--policy", file); code != unknown || !strings.Contains(out, "could not tell: --policy: ") {
		t.Errorf("a bad policy: %d, %s", code, out)
	}
	if code, out := runVerify(t, "bundle", bundle, "--frobnicate"); code != misused {
		t.Errorf("misused: %d, %s", code, out)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
