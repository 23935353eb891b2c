package projections

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/state"
)

var states = Projection{
	Name:    "states",
	Version: 2,
	Reads:   []string{"state"},
	Tables:  []Table{history("states"), history("state_commissions")},
	Schema: `CREATE TABLE states (
		id           TEXT    NOT NULL,
		status       TEXT    NOT NULL, -- ACTIVE RENAMED ENDED
		edition      INTEGER NOT NULL,
		code         TEXT    NOT NULL, -- ISO 3166-1 alpha-3
		name         TEXT    NOT NULL, -- by which lists are sorted
		names        TEXT    NOT NULL, -- JSON: [{Language, Short, Formal}]
		words        TEXT    NOT NULL, -- all names as folded makes them
		numeric      TEXT    NOT NULL, -- M49
		member_since TEXT    NOT NULL, -- as a partial date has it
		membership   TEXT    NOT NULL,
		region       TEXT    NOT NULL,
		sub_region   TEXT    NOT NULL,
		ldc          INTEGER NOT NULL,
		lldc         INTEGER NOT NULL,
		sids         INTEGER NOT NULL,
		renamed_on   TEXT    NOT NULL,
		ended_on     TEXT    NOT NULL,
		end_reason   TEXT    NOT NULL,
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX states_id ON states (id, valid_to);
	CREATE INDEX states_code ON states (code, valid_to);
	CREATE TABLE state_commissions (
		id         TEXT    NOT NULL, -- state/commission
		state      TEXT    NOT NULL,
		commission TEXT    NOT NULL,
		since      TEXT    NOT NULL, -- as a partial date has it
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX state_commissions_id ON state_commissions (id, valid_to);
	CREATE INDEX state_commissions_state ON state_commissions (state, valid_to);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case state.Registered:
			s := append(append(set{"status", "ACTIVE", "edition", 1, "code", e.Code, "renamed_on", "", "ended_on", "", "end_reason", ""}, stateNames(e.Names)...), stateFacts(e.Facts)...)
			return tx.create(ctx, "states", f, f.Aggregate, s)
		case state.Renamed:
			return tx.editState(ctx, f, append(stateNames(e.Names), "status", "RENAMED", "renamed_on", string(e.OccurredOn)))
		case state.Corrected:
			return tx.editState(ctx, f, stateFacts(e.Facts))
		case state.Ended:
			return tx.revise(ctx, "states", f, f.Aggregate, set{"status", "ENDED", "ended_on", string(e.OccurredOn), "end_reason", e.Reason})
		case state.RegionMembershipRecorded:
			return tx.create(ctx, "state_commissions", f, membershipID(f, e.Commission),
				set{"state", string(f.Aggregate), "commission", string(e.Commission), "since", string(e.OccurredOn)})
		case state.RegionMembershipEnded:
			return tx.end(ctx, "state_commissions", f, membershipID(f, e.Commission))
		}
		return nil
	},
}

func membershipID(f Fact, c state.Commission) domain.ID { return f.Aggregate + "/" + domain.ID(c) }

func (t *Tx) editState(ctx context.Context, f Fact, s set) error {
	edition, err := t.current(ctx, "states", "edition", f.Aggregate)
	if err != nil {
		return err
	}
	return t.revise(ctx, "states", f, f.Aggregate, append(s, "edition", edition.(int64)+1))
}

func stateFacts(f state.Facts) set {
	return set{"numeric", f.Numeric, "member_since", string(f.MemberSince), "membership", string(f.Membership), "region", f.Region,
		"sub_region", f.SubRegion, "ldc", f.LDC, "lldc", f.LLDC, "sids", f.SIDS}
}

// stateNames returns the columns of a State's names. Lists are sorted by the
// English name, and by the first where there is none.
func stateNames(in map[string]state.Name) set {
	var all []*StateName
	var words []string
	for _, tag := range slices.Sorted(maps.Keys(in)) {
		n := in[tag]
		all = append(all, &StateName{Language: tag, Short: n.Short, Formal: optional(n.Formal)})
		words = append(words, folded(n.Short), folded(n.Formal))
	}
	name := in["en"].Short
	if name == "" && len(all) > 0 {
		name = all[0].Short
	}
	return set{"name", name, "names", asJSON(all), "words", strings.Join(words, "\n")}
}

// folded is s in small letters without accents, so that people find Türkiye
// and Côte d'Ivoire on any keyboard.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}
