package ingest_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/ingest"
)

// recorded returns every submission that was taken down, by its item.
func recorded(t *testing.T, store *memstore.Store) map[string]submission.Recorded {
	t.Helper()
	all := map[string]submission.Recorded{}
	for r, err := range store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type != (submission.Recorded{}).EventType() {
			continue
		}
		e, err := submission.Decider.Codec.Decode(r.Type, r.Data)
		if err != nil {
			t.Fatal(err)
		}
		is := e.(submission.Recorded)
		if _, twice := all[is.Source.Item]; twice {
			t.Errorf("item %s is recorded twice", is.Source.Item)
		}
		all[is.Source.Item] = is
	}
	return all
}

func TestAnswers(t *testing.T) {
	dir := folder(t, map[string]string{
		"answers.csv": "\ufeffSub_Num,sub_name,sub_label,sub_value\r" +
			"1,Ann,Q02 Costs,They are high.\r" +
			"1,Ann,Comment,\"First.\n\nSecond.\"\r" +
			"2,Ben,Q10,Yes\r" +
			"1,Ann,q2: as before,And rising.\r" + // not beside the others of its number
			"1,Ann,Upload,Page one\r" +
			"1,Ann,Upload,Page two\r" +
			"2,Ben,,Lost\r" +
			"2,Ben,,\r" +
			"2,Ben,Q2,  \r" +
			"2,Cid,Q2,Whose?\r" +
			"3,Dan,,\r" +
			",Eve,Q2,Which?\r" +
			"4,Fay,Q2\r" +
			"5,Gus,Q2,\"it said \"no\"\"\r" +
			"6,Hal,Q2,bad\x01character\r",
		"words.csv": "sub_field,sub_label\nWhat does it cost?,Q02 Costs\nAnything else,Comment\nNobody answered this,Q11\nUnused,Other\n",
	})
	a, store := installation(t)
	job := func() *ingest.Import {
		return &ingest.Import{Format: ingest.ConsultationCSV, Language: "en", Files: []string{filepath.Join(dir, "answers.csv"), filepath.Join(dir, "words.csv")}}
	}
	rejects, sums := rejected(t, a, job())
	want := []string{
		"4: No answer has this label.",
		"7: It has no label: nobody can tell what it answers.",
		"8: It has no label and says nothing.",
		"9: It says nothing.",
		"10: It stands under another name than the rows of this submission before it.",
		"11: It has no label and says nothing.",
		"12: It has no number, so it belongs to no submission.",
		"13: it has 3 cells where the header has 4",
		"14: there is text after the closing quote of cell 4",
		"15: The text holds the control character U+0001. Please remove it.",
	}
	if diff := cmp.Diff(want, rejects); diff != "" {
		t.Error(diff)
	}
	if c := (ingest.Count{All: 5, Accepted: 2, New: 2, Rejected: 3}); sums.Items != c {
		t.Errorf("items: %+v", sums.Items)
	}
	all := recorded(t, store)
	call := sums.Files[0].Into
	handle := questions(t, a, call)
	ann := submission.Recorded{
		Consultation: call, Author: domain.Personal{Text: "Ann"},
		Content: submission.Content{
			Text:    words("Comment\n\nFirst.\n\nSecond.\n\nUpload\n\nPage one\n\nPage two"),
			Answers: []submission.Answer{{Question: handle["What does it cost?"], Words: words("They are high.\n\nAnd rising.")}},
		},
		Source: submission.Source{Name: "answers.csv", Item: "1", Hash: all["1"].Source.Hash},
		Import: sums.Files[1].Import,
	}
	if diff := cmp.Diff(ann, all["1"]); diff != "" {
		t.Error(diff)
	}
	if len(all) != 2 || all["2"].Content.Answers[0].Question != handle["Q10"] {
		t.Errorf("recorded %+v", all)
	}
	if again := run(t, a, job()); again.Rows.New != 0 || again.Rows.Accepted != sums.Rows.Accepted {
		t.Errorf("again: %+v", again.Rows)
	}
}

func words(text string) *submission.Words {
	return &submission.Words{Language: "en", Text: domain.Personal{Text: text}}
}

// questions returns the handles of a consultation's questions by their words.
func questions(t *testing.T, a *app.App, call domain.ID) map[string]domain.ID {
	t.Helper()
	c, err := a.Consultations.State(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	q, err := a.Questionnaires.State(t.Context(), c.Questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := q.At(c.QuestionnaireVersion)
	if !ok || c.Status != "announced" {
		t.Fatalf("%s asks no published questions", c.Status)
	}
	out := map[string]domain.ID{}
	for _, q := range v.Questions {
		out[q.Text.Value] = q.ID
	}
	return out
}

func TestAnswersToAConsultationThatIsThere(t *testing.T) {
	dir := folder(t, map[string]string{"answers.csv": "sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n1,Ann,Comment,Words\n"})
	a, store := installation(t)
	plan := consultation.Plan{Title: domain.Text{Language: "en", Value: "A call"}}
	call, err := a.Consultations.Do(t.Context(), "", plan, app.Caller{Person: officer, Key: "a-key-of-the-test"})
	if err != nil {
		t.Fatal(err)
	}
	job := &ingest.Import{Format: ingest.ConsultationCSV, Consultation: call.ID, Publish: true, Files: []string{filepath.Join(dir, "answers.csv")}}
	rejects, sums := rejected(t, a, job)
	if diff := cmp.Diff([]string{"1: The consultation asks no question 1."}, rejects); diff != "" {
		t.Error(diff)
	}
	if all := recorded(t, store); sums.Files[0].Into != call.ID || all["1"].Consultation != call.ID {
		t.Errorf("recorded %+v", all)
	}
	_, err = try(t.Context(), t, a, &ingest.Import{Format: ingest.ConsultationCSV, Consultation: "con_absent", Files: job.Files})
	if !errors.As(err, new(*ingest.Refused)) {
		t.Errorf("a consultation that is not there: %v", err)
	}
}

func TestChangedRowsAreNotRecordedAgain(t *testing.T) {
	a, store := installation(t)
	const head = "sub_num,sub_name,sub_label,sub_value\n1,Ann,Q1,Yes\n"
	for _, tt := range []struct {
		text     string
		rejected []string
		stored   int
	}{
		{"2,Ben,Q1,No\n", nil, 2},
		{"2,Ben,Q1,Perhaps\n3,Cid,Q1,Maybe\n4,Dan,Q2,What?\n", []string{
			"2: It was imported before with other content, or other settings. What was recorded then stays.",
			"4: The consultation asks no question 2.",
		}, 3},
	} {
		dir := folder(t, map[string]string{"answers.csv": head + tt.text})
		got, _ := rejected(t, a, &ingest.Import{Format: ingest.ConsultationCSV, Files: []string{filepath.Join(dir, "answers.csv")}})
		if diff := cmp.Diff(tt.rejected, got); diff != "" {
			t.Error(diff)
		}
		if all := recorded(t, store); len(all) != tt.stored {
			t.Errorf("%d are recorded, want %d", len(all), tt.stored)
		}
	}
}

func TestComments(t *testing.T) {
	dir := folder(t, map[string]string{
		"talk/summary.csv": "topic,Straßen\nurl,https://talk.example/1\ncomments,9\nconversation-description,\"Zwei\n\nZeilen\"\nvoters,3\n",
		"talk/comments.csv": "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\r\n" +
			"1583312400000,,0,12,3,1,1,\"Mehr Bäume, bitte\"\r\n" +
			"1583312400001,,1,12,0,0,-1,Nein\r\n" +
			"1583312400002,,2,,0,0,0,我覺得很好\r\n" +
			"1583312400003,,2,7,0,0,0,Noch einmal\r\n" +
			"1583312400004,,3,7,0,0,2,Wie?\r\n" +
			"1583312400005,,4,7,viele,0,1,Wie viele?\r\n" +
			"gestern,,5,7,0,0,1,Wann?\r\n" +
			"1583312400007,,6,7,0,-1,1,Weniger als nichts?\r\n" +
			"1583312400008,,,7,0,0,1,Welcher?\r\n",
	})
	a, store := installation(t)
	rejects, sums := rejected(t, a, &ingest.Import{Format: ingest.Polis, Language: "und", Files: []string{dir}})
	want := []string{
		"4: Its comment-id stands twice; the first is row 3.",
		"5: Its moderation state is neither 1 nor 0 nor -1.",
		"6: Its support is not counted in whole numbers.",
		"7: Its timestamp is not one in milliseconds since 1970.",
		"8: Support is counted from nought.",
		"9: It has no comment-id, or one that is too long.",
	}
	if diff := cmp.Diff(want, rejects); diff != "" {
		t.Error(diff)
	}
	f := sums.Files[0]
	if diff := cmp.Diff(map[string]int64{"ACCEPTED": 1, "REJECTED": 1, "PENDING": 1}, f.Moderation); diff != "" || f.Name != "talk/comments.csv" || len(f.Notes) != 0 {
		t.Errorf("%+v %s", f, diff)
	}
	all := recorded(t, store)
	first := submission.Recorded{
		Consultation: f.Into, Author: domain.Personal{Text: "Author 12"},
		Content: submission.Content{Text: &submission.Words{Language: "und", Text: domain.Personal{Text: "Mehr Bäume, bitte"}}},
		Source: submission.Source{
			Name: "https://talk.example/1", Item: "0", Hash: all["0"].Source.Hash,
			Moderation: submission.SourceAccepted, Agrees: 3, Disagrees: 1, OccurredOn: "2020-03-04",
		},
		Import: f.Import,
	}
	if diff := cmp.Diff(first, all["0"]); diff != "" {
		t.Error(diff)
	}
	if n := count(t, store, submission.Published{}.EventType()); n != 1 {
		t.Errorf("%d are published; only what the source accepted is", n)
	}
}

func TestConversationsAreToldApart(t *testing.T) {
	const comments = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n1583312400000,,0,1,0,0,1,Words\n"
	dir := folder(t, map[string]string{"a/comments.csv": comments, "b/comments.csv": comments})
	a, _ := installation(t)
	sums := run(t, a, &ingest.Import{Format: ingest.Polis, Files: []string{dir}})
	if sums.Items.New != 2 || sums.Files[0].Into == sums.Files[1].Into {
		t.Errorf("%+v", sums)
	}
	for _, i := range []*ingest.Import{
		{Files: []string{dir}, Source: "one"},
		{Files: []string{dir + "/a", dir + "/a"}},
		{Files: []string{dir}, Consultation: sums.Files[0].Into},
	} {
		i.Format = ingest.Polis
		if _, err := try(t.Context(), t, a, i); !errors.As(err, new(*ingest.Refused)) {
			t.Errorf("%v %s %s: %v", i.Files, i.Source, i.Consultation, err)
		}
	}
}

const countries = "ISO3166-1-Alpha-3,M49,UNTERM English Short,UNTERM English Formal,UNTERM French Short,official_name_fr,official_name_en,CLDR display name,Region Name,Sub-region Name,Least Developed Countries (LDC),Land Locked Developing Countries (LLDC),Small Island Developing States (SIDS)\n" +
	"AAA,4,Aland (the) *,the Kingdom of Aland *,Aland (l'),,Aland,Aland,Oceania,Polynesia,x,,x\n" +
	"BBB,12,,,,Côte-b,Côte d’B & C,B,Africa,,,,\n" +
	"CCC,16,Cland,,,,Cland,,,,,,\n" +
	"DDD,20,Dland (State of),,,,Dland,,,,,,\n" +
	"EEE,x,Eland,,,,Eland,,,,,,\n" +
	"FFF,24,Cland,,,,Cland,,,,,,\n" +
	"GGG,28,Gland,,,,Gland,,,,,,\n"

func TestStates(t *testing.T) {
	dir := folder(t, map[string]string{
		"countries.csv": countries,
		"members.csv":   "country,status\nALAND,member\nCôte d'B and C,Observer\nCland,member\nElsewhere,member\nEland,member\nB,member\nGland,friend\nthe Dland (State of),member\n",
	})
	a, store := installation(t)
	job := func(members string) *ingest.Import {
		return &ingest.Import{Format: ingest.States, Files: []string{filepath.Join(dir, "countries.csv"), filepath.Join(dir, members)}}
	}
	rejects, sums := rejected(t, a, job("members.csv"))
	want := []string{
		"3: No table says that this is a Member State or an observer.",
		"5: Please give the numeric code of M49, such as 222.",
		"6: No table says that this is a Member State or an observer.",
		"7: No table says that this is a Member State or an observer.",
		"3: The table of countries has 2 countries of this name.",
		"4: The table of countries has no country of this name.",
		"5: Please give the numeric code of M49, such as 222.",
		"6: This State stands here twice.",
		"7: Its status is neither member nor observer.",
	}
	if diff := cmp.Diff(want, rejects); diff != "" {
		t.Error(diff)
	}
	if sums.Items.New != 3 {
		t.Errorf("%+v", sums.Items)
	}
	aaa := entry(t, a, "AAA")
	names := map[string]state.Name{"en": {Short: "Aland", Formal: "the Kingdom of Aland"}, "fr": {Short: "Aland"}}
	facts := state.Facts{Numeric: "004", Membership: state.MemberState, Region: "Oceania", SubRegion: "Polynesia", LDC: true, SIDS: true}
	if diff := cmp.Diff(names, aaa.Names) + cmp.Diff(facts, aaa.Facts); diff != "" {
		t.Error(diff)
	}
	if bbb := entry(t, a, "BBB"); bbb.Names["en"].Short != "Côte d’B & C" || bbb.Names["fr"].Short != "Côte-b" || bbb.Facts.Membership != state.Observer {
		t.Errorf("%+v", bbb)
	}
	e, err := a.Entities.State(t.Context(), a.StateEntity("AAA"))
	if err != nil || e.Status != "recognised" || e.Kind != entity.Country || e.Name.Value != "Aland" {
		t.Errorf("%+v, %v", e, err)
	}
	before := records(t, store)
	if again := run(t, a, job("members.csv")); again.Items.New != 0 || records(t, store) != before {
		t.Errorf("again: %+v", again)
	}
}

// TestNewerTables brings the register up to date, and back.
func TestNewerTables(t *testing.T) {
	a, _ := installation(t)
	const members = "country,status\nGland,member\n"
	for n, name := range []string{"Gland", "Newland", "Gland", "Newland"} {
		dir := folder(t, map[string]string{"c.csv": strings.Replace(countries, "GGG,28,Gland", "GGG,28,"+name, 1), "m.csv": members})
		sums := run(t, a, &ingest.Import{Format: ingest.States, Files: []string{filepath.Join(dir, "c.csv"), filepath.Join(dir, "m.csv")}})
		if got := entry(t, a, "GGG").Names["en"].Short; got != name || sums.Items.New != 1 {
			t.Errorf("table %d: it is called %s, %+v", n, got, sums.Items)
		}
	}
}

func entry(t *testing.T, a *app.App, code string) state.State {
	t.Helper()
	s, err := a.States.State(t.Context(), a.StateTarget(code))
	if err != nil || s.Code != code {
		t.Fatalf("%s: %+v, %v", code, s, err)
	}
	return s
}

// count returns how many events of a type are stored.
func count(t *testing.T, store *memstore.Store, name string) (n int) {
	t.Helper()
	for r, err := range store.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == name {
			n++
		}
	}
	return n
}

func TestStatements(t *testing.T) {
	dir := folder(t, map[string]string{
		"c.csv": countries, "m.csv": "country,status\nAland,member\nGland,observer\n",
		"s/AAA_12_2019.txt": "\ufeffMr. President,\r\nwe thank you.", "s/EU_12_2019.txt": "On behalf of the Union.", "s/GGG_12_2019.txt": "\xff\xfeW\x00e\x00",
		"s/QQQ_12_2019.txt": "We are in no register.", "s/notes.txt": "Not a statement.", "s/.hidden": "x", "s/CCC_12_2019.txt": "Caf\xe9", "s/BBB_12_2019.txt": "Bad\x00",
	})
	a, store := installation(t)
	run(t, a, &ingest.Import{Format: ingest.States, Files: []string{filepath.Join(dir, "c.csv"), filepath.Join(dir, "m.csv")}})
	job := func() *ingest.Import {
		return &ingest.Import{Format: ingest.Statements, Language: "en", Files: []string{filepath.Join(dir, "s")}}
	}
	rejects, sums := rejected(t, a, job())
	for n, want := range []string{
		"2: BBB_12_2019.txt holds zero bytes", "3: CCC_12_2019.txt is not UTF-8", "6: QQQ is not in the register of States.", "7: It is not a file called by code, session and year",
	} {
		if len(rejects) != 4 || !strings.HasPrefix(rejects[n], want) {
			t.Errorf("%q, want %q", rejects, want)
		}
	}
	b, err := a.Briefings.State(t.Context(), sums.Files[0].Into)
	if err != nil {
		t.Fatal(err)
	}
	deposited := 0
	for _, item := range b.Items {
		if item.Deposit.Edition == 1 && item.Deposit.Language == "en" {
			deposited++
		}
	}
	if b.Status != "concluded" || len(b.Items) != 3 || deposited != 3 || sums.Items.New != 3 {
		t.Errorf("%s with %d items, %d texts; %+v", b.Status, len(b.Items), deposited, sums.Items)
	}
	if n := count(t, store, entity.Proposed{}.EventType()); n != 4 { // with the secretariat, and the union, which is no State
		t.Errorf("%d entities are proposed", n)
	}
	before := records(t, store)
	if again := run(t, a, job()); again.Items.New != 0 || records(t, store) != before {
		t.Errorf("again: %+v", again)
	}
	if _, err := try(t.Context(), t, a, &ingest.Import{Format: ingest.Statements, Briefing: "bri_absent", Files: []string{filepath.Join(dir, "s")}}); !errors.As(err, new(*ingest.Refused)) {
		t.Errorf("a briefing that is not there: %v", err)
	}
}
