package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/witness/witnesstest"
)

// TestWitnessed runs the real program with a real witness. A receipt says at
// first that it is logged, and later that it is witnessed; with the policy at
// hand it verifies as such, and without a witness it does not.
func TestWitnessed(t *testing.T) {
	k := newKill(t)
	policy := filepath.Join(t.TempDir(), "policy")
	w := k.witness(policy, false)
	k.args = []string{"--policy", policy}
	s := k.up()
	defer s.end(os.Kill)

	mine := k.receipt(s.address, "of-the-one-who-is-seen")
	if mine.Status != "LOGGED" { // the witness is still away
		t.Errorf("the receipt is %s before a witness was there", mine.Status)
	}
	for !strings.Contains(k.checks(s.address).Checks["witness one"], "did not cosign") {
	}
	if is := k.checks(s.address); is.Status != "ok" {
		t.Errorf("an absent witness stops something: %+v", is)
	}
	w.open.Store(true)
	for mine.Status != "WITNESSED" {
		mine = k.again(s.address, mine.EventID)
	}
	file := filepath.Join(t.TempDir(), "mine.tlog-proof")
	if err := os.WriteFile(file, []byte(mine.Text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(k.program, "verify", "receipt", file, "--policy", policy).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "cosigned") {
		t.Errorf("verify receipt: %v\n%s", err, out)
	}
	other := filepath.Join(t.TempDir(), "other")
	k.witness(other, true)
	if out, err := exec.Command(k.program, "verify", "receipt", file, "--policy", other).CombinedOutput(); err == nil {
		t.Errorf("a witness that has never heard of it vouches for it: %s", out)
	}
	if is := k.checks(s.address); is.Checks["witness one"] != "ok" {
		t.Errorf("the witness is back and shown as away: %+v", is)
	}
}

// A door is a witness that may be away.
type door struct {
	*witnesstest.Witness
	open atomic.Bool
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !d.open.Load() {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}
	d.Witness.ServeHTTP(w, r)
}

// witness starts a witness that knows the log, and writes a policy that wants it.
func (k *kill) witness(policy string, open bool) *door {
	k.t.Helper()
	key, err := audit.OpenKey(filepath.Join(k.data, firstLogKey), "")
	if err != nil {
		k.t.Fatal(err)
	}
	w, err := witnesstest.New("witness.example/one")
	if err != nil {
		k.t.Fatal(err)
	}
	if err := w.Trust(key.VKey); err != nil {
		k.t.Fatal(err)
	}
	d := &door{Witness: w}
	d.open.Store(open)
	srv := httptest.NewServer(d)
	k.t.Cleanup(srv.Close)
	log, err := format.ParseKey(key.VKey)
	if err != nil {
		k.t.Fatal(err)
	}
	p := format.Policy{
		Logs: []format.PolicyLog{{Key: log}}, Quorum: "one",
		Witnesses: []format.PolicyWitness{{Name: "one", Key: w.Key(), URL: srv.URL}},
	}
	if err := os.WriteFile(policy, p.Text(), 0o600); err != nil {
		k.t.Fatal(err)
	}
	return d
}

// A held receipt is what its holder has.
type held struct{ EventID, Text, Status string }

// receipt submits something and returns the receipt.
func (k *kill) receipt(address, key string) held {
	k.t.Helper()
	var data struct{ SubmitSubmission struct{ Receipt *held } }
	for data.SubmitSubmission.Receipt == nil { // not readable yet, right after a start
		k.ask(address, strings.Replace(submitDocument, "index receipt { text }", "receipt { eventId text status }", 1), map[string]any{"key": key, "call": k.call}, &data)
	}
	return *data.SubmitSubmission.Receipt
}

// again asks for a receipt once more.
func (k *kill) again(address, id string) held {
	k.t.Helper()
	var data struct{ Receipt *held }
	k.ask(address, `query($id: ID!) { receipt(id: $id) { eventId text status } }`, map[string]any{"id": id}, &data)
	if data.Receipt == nil {
		k.t.Fatalf("the receipt %s is not given again", id)
	}
	return *data.Receipt
}

// ask asks as the holder.
func (k *kill) ask(address, document string, variables map[string]any, into any) {
	k.t.Helper()
	document = strings.Replace(document, "value: $key", "value: "+strconv.Quote("seen"), 1)
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		k.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(k.t.Context(), http.MethodPost, address+"/graphql", bytes.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+k.token)
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	k.fetch(req, &answer)
	if len(answer.Errors) > 0 {
		k.t.Fatalf("%+v", answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		k.t.Fatal(err)
	}
}

// checks returns how ready the server is.
func (k *kill) checks(address string) readiness {
	k.t.Helper()
	req, err := http.NewRequestWithContext(k.t.Context(), http.MethodGet, address+"/readyz", http.NoBody)
	if err != nil {
		k.t.Fatal(err)
	}
	var is readiness
	k.fetch(req, &is)
	return is
}

func (k *kill) fetch(req *http.Request, into any) {
	k.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		k.t.Fatal(err)
	}
}
