package commitment

import "github.com/rapporteur-project/rapporteur/domain"

var table = domain.Table{
	"": {
		domain.On(RecordAnnouncement{}, announced),
		domain.On(Record{}, recorded),
		domain.On(Submit{}, submitted),
	},
	announced: {
		domain.On(Record{}, recorded),
		domain.On(CorrectRecord{}, announced),
		domain.On(Confirm{}, confirmed),
		domain.On(Contest{}, contested),
	},
	recorded: {
		domain.On(CorrectRecord{}, recorded),
		domain.On(Confirm{}, confirmed),
		domain.On(Contest{}, contested),
	},
	submitted: {
		domain.On(ConfirmCoPledge{}, submitted),
		domain.On(LeavePledge{}, submitted),
		domain.On(Publish{}, confirmed),
		domain.On(Withdraw{}, withdrawn),
	},
	confirmed: {
		domain.On(Confirm{}, confirmed),
		domain.On(Publish{}, confirmed),
		domain.On(ConfirmCoPledge{}, confirmed),
		domain.On(LeavePledge{}, confirmed),
		domain.On(Match{}, confirmed),
		domain.On(ReportProgress{}, planning, inProgress, fulfilled),
		domain.On(MarkStale{}, confirmed),
		domain.On(Lapse{}, lapsed),
		domain.On(Withdraw{}, withdrawn),
	},
	planning: {
		domain.On(ConfirmCoPledge{}, planning),
		domain.On(LeavePledge{}, planning),
		domain.On(Match{}, planning),
		domain.On(ReportProgress{}, planning, inProgress, fulfilled),
		domain.On(ChallengeProgress{}, planning),
		domain.On(MarkStale{}, planning),
		domain.On(Lapse{}, lapsed),
		domain.On(Withdraw{}, withdrawn),
	},
	inProgress: {
		domain.On(ConfirmCoPledge{}, inProgress),
		domain.On(LeavePledge{}, inProgress),
		domain.On(Match{}, inProgress),
		domain.On(ReportProgress{}, inProgress, fulfilled),
		domain.On(ChallengeProgress{}, inProgress),
		domain.On(MarkStale{}, inProgress),
		domain.On(Lapse{}, lapsed),
		domain.On(Withdraw{}, withdrawn),
	},
	fulfilled: {
		domain.On(ReportProgress{}, fulfilled), // more evidence, perhaps in answer to a challenge
		domain.On(ChallengeProgress{}, fulfilled),
	},
	lapsed: {
		domain.On(ReportProgress{}, fulfilled), // fulfilled in time, reported late
		domain.On(ChallengeProgress{}, lapsed),
		domain.On(Lapse{}, lapsed),
	},
	withdrawn: {domain.On(Withdraw{}, withdrawn)},
	contested: {domain.On(Contest{}, contested)},
}
