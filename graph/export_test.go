package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/graph/generated"
)

// Over is the API over other resolvers.
func Over(c Config, root generated.ResolverRoot) *API {
	r := newResolver(c)
	return r.api(generated.NewExecutableSchema(generated.Config{Resolvers: root, Schema: served()}))
}

// Spawn is for producers that the schema does not have.
var Spawn = new(Resolver).spawn

// HeavyHeld is the API while all turns of heavy operations are taken, until
// release is called.
func HeavyHeld(c Config) (api *API, release func()) {
	r := newResolver(c)
	var all []func()
	for range r.heavy.most {
		one, _, _ := r.heavy.take(context.Background(), "somebody else")
		all = append(all, one)
	}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r, Schema: whole(served())})
	return r.api(schema), func() {
		for _, one := range all {
			one()
		}
	}
}
