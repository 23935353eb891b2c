package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	heavyCallers = 8
	openRecords  = 300_000 // of which 128,000 are published submissions
)

// neighbourRows measure what somebody waits for who asks for little while others
// ask for much, and what those others wait for.
func neighbourRows() []row {
	asOf := func(a *archive) string {
		return fmt.Sprintf(`{asOf(at:{index:"%d"}){search(query:"%s",first:10){nodes{matches}}}}`, a.size-1, common)
	}
	return []row{
		neighbourRow("a small query beside heavy callers", "queries", "p99 <= 100 ms", "bare is the same without them", func(a *archive) (string, string) { return smallQuery, "" }, true),
		neighbourRow("a mutation beside heavy callers", "submissions", "p99 <= 250 ms", "bare is the same without them", nil, true),
		neighbourRow("a search as of an index", "searches", "p99 <= 1 s", "bare is the same search now; the word is in every text", func(a *archive) (string, string) {
			return asOf(a), fmt.Sprintf(`{search(query:"%s",first:10){nodes{matches}}}`, common)
		}, false),
		neighbourRow("the public figures", "answers", "some ms", "bare is a small query", func(*archive) (string, string) {
			return `{transparency{published{received distinctTexts verifiedEntities} withdrawn others}}`, smallQuery
		}, false),
	}
}

const (
	smallQuery = `{consultations(first:1){nodes{id}}}`
	common     = "irregular" // a word of every text
)

// heavyDocuments are what heavy callers ask for in turn.
func heavyDocuments(a *archive) []string {
	return []string{
		`{submissions(filter:{language:"xx"},first:1){nodes{id}}}`,
		fmt.Sprintf(`{asOf(at:{index:"%d"}){search(query:"%s",first:10){nodes{matches}}}}`, a.size-1, common),
		fmt.Sprintf(`{submissions(filter:{text:"%s"},first:10){nodes{id}}}`, common),
		`{submissions(orderBy:{field:ENTITY_NAME},first:10){nodes{id}}}`,
		`{__schema{types{name fields{name description args{name type{name}} type{name ofType{name}}}}}}`,
	}
}

func neighbourRow(name, unit, target, bare string, documents func(*archive) (ours, bare string), crowd bool) row {
	return row{
		name: name, unit: unit, target: target,
		sizes: func(s scale) string {
			with := ""
			if crowd {
				with = fmt.Sprintf(", beside %d callers who are not signed in, each at an address of its own, and ask for much without a pause", heavyCallers)
			}
			return fmt.Sprintf("rapporteur serve after %s records, one client%s; %s, 2 x %d x %s", thousands(int64(min(openRecords, s.archived))), with, bare, s.rounds, s.round)
		},
		prepare: func(ctx context.Context, b *bench) (*contest, error) {
			big, err := b.published(ctx)
			if err != nil {
				return nil, err
			}
			s, tokens, err := big.startServer(ctx)
			if err != nil {
				return nil, err
			}
			ours, plain := "", ""
			if documents != nil {
				ours, plain = documents(big.kept)
			}
			side := func(document string, crowd bool) func(context.Context) (figure, error) {
				return func(ctx context.Context) (f figure, err error) {
					do := func(ctx context.Context) error { return s.submit(ctx, big.kept, tokens[0]) }
					if document != "" {
						do = func(ctx context.Context) error { return askDocument(ctx, &s.site, document) }
					}
					measure := func() error {
						f, err = alone(ctx, b.round, nil, do)
						return err
					}
					if !crowd {
						return f, measure()
					}
					return f, beside(ctx, s.url, big.kept, measure)
				}
			}
			if plain == "" {
				plain = ours
			}
			if err := s.answers(ctx, big.kept); err != nil {
				return nil, errors.Join(err, s.stop())
			}
			return &contest{ours: side(ours, crowd), bare: side(plain, false), close: s.stop}, nil
		},
	}
}

// published is a bench whose archive is kept from one run to the next: most of
// its records are of submissions that everybody may read.
func (b *bench) published(ctx context.Context) (*bench, error) {
	dir := b.dir
	if b.archived >= openRecords {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("folder for what is kept: %w", err)
		}
		dir = cache
	}
	size := min(openRecords, b.archived)
	big := &bench{scale: b.scale, dir: filepath.Join(dir, fmt.Sprintf("rapporteur-bench-%d", size)), progress: b.progress}
	big.archived = size
	made := filepath.Join(big.dir, "made.json")
	var is struct {
		Calls []domain.ID
		Size  int64
	}
	if text, err := os.ReadFile(made); err == nil && json.Unmarshal(text, &is) == nil {
		big.kept = &archive{filepath.Join(big.dir, "archive"), is.Calls, is.Size}
	} else {
		if err := errors.Join(os.RemoveAll(big.dir), os.MkdirAll(big.dir, 0o700)); err != nil {
			return nil, err
		}
		a, err := big.archive(ctx)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(map[string]any{"Calls": a.calls, "Size": a.size})
		if err := errors.Join(err, os.WriteFile(made, text, 0o600)); err != nil {
			return nil, err
		}
	}
	return big, errors.Join(big.readModels(ctx, "readmodel.db", projections.All()), big.readModels(ctx, "search.db", projections.SearchProjections()))
}

// answers asks for everything heavy once, so that what is only slow at first
// counts for neither side.
func (r *running) answers(ctx context.Context, a *archive) error {
	for _, document := range heavyDocuments(a) {
		if err := askDocument(ctx, &r.site, document); err != nil {
			return err
		}
	}
	return nil
}

// beside runs measure while heavy callers ask. All that they ask is answered.
func beside(ctx context.Context, url string, a *archive, measure func() error) error {
	documents := heavyDocuments(a)
	var over atomic.Bool
	errs := make([]error, heavyCallers)
	var all sync.WaitGroup
	for n := range heavyCallers {
		from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n))}}
		caller := &site{url: url, client: &http.Client{Transport: &http.Transport{DialContext: from.DialContext}}}
		all.Go(func() {
			defer caller.client.CloseIdleConnections()
			for turn := n; !over.Load() && errs[n] == nil; turn++ {
				errs[n] = askDocument(ctx, caller, documents[turn%len(documents)])
			}
		})
	}
	err := measure()
	over.Store(true)
	all.Wait()
	return errors.Join(append(errs, err)...)
}

func askDocument(ctx context.Context, s *site, document string) error {
	body, err := json.Marshal(map[string]any{"query": document})
	if err != nil {
		return err
	}
	answer, err := s.ask(ctx, "", body)
	if err == nil && strings.Contains(string(answer[:min(len(answer), 20)]), `"errors"`) {
		err = fmt.Errorf("%s: %.300s", document, answer)
	}
	return err
}
