package domain

import "regexp"

// A ReasonCode says why something was done to somebody's item, by the policy
// in force. Nothing is hidden without one.
type ReasonCode struct {
	Policy string `json:"policy"` // the policy's version, such as "moderation-3"
	Code   string `json:"code"`   // as that policy lists it, such as "PERSONAL_DATA"
	Text   string `json:"text"`   // the reason in words, for the person it concerns
}

var (
	policyShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._\-]{0,63}$`)
	codeShape   = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)
)

const maxReason = 4000 // characters; two printed pages, enough for any decision

// NewReasonCode refuses, pointing at "policy", "code" or "text" below path,
// when one of the three is missing or misshapen. Whether the policy lists the
// code is for the caller, who holds the policy.
func NewReasonCode(policy, code, text string, path ...string) (ReasonCode, error) {
	if !policyShape.MatchString(policy) {
		return ReasonCode{}, Refuse(Invalid, "reason.policy", "Please name the version of the policy that this follows.").At(within(path, "policy")...)
	}
	if !codeShape.MatchString(code) {
		return ReasonCode{}, Refuse(Invalid, "reason.code", "Please give a reason code of the policy, such as PERSONAL_DATA.").At(within(path, "code")...)
	}
	text, err := Clean(text, maxReason, within(path, "text")...)
	if err != nil {
		return ReasonCode{}, err
	}
	return ReasonCode{policy, code, text}, nil
}

// String returns policy and code, such as "moderation-3 PERSONAL_DATA".
func (r ReasonCode) String() string {
	if r == (ReasonCode{}) {
		return ""
	}
	return r.Policy + " " + r.Code
}
