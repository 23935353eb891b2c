package projections

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// auditEvents keeps the envelope of every record. Payloads stay out of it:
// personal data would stand in one more place, and the follower hands them out
// by index, hashed again on their way.
var auditEvents = Projection{
	Name:    "audit_events",
	Version: 4,
	Tables:  []Table{{"audit_events", "idx"}},
	Schema: `CREATE TABLE audit_events (
		idx        INTEGER PRIMARY KEY,
		id         TEXT    NOT NULL, -- evt_ and the record's id
		stream     TEXT    NOT NULL,
		version    INTEGER NOT NULL,
		type       TEXT    NOT NULL,
		at         INTEGER NOT NULL, -- milliseconds since 1970
		person     TEXT    NOT NULL, -- empty for the installation itself
		entity     TEXT    NOT NULL, -- empty when acting in one's own name
		capacity   TEXT    NOT NULL,
		key        TEXT    NOT NULL,
		hash       BLOB    NOT NULL, -- the log's entry: SHA-256 of the canonical bytes
		submission TEXT    NOT NULL, -- the one it is about, whose label decides; else empty
		shows      INTEGER NOT NULL  -- at most: 0 what happened, 1 and who did it, 2 and the payload
	) STRICT;
	CREATE UNIQUE INDEX audit_events_id ON audit_events (id);
	CREATE INDEX audit_events_stream ON audit_events (stream, idx);
	CREATE INDEX audit_events_type ON audit_events (type, idx);
	CREATE INDEX audit_events_person ON audit_events (person, idx);
	CREATE INDEX audit_events_entity ON audit_events (entity, idx);
	CREATE INDEX audit_events_at ON audit_events (at, idx);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		category, id, _ := strings.Cut(f.Stream, "-")
		if category != "submission" {
			id = ""
		}
		_, err := tx.Exec(ctx, `INSERT INTO audit_events (idx, id, stream, version, type, at, person, entity, capacity, key, hash, submission, shows)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.Index, auditPrefix+f.ID, f.Stream, f.Version, f.Type, f.at(), string(f.By.Person), string(f.By.Entity), string(f.By.Capacity), f.By.Key, f.Entry[:], id, shows(category, f))
		return err
	},
}

const auditPrefix = "evt_"

// What an auditor sees of an event.
const (
	showsWhat = iota // what happened, when, in which stream
	showsWho         // and who did it, for whom
	showsData        // and its payload
)

// openCategories lists the aggregates whose payloads an auditor reads.
// Submissions are among them as far as their label lets; of what is not listed
// the envelope is shown.
var openCategories = []string{"champion", "consultation", "entity", "import", "installation", "log_key", "mandate", "secondment", "state", "submission", "vocabulary", "working_group"}

// otherwise lists events that show more or less than others of their category.
var otherwise = map[string]int{
	"submission.draft_saved":               showsWhat, // a draft is its owner's, also after it was sent
	"submission.draft_discarded":           showsWhat,
	"submission.authorisation_proposed":    showsWhat,
	"submission.co_signatory_left":         showsWhat, // who left says so to nobody else
	"submission.confidentiality_requested": showsWho,  // why somebody fears to be read
	"submission.confidentiality_granted":   showsWho,
	"submission.confidentiality_declined":  showsWho,
	"consultation.audience_set":            showsWho, // whom it names is for the participants

	"entity.renamed": showsWho, // it may be the entity's own word, which nobody has recognised

	"questionnaire.published": showsData, // drafts are their keeper's
	"questionnaire.retired":   showsData,

	"briefing.scheduled":           showsData, // who came, and what was said in whose name, is not for everybody
	"briefing.rescheduled":         showsData,
	"briefing.cancelled":           showsData,
	"briefing.agenda_published":    showsData,
	"briefing.meeting_started":     showsData,
	"briefing.meeting_concluded":   showsData,
	"briefing.attendance_recorded": showsData,
	"briefing.summary_published":   showsData,
	"briefing.summary_corrected":   showsData,
	"briefing.outcome_recorded":    showsData,
	"briefing.outcome_carried":     showsData,
	"briefing.outcome_fell_due":    showsData,
	"briefing.outcome_followed_up": showsData,
}

// shows returns how much of an event an auditor sees at most.
func shows(category string, f Fact) int {
	if e, ok := f.Event.(submission.Received); ok && e.Requested != "" {
		return showsWho // it says what its author feared
	}
	n, ok := otherwise[f.Type]
	if !ok {
		n = showsWho
		if slices.Contains(openCategories, category) {
			n = showsData
		}
	}
	if category != "submission" && namesPerson(reflect.ValueOf(f.Event)) {
		return min(n, showsWho)
	}
	return n
}

// namesPerson reports whether an event holds personal data or a person's id.
func namesPerson(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && namesPerson(v.Elem())
	case reflect.String:
		return strings.HasPrefix(v.String(), "per_")
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if namesPerson(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for m := v.MapRange(); m.Next(); {
			if namesPerson(m.Key()) || namesPerson(m.Value()) {
				return true
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[domain.Personal]() {
			return v.FieldByName("Text").Len()+v.FieldByName("Box").Len() > 0
		}
		for i := range v.NumField() {
			if namesPerson(v.Field(i)) {
				return true
			}
		}
	}
	return false
}
