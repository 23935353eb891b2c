package briefing

import (
	"encoding/hex"

	"github.com/rapporteur-project/rapporteur/domain"
)

// DepositText hands in what a speaker said: the text, a link or file, or both.
// Speakers do it themselves at any time after the statement was recorded, also
// to replace what the secretariat handed in for them.
type DepositText struct {
	Statement domain.ID
	Text      domain.Text // in the language it was given in; may be empty beside a document
	Document  Document
	Expected  *int64 // the edition of the text that is replaced

	// Stored reports that the file of Document.Sha256 is kept here. The app
	// fills it in from the blob store.
	Stored bool `json:"-"`
}

// By implements domain.Command.
func (DepositText) By() []domain.Capacity { return staffOrOwn }

func (c DepositText) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Statement, "statement", Statement)
	if err != nil {
		return nil, err
	}
	own, err := it.may(by.By)
	if err != nil {
		return nil, err
	}
	was := it.Deposit
	e := StatementTextDeposited{Statement: c.Statement, Edition: was.Edition + 1, Corrects: was.Edition, Own: own}
	if e.Text, err = textIf(c.Text, maxStatement, "text"); err != nil {
		return nil, err
	}
	if c.Document != (Document{}) || e.Text == (domain.Text{}) {
		if e.Document, err = c.Document.check(c.Stored, "document"); err != nil {
			return nil, err
		}
	}
	if e.Text != (domain.Text{}) {
		e.TextSha256 = hash(e.Text)
	}
	if was.Edition > 0 && !was.Withdrawn && own == was.Own && e.TextSha256 == was.Hash && e.Text.Language == was.Language && e.Document == was.Document {
		return nil, nil
	}
	return []Event{e}, domain.Expect(c.Expected, was.Edition)
}

// hash returns the hash of the text alone, as a citation pins it.
func hash(t domain.Text) string {
	h := t.SHA256()
	return hex.EncodeToString(h[:])
}

// StatementTextDeposited records the text of a statement, or where it lies.
type StatementTextDeposited struct {
	Statement  domain.ID   `json:"statement"`
	Edition    int64       `json:"edition"`
	Corrects   int64       `json:"corrects,omitempty"` // the edition this takes the place of
	Own        bool        `json:"own"`                // by the speaker, not by the secretariat for them
	Text       domain.Text `json:"text,omitzero"`
	TextSha256 string      `json:"textSha256,omitempty"`
	Document   Document    `json:"document,omitzero"`
}

// EventType implements domain.Event.
func (StatementTextDeposited) EventType() string { return "briefing.statement_text_deposited" }

func (e StatementTextDeposited) evolve(s State) State {
	return s.change(e.Statement, func(i *Item) {
		i.Deposit = Deposit{Edition: e.Edition, Own: e.Own, Language: e.Text.Language, Hash: e.TextSha256, Document: e.Document}
	})
}

// WithdrawText takes a speaker's own text back. That they spoke stays.
type WithdrawText struct {
	Statement domain.ID
	Reason    string // may be empty
}

// By implements domain.Command.
func (WithdrawText) By() []domain.Capacity { return domain.SignedIn }

func (c WithdrawText) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Statement, "statement", Statement)
	if err != nil {
		return nil, err
	}
	own, err := it.of(by.By)
	if err != nil {
		return nil, err
	}
	if !own {
		return nil, domain.Refuse(domain.NotOwner, "briefing.not_yours", "Only the speaker may take the text back.")
	}
	if it.Deposit.Edition == 0 || it.Deposit.Withdrawn {
		return nil, nil
	}
	why, err := cleanIf(c.Reason, maxReason, "reason")
	return []Event{StatementTextWithdrawn{Statement: c.Statement, Edition: it.Deposit.Edition, Reason: why}}, err
}

// StatementTextWithdrawn records that a speaker took the text back. A public
// tombstone stays, since the text was public; what cites it is invalidated.
type StatementTextWithdrawn struct {
	Statement domain.ID `json:"statement"`
	Edition   int64     `json:"edition"`
	Reason    string    `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (StatementTextWithdrawn) EventType() string { return "briefing.statement_text_withdrawn" }

func (e StatementTextWithdrawn) evolve(s State) State {
	return s.change(e.Statement, func(i *Item) { i.Deposit.Withdrawn, i.Deposit.Own = true, true })
}
