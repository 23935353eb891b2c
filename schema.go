// Package rapporteur holds the API's contract, as the server serves it.
package rapporteur

import _ "embed"

// Schema is the commented GraphQL schema.
//
//go:embed schema.graphqls
var Schema string
