package graph_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// fileOf asks for a receipt's file as name, over HTTP as it is served.
func fileOf(t *testing.T, tr *trial.Trial, method, name, id string, headers ...string) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/receipts/{id}", tr.API.(*graph.API).Receipts())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name != "" {
			r = r.WithContext(auth.With(r.Context(), auth.Identity{Issuer: auth.DevName, Subject: name, Name: name}))
		}
		mux.ServeHTTP(w, r)
	}))
	defer s.Close()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/receipts/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		key, value, _ := strings.Cut(h, ": ")
		req.Header.Set(key, value)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res
}

// bodyOf is fileOf with what was sent.
func bodyOf(t *testing.T, tr *trial.Trial, method, name, id string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	req := httptest.NewRequest(method, "/receipts/"+id, nil)
	req.SetPathValue("id", id)
	if name != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: name, Name: name}))
	}
	w := httptest.NewRecorder()
	tr.API.(*graph.API).Receipts().ServeHTTP(w, req)
	return w, w.Body.String()
}

// TestReceiptFile gives the file to whom the API gives the receipt, and to
// everybody else what it gives where there is none, to the byte.
func TestReceiptFile(t *testing.T) {
	s := everyLabel(t)
	s.tr.Appoint("colleague", s.ngo, domain.Stakeholder)
	s.tr.Settle()
	const none = "sub_0123456789abcdefghjkmnpqrs"
	for label, sub := range s.ids {
		for _, who := range []string{"ngo", "colleague", "", "stranger", "secretariat", "auditor", "protection"} {
			a := s.tr.Ask(who, receiptOf, map[string]any{"id": sub})
			w, body := bodyOf(t, s.tr, http.MethodGet, who, string(sub))
			absent, nothing := bodyOf(t, s.tr, http.MethodGet, who, none)
			if a.Get("receipt") == nil {
				if w.Code != http.StatusNotFound || absent.Code != w.Code || body != nothing || !maps.EqualFunc(w.Header(), absent.Header(), func(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
					t.Errorf("%s: %q gets %d %v %q, and %d %v %q where there is none", label, who, w.Code, w.Header(), body, absent.Code, absent.Header(), nothing)
				}
				continue
			}
			if w.Code != http.StatusOK || body != a.Get("receipt", "text") {
				t.Errorf("%s: %q gets %d, %q", label, who, w.Code, body)
			}
			for name, want := range map[string]string{
				"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
				"Content-Disposition": `attachment; filename="receipt-` + string(sub) + `.tlog-proof"`,
				"Content-Length":      fmt.Sprint(len(body)),
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", label, name, got, want)
				}
			}
			event := a.Get("receipt", "eventId").(string)
			if w, again := bodyOf(t, s.tr, http.MethodGet, who, event); w.Code != http.StatusOK || again != body {
				t.Errorf("%s: by its own id %q gets %d, %q", label, who, w.Code, again)
			}
		}
	}
	if _, body := bodyOf(t, s.tr, http.MethodGet, "ngo", strings.Repeat("x", 129)); !strings.HasPrefix(body, "There is no such receipt") {
		t.Errorf("an id that is none: %q", body)
	}
}

// TestReceiptFileMethods goes over HTTP's methods.
func TestReceiptFileMethods(t *testing.T) {
	s := everyLabel(t)
	sub := string(s.ids["SEALED"])
	whole := fileOf(t, s.tr, http.MethodGet, "ngo", sub)
	for method, want := range map[string]int{
		http.MethodGet: http.StatusOK, http.MethodHead: http.StatusOK,
		http.MethodPost: http.StatusMethodNotAllowed, http.MethodPut: http.StatusMethodNotAllowed, http.MethodPatch: http.StatusMethodNotAllowed,
		http.MethodDelete: http.StatusMethodNotAllowed, http.MethodOptions: http.StatusMethodNotAllowed, "PURGE": http.StatusMethodNotAllowed,
	} {
		res := fileOf(t, s.tr, method, "ngo", sub)
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", method, res.StatusCode, want)
		}
		if want != http.StatusOK {
			if allow := res.Header.Get("Allow"); allow != "GET, HEAD" {
				t.Errorf("%s: allowed is %q", method, allow)
			}
			continue
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Disposition", "Cache-Control", "X-Content-Type-Options"} {
			if got := res.Header.Get(name); got == "" || got != whole.Header.Get(name) {
				t.Errorf("%s: %s is %q, and %q for GET", method, name, got, whole.Header.Get(name))
			}
		}
	}
	for _, who := range []string{"", "stranger"} {
		if res := fileOf(t, s.tr, http.MethodHead, who, sub); res.StatusCode != http.StatusNotFound {
			t.Errorf("HEAD tells %q: %d", who, res.StatusCode)
		}
	}
}

// TestReceiptFileErrors words what goes wrong in plain text.
func TestReceiptFileErrors(t *testing.T) {
	s := everyLabel(t)
	sub := string(s.ids["PUBLIC"])
	if res := fileOf(t, s.tr, http.MethodGet, "ngo", sub, "Rapporteur-Min-Index: x"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("an index that is none: %d", res.StatusCode)
	}
	serveWith(s.tr, graph.Config{Proofs: otherwise{Log: s.tr.Proofs, fails: errors.New("no signer of ours")}})
	if w, body := bodyOf(t, s.tr, http.MethodGet, "ngo", sub); w.Code != http.StatusInternalServerError || strings.Contains(body, "signer") || !strings.Contains(body, "Its number is ") {
		t.Errorf("a fault: %d, %q", w.Code, body)
	}
	serveWith(s.tr, graph.Config{Proofs: s.tr.Proofs, Budgets: memory.NewBudgets(s.tr.Now), PersonBudget: 10, AddressBudget: 10})
	for _, who := range []string{"ngo", "stranger", ""} {
		limited := false
		for range 20 {
			w, body := bodyOf(t, s.tr, http.MethodGet, who, sub)
			if w.Code == http.StatusTooManyRequests {
				limited = true
				if w.Header().Get("Retry-After") == "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || strings.Contains(body, "<") || w.Header().Get("Cache-Control") != "no-store" {
					t.Errorf("%q is limited with %v, %q", who, w.Header(), body)
				}
			}
		}
		if !limited {
			t.Errorf("%q is never limited", who)
		}
	}
}
