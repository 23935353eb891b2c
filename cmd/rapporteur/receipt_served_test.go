package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// TestReceiptIsServed keeps a receipt as its holder would: from the server's
// address into a file, with a token, and checks it with the program.
func TestReceiptIsServed(t *testing.T) {
	k := newKill(t)
	s := k.up()
	if _, err := k.submit(t.Context(), s.address, "the-only-contribution"); err != nil {
		t.Fatal(err)
	}
	p, err := format.ParseProof([]byte(k.held[0]))
	if err != nil {
		t.Fatal(err)
	}
	d, err := format.ParseDisclosure(p.Extra)
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	id := strings.TrimPrefix(e.Stream, "submission-")
	ask := func(method, token string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, s.address+"/receipts/"+id, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := (&http.Client{Timeout: 20 * time.Second}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(body)
	}
	for method, token := range map[string]string{http.MethodGet: "", http.MethodHead: ""} {
		if res, body := ask(method, token); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s by nobody: %d, %q", method, res.StatusCode, body)
		}
	}
	if res, _ := ask(http.MethodGet, "forged"); res.StatusCode != http.StatusUnauthorized || res.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("with a token that is none: %d, %v", res.StatusCode, res.Header)
	}
	if res, body := ask(http.MethodHead, k.token); res.StatusCode != http.StatusOK || body != "" || res.ContentLength == 0 {
		t.Errorf("HEAD: %d, %d bytes of %d", res.StatusCode, len(body), res.ContentLength)
	}
	res, body := ask(http.MethodGet, k.token)
	if res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "receipt-"+id+".tlog-proof") {
		t.Fatalf("%d, %v, %q", res.StatusCode, res.Header, body)
	}
	if err := s.end(os.Interrupt); err != nil {
		t.Fatalf("%v\n%s", err, &s.log)
	}
	code, vkey := runAll(t, "keys", "vkey", "--data", k.data)
	if code != yes {
		t.Fatalf("%d, %s", code, vkey)
	}
	file := put(t, filepath.Join(t.TempDir(), "receipt"), []byte(body))
	if code, said := runAll(t, "verify", "receipt", file, "--key", strings.TrimSpace(vkey)); code != yes || !strings.Contains(said, "  what: submission.received\n") || !strings.Contains(said, "content.text") {
		t.Errorf("%d, %s", code, said)
	}
}
