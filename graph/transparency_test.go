package graph_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const figures = `published { received recorded distinctTexts verifiedEntities } late { received recorded distinctTexts verifiedEntities } withdrawn others`

// told is what the public figures should be.
func told(published, late [4]int, withdrawn int, others any) map[string]any {
	of := func(f [4]int) map[string]any {
		return map[string]any{"received": float64(f[0]), "recorded": float64(f[1]), "distinctTexts": float64(f[2]), "verifiedEntities": float64(f[3])}
	}
	return map[string]any{"published": of(published), "late": of(late), "withdrawn": float64(withdrawn), "others": others}
}

// counting is a trial whose public figures are watched.
type counting struct {
	*trial.Trial
	t    *testing.T
	call domain.ID
}

func (c counting) do(who string, id domain.ID, command submission.Command) domain.ID {
	c.t.Helper()
	res, err := c.App.Submissions.Do(c.t.Context(), id, command, c.By(who))
	if err != nil {
		c.t.Fatalf("%T by %s: %v", command, who, err)
	}
	return res.ID
}

func (c counting) submit(who, text string, l domain.Label, publish bool) domain.ID {
	c.t.Helper()
	late := ""
	if c.Now().After(time.Date(2020, 3, 5, 9, 0, 0, 0, time.UTC)) {
		late = "The post was late."
	}
	id := c.do(who, "", submission.Submit{Consultation: c.call, Content: saying(text), Label: l, Late: late})
	if l == domain.Anonymised || l == domain.Restricted {
		c.do("protection", id, submission.GrantConfidentiality{Reason: "in danger"})
	}
	if publish {
		c.do("protection", id, submission.Publish{})
	}
	return id
}

// is checks the figures that everybody is told.
func (c counting) is(when string, want map[string]any) {
	c.t.Helper()
	c.Settle()
	for _, who := range []string{"", "ngo", "protection", "auditor"} {
		a := c.Ask(who, `query($call: ID!) { transparency(consultation: $call) { `+figures+` } }`, map[string]any{"call": c.call})
		if d := cmp.Diff(want, a.Get("transparency")); d != "" {
			c.t.Errorf("%s, %q (-want +got):\n%s%v", when, who, d, a.Errors)
		}
	}
}

func newCounting(t *testing.T) counting {
	t.Helper()
	c := counting{Trial: trial.New(t), t: t}
	c.Officer("secretariat")
	c.Appoint("protection", c.App.Secretariat(), domain.Protection)
	c.Appoint("auditor", c.App.Secretariat(), domain.Auditor)
	for _, who := range []string{"ngo", "ngo2", "ngo3"} {
		id := c.Entity(entity.Stakeholder, "Association "+who, "")
		c.Appoint(who, id, domain.Stakeholder)
		if who == "ngo2" {
			continue // nobody has recognised it
		}
		if _, err := c.App.Entities.Do(t.Context(), id, entity.Recognise{}, c.By("secretariat")); err != nil {
			t.Fatal(err)
		}
	}
	c.Settle()
	c.call = c.Call("What should the report say?")
	return c
}

func TestTransparency(t *testing.T) {
	c := newCounting(t)
	c.is("nothing yet", told([4]int{}, [4]int{}, 0, nil))
	c.submit("ngo", "Open more doors.", domain.Public, true)
	gone := c.submit("ngo", "Another thought.", domain.Public, true)
	c.submit("ngo2", "Open  more\ndoors.", domain.Public, true)
	c.submit("ngo3", "In danger.", domain.Anonymised, true)
	paper := submission.Source{Name: "post", Hash: strings.Repeat("0", 64)}
	somebody := c.Entity(entity.Stakeholder, "Somebody", "")
	c.do("secretariat", "", submission.Record{Consultation: c.call, For: somebody, Content: saying("By post."), Source: paper, Publish: true})
	open := told([4]int{5, 1, 4, 1}, [4]int{}, 0, nil)
	c.is("published ones", open)

	// None of these is public: no figure moves before closing.
	sealed := c.submit("ngo", "Secret.", domain.Sealed, false)
	c.submit("ngo3", "For the drafters.", domain.Restricted, true)
	c.submit("ngo3", "For States.", domain.States, true)
	waiting := c.submit("ngo3", "Waiting.", domain.Public, false)
	c.submit("ngo", "Waiting too.", domain.Public, false)
	c.submit("ngo2", "Secret too.", domain.Sealed, false)
	c.do("ngo", "", submission.SaveDraft{Consultation: c.call, Content: saying("A draft.")})
	c.is("others", open)
	before := c.Log.Size() - 1

	c.Wait(25 * time.Hour)
	c.is("closed", told([4]int{5, 1, 4, 1}, [4]int{}, 0, 6.0))
	c.do("ngo", sealed, submission.Withdraw{})
	c.is("a sealed one is withdrawn", told([4]int{5, 1, 4, 1}, [4]int{}, 0, 6.0))
	c.do("protection", waiting, submission.Publish{})
	c.is("one is published", told([4]int{6, 1, 5, 2}, [4]int{}, 0, 5.0))
	c.do("ngo", gone, submission.Withdraw{Reason: "I thought again."})
	c.is("a public one is withdrawn", told([4]int{5, 1, 4, 2}, [4]int{}, 1, 5.0))
	late := c.submit("ngo", "Late.", domain.Public, false)
	c.submit("ngo2", "Late and secret.", domain.Sealed, false)
	c.do("secretariat", "", submission.Record{Consultation: c.call, Content: saying("By slow post."), Source: paper})
	c.is("late ones wait", told([4]int{5, 1, 4, 2}, [4]int{}, 1, 5.0))
	c.do("secretariat", late, submission.AcceptLate{Reason: "The post was late."})
	c.do("secretariat", late, submission.Publish{})
	c.is("a late one is published", told([4]int{5, 1, 4, 2}, [4]int{1, 0, 1, 1}, 1, 5.0))

	asOf := c.Ask("", fmt.Sprintf(`query($call: ID!) { asOf(at: {index: "%d"}) { transparency(consultation: $call) { %s } } }`, before, figures), map[string]any{"call": c.call})
	// What was withdrawn since stays so at every date.
	if d := cmp.Diff(told([4]int{4, 1, 3, 1}, [4]int{}, 1, nil), asOf.Get("asOf", "transparency")); d != "" {
		t.Errorf("as of before closing (-want +got):\n%s%v", d, asOf.Errors)
	}
}

// What a consultation does not show, the sum over all does not either.
func TestTransparencyOfFew(t *testing.T) {
	c := newCounting(t)
	for range 5 {
		c.submit("ngo", "Secret.", domain.Sealed, false)
	}
	first := c.call
	c.call = c.Call("Another question")
	for range 4 {
		c.submit("ngo", "Secret.", domain.Sealed, false)
	}
	c.Wait(25 * time.Hour)
	c.is("four", told([4]int{}, [4]int{}, 0, nil))
	c.call = first
	c.is("five", told([4]int{}, [4]int{}, 0, 5.0))
	a := c.Ask("", `{ transparency { consultation { id } `+figures+` } }`, nil)
	if a.Get("transparency", "others") != 5.0 || a.Get("transparency", "consultation") != nil {
		t.Errorf("over all: %+v", a)
	}
	if a := c.Ask("", `{ transparency(consultation: "con_0123456789") { withdrawn } }`, nil); len(a.Errors) != 1 {
		t.Errorf("of no consultation: %+v", a)
	}
}

func TestLateDecisions(t *testing.T) {
	c := newCounting(t)
	c.Wait(25 * time.Hour)
	refuse := submission.RefuseLate{Reason: domain.ReasonCode{Policy: "late-1", Code: "NO_REASON", Text: "Association ngo gave none."}}
	in, out, hidden := c.submit("ngo", "In.", domain.Public, false), c.submit("ngo2", "Out.", domain.Public, false), c.submit("ngo3", "Secret.", domain.Sealed, false)
	c.do("secretariat", in, submission.AcceptLate{Reason: "The post was late."})
	c.Wait(time.Millisecond)
	c.do("secretariat", out, refuse)
	c.do("protection", hidden, refuse)
	c.do("secretariat", in, submission.Publish{})
	c.Settle()
	const read = `query($call: ID!) { lateDecisions(consultation: $call, first: 10) { nodes { decision reason decidedAt submission { id } } edges { cursor } } }`
	accepted := map[string]any{"decision": "LATE_ACCEPTED", "reason": "The post was late.", "decidedAt": "2020-03-05T10:00:00.000Z", "submission": map[string]any{"id": string(in)}}
	refused := map[string]any{"decision": "LATE_REFUSED", "reason": "late-1 NO_REASON", "decidedAt": "2020-03-05T10:00:00.001Z", "submission": nil}
	a := c.Ask("", read, map[string]any{"call": c.call})
	if d := cmp.Diff([]any{accepted, refused}, a.Get("lateDecisions", "nodes")); d != "" {
		t.Errorf("the public (-want +got):\n%s%v", d, a.Errors)
	}
	if s := spoken(t, a.Data, ""); strings.Contains(s, string(out)) || strings.Contains(s, string(hidden)) || strings.Contains(s, "Association") {
		t.Errorf("a cursor or a reason tells whose it is: %s", s)
	}
	for i := range 2 { // and when it stands where in the record, how much was recorded before
		cursor, err := base64.RawURLEncoding.DecodeString(fmt.Sprint(a.Get("lateDecisions", "edges", i, "cursor")))
		if want := fmt.Sprintf(`[%d,"evt_`, time.Date(2020, 3, 5, 10, 0, 0, i*1e6, time.UTC).UnixMilli()); err != nil || !strings.HasPrefix(string(cursor), want) {
			t.Errorf("the cursor of decision %d is %s, %v; want one that begins with %s", i, cursor, err, want)
		}
	}
	refused["submission"] = map[string]any{"id": string(out)}
	if d := cmp.Diff([]any{accepted, refused}, c.Ask("ngo2", read, map[string]any{"call": c.call}).Get("lateDecisions", "nodes")); d != "" {
		t.Errorf("its author (-want +got):\n%s", d)
	}
}
