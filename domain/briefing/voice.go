package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// A Voice says who spoke from the floor, as far as that may be told, and how
// many, as far as that is known.
//
//	NAMED         Parties; no quantifier, since the names say how many
//	CATEGORY      Category and Quantifier: "several faith-based organizations"
//	UNATTRIBUTED  Quantifier alone: "several delegates"
//
// A quantifier never becomes a number or names. What was recorded without
// names is never given any by the secretariat; a speaker may step forward with
// [ClaimIntervention].
type Voice struct {
	Attribution domain.Attribution `json:"attribution"`
	Quantifier  domain.Quantifier  `json:"quantifier,omitempty"`
	Parties     []Party            `json:"parties,omitempty"`
	Category    Term               `json:"category,omitzero"`
}

func (v Voice) terms() []Term {
	if v.Category == (Term{}) {
		return nil
	}
	return []Term{v.Category}
}

func (v Voice) check(k Known) (Voice, error) {
	var err error
	if v.Attribution, err = domain.ParseAttribution(string(v.Attribution), "voice", "attribution"); err != nil {
		return v, err
	}
	named, categorised := v.Attribution == domain.Named, v.Attribution == domain.ByCategory
	switch {
	case named && v.Quantifier != "":
		return v, domain.Refuse(domain.Invalid, "briefing.quantifier_and_names", "Please give either names or a quantifier: one never stands for the other.").At("voice", "quantifier")
	case named && len(v.Parties) == 0:
		return v, domain.Refuse(domain.Invalid, "briefing.names", "Please name who spoke, or record it as UNATTRIBUTED.").At("voice", "parties")
	case !named && len(v.Parties) > 0:
		return v, domain.Refuse(domain.Invalid, "briefing.names_not_told", "What is recorded as %s names nobody.", v.Attribution).At("voice", "parties")
	case categorised == (v.Category == Term{}):
		return v, domain.Refuse(domain.Invalid, "briefing.category", "A category is given with CATEGORY, and with nothing else.").At("voice", "category")
	}
	if !named {
		if v.Quantifier, err = domain.ParseQuantifier(string(v.Quantifier), "voice", "quantifier"); err != nil {
			return v, err
		}
	}
	if categorised {
		if v.Category, err = v.Category.check(k, "voice", "category"); err != nil {
			return v, err
		}
	}
	v.Parties, err = parties(v.Parties, k, "voice", "parties")
	return v, err
}

// item is what decisions read of something said by v.
func (v Voice) item(kind Kind) Item {
	return Item{Kind: kind, By: unique(entities(v.Parties...)), Attribution: v.Attribution, Quantifier: v.Quantifier, Category: v.Category}
}

// said is what was said from the floor, checked.
type said struct {
	voice Voice
	text  domain.Text
	terms []Term
	on    domain.PartialDate
}

func hear(v Voice, words domain.Text, ts []Term, on domain.PartialDate, k Known, by domain.Cause) (said, error) {
	var s said
	var err error
	if s.on, err = happened(on, by); err != nil {
		return s, err
	}
	if s.voice, err = v.check(k); err != nil {
		return s, err
	}
	if s.text, err = text(words, maxPoint, "text"); err != nil {
		return s, err
	}
	s.terms, err = terms(ts, k, "terms")
	return s, err
}
