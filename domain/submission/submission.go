// Package submission decides what may happen to one contribution to a
// consultation, from its first draft to its withdrawal.
//
// A submission has independent states: its lifecycle (the Status), its
// timeliness, its confidentiality and its publication. Only its owner amends,
// withdraws or opens it (G6); the secretariat wraps it: publishes, translates,
// decides on lateness.
package submission

import (
	"maps"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a submission.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State

	// Told says who is told of a record of this event.
	Told() Telling
}

const (
	draft     domain.Status = "draft"
	proposed  domain.Status = "proposed" // to the State's mission, which authorises
	submitted domain.Status = "submitted"
	withdrawn domain.Status = "withdrawn"
	discarded domain.Status = "discarded" // a draft thrown away
)

// Timeliness says whether a submission came in time. It is empty for a draft,
// and while a late one waits for a decision.
type Timeliness string

// How a submission stands to its window.
const (
	OnTime       Timeliness = "ON_TIME"
	AcceptedLate Timeliness = "LATE_ACCEPTED"
	RefusedLate  Timeliness = "LATE_REFUSED"
)

// State is what decisions about a submission read.
type State struct {
	Status  domain.Status
	Round   domain.ID // the consultation
	Owner   domain.ID // entity, or person in their own name; empty for one recorded without a known owner
	Edition int64     // content editions: drafts, the submission, amendments
	Draft   Content   // what was last saved, while it is a draft

	Label     domain.Label   // who may read, as it stands; SEALED while a request is pending
	Requested domain.Label   // confidentiality asked for and not decided; empty for none
	Declined  bool           // the last request was declined: sealed until the owner opens or withdraws it
	Released  int64          // the edition released last; 0 for none
	Retracted map[int64]bool // editions that nobody reads any more
	Hidden    bool           // by a moderator
	Time      Timeliness
	Late      bool // came late; undecided while Time is empty

	Recorded  bool      // taken down by the secretariat
	Import    domain.ID // what it came with, if Recorded
	Confirmed bool      // by the owner, if Recorded
	Contested bool      // by the one it names, if Recorded
	Attested  bool      // by two officers, if Recorded
	Attesting Attesting // by one of them
	Outside   bool      // of the audience, if Recorded

	CoSigners    map[domain.ID]int64 // invited, with the edition they signed last; 0 for none
	Translations map[string]bool     // languages that the current edition is translated into
}

// Access is what the visibility rule looks at.
func (s State) Access() domain.Access {
	return domain.Access{
		Owner: s.Owner, CoSigners: slices.Collect(maps.Keys(s.CoSigners)), Round: s.Round, Label: s.Label,
		Draft:     s.Status == draft || s.Status == proposed || s.Status == discarded,
		Published: s.Released > 0, Hidden: s.Hidden, Withdrawn: s.Status == withdrawn,
	}
}

// Contributes reports whether the submission makes its owner a participant of
// the consultation, who reads what is labelled PARTICIPANTS there: from when it
// is received, or a late one accepted, until it is withdrawn. What the
// secretariat recorded does so once its owner confirms it, unless it came from
// outside the audience.
func (s State) Contributes() bool {
	return s.Status == submitted && (s.Time == OnTime || s.Time == AcceptedLate) && (!s.Recorded || s.Confirmed && !s.Outside)
}

// Officers know whom a record names before that is settled.
var Officers = []domain.Capacity{domain.Secretariat, domain.Editor, domain.Protection}

// Settled reports whether s may be attributed to its owner: they sent it
// themselves, or stand by what was taken down in their name, or two officers
// attest that it is theirs and they do not contest it. Where nobody is named
// there is nothing to settle.
func (s State) Settled() bool { return s.Owner == "" || !s.Recorded || s.Confirmed || s.Attested }

// Names reports whether v, who sees everything of s, may know whose it is.
func (s State) Names(v domain.Viewer) bool {
	return domain.Names(s.Owner, s.Settled(), v, Officers)
}

// Signed reports whether a co-signatory signs the current edition: a signature
// is of an edition, and whoever signed one is asked again for the next.
func (s State) Signed(party domain.ID) bool { return s.CoSigners[party] == s.Edition }

// Decider is the submission aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "submission",
	Noun:     "submission",
	Prefix:   "sub_",
	Codec: domain.NewCodec[Event](
		DraftSaved{}, DraftDiscarded{}, AuthorisationProposed{}, Received{}, Recorded{}, RecordedConfirmed{},
		RecordedContested{}, RecordCorrected{}, RecordedAttestationProposed{}, RecordedAttested{},
		Amended{}, Withdrawn{}, Restored{}, LateAccepted{}, LateRefused{},
		CoSignatoryInvited{}, CoSignatoryConfirmed{}, CoSignatoryLeft{},
		ConfidentialityRequested{}, ConfidentialityGranted{}, ConfidentialityDeclined{}, ConfidentialityLowered{},
		TranslationAttached{}, TranslationCorrected{}, Published{}, EditionRetracted{}, Hidden{},
	),
	Table: table,
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) {
		if err := s.disowned(c); err != nil {
			return nil, err
		}
		return c.decide(s, by)
	},
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.CoSigners, s.Translations, s.Retracted = maps.Clone(s.CoSigners), maps.Clone(s.Translations), maps.Clone(s.Retracted)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Owner },
	Sees:   func(s State, v domain.Viewer) bool { return s.Access().Level(v) > domain.Nothing },
}

var table = domain.Table{
	"": {
		domain.On(SaveDraft{}, draft),
		domain.On(Submit{}, submitted),
		domain.On(Record{}, submitted),
	},
	draft: {
		domain.On(SaveDraft{}, draft),
		domain.On(Discard{}, discarded),
		domain.On(Propose{}, proposed),
		domain.On(Submit{}, submitted),
	},
	proposed: {
		domain.On(SaveDraft{}, draft), // changing it takes the proposal back
		domain.On(Discard{}, discarded),
		domain.On(Propose{}, proposed),
		domain.On(Authorise{}, submitted),
		domain.On(Submit{}, submitted),
	},
	submitted: {
		domain.On(ConfirmRecorded{}, submitted),
		domain.On(ContestRecorded{}, submitted),
		domain.On(CorrectRecord{}, submitted),
		domain.On(AttestRecord{}, submitted),
		domain.On(Amend{}, submitted),
		domain.On(Withdraw{}, withdrawn),
		domain.On(Restore{}, submitted), // quiet
		domain.On(AcceptLate{}, submitted),
		domain.On(RefuseLate{}, submitted),
		domain.On(ConfirmCoSignature{}, submitted),
		domain.On(LeaveJoint{}, submitted),
		domain.On(RequestConfidentiality{}, submitted),
		domain.On(GrantConfidentiality{}, submitted),
		domain.On(DeclineConfidentiality{}, submitted),
		domain.On(LowerConfidentiality{}, submitted),
		domain.On(AttachTranslation{}, submitted),
		domain.On(Publish{}, submitted),
		domain.On(Retract{}, submitted),
		domain.On(Hide{}, submitted),
	},
	withdrawn: {
		domain.On(Withdraw{}, withdrawn), // quiet
		domain.On(Restore{}, submitted),
		domain.On(Retract{}, withdrawn),
		domain.On(Hide{}, withdrawn),
	},
	discarded: {
		domain.On(Discard{}, discarded), // quiet
	},
}
