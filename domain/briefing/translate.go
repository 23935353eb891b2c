package briefing

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// TranslateText puts a translation beside the text of a statement. A speaker's
// own translation is theirs alone to replace.
type TranslateText struct {
	Statement domain.ID
	Text      domain.Text
	Origin    domain.Origin
	Expected  *int64 // the edition of the text that was translated
}

// By implements domain.Command.
func (TranslateText) By() []domain.Capacity { return staffOrOwn }

func (c TranslateText) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Statement, "statement", Statement)
	if err != nil {
		return nil, err
	}
	own, err := it.of(by.By)
	if err != nil {
		return nil, err
	}
	d := it.Deposit
	if d.Hash == "" || d.Withdrawn {
		return nil, domain.Refuse(domain.NotAllowed, "briefing.no_text", "There is no text to translate.").At("statement")
	}
	if err := domain.Expect(c.Expected, d.Edition); err != nil {
		return nil, err
	}
	t, err := text(c.Text, maxStatement, "text")
	if err != nil {
		return nil, err
	}
	tr, err := domain.NewTranslation(t, c.Origin, "origin")
	if err != nil {
		return nil, err
	}
	was := d.Translations[t.Language]
	switch {
	case t.Language == d.Language:
		return nil, domain.Refuse(domain.Invalid, "briefing.same_language", "This is the language of the original.").At("text", "language")
	case was == (Translated{Own: own, Hash: hash(t)}):
		return nil, nil
	case was.Own && !own:
		return nil, domain.Refuse(domain.NotOwner, "briefing.own_deposit", "The speakers handed this in themselves; only they may replace it.")
	}
	return []Event{StatementTranslationAttached{Statement: c.Statement, Edition: d.Edition, Own: own, Translation: tr}}, nil
}

// StatementTranslationAttached records a translation of one edition of a text.
// The original stays what is cited.
type StatementTranslationAttached struct {
	Statement   domain.ID          `json:"statement"`
	Edition     int64              `json:"edition"`
	Own         bool               `json:"own"` // by the speaker
	Translation domain.Translation `json:"translation"`
}

// EventType implements domain.Event.
func (StatementTranslationAttached) EventType() string {
	return "briefing.statement_translation_attached"
}

func (e StatementTranslationAttached) evolve(s State) State {
	return s.change(e.Statement, func(i *Item) {
		all := maps.Clone(i.Deposit.Translations)
		if all == nil {
			all = map[string]Translated{}
		}
		all[e.Translation.Language] = Translated{Own: e.Own, Hash: hash(e.Translation.Text)}
		i.Deposit.Translations = all
	})
}
