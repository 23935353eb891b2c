package installation

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	logKey   = "example/log+94dd2976+AUJWLSUg029woEOLeH36AoIi3IveoK6Br+OTLA/p/q4w"
	otherKey = "example/log+0c8b4b9d+ARdnbik2LuHgAl/HZ8wiqnNwgg7PbGjB/OOLDezw11RK"
)

var (
	sys           = domaintest.Sys()
	secret, other = strings.Repeat("ab", 32), strings.Repeat("cd", 32)
)

func TestCommitKeys(t *testing.T) {
	begun := []Event{KeysCommitted{Secret: secret}}
	both := append(begun, KeysCommitted{secret, logKey})
	refused := func(name string, c Command, code domain.Code, slug string, given ...Event) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, Given: given, When: c, By: sys, Code: code, Slug: slug}
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "the secret comes first", When: CommitKeys{Secret: secret}, By: sys, Then: begun},
		{Name: "the log's key follows", Given: begun, When: CommitKeys{secret, logKey}, By: sys, Then: both[1:]},
		{Name: "both at once", When: CommitKeys{secret, logKey}, By: sys, Then: both[1:]},
		{Name: "twice is quiet", Given: both, When: CommitKeys{secret, logKey}, By: sys},
		{Name: "a log that is not opened says nothing of its key", Given: both, When: CommitKeys{Secret: secret}, By: sys},
		{Name: "only the installation commits", When: CommitKeys{Secret: secret}, By: domaintest.Officer("per_ada"), Code: domain.NotAllowed},
		refused("another secret", CommitKeys{other, logKey}, domain.NotAllowed, "installation.secret", both...),
		refused("another key", CommitKeys{secret, otherKey}, domain.NotAllowed, "installation.log_key", both...),
		refused("no secret", CommitKeys{LogKey: logKey}, domain.Invalid, "installation.hash"),
		refused("half a hash", CommitKeys{Secret: secret[:62]}, domain.Invalid, "installation.hash"),
		refused("a hash in capitals", CommitKeys{Secret: strings.ToUpper(secret)}, domain.Invalid, "installation.hash"),
		refused("what is no key", CommitKeys{secret, "example/log"}, domain.Invalid, "installation.key"),
		refused("a key without end", CommitKeys{secret, logKey + strings.Repeat("A", 512)}, domain.Invalid, "installation.key"),
	})
}

func TestAcceptLoss(t *testing.T) {
	begun := []Event{KeysCommitted{secret, logKey}}
	said := "log/checkpoint is missing"
	refused := func(name string, c Command, code domain.Code, slug string) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, Given: begun, When: c, By: sys, Code: code, Slug: slug}
	}
	lost := LossAccepted{Loss: Secret, Found: said, Secret: other}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "the published log", Given: begun, When: AcceptLoss{Loss: PublishedLog, Found: said}, By: sys, Then: []Event{LossAccepted{Loss: PublishedLog, Found: said}}},
		{Name: "the secret", Given: begun, When: AcceptLoss{Secret, said, other}, By: sys, Then: []Event{lost}},
		{Name: "after that the new secret is the record's", Given: append(begun, lost), When: CommitKeys{other, logKey}, By: sys},
		refused("a secret without its hash", AcceptLoss{Secret, said, ""}, domain.Invalid, "installation.hash"),
		refused("an unknown loss", AcceptLoss{Loss: "everything", Found: said}, domain.Invalid, "installation.loss"),
		refused("without saying what was missing", AcceptLoss{Loss: Records}, domain.Invalid, "text.empty"),
		{Name: "nothing is lost before the record names its keys", When: AcceptLoss{Loss: Records, Found: said}, By: sys, Code: domain.NotFound},
		{Name: "only the installation accepts", Given: begun, When: AcceptLoss{Loss: Records, Found: said}, By: domaintest.Officer("per_ada"), Code: domain.NotAllowed},
	})
}
