// Package examples holds the example operations, for the page that offers them.
package examples

import (
	"embed"
	"encoding/json"
	"io/fs"
	"strings"
)

//go:embed *.graphql *.json
var files embed.FS

// An Example is one story: operations to send one after the other.
type Example struct {
	Name      string          `json:"name"` // such as civil-society-contribute
	Text      string          `json:"text"`
	Variables json.RawMessage `json:"variables"` // by operation
}

// All returns the examples by name.
func All() ([]Example, error) {
	names, err := fs.Glob(files, "*.graphql")
	if err != nil {
		return nil, err
	}
	var all []Example
	for _, file := range names {
		text, err := files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(file, ".graphql")
		variables, err := files.ReadFile(name + ".json")
		if err != nil {
			variables = []byte("{}") // an example without any has no such file
		}
		all = append(all, Example{Name: name, Text: string(text), Variables: variables})
	}
	return all, nil
}
