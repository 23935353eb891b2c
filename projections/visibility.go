package projections

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
)

// The one visibility rule, in SQL: domain.Access.Level over the columns of a
// submission's row. Queries, counts, search and subscriptions all use it; a
// test compares it with the domain's over the whole product.

// level returns an expression for how much of the submission in alias the
// viewer may see: 0 nothing, 1 that it was withdrawn or hidden, 2 the words, 3
// everything. It has no parameters. Under an as-of reader it is the lesser of
// what was to be seen then and what is now; see [Reader.bound]. Nothing is seen
// where every edition of then was for insiders and the viewer is none now.
func (r Reader) level(alias string) string {
	then := r.levelOf(alias, r.valid)
	if r.AsOf == nil {
		return then
	}
	bound := r.bound(then, r.nowOf(alias, Reader.levelOf))
	return fmt.Sprintf("CASE WHEN %s = 0 AND NOT %s THEN 0 ELSE %s END", alias+".released", r.inside(alias), bound)
}

// shownEdition returns an expression for the edition that the viewer reads of the
// submission in alias: the latest for insiders, else the one released last.
func (r Reader) shownEdition(alias string) string {
	return fmt.Sprintf("CASE WHEN %[2]s THEN %[1]s.edition ELSE %[1]s.released END", alias, r.inside(alias))
}

// inside is the condition that the viewer reads editions before their release:
// whoever would read the submission, were it not withdrawn, if none were
// released, then and now.
func (r Reader) inside(alias string) string {
	unreleased := func(r Reader, s string, valid func(string) string) string {
		return fmt.Sprintf("%s >= %d", r.levelIf("0", "0", s, valid), domain.TextOnly)
	}
	then := unreleased(r, alias, r.valid)
	if r.AsOf == nil {
		return then
	}
	return fmt.Sprintf("(%s AND COALESCE(%s, 0))", then, r.nowOf(alias, unreleased))
}

// nowOf returns an expression of the submission in alias as it is now.
func (r Reader) nowOf(alias string, of func(Reader, string, func(string) string) string) string {
	r.AsOf = nil
	return fmt.Sprintf("(SELECT %s FROM submissions now WHERE now.id = %s.id AND %s)", of(r, "now", r.valid), alias, r.valid("now"))
}

// bound lets nobody see more of then than they may see now. What was public is
// still known to have been, if that is the question.
func (r Reader) bound(then, now string) string {
	lesser := fmt.Sprintf("min(%s, COALESCE(%s, 0))", then, now)
	if !r.Public {
		return lesser
	}
	return fmt.Sprintf("CASE WHEN %s = 0 THEN 0 ELSE max(%d, %s) END", then, domain.Tombstone, lesser)
}

// wasSeen is how much of the submission in alias the public saw then, whatever
// it may see now; 0 if that is not the question.
func (r Reader) wasSeen(alias string) string {
	if !r.Public {
		return "0"
	}
	return r.levelOf(alias, r.valid)
}

// wasNamed is the condition that it may be told to an auditor whose the
// submission in alias was, by how it stands now.
func (r Reader) wasNamed(alias string) string {
	if !r.Public {
		return "0"
	}
	r.AsOf = nil
	return fmt.Sprintf("EXISTS (SELECT 1 FROM submissions now WHERE now.id = %s.id AND %s AND %s)", alias, r.valid("now"), r.named("now"))
}

func (r Reader) levelOf(s string, valid func(string) string) string {
	return r.levelIf(s+".released > 0", s+".status = 'WITHDRAWN'", s, valid)
}

// levelIf is levelOf where published is the condition that an edition is
// released, and withdrawn that the submission is.
func (r Reader) levelIf(published, withdrawn, s string, valid func(string) string) string {
	v := r.Viewer
	acts := quoted(r.actingIDs())
	staff, judge := v.Is(domain.Secretariat, domain.Editor), v.Is(domain.Secretariat, domain.Editor, domain.Moderator, domain.AppealReviewer)
	const nothing, words, everything = domain.Nothing, domain.TextOnly, domain.Everything
	named := fmt.Sprintf("CASE WHEN %s.label = 'ANONYMISED' THEN %d ELSE %d END", s, words, everything)
	released := cases(
		when(true, s+".label = 'PUBLIC'", everything),
		when(true, s+".label = 'ANONYMISED'", words),
		when(staff || v.Is(domain.Auditor), "1", everything),
		when(v.Person != "", s+".label = 'PARTICIPANTS' AND "+r.participant(s+".consultation", valid), everything),
		when(v.Is(domain.StateMission, domain.StateFocalPoint), s+".label = 'STATES'", everything),
	)
	open := cases(
		when(v.Is(domain.Protection), "1", everything),
		when(true, s+".label = 'SEALED'", nothing),
		when(v.Is(domain.Editor), s+".label = 'RESTRICTED' AND NOT "+s+".hidden", everything),
		when(true, s+".label = 'RESTRICTED'", nothing),
		whenSQL(judge, s+".hidden", named),
		whenSQL(staff, "NOT ("+published+") AND NOT "+s+".hidden", named),
		when(true, "NOT ("+published+")", nothing),
		whenSQL(true, "1", atMostTombstone(s+".hidden", released)),
	)
	signs := fmt.Sprintf("EXISTS (SELECT 1 FROM signatories g WHERE g.submission = %s.id AND %s AND g.party IN (%s))", s, valid("g"), acts)
	return cases(
		when(true, s+".owner IN ("+acts+")", everything),
		when(true, s+".status IN ('DRAFT', 'PROPOSED', 'DISCARDED')", nothing),
		whenSQL(true, signs, atMostTombstone(withdrawn, fmt.Sprint(int(everything)))),
		whenSQL(true, "1", atMostTombstone(withdrawn, open)),
	)
}

// atMostTombstone returns level, or that something was withdrawn or hidden where
// condition holds and level says more. It names level once: the text of a level
// is long, and SQLite takes longer to read it than to run it.
func atMostTombstone(condition, level string) string {
	return fmt.Sprintf("min(CASE WHEN %s THEN %d ELSE %d END, %s)", condition, domain.Tombstone, domain.Everything, level)
}

// participant is the condition that the viewer takes part in a consultation:
// they are in its audience, or contributed.
func (r Reader) participant(id string, valid func(string) string) string {
	parties := r.actingIDs()
	for _, h := range r.Viewer.Holds {
		for _, g := range consultation.GroupsOf(r.Viewer.Kinds[h.Entity], h.Capacity) {
			parties = append(parties, domain.ID(g))
		}
	}
	return fmt.Sprintf("(EXISTS (SELECT 1 FROM audiences a WHERE a.id = %s AND %s AND a.party IN (%s)) OR %s)",
		id, valid("a"), quoted(parties), contributed(id, r.actingIDs(), valid))
}

// contributed is the condition that one of parties contributed to a
// consultation: [submission.State.Contributes], in SQL.
func contributed(id string, parties []domain.ID, valid func(string) string) string {
	return fmt.Sprintf(`%s IN (SELECT x.consultation FROM submissions x WHERE x.owner IN (%s) AND %s AND x.status = 'SUBMITTED'
		AND x.timeliness IN ('ON_TIME', 'LATE_ACCEPTED') AND (NOT x.recorded OR x.confirmed AND NOT x.outside))`, id, quoted(parties), valid("x"))
}

// Contributed reports whether one of parties contributed to a consultation.
func (e *Engine) Contributed(ctx context.Context, consultation domain.ID, parties []domain.ID) (sent bool, err error) {
	db, err := e.reading("submissions")
	if err != nil {
		return false, err
	}
	err = db.QueryRowContext(ctx, `SELECT `+contributed("?", parties, Reader{}.valid), string(consultation)).Scan(&sent)
	return sent, wrap("contributors", err)
}

// nobody reports whether the viewer is the public, who sees what everybody sees.
func (r Reader) nobody() bool { return r.Viewer.Person == "" && len(r.Viewer.Holds) == 0 }

// actingIDs lists whom the viewer is, or acts for.
func (r Reader) actingIDs() []domain.ID { return r.Viewer.Parties() }

// when is a row of a CASE expression; it is left out unless applies.
func when(applies bool, condition string, l domain.Level) string {
	return whenSQL(applies, condition, fmt.Sprint(int(l)))
}

func whenSQL(applies bool, condition, then string) string {
	if !applies {
		return ""
	}
	return "WHEN " + condition + " THEN " + then + " "
}

func cases(rows ...string) string { return "CASE " + strings.Join(rows, "") + "ELSE 0 END" }
