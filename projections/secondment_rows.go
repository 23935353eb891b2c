package projections

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

// Names that the API's schema has for what is generic here.
type (
	SecondmentConnection = Connection[Secondment]
	SecondmentEdge       = Edge[Secondment]
)

// IsNode marks what node finds.
func (Secondment) IsNode() {}

// IsAggregate marks what has editions.
func (Secondment) IsAggregate() {}

// A Secondment is a staff member lent to the secretariat. The post is public;
// the person's name is nil unless the reader may know it.
type Secondment struct {
	ID             domain.ID
	Version        int64
	EntityID       domain.ID
	Status         string
	Recorded       bool
	Confirmed      bool
	Acknowledged   bool
	AcknowledgedOn *domain.PartialDate
	Title          *LocalizedText
	Grade          *string
	DutyStation    *LocalizedText
	Function       *LocalizedText
	Start          *domain.PartialDate
	StartedOn      *domain.PartialDate
	Until          *domain.PartialDate
	EndedOn        *domain.PartialDate
	Source         *string
	Reason         *LocalizedText
	PersonName     *string
	RecordedAt     time.Time
}

// seesPerson is the condition that the viewer may read who is seconded: the
// domain's SeesPerson over the columns of a row.
func (r Reader) seesPerson(s string) string {
	if r.Viewer.Is(domain.Secretariat) {
		return "1"
	}
	var self []domain.ID
	if r.Viewer.Person != "" {
		self = []domain.ID{r.Viewer.Person}
	}
	return fmt.Sprintf("(%[1]s.entity IN (%[2]s) OR %[1]s.person IN (%[3]s))", s, quoted(r.actingIDs()), quoted(self))
}

func (r Reader) secondmentColumns() string {
	return `s.id, s.edition, s.entity, s.status, s.recorded, s.confirmed, s.acknowledged, s.acknowledged_on, s.title_language, s.title, s.grade,
	s.station_language, s.station, s.start, s.started_on, s.until, s.ended_on, s.source, s.created_at, CASE WHEN ` + r.seesPerson("s") + ` THEN s.person_name ELSE '' END,
	COALESCE(f.language, ''), COALESCE(f.value, ''), COALESCE(w.language, ''), COALESCE(w.value, '')`
}

const secondmentTables = ` FROM secondments s LEFT JOIN texts f ON f.id = s.function LEFT JOIN texts w ON w.id = s.reason `

func scanSecondment(rows *sql.Rows, more ...any) (*Secondment, error) {
	var s Secondment
	var acknowledged, titleLang, title, grade, stationLang, station, start, started, until, ended, source, name, fl, fv, wl, wv string
	var at int64
	err := rows.Scan(append([]any{&s.ID, &s.Version, &s.EntityID, &s.Status, &s.Recorded, &s.Confirmed, &s.Acknowledged, &acknowledged, &titleLang, &title, &grade,
		&stationLang, &station, &start, &started, &until, &ended, &source, &at, &name, &fl, &fv, &wl, &wv}, more...)...)
	if err != nil {
		return nil, err
	}
	date := func(words string) *domain.PartialDate { return optional(domain.PartialDate(words)) }
	s.AcknowledgedOn, s.Start, s.StartedOn, s.Until, s.EndedOn = date(acknowledged), date(start), date(started), date(until), date(ended)
	s.Title, s.DutyStation, s.Function, s.Reason = newText(titleLang, title), newText(stationLang, station), newText(fl, fv), newText(wl, wv)
	s.Grade, s.Source, s.PersonName, s.RecordedAt = optional(grade), optional(source), optional(name), fromMillis(at)
	return &s, nil
}

// Secondment returns one secondment.
func (r Reader) Secondment(ctx context.Context, id domain.ID) (*Secondment, error) {
	db, err := r.Engine.reading("secondments")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "secondments", `SELECT `+r.secondmentColumns()+secondmentTables+` WHERE s.id = ? AND `+r.valid("s"),
		[]any{string(id)}, func(rows *sql.Rows) (*Secondment, error) { return scanSecondment(rows) })
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, secondment.Decider.Unknown())
	}
	return all[0], nil
}

// A SecondmentFilter narrows a list of secondments; what is nil does not.
type SecondmentFilter struct {
	Entity       *domain.ID // which releases
	Status       *string
	Confirmed    *bool
	Acknowledged *bool
}

// SecondmentList lists secondments, recorded last first.
func (r Reader) SecondmentList(ctx context.Context, f SecondmentFilter, p Page) (*Connection[Secondment], error) {
	db, err := r.Engine.reading("secondments")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, args := w.order(true)
	all := []any{f.Entity, f.Entity, f.Status, f.Status, f.Confirmed, f.Confirmed, f.Acknowledged, f.Acknowledged}
	rows, err := collect(ctx, db, "secondments", `SELECT * FROM (SELECT `+r.secondmentColumns()+`, s.created_at AS k`+secondmentTables+` WHERE `+r.valid("s")+`
		AND (? IS NULL OR s.entity = ?) AND (? IS NULL OR s.status = ?) AND (? IS NULL OR s.confirmed = ?) AND (? IS NULL OR s.acknowledged = ?))`+tail,
		append(all, args...), func(rows *sql.Rows) (item[Secondment], error) {
			var k int64
			s, err := scanSecondment(rows, &k)
			if err != nil {
				return item[Secondment]{}, err
			}
			return item[Secondment]{s, key{k, s.ID}}, nil
		})
	return connection(w, rows), err
}

// SecondmentHistory lists what happened to secondments. That a person was
// named is told to those who may know whom.
func (r Reader) SecondmentHistory(ctx context.Context, ids []domain.ID) (map[domain.ID][]*Happening, error) {
	db, err := r.Engine.reading("secondments")
	if err != nil {
		return nil, err
	}
	return r.happenings(ctx, db, "secondments", `h.id IN (SELECT value FROM json_each(?))
		AND (h.change <> 'secondment.person_named' OR `+r.seesPerson("h")+`)`, asJSON(ids))
}
