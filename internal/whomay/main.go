// Command whomay writes what the rules of who may do what are made into: the
// directives of mutations in schema.graphqls, which repeat what the commands
// say in the domain, and docs/who-may.md, which is all rules for people.
// It runs at the top of the module.
package main

import (
	"fmt"
	"os"
)

const (
	schemaFile = "schema.graphqls"
	pageFile   = "docs/who-may.md"
	resolvers  = "graph"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "whomay:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	text, doc, err := made(root)
	if err != nil {
		return err
	}
	if err := os.WriteFile(root+"/"+schemaFile, []byte(text), 0o644); err != nil {
		return err
	}
	return os.WriteFile(root+"/"+pageFile, []byte(doc), 0o644)
}

// made returns what the schema and the page should be.
func made(root string) (text, doc string, err error) {
	was, err := os.ReadFile(root + "/" + schemaFile)
	if err != nil {
		return "", "", err
	}
	known := commands()
	built, err := sends(root+"/"+resolvers, known)
	if err != nil {
		return "", "", err
	}
	if text, err = direct(string(was), built, known); err != nil {
		return "", "", err
	}
	doc, err = page(text)
	return text, doc, err
}
