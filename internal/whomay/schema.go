package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/domain"
)

var (
	mutationType = regexp.MustCompile(`^(extend )?type Mutation\b`)
	field        = regexp.MustCompile(`^  (\w+)[(:]`)
	stated       = regexp.MustCompile(` @sends\(by: \[[^\]]*\]\)`)
	result       = regexp.MustCompile(`\): \w+!?`)
)

// direct returns the text of a schema in which every mutation states who may
// send it, as the commands say that its resolver builds.
func direct(text string, built map[string][]string, known map[string]domain.Command) (string, error) {
	order, err := members(text)
	if err != nil {
		return "", err
	}
	lines, inside := strings.Split(text, "\n"), false
	for i, line := range lines {
		switch {
		case mutationType.MatchString(line):
			inside = true
		case line == "}":
			inside = false
		case inside && field.MatchString(line):
			name := field.FindStringSubmatch(line)[1]
			by, err := senderList(built[name], known, order)
			if err != nil {
				return "", fmt.Errorf("mutation %s: %w", name, err)
			}
			line = stated.ReplaceAllString(line, "")
			at := result.FindStringIndex(line)
			if at == nil {
				return "", fmt.Errorf("mutation %s does not stand on one line", name)
			}
			lines[i] = line[:at[1]] + " @sends(by: [" + strings.Join(by, ", ") + "])" + line[at[1]:]
		}
	}
	return strings.Join(lines, "\n"), nil
}

// senderList is everybody who may send one of the commands, in the order of
// enum Who.
func senderList(names []string, known map[string]domain.Command, order []string) ([]string, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("its resolver builds no command that the domain knows")
	}
	var all []string
	for _, n := range names {
		all = append(all, senders(known[n])...)
	}
	for _, w := range all {
		if !slices.Contains(order, w) {
			return nil, fmt.Errorf("enum Who has no %s", w)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("nobody may send %v", names)
	}
	return slices.DeleteFunc(slices.Clone(order), func(w string) bool { return !slices.Contains(all, w) }), nil
}

// members lists enum Who.
func members(text string) ([]string, error) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	if err != nil {
		return nil, err
	}
	enum := s.Types["Who"]
	if enum == nil {
		return nil, fmt.Errorf("the schema has no enum Who")
	}
	var all []string
	for _, v := range enum.EnumValues {
		all = append(all, v.Name)
	}
	return all, nil
}
