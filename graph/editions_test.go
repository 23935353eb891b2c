package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const (
	harbour = "Witness Amina lives at Harbour Street 5"
	town    = "A witness lives in town"
)

// An editionStory is one submission that is amended, with everything that can
// be asked about it.
type editionStory struct {
	*trial.Trial
	t    *testing.T
	call domain.ID
	id   domain.ID
}

func newEditionStory(t *testing.T) *editionStory {
	t.Helper()
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("moderator", tr.App.Secretariat(), domain.Moderator)
	tr.Appoint("auditor", tr.App.Secretariat(), domain.Auditor)
	s := &editionStory{Trial: tr, t: t, call: tr.Call("What should the report say?")}
	s.id = s.do("author", "", submission.Submit{Consultation: s.call, Content: saying(harbour)})
	return s
}

func (s *editionStory) do(who string, id domain.ID, c submission.Command) domain.ID {
	s.t.Helper()
	res, err := s.App.Submissions.Do(s.t.Context(), id, c, s.By(who))
	if err != nil {
		s.t.Fatalf("%T by %q: %v", c, who, err)
	}
	s.Settle()
	return res.ID
}

// every asks for what carries the words of a submission: itself, its editions,
// lists, searches; now and as of an index.
const every = `query($id: ID!, $word: String!) { ...all }
fragment all on Query {
	submission(id: $id) { version visibility awaitsRelease text { original { value } } versions { version status text { original { value } } } history { change } }
	submissions(first: 5) { nodes { text { original { value } } } }
	found: submissions(first: 5, filter: {text: $word}) { nodes { id } }
	search(query: $word, first: 5) { nodes { snippet { value } } }
}`

// carriers asks somebody for everything, now or as of an index, and returns it
// as text.
func (s *editionStory) carriers(who, word string, at int64) string {
	s.t.Helper()
	query := every
	if at >= 0 {
		query = strings.Replace(query, "{ ...all }", fmt.Sprintf(`{ asOf(at: {index: "%d"}) { ...all } }`, at), 1)
	}
	a := s.Ask(who, query, map[string]any{"id": s.id, "word": word})
	if len(a.Errors) > 0 {
		s.t.Fatalf("%q asks: %v", who, a.Errors)
	}
	return fmt.Sprint(a.Data)
}

// A released edition stays shown while an amended one waits for its release,
// and stays readable after it was superseded.
func TestAnAmendedEditionWaits(t *testing.T) {
	s := newEditionStory(t)
	s.do("secretariat", s.id, submission.Publish{})
	s.do("author", s.id, submission.Amend{Content: saying(town)})
	waiting := s.Engine.Index()
	for who, reads := range map[string]bool{"": false, "stranger": false, "auditor": false, "moderator": false, "author": true, "secretariat": true} {
		for _, at := range []int64{-1, waiting} {
			got := s.carriers(who, "town", at)
			if strings.Contains(got, town) != reads || strings.Contains(got, "awaitsRelease:true") != reads {
				t.Errorf("as of %d, %q reads what waits: %s", at, who, got)
			}
			if !strings.Contains(got, harbour) {
				t.Errorf("as of %d, %q does not read what is released: %s", at, who, got)
			}
			if !reads && (strings.Contains(got, "submission.amended") || strings.Contains(got, "version:2")) {
				t.Errorf("as of %d, %q learns that an edition waits: %s", at, who, got)
			}
		}
	}
	s.do("secretariat", s.id, submission.Publish{})
	got := s.Ask("", `query($id: ID!) { submission(id: $id) { version text { original { value } } history { change }
		versions { version status publicFrom publicUntil text { original { value } } diff(to: "2") { questionId parts { kind value } } } } }`, map[string]any{"id": s.id})
	for path, want := range map[string]any{
		"text": town, "0": "SUPERSEDED", "1": "RELEASED", "history": "[map[change:submission.received] map[change:submission.published] map[change:submission.amended] map[change:submission.published]]",
	} {
		var is any
		switch path {
		case "text":
			is = got.Get("submission", "text", "original", "value")
		case "history":
			is = fmt.Sprint(got.Get("submission", "history"))
		default:
			is = got.Get("submission", "versions", int(path[0]-'0'), "status")
		}
		if is != want {
			t.Errorf("%s is %v, want %v", path, is, want)
		}
	}
	if until, from := got.Get("submission", "versions", 0, "publicUntil"), got.Get("submission", "versions", 1, "publicFrom"); until == nil || until != from {
		t.Errorf("the first edition was public until %v, and the second from %v", until, from)
	}
	if parts := fmt.Sprint(got.Get("submission", "versions", 0, "diff", 0, "parts")); !strings.Contains(parts, "REMOVED") || !strings.Contains(parts, "ADDED") {
		t.Errorf("the difference of both is %v", parts)
	}
	if got := s.carriers("", "harbour", waiting); !strings.Contains(got, harbour) {
		t.Errorf("a superseded edition is not read as of then: %s", got)
	}
}

// What was taken back is read by nobody, as of any date, on any carrier.
func TestNobodyReadsARetractedEdition(t *testing.T) {
	for name, retract := range map[string]func(*editionStory){
		"while amending": func(s *editionStory) {
			s.do("author", s.id, submission.Amend{Content: saying(town), RetractPrevious: true})
		},
		"the one shown": func(s *editionStory) { s.do("author", s.id, submission.Retract{Edition: 1}) },
		"a superseded one": func(s *editionStory) {
			s.do("author", s.id, submission.Amend{Content: saying(town)})
			s.do("secretariat", s.id, submission.Publish{})
			s.do("author", s.id, submission.Retract{Edition: 1})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newEditionStory(t)
			s.t = t
			s.do("secretariat", s.id, submission.Publish{})
			public := s.Engine.Index()
			if got := s.carriers("", "harbour", -1); strings.Count(got, "Harbour") < 4 {
				t.Fatalf("not on every carrier before: %s", got)
			}
			retract(s)
			for _, who := range []string{"", "stranger", "author", "secretariat", "moderator", "auditor"} {
				for _, at := range []int64{-1, public, s.Engine.Index()} {
					got := s.carriers(who, "harbour", at)
					if strings.Contains(got, "Harbour") || strings.Contains(got, "found:map[nodes:[map") {
						t.Errorf("as of %d, %q reads it: %s", at, who, got)
					}
					if !strings.Contains(got, "status:RETRACTED") {
						t.Errorf("as of %d, %q sees no tombstone: %s", at, who, got)
					}
				}
			}
			if got := fmt.Sprint(s.Ask("author", `{ viewer { contributions(first: 5) { nodes { text { original { value } } } } } }`, nil).Data); strings.Contains(got, "Harbour") {
				t.Errorf("its author lists it: %s", got)
			}
			all := s.Ask("auditor", `{ audit { events(first: 40, filter: {stream: "submission-`+string(s.id)+`"}) { nodes { type data } } } }`, nil)
			if got := fmt.Sprint(all.Data); strings.Contains(got, "Harbour") || !strings.Contains(got, "submission.edition_retracted") || len(all.Errors) > 0 {
				t.Errorf("the audit shows it: %s, %v", got, all.Errors)
			}
			view := s.Ask("auditor", fmt.Sprintf(`{ asOf(at: {index: "%d"}) { publicView { submissions(first: 5) { nodes { text { original { value } } versions { status text { original { value } } } } } } } }`, public), nil)
			if got := fmt.Sprint(view.Data); strings.Contains(got, "Harbour") {
				t.Errorf("the public view shows it: %s", got)
			}
		})
	}
}

// What a moderator hides is hidden at once, at every date, with its reason.
func TestHiddenAtOnce(t *testing.T) {
	s := newEditionStory(t)
	s.do("secretariat", s.id, submission.Publish{})
	public := s.Engine.Index()
	hide := `mutation($id: ID!) { hideSubmission(input: {idempotencyKey: "moderators-key-1", id: $id, reason: {policy: "interim", code: "PERSONAL_DATA", text: "It says where Amina lives."}}) { submission { visibility } userErrors { message } } }`
	if got := s.Ask("moderator", hide, map[string]any{"id": s.id}); got.Get("hideSubmission", "submission", "visibility") != "HIDDEN" {
		t.Fatalf("not hidden: %+v", got)
	}
	for _, who := range []string{"", "stranger", "auditor"} {
		for _, at := range []int64{-1, public} {
			if got := s.carriers(who, "harbour", at); strings.Contains(got, "Harbour") || strings.Contains(got, "found:map[nodes:[map") {
				t.Errorf("as of %d, %q reads what is hidden: %s", at, who, got)
			}
		}
	}
	reason := `query($id: ID!) { submission(id: $id) { visibility hidden { policy code text } } }`
	for who, want := range map[string]string{
		"":       "map[submission:map[hidden:map[code:PERSONAL_DATA policy:interim text:<nil>] visibility:HIDDEN]]",
		"author": "map[submission:map[hidden:map[code:PERSONAL_DATA policy:interim text:It says where Amina lives.] visibility:HIDDEN]]",
	} {
		if got := fmt.Sprint(s.Ask(who, reason, map[string]any{"id": s.id}).Data); got != want {
			t.Errorf("%q sees %s, want %s", who, got, want)
		}
	}
	if got, err := s.Reader(s.As("author")).Submission(t.Context(), s.id); err != nil || !got.Shows() {
		t.Errorf("its author reads it no more: %v", err)
	}
}
