package demo

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
	"github.com/rapporteur-project/rapporteur/domain/state"
	"github.com/rapporteur-project/rapporteur/domain/workinggroup"
)

const (
	officer = "secretariat"
	day     = "2020-03-04"
	source  = "Network briefing to Member States, 4 March 2020"
	compact = "A/RES/73/195"
)

// groups are the two working groups that reported, and the two States.
func (r *recorder) groups() {
	for _, g := range [][2]string{{"platform", "Global Knowledge Platform and Connection Hub"}, {"support", "National and regional support"}} {
		c := workinggroup.Constitute{Name: en(g[1]), Entity: r.entityOf(g[0])}
		do(r, r.app.WorkingGroups, "", workinggroup.Command(c), officer, "constitute "+g[0])
	}
	r.register("SLV", "El Salvador", state.Facts{Numeric: "222", Membership: state.MemberState, Region: "Americas", SubRegion: "Latin America and the Caribbean"}, state.ECLAC)
	r.register("PRT", "Portugal", state.Facts{Numeric: "620", Membership: state.MemberState, Region: "Europe", SubRegion: "Southern Europe"}, state.ECE, state.ECLAC)
}

// register puts a State into the register, with the commissions it belongs to.
func (r *recorder) register(code, name string, f state.Facts, in ...state.Commission) {
	c := state.Register{Code: code, Names: map[string]state.Name{"en": {Short: name}}, Facts: f}
	id := do(r, r.app.States, r.app.StateTarget(code), state.Command(c), officer, "register "+code)
	for _, commission := range in {
		do(r, r.app.States, id, state.Command(state.RecordRegionMembership{Commission: commission}), officer, "region "+code+" "+string(commission))
	}
}

// champions are the two States that accepted.
func (r *recorder) champions() {
	for _, c := range [][2]string{{"SLV", "slv-mission"}, {"PRT", "prt-mission"}} {
		code, mission := c[0], c[1]
		e := r.app.StateEntity(code)
		id := do(r, r.app.Champions, r.app.ChampionTarget(e), champion.Command(champion.Invite{State: e}), officer, "invite "+code)
		do(r, r.app.Champions, id, champion.Command(champion.Accept{OccurredOn: day}), mission, "accept "+code)
		do(r, r.app.Champions, id, champion.Command(champion.List{ListVersion: 1}), officer, "list "+code)
	}
}

// secondments are one that was acknowledged, and one that was to come.
func (r *recorder) secondments() {
	unhcr := secondment.Record{Entity: r.entityOf("unhcr"), Source: source, OccurredOn: day}
	id := do(r, r.app.Secondments, "", secondment.Command(unhcr), officer, "secondment by unhcr")
	do(r, r.app.Secondments, id, secondment.Command(secondment.Acknowledge{Source: source, OccurredOn: day}), officer, "acknowledge unhcr")
	unicef := secondment.Record{Entity: r.entityOf("unicef"), Impending: true, Source: source, OccurredOn: day}
	do(r, r.app.Secondments, "", secondment.Command(unicef), officer, "secondment by unicef")
}

// commitments are by several countries that nobody named, and one by the
// Network that it has not confirmed.
func (r *recorder) commitments() {
	announce := func(key string, kind commitment.Kind, text string) {
		c := commitment.RecordAnnouncement{
			Quantifier: domain.Several, Attribution: domain.Unattributed,
			Wording: commitment.Wording{Kind: kind, Text: en(text)}, Source: source, OccurredOn: day,
		}
		do(r, r.app.Commitments, "", commitment.Command(c), officer, "announced "+key)
	}
	announce("support", commitment.SecretariatSupport, "Support for the Network, and for its Coordinator and secretariat.")
	announce("fund", commitment.Financial, "Contributions to the Migration Multi-Partner Trust Fund.")
	roadmaps := commitment.Record{
		Owner: r.entityOf("network"), Source: source, OccurredOn: day,
		Wording: commitment.Wording{Kind: commitment.RoadmapSupport, Text: en("Help for States that develop roadmaps to implement the Compact.")},
	}
	do(r, r.app.Commitments, "", commitment.Command(roadmaps), officer, "roadmaps")
}
