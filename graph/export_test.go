package graph

import "github.com/rapporteur-project/rapporteur/graph/generated"

// Over is the API over other resolvers.
func Over(c Config, root generated.ResolverRoot) *API {
	r := &Resolver{c}
	return r.api(generated.NewExecutableSchema(generated.Config{Resolvers: root, Schema: served()}))
}

// Spawn is for producers that the schema does not have.
var Spawn = new(Resolver).spawn
