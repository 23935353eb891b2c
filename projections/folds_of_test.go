package projections

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

// notFolded says of which histories the domain's state keeps too little to
// compare them.
var notFolded = map[string]string{
	"briefing_agendas": "the state keeps a hash of the agenda", "briefing_drafts": "the state keeps a hash of the draft",
	"briefing_translations": "the state keeps hashes of translations",
	"entity_names":          "the names of the entity's row, folded to be compared",
	"figure_spans":          "compared with a count at every index",
}

const itemsOf = "x.item IN (SELECT id FROM briefing_items WHERE briefing = ?)"

// allFolds lists what every history must say, by the domain's own states.
var allFolds = slices.Concat(foldsOfPeople, foldsOfCalls, foldsOfRegisters, foldsOfMeetings)

var foldsOfPeople = []fold{
	one("person", "persons", func(s person.State) cells {
		return cells{"level": cmp.Or(s.Level, person.SelfDeclared), "verified_name": s.Verified, "suspended": !s.Acts()}
	}),
	of("credential", "credentials", "person", func(_ domain.ID, s credential.State) []cells {
		all := map[domain.Holding]cells{}
		for h, c := range s.Credentials {
			all[h] = cells{"standing": stored(domain.Status(c.Standing)), "until": moment(c.Until)}
			if c.Standing != credential.IsGranted {
				all[h]["until"] = nil
			}
		}
		for h, p := range s.Proposals {
			all[h] = cells{"standing": "PROPOSED", "until": moment(p.Until)}
		}
		return each(slices.Collect(maps.Keys(all)), func(h domain.Holding) cells {
			r := all[h]
			r["entity"], r["capacity"] = h.Entity, h.Capacity
			return r
		})
	}),
	one("entity", "entities", func(s entity.State) cells {
		return cells{"status": stored(s.Status), "kind": s.Kind, "edition": s.Edition, "name": s.Name.Value, "acronym": s.Acronym, "code": s.Code}
	}),
}

var foldsOfCalls = []fold{
	one("consultation", "consultations", func(s consultation.State) cells {
		return cells{
			"status": stored(s.Status), "edition": s.Edition, "kind": s.Kind, "held_on": s.HeldOn, "late": s.Late, "label": s.Label, "max_characters": s.MaxCharacters,
			"opened": moment(s.Opened), "closes": moment(s.Closes.At), "closes_zone": s.Closes.Zone, "closes_counts": s.Closes.Inclusive, "ended": moment(s.Stated),
			"questionnaire": s.Questionnaire, "questionnaire_version": s.QuestionnaireVersion,
		}
	}),
	of("consultation", "audiences", "id", func(_ domain.ID, s consultation.State) []cells {
		party := func(p domain.ID) cells { return cells{"party": p} }
		groups := each(s.Audience.Groups, func(g consultation.Group) cells { return party(domain.ID(g)) })
		return append(groups, each(s.Audience.Named, party)...)
	}),
	one("questionnaire", "questionnaires", func(s questionnaire.State) cells {
		return cells{
			"status": stored(s.Status), "edition": s.Edition, "version": s.Current.Number, "keeper": s.Keeper.Entity, "of_secretariat": s.Keeper.Secretariat,
			"origin": s.Origin.Questionnaire, "origin_version": s.Origin.Version,
		}
	}),
	of("questionnaire", "questionnaire_versions", "id", func(_ domain.ID, s questionnaire.State) []cells {
		return each(s.Published, func(v questionnaire.Version) cells { return cells{"version": v.Number} })
	}),
	one("submission", "submissions", func(s submission.State) cells {
		return cells{
			"status": stored(s.Status), "consultation": s.Round, "owner": s.Owner, "edition": s.Edition, "label": cmp.Or(s.Label, domain.Public), "requested": s.Requested,
			"released": s.Released, "hidden": s.Access().Hidden, "timeliness": s.Time, "recorded": s.Recorded, "confirmed": s.Confirmed, "contested": s.Contested, "attested": s.Attested,
		}
	}),
	of("submission", "releases", "submission", func(_ domain.ID, s submission.State) []cells {
		if s.Released == 0 || s.Retracted[s.Released] {
			return nil
		}
		return []cells{{"edition": s.Released}}
	}),
	of("submission", "editions", "submission", func(_ domain.ID, s submission.State) []cells { return count("edition", s.Edition) }),
	of("submission", "signatories", "submission", func(_ domain.ID, s submission.State) []cells {
		return byKey(s.CoSigners, func(p domain.ID, _ int64) cells { return cells{"party": p} })
	}),
	of("submission", "attestations", "submission", func(id domain.ID, s submission.State) []cells {
		one := cells{"submission": id} // the state does not keep what is attested, but by how many
		switch {
		case s.Attested:
			return []cells{one, one}
		case s.Attesting.Officer != "":
			return []cells{one}
		}
		return nil
	}),
	within("submission", "signatures", "x.submission = ? AND x.edition = (SELECT MAX(edition) FROM editions n WHERE n.submission = x.submission AND n.idx <= INDEX)",
		func(_ domain.ID, s submission.State) (all []cells) {
			for _, p := range slices.Sorted(maps.Keys(s.CoSigners)) {
				if s.Signed(p) {
					all = append(all, cells{"party": p, "edition": s.Edition})
				}
			}
			return all
		}),
	within("submission", "translations", "x.submission = ? AND x.edition = (SELECT MAX(edition) FROM editions n WHERE n.submission = x.submission AND n.idx <= INDEX)",
		func(_ domain.ID, s submission.State) []cells {
			return byKey(s.Translations, func(l string, _ bool) cells { return cells{"language": l, "edition": s.Edition} })
		}),
}

var foldsOfRegisters = []fold{
	one("mandate", "mandates", func(s mandate.State) cells {
		return cells{"status": stored(s.Status), "symbol": s.Symbol, "title": s.Title.Value, "adopted_on": s.AdoptedOn, "successor_symbol": s.By.Symbol, "successor_paragraph": s.By.Paragraph}
	}),
	of("mandate", "paragraphs", "id", func(_ domain.ID, s mandate.State) []cells {
		return each(s.Paragraphs, func(p mandate.Paragraph) cells { return cells{"number": p.Number} })
	}),
	of("vocabulary", "vocabularies", "id", func(_ domain.ID, s vocabulary.State) []cells { return count("version", s.Version) }),
	within("vocabulary", "terms", "x.list = (SELECT id || '/' || MAX(version) FROM vocabularies v WHERE v.id = ? AND v.valid_from <= INDEX)", func(_ domain.ID, s vocabulary.State) []cells {
		return byKey(s.Terms, func(code string, e vocabulary.Entry) cells {
			return cells{"code": code, "label": e.Label.Value, "deprecated": e.Deprecated, "maps": asJSON(append([]vocabulary.Ref{}, e.Maps...))}
		})
	}),
	one("state", "states", func(s state.State) cells {
		return cells{"status": stored(s.Status), "code": s.Code, "edition": s.Edition, "numeric": s.Facts.Numeric, "membership": s.Facts.Membership, "lldc": s.Facts.LLDC, "sids": s.Facts.SIDS}
	}),
	of("state", "state_commissions", "state", func(_ domain.ID, s state.State) []cells {
		in := maps.Clone(s.Regions)
		maps.DeleteFunc(in, func(_ state.Commission, member bool) bool { return !member })
		return byKey(in, func(c state.Commission, _ bool) cells { return cells{"commission": c} })
	}),
	one("import", "imports", func(s importing.State) cells {
		return cells{"status": stored(s.Status), "officer": s.Officer, "proposed_at": moment(s.Proposed)}
	}),
	one("champion", "champions", func(s champion.State) cells {
		return cells{"status": stored(s.Status), "state": s.State, "known": s.Known, "list": s.List}
	}),
	of("champion", "lessons", "id", func(_ domain.ID, s champion.State) []cells { return count("number", len(s.Lessons)) }),
	one("working_group", "working_groups", func(s workinggroup.State) cells { return cells{"status": stored(s.Status), "entity": s.Entity} }),
	of("working_group", "group_members", "grp", func(_ domain.ID, s workinggroup.State) []cells {
		return byKey(s.Members, func(e domain.ID, leads bool) cells { return cells{"entity": e, "leads": leads} })
	}),
	of("working_group", "group_updates", "id", func(_ domain.ID, s workinggroup.State) []cells { return count("number", s.Updates) }),
	of("working_group", "group_deliverables", "id", func(_ domain.ID, s workinggroup.State) []cells { return count("number", s.Works) }),
	one("secondment", "secondments", func(s secondment.State) cells {
		return cells{
			"status": stored(s.Status), "entity": s.Entity, "edition": s.Edition, "recorded": s.Recorded, "confirmed": s.Confirmed, "acknowledged": s.Acknowledged,
			"title": s.Post.Title.Value, "grade": s.Post.Grade, "start": s.Start, "started_on": s.StartedOn, "until": s.Until, "person": s.Person.Of, "person_name": s.Person.Text,
		}
	}),
	one("commitment", "commitments", func(s commitment.State) cells {
		r := cells{
			"status": stored(s.Status), "owner": s.Owner, "edition": s.Edition, "recorded": s.Recorded, "confirmed": s.Confirmed, "published": s.Published,
			"quantifier": s.Quantifier, "attribution": s.Attribution, "announcement": s.Announcement, "form": s.Form, "kind": s.Terms.Kind, "fund": s.Terms.Fund,
			"ends": s.Terms.Ends, "lapses_at": moment(s.LapsesAt()), "update_due": moment(s.UpdateDue), "stale": s.Stale, "amount": nil, "currency": "",
		}
		if s.Terms.Amount != nil {
			r["amount"], r["currency"] = s.Terms.Amount.Minor, s.Terms.Amount.Currency
		}
		return r
	}),
	of("commitment", "co_pledgers", "id", func(_ domain.ID, s commitment.State) []cells {
		return byKey(s.CoPledgers, func(e domain.ID, confirmed bool) cells { return cells{"entity": e, "confirmed": confirmed} })
	}),
	of("commitment", "matches", "id", func(_ domain.ID, s commitment.State) []cells {
		return byKey(s.Matches, func(other domain.ID, _ bool) cells { return cells{"other": other} })
	}),
	of("commitment", "progress_reports", "commitment", func(_ domain.ID, s commitment.State) []cells { return count("number", s.Reports) }),
}

var foldsOfMeetings = []fold{
	one("briefing", "briefings", func(s briefing.State) cells {
		return cells{"status": stored(s.Status), "edition": s.Edition, "city": s.Place.City, "date": s.Place.Date, "local_time": s.Place.LocalTime, "started": s.Started}
	}),
	of("briefing", "briefing_items", "briefing", func(_ domain.ID, s briefing.State) []cells {
		return byKey(s.Items, func(id domain.ID, i briefing.Item) cells {
			return cells{"id": id, "kind": i.Kind, "retracted": i.Retracted, "closed": i.Closed, "overdue": i.FellBy != "" && i.FellBy == i.Due}
		})
	}),
	within("briefing", "briefing_claims", itemsOf+" AND x.status IN ('SHOWN', 'REQUESTED')", func(_ domain.ID, s briefing.State) []cells {
		return items(s, func(id domain.ID, i briefing.Item) []cells {
			shown := each(i.Claims, func(who domain.ID) cells { return cells{"item": id, "speaker": who, "status": "SHOWN"} })
			asked := each(i.Asked, func(a briefing.Asked) cells { return cells{"item": id, "speaker": a.Speaker, "status": "REQUESTED"} })
			return append(shown, asked...)
		})
	}),
	within("briefing", "briefing_deposits", itemsOf, func(_ domain.ID, s briefing.State) []cells {
		return items(s, func(id domain.ID, i briefing.Item) []cells {
			if i.Deposit.Edition == 0 {
				return nil
			}
			return []cells{{"item": id, "edition": i.Deposit.Edition, "own": i.Deposit.Own}}
		})
	}),
	of("briefing", "briefing_participants", "briefing", func(_ domain.ID, s briefing.State) []cells {
		return byKey(s.Participants, func(id domain.ID, p briefing.Participant) cells {
			return cells{"id": id, "person": p.Person, "consent": p.Consent}
		})
	}),
	of("briefing", "briefing_carried", "briefing", func(_ domain.ID, s briefing.State) []cells {
		return each(slices.Collect(maps.Keys(s.Carried)), func(c briefing.Carried) cells { return cells{"outcome": c.Outcome} })
	}),
	of("briefing", "briefing_invitations", "briefing", func(_ domain.ID, s briefing.State) []cells {
		return each(slices.Collect(maps.Keys(s.Invited)), func(i briefing.Invitee) cells { return cells{"entity": i.Entity} })
	}),
	of("briefing", "briefing_attendances", "briefing", func(_ domain.ID, s briefing.State) []cells {
		if s.Attendance.Edition == 0 {
			return nil
		}
		return []cells{{"edition": s.Attendance.Edition, "total": s.Attendance.Total}}
	}),
	of("briefing", "briefing_summaries", "briefing", func(_ domain.ID, s briefing.State) []cells {
		if s.Summary == 0 {
			return nil
		}
		return []cells{{"edition": s.Summary}}
	}),
}

// items makes rows for all items of a briefing.
func items(s briefing.State, r func(domain.ID, briefing.Item) []cells) []cells {
	var all []cells
	for _, id := range slices.Sorted(maps.Keys(s.Items)) {
		all = append(all, r(id, s.Items[id])...)
	}
	return all
}
