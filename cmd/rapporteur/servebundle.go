package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/projections"
)

// runBundle serves a bundle: everything can be asked, and nothing added. There
// is nobody to sign in, as whoever has the bundle has all that is in it: every
// request is an auditor's.
func (c *serve) runBundle(ctx context.Context, s streams) (code int, err error) {
	src, err := openBundle(ctx, c.Bundle, c.Data, "serve")
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return unknown, err
	}
	if _, err := fmt.Fprintln(s.out, "listening on http://"+l.Addr().String()); err != nil {
		return unknown, errors.Join(fmt.Errorf("say where it listens: %w", err), l.Close())
	}
	b := &bundleNode{source: src}
	for n, m := range models {
		b.engines[n] = &projections.Engine{Log: src.log, Path: filepath.Join(src.dir, m.file), All: m.all}
	}
	everyone := &domain.Viewer{Holds: []domain.Holding{{Capacity: domain.Auditor}}}
	c.BudgetAddress = 0 // whoever asks here spends what is theirs
	b.api = graph.Handler(c.limits.of(graph.Config{
		Engine: b.engines[0], Search: b.engines[1], Log: src.log, Proofs: src.bundle, ReadOnly: true, Everyone: everyone, Streams: c.Streams,
	}))
	return yes, b.run(ctx, s, l)
}

// A bundleNode answers from a bundle.
type bundleNode struct {
	*source
	engines [2]*projections.Engine // the read models and the search's, as in models
	api     *graph.API
}

// run makes the read models if they are not there, and answers until ctx ends.
func (b *bundleNode) run(ctx context.Context, s streams, l net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return listen(ctx, l, newServer(local(b.routes())), b.api) })
	g.Go(func() error {
		for n, m := range models {
			e := b.engines[n]
			stop := watch(s.err, m.file, e.Progress)
			err := e.Open(ctx)
			stop()
			if err != nil {
				return err
			}
		}
		return nil
	})
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, b.engines[0].Close(), b.engines[1].Close()) // now that nobody asks any more
}

func (b *bundleNode) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", b.api)
	mux.Handle("/receipts/{id}", b.api.Receipts())
	addPages(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { present(w, r, b.readiness(r.Context())) })
	mux.Handle("/log/", http.StripPrefix("/log", audit.Files(filepath.Join(b.came, format.LogFolder))))
	return mux
}

// local refuses requests that name another host than this machine: a page on the
// web could otherwise point its own name here, and read the bundle.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			answer(w, http.StatusMisdirectedRequest, "text/plain; charset=utf-8", []byte("A bundle is served to this machine alone: ask 127.0.0.1 or localhost.\n"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (b *bundleNode) readiness(ctx context.Context) readiness {
	is := readiness{Status: "ok", Index: b.engines[0].Index(), Checks: map[string]string{"readModels": "ok", "search": "ok"}}
	for n, name := range []string{"readModels", "search"} {
		if err := b.engines[n].AwaitIndex(ctx, b.log.Size()-1); err != nil {
			is.Status, is.Checks[name] = "stale", err.Error()
		}
	}
	return is
}
