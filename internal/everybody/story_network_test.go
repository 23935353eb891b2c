package everybody

import "strings"

const (
	work  = `id: "${wg}", `
	post  = `{language: "en", title: "Officer", grade: "P-4", dutyStation: "Geneva", function: "Reviews"}`
	terms = `kind: FINANCIAL, text: ` + `{language: "en", value: "We give."}` + `, scope: {concerns: MIGRANTS, objectives: [23], principles: ["a"], places: [{symbol: "A/RES/73/195", paragraph: "43"}]}, amount: {amount: "100.00", currency: "USD"}, fund: "fund_mptf", ends: "2025-12-31", `
)

// coordination is champion countries and working groups.
var coordination = []step{
	{as: "secretariat", does: "inviteChampion", calls: "champion", in: `state: "${freedonia}", ` + day},
	{as: "mission", does: "acceptChampion", of: "freedonia", in: `id: "${champion}", ` + day},
	{as: "secretariat", does: "listChampion", in: `id: "${champion}", listVersion: 1, ` + day},
	{as: "mission", does: "agreeSupport", of: "freedonia", in: `id: "${champion}", plan: ` + text("A plan.") + `, ` + day},
	{as: "mission", does: "shareLesson", of: "freedonia", in: `id: "${champion}", lesson: ` + text("Listen.") + `, ` + day},
	{as: "mission", does: "stepDownChampion", of: "freedonia", in: `id: "${champion}", ` + day},
	{as: "secretariat", does: "inviteChampion", calls: "invited", in: `state: "${sylvania}", ` + day},
	{as: "mission2", does: "declineChampion", of: "sylvania", in: `id: "${invited}", ` + day},
	{as: "secretariat", does: "constituteWorkingGroup", calls: "wg", in: `name: ` + text("A group") + `, task: ` + text("To work.") + `, source: {symbol: "A/RES/73/195", paragraph: "45"}, entity: "${group}", ` + day},
	{as: "secretariat", does: "designateCoLead", in: work + `coLead: "${agency}", ` + day},
	{as: "ngo", does: "joinGroup", only: "ngo-admin secretariat", in: work + `member: "${ngo}", ` + day},
	{as: "partner", does: "joinGroup", only: "secretariat", in: work + `member: "${partner}"`},
	{as: "partner", does: "leaveGroup", only: "secretariat", in: work + `member: "${partner}"`},
	{as: "network", does: "reportGroupUpdate", only: "secretariat lead", in: work + `text: ` + text("It goes on.") + `, ` + day},
	{as: "network", does: "publishDeliverable", only: "secretariat lead", in: work + `title: ` + text("A guide") + `, link: "https://network.example/guide", ` + day},
	{as: "secretariat", does: "concludeGroup", in: work + day},
}

// lent are secondments.
var lent = []step{
	{as: "network", does: "offerSecondment", calls: "offered", of: "agency", in: `post: ` + post + `, start: "2020-04", until: "2021-04", ` + day},
	{as: "network", does: "announceSecondment", only: none, in: `id: "${offered}", start: "2020-05", ` + day},
	{as: "network", does: "nameSecondedPerson", only: none, in: `id: "${offered}", person: "${per.stranger}", name: "S. Tranger"`},
	{as: "network", does: "confirmSecondmentStart", only: none, in: `id: "${offered}", ` + day},
	{as: "network", does: "extendSecondment", only: none, in: `id: "${offered}", until: "2022-04", reason: ` + text("Good work.") + `, ` + day},
	{as: "secretariat", does: "acknowledgeSecondment", in: `id: "${offered}", source: "A briefing", ` + day},
	{as: "network", does: "endSecondment", only: none, in: `id: "${offered}", reason: ` + text("Done.") + `, ` + day},
	{as: "secretariat", does: "recordSecondment", calls: "said", in: `entity: "${agency}", impending: true, post: ` + post + `, source: "A briefing", ` + day},
	{as: "secretariat", does: "correctSecondmentRecord", in: `id: "${said}", until: "2021-06", impending: true, post: ` + post + `, source: "A letter", ` + day},
	{as: "network", does: "confirmSecondment", only: none, in: `id: "${said}", ` + day},
	{as: "network", does: "cancelSecondment", only: none, in: `id: "${said}", reason: ` + text("No money.")},
	{as: "secretariat", does: "recordSecondment", calls: "heard", in: `entity: "${agency}", source: "A briefing"`},
	{as: "network", does: "contestSecondment", only: none, in: `id: "${heard}", reason: ` + text("Not us.")},
}

// pledges are commitments.
var pledges = []step{
	{as: "secretariat", does: "recordAnnouncement", calls: "announced", in: `kind: POLICY, text: ` + text("They give.") + `, quantifier: SEVERAL, attribution: CATEGORY, category: {vocabulary: "stakeholder-categories-gcm-44", term: "civil-society"}, source: "A briefing", ` + day},
	{as: "secretariat", does: "recordCommitment", calls: "attributed", in: terms + `owner: "${ngo}", source: "A briefing", ` + day},
	{as: "secretariat", does: "correctCommitmentRecord", in: `id: "${attributed}", ` + strings.Replace(terms, "100.00", "120.00", 1) + `source: "A letter", ` + day},
	{as: "secretariat", does: "recordCommitment", calls: "confirmed", in: terms + `owner: "${ngo}", source: "A briefing", ` + day},
	{as: "ngo", does: "confirmCommitment", of: "ngo", in: `id: "${confirmed}", ` + day},
	{as: "secretariat", does: "recordCommitment", calls: "contested", in: terms + `owner: "${ngo}", source: "A briefing"`},
	{as: "ngo", does: "contestCommitment", of: "ngo", in: `id: "${contested}", reason: ` + text("Not us.")},
	{as: "ngo", does: "submitPledge", calls: "pledge", in: `form: COMMON, ` + terms + `coPledgers: ["${partner}", "${other}", "${agency}"], announcement: "${announced}", ` + day},
	{as: "partner", does: "confirmCoPledge", only: "ngo2 network", in: `id: "${pledge}"`},
	{as: "ngo2", does: "leavePledge", only: "partner network", in: `id: "${pledge}"`},
	{as: "ngo", does: "publishPledge", of: "ngo", in: `id: "${pledge}"`},
	{as: "ngo", does: "submitPledge", calls: "secret", in: `form: PARTNERSHIP, ` + terms + `coPledgers: ["${partner}"]`},
	{as: "mission2", does: "submitPledge", calls: "matching", in: `form: MATCHING, ` + terms + day},
	{as: "mission2", does: "publishPledge", of: "sylvania", in: `id: "${matching}"`},
	{as: "ngo", does: "matchPledge", of: "ngo", in: `id: "${pledge}", with: "${matching}"`},
	{as: "ngo", does: "reportProgress", of: "ngo", in: `id: "${pledge}", stage: IN_PROGRESS, text: ` + text("It goes on.") + `, evidence: [{title: ` + text("A report") + `, link: "https://ngo.example/report"}], ` + day},
	{as: "ngo", does: "reportProgress", of: "ngo", in: `id: "${pledge}", expectedVersion: "99", stage: IN_PROGRESS, text: ` + text("It goes on."), fails: "ConflictError", says: `{"currentVersion":"2"}`},
	{as: "ngo2", does: "challengeProgress", only: "partner mission mission2 team mechanism network lead commission", in: `id: "${pledge}", report: "1", text: ` + text("It does not.") + `, evidence: [{title: ` + text("A photograph") + `, link: "https://other.example/photograph"}]`},
	{as: "ngo", does: "submitPledge", calls: "broken", in: `form: PARTNERSHIP, ` + terms + `coPledgers: ["${partner}"], announcement: "${announced}"`},
	{as: "ngo", does: "publishPledge", of: "ngo", in: `id: "${broken}"`},
	{as: "ngo", does: "matchPledge", of: "ngo", in: `id: "${broken}", with: "${matching}"`},
	{as: "ngo", does: "reportProgress", of: "ngo", in: `id: "${broken}", stage: PLANNING, text: ` + text("It may be.")},
	{as: "ngo", does: "withdrawPledge", of: "ngo", in: `id: "${broken}", reason: ` + text("No money.")},
	{as: "secretariat", does: "recordCommitment", calls: "recanted", in: terms + `owner: "${ngo}", source: "A briefing"`},
	{as: "ngo", does: "confirmCommitment", of: "ngo", in: `id: "${recanted}"`},
	{as: "ngo", does: "withdrawPledge", of: "ngo", in: `id: "${recanted}"`},
}
