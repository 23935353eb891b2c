package logkey

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	one   = "example/log+94dd2976+AUJWLSUg029woEOLeH36AoIi3IveoK6Br+OTLA/p/q4w"
	two   = "example/log+0c8b4b9d+ARdnbik2LuHgAl/HZ8wiqnNwgg7PbGjB/OOLDezw11RK"
	three = "example/log+00000001+AAAA"
	alien = "other/log+00000002+AAAA"
	head  = "example/log\n5\nLTuhak8DW6W+lgur6tCJTnN+8rnDJEY3hbvb61R5w7I=\n\n— example/log lN0pdhq9\n"
)

var sys = domaintest.Sys()

func TestRotate(t *testing.T) {
	once := []Event{Rotated{one, two, head}}
	twice := append(once, Rotated{two, three, head})
	refused := func(name string, c Rotate, code domain.Code, slug string, given ...Event) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, Given: given, When: c, By: sys, Code: code, Slug: slug}
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "the key of the first day is replaced", When: Rotate{one, two, head}, By: sys, Then: once},
		{Name: "and the one after it", Given: once, When: Rotate{two, three, head}, By: sys, Then: twice[1:]},
		{Name: "doing it twice is quiet", Given: once, When: Rotate{one, two, head}, By: sys},
		{Name: "the installation alone rotates", When: Rotate{one, two, head}, By: domaintest.Officer("per_ada"), Code: domain.NotAllowed},
		refused("a key that does not sign is not replaced", Rotate{one, three, head}, domain.NotAllowed, "log_key.old", once...),
		refused("the new key is another", Rotate{one, one, head}, domain.Invalid, "log_key.reused"),
		refused("a replaced key does not come back", Rotate{three, one, head}, domain.Invalid, "log_key.reused", twice...),
		refused("the log keeps its name", Rotate{one, alien, head}, domain.Invalid, "log_key.origin"),
		refused("no old key", Rotate{"", two, head}, domain.Invalid, "log_key.key"),
		refused("no new key", Rotate{one, "", head}, domain.Invalid, "log_key.key"),
		refused("a key with a bad ID", Rotate{one, "example/log+xyz+AAAA", head}, domain.Invalid, "log_key.key"),
		refused("a private key", Rotate{one, "PRIVATE+KEY+" + two, head}, domain.Invalid, "log_key.key"),
		refused("no head", Rotate{one, two, ""}, domain.Invalid, "log_key.checkpoint"),
		refused("a head of another log", Rotate{one, two, strings.ReplaceAll(head, "example", "other")}, domain.Invalid, "log_key.checkpoint"),
		refused("a head that another signed", Rotate{one, two, strings.Replace(head, "— example", "— other", 1)}, domain.Invalid, "log_key.checkpoint"),
		refused("a head without a signature", Rotate{one, two, head[:strings.Index(head, "—")]}, domain.Invalid, "log_key.checkpoint"),
		refused("a head with more lines", Rotate{one, two, strings.Replace(head, "\n5\n", "\n5\n6\n", 1)}, domain.Invalid, "log_key.checkpoint"),
		refused("a head without end", Rotate{one, two, head + strings.Repeat("— example/log lN0pdhq9\n", 4000)}, domain.Invalid, "log_key.checkpoint"),
	})
}
