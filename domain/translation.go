package domain

// An Origin says how a text came into its language.
type Origin string

// The origins. The original is a Text and never a Translation; its name is
// here because the API shows original and translations in one list.
const (
	Original Origin = "ORIGINAL"
	Human    Origin = "HUMAN"
	Machine  Origin = "MACHINE"
)

// Origins lists every origin.
var Origins = []Origin{Original, Human, Machine}

// A Translation stands beside an original and never replaces it.
type Translation struct {
	Text
	Origin Origin `json:"origin"` // HUMAN or MACHINE
}

// NewTranslation marks t, as NewText made it, with who translated it. It
// refuses, pointing at path, an origin other than Human and Machine.
func NewTranslation(t Text, origin Origin, path ...string) (Translation, error) {
	if origin != Human && origin != Machine {
		return Translation{}, Refuse(Invalid, "translation.origin", "Please say whether a person or a machine translated this: HUMAN or MACHINE.").At(path...)
	}
	return Translation{Text: t, Origin: origin}, nil
}
