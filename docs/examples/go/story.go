package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// A story is an example: operations to send one after the other.
type story struct {
	document   string // the file; each operation is sent by its name
	operations []operation
	variables  map[string]any // by operation
}

type operation struct{ as, kind, name string }

var (
	heads = regexp.MustCompile(`(?m)^# As: (\S+)\n(query|mutation|subscription) (\w+)`)
	refer = regexp.MustCompile(`^\{([\w.]+)\}$`)
)

// readStory reads an example and the variables beside it, if there are any.
func readStory(file string) (story, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return story{}, err
	}
	s := story{document: string(text)}
	for _, head := range heads.FindAllStringSubmatch(s.document, -1) {
		s.operations = append(s.operations, operation{as: head[1], kind: head[2], name: head[3]})
	}
	variables, err := os.ReadFile(strings.TrimSuffix(file, "graphql") + "json")
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return story{}, err
	}
	if err := json.Unmarshal(variables, &s.variables); err != nil {
		return story{}, fmt.Errorf("variables of %s: %w", file, err)
	}
	return s, nil
}

// fill puts what was answered where a value refers to it, such as
// {OpenCalls.consultations.nodes.0.id}.
func fill(value any, answers map[string]any) (_ any, err error) {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, part := range v {
			if out[name], err = fill(part, answers); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, part := range v {
			if out[i], err = fill(part, answers); err != nil {
				return nil, err
			}
		}
		return out, nil
	case string:
		if m := refer.FindStringSubmatch(v); m != nil {
			return find(answers, m[1])
		}
	}
	return value, nil
}

// find follows a path of names and numbers.
func find(in any, path string) (any, error) {
	for step := range strings.SplitSeq(path, ".") {
		switch v := in.(type) {
		case map[string]any:
			in = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil, fmt.Errorf("%s is not in the answers", path)
			}
			in = v[i]
		default:
			in = nil
		}
	}
	if in == nil {
		return nil, fmt.Errorf("%s is not in the answers", path)
	}
	return in, nil
}
