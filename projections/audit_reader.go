package projections

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// Names that the API's schema has for what is generic here.
type (
	AuditEventConnection = Connection[AuditEvent]
	AuditEventEdge       = Edge[AuditEvent]
)

// Audit is the part of the API that is for auditors.
type Audit struct{}

// An AuditEvent is one record as an auditor sees it: its envelope, without who
// did it where that would tell whose a confidential item is.
type AuditEvent struct {
	ID             domain.ID
	Index          int64
	Stream         string
	Version        int64
	Type           string
	RecordedAt     time.Time
	Actor          *domain.ID
	ActingFor      *domain.ID
	Capacity       *domain.Capacity
	IdempotencyKey *string
	RecordHash     string

	shows int
}

// IsNode marks what node finds.
func (AuditEvent) IsNode() {}

// An AuditEventFilter narrows a list of events; what is nil does not. What
// narrows by who acted leaves out events that do not say who did.
type AuditEventFilter struct {
	Stream          *string
	Type            *string
	Actor           *domain.ID
	ActingFor       *domain.ID
	Capacity        *domain.Capacity
	RecordedBetween *TimeRange
}

// conditions turns a filter into SQL over audit_events a and what is shown.
func (f AuditEventFilter) conditions() (where string, args []any) {
	add := func(condition string, value any) { where, args = where+" AND "+condition, append(args, value) }
	if f.Stream != nil {
		add("a.stream = ?", *f.Stream)
	}
	if f.Type != nil {
		add("a.type = ?", *f.Type)
	}
	if f.Actor != nil {
		add(fmt.Sprintf("shown >= %d AND a.person = ?", showsWho), string(*f.Actor))
	}
	if f.ActingFor != nil {
		add(fmt.Sprintf("shown >= %d AND a.entity = ?", showsWho), string(*f.ActingFor))
	}
	if f.Capacity != nil {
		add("a.capacity = ?", string(*f.Capacity))
	}
	if t := f.RecordedBetween; t != nil && t.From != nil {
		add("a.at >= ?", t.From.UnixMilli())
	}
	if t := f.RecordedBetween; t != nil && t.Before != nil {
		add("a.at < ?", t.Before.UnixMilli())
	}
	return where, args
}

// shown is how much of the event in a the auditor sees: what its kind allows
// and, for one about a submission, what its label allows and what the auditor
// is told of the record h. Who acted on an anonymised or sealed one, or on a
// draft, would tell whose it is; while that is not settled of what the
// secretariat took down, so would whoever is no officer, and the payload. Who
// signs is shown while that is told, and who left is not. What was taken back is
// shown to nobody.
func (r Reader) shown() string {
	named := fmt.Sprintf("%s AND %s", r.named("s"), r.everNow(Reader.named))
	whole := fmt.Sprintf("%s = %d AND %s AND NOT EXISTS (SELECT 1 FROM retractions x WHERE x.submission = h.id AND x.edition = h.about AND h.told = %d)",
		r.level("s"), domain.Everything, r.tells("h", fmt.Sprint(int(submission.Outsiders))), submission.WithEdition)
	return fmt.Sprintf(`CASE WHEN a.submission = '' THEN a.shows WHEN s.id IS NULL THEN %[1]d
		WHEN NOT (%[3]s AND (%[5]s OR a.capacity IN (%[6]s))) OR h.told = %[7]d AND NOT (%[4]s) THEN %[1]d
		WHEN %[4]s AND %[5]s THEN a.shows ELSE min(a.shows, %[2]d) END`,
		showsWhat, showsWho, named, whole, r.namesSubmitter("s"), quoted(officeCapacities()), submission.WithSignature)
}

// named is the condition that an auditor may know whose the submission in
// alias is. A label of a newer release tells nothing.
func (Reader) named(alias string) string {
	return fmt.Sprintf("%[1]s.label IN ('PUBLIC', 'PARTICIPANTS', 'STATES', 'RESTRICTED') AND %[1]s.status IN ('SUBMITTED', 'WITHDRAWN')", alias)
}

// everNow is the condition on the submission of a as it is now, which holds
// besides that of the moment that is read.
func (r Reader) everNow(condition func(Reader, string) string) string {
	if r.AsOf == nil {
		return "1"
	}
	r.AsOf = nil
	return fmt.Sprintf("EXISTS (SELECT 1 FROM submissions now WHERE now.id = a.submission AND %s AND %s)", r.valid("now"), condition(r, "now"))
}

// AuditEventList lists the record's events in their order, to auditors.
func (r Reader) AuditEventList(ctx context.Context, f AuditEventFilter, p Page) (*Connection[AuditEvent], error) {
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	where, args := f.conditions()
	tail, more := w.order(false)
	rows, err := r.auditEvents(ctx, where, tail, append(args, more...))
	items := make([]item[AuditEvent], len(rows))
	for i, e := range rows {
		items[i] = item[AuditEvent]{e, key{e.Index, e.ID}}
	}
	return connection(w, items), err
}

// AuditEvent returns the event with an id, to auditors.
func (r Reader) AuditEvent(ctx context.Context, id domain.ID) (*AuditEvent, error) {
	return oneEvent(r.auditEvents(ctx, " AND a.id = ?", "", []any{string(id)}))
}

// AuditEventAt returns the event at an index if it fits a filter, to auditors.
func (r Reader) AuditEventAt(ctx context.Context, index int64, f AuditEventFilter) (*AuditEvent, error) {
	where, args := f.conditions()
	return oneEvent(r.auditEvents(ctx, where+" AND a.idx = ?", "", append(args, index)))
}

// AuditShows reports which parts of the event at index an auditor sees: its
// data, and its meta, which says who did it.
func (r Reader) AuditShows(ctx context.Context, index int64) (data, meta bool, err error) {
	e, err := r.AuditEventAt(ctx, index, AuditEventFilter{})
	if err != nil {
		return false, false, err
	}
	return e.shows >= showsData, e.shows >= showsWho, nil
}

func oneEvent(all []*AuditEvent, err error) (*AuditEvent, error) {
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, domain.Refuse(domain.NotFound, "audit.unknown", "There is no such event."))
	}
	return all[0], nil
}

// auditEvents reads events; for those who are no auditors there are none.
func (r Reader) auditEvents(ctx context.Context, where, tail string, args []any) ([]*AuditEvent, error) {
	db, err := r.Engine.reading("audit_events", "submissions", "consultations")
	if err != nil || !r.Viewer.Is(domain.Auditor) {
		return nil, err
	}
	return collect(ctx, db, "audit events", `SELECT * FROM (SELECT a.id, a.idx AS k, a.stream, a.version, a.type, a.at, a.person, a.entity, a.capacity, a.key, a.hash, `+r.shown()+` AS shown
		FROM audit_events a LEFT JOIN submissions s ON s.id = a.submission AND `+r.valid("s")+` LEFT JOIN submissions h ON h.id = a.submission AND h.valid_from = a.idx
		WHERE a.idx <= ?`+where+`)`+tail, append([]any{r.upTo()}, args...), scanAuditEvent)
}

func scanAuditEvent(rows *sql.Rows) (*AuditEvent, error) {
	var e AuditEvent
	var at int64
	var person, entity domain.ID
	var capacity domain.Capacity
	var key string
	var hash []byte
	err := rows.Scan(&e.ID, &e.Index, &e.Stream, &e.Version, &e.Type, &at, &person, &entity, &capacity, &key, &hash, &e.shows)
	e.RecordedAt, e.RecordHash, e.Capacity = fromMillis(at), hex.EncodeToString(hash), optional(capacity)
	if e.shows >= showsWho {
		e.Actor, e.ActingFor, e.IdempotencyKey = optional(person), optional(entity), optional(key)
	}
	return &e, err
}

// AuditData returns the payloads of events as they are stored, in their order;
// nil for those that their reader sees the envelope of. They come from the
// record itself and not from a read model.
func (r Reader) AuditData(ctx context.Context, events []*AuditEvent) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, len(events))
	for i, e := range events {
		if e.shows < showsData {
			continue
		}
		f, err := r.Engine.Log.At(ctx, e.Index)
		if err != nil {
			return nil, fmt.Errorf("payload of event %d: %w", e.Index, err)
		}
		if f.Withheld {
			return nil, Withheld{Projection: auditEvents.Name, Records: 1}
		}
		out[i] = f.Data
	}
	return out, nil
}

// A ProjectionCertificate says what one read model has seen of the record.
type ProjectionCertificate struct {
	Name    string
	Version int
	Index   *int64 // the last it saw; nil for none
	Root    string // of the log up to there, hex
	Fold    string // hex
	Follows bool   // false: it failed and was set aside
}

// ProjectionCertificates returns what each read model has seen by now,
// whatever moment is read.
func (r Reader) ProjectionCertificates() []*ProjectionCertificate {
	all := []*ProjectionCertificate{}
	for _, c := range append(r.Engine.Certificates(), r.Searching.Certificates()...) {
		out := &ProjectionCertificate{Name: c.Name, Version: c.Version, Root: hex.EncodeToString(c.Root[:]), Fold: hex.EncodeToString(c.Fold[:]), Follows: c.Failed == ""}
		if last := c.Next - 1; last >= 0 {
			out.Index = &last
		}
		all = append(all, out)
	}
	return all
}
