// Command go runs an example as its page says, with nothing but the standard
// library: a start for a client of your own.
//
//	go run ./docs/examples/go http://127.0.0.1:8080/graphql docs/examples/civil-society-contribute.graphql ngo=TOKEN
//
// It prints the answer to each operation, a line of JSON each, and fails when an
// operation is answered by errors. Of a subscription it takes the first payload.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("say the endpoint, the example's file, and NAME=TOKEN for everybody that it names")
	}
	c := client{endpoint: args[0], tokens: map[string]string{"nobody": ""}}
	for _, arg := range args[2:] {
		name, token, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%s is not NAME=TOKEN", arg)
		}
		c.tokens[name] = token
	}
	s, err := readStory(args[1])
	if err != nil {
		return err
	}
	answers := map[string]any{}
	for _, o := range s.operations {
		a, err := c.send(ctx, s, o, answers)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
		answers[o.name] = a.Data
		line := map[string]any{"story": strings.TrimSuffix(filepath.Base(args[1]), ".graphql"), "operation": o.name, "kind": o.kind, "data": a.Data}
		if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// A client sends operations to an endpoint, as whoever a token stands for.
type client struct {
	endpoint string
	tokens   map[string]string // by name; none for nobody
}

// An answer is what GraphQL answers.
type answer struct {
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message string `json:"message"`
	} `json:"errors"`
}

func (c client) send(ctx context.Context, s story, o operation, answers map[string]any) (answer, error) {
	token, ok := c.tokens[o.as]
	if !ok {
		return answer{}, fmt.Errorf("there is no token of %s", o.as)
	}
	variables, err := fill(s.variables[o.name], answers)
	if err != nil {
		return answer{}, err
	}
	body, err := json.Marshal(map[string]any{"query": s.document, "operationName": o.name, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	if o.kind == "subscription" {
		req.Header.Set("Accept", "text/event-stream")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	var a answer
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		a, err = first(res)
	} else if err = json.NewDecoder(res.Body).Decode(&a); err != nil {
		err = fmt.Errorf("%s: %w", res.Status, err)
	}
	if err == nil && len(a.Errors) > 0 {
		err = errors.New(a.Errors[0].Message)
	}
	return a, err
}

// first is the first payload of a stream of server-sent events.
func first(res *http.Response) (a answer, err error) {
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok && strings.TrimSpace(data) != "" {
			return a, json.Unmarshal([]byte(data), &a)
		}
	}
	return a, errors.Join(errors.New("the stream ended without a payload"), lines.Err())
}
