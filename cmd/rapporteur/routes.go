package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	headTime  = 500 * time.Millisecond // how long it may take to say where the record ends
	readyTime = 100 * time.Millisecond // how far behind the record a log, and behind that ready read models may be
)

func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second, // a stream has its own deadlines
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10, // a token has at most 8
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
}

// routes are what the server answers at address.
func (n *node) routes(address string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", n.limits.behind(auth.Middleware(n.verifier, n.api)))
	mux.Handle("/receipts/{id}", n.limits.behind(auth.Middleware(n.verifier, n.api.Receipts())))
	addPages(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", n.readyz)
	mux.Handle("GET /metrics", exposition(n.public))
	mux.Handle("/log/", http.StripPrefix("/log", n.proofs.Handler()))
	n.identity.routes(mux, address)
	return mux
}

// A readiness says whether a node can answer. Documented for programs.
type readiness struct {
	Status string               `json:"status"`          // ok, degraded (something is missing) or stale (ask another node, if there is one)
	Index  int64                `json:"index"`           // newest that everybody is answered from; -1 for none
	Checks map[string]string    `json:"checks"`          // by what was looked at: ok, or what is wrong
	Since  map[string]time.Time `json:"since,omitempty"` // when each check that fails began to
}

// What a status is, and what a check says.
const (
	isOK       = "ok"
	isDegraded = "degraded"
	isStale    = "stale"
)

// wrong notes what is wrong with what was looked at, and how bad that is. What
// makes a node stale is said rather than what leaves some answers out.
func (r *readiness) wrong(check, status, said string) {
	if is := r.Checks[check]; is == isOK || is == "" || status == isStale {
		r.Checks[check] = said
	}
	if r.Status == isOK || status == isStale {
		r.Status = status
	}
}

func (n *node) readyz(w http.ResponseWriter, r *http.Request) {
	present(w, r, n.readiness(r.Context()))
}

// present answers how ready a node is.
func present(w http.ResponseWriter, r *http.Request, is readiness) {
	body, err := json.Marshal(is)
	if err != nil {
		slog.ErrorContext(r.Context(), "readiness", slog.Any("err", err))
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	status := http.StatusOK
	if is.Status == "stale" {
		status = http.StatusServiceUnavailable
	}
	answer(w, status, "application/json", append(body, '\n'))
}

func (n *node) readiness(ctx context.Context) readiness {
	is := n.look(ctx)
	n.health.note(ctx, &is)
	return is
}

// look looks at everything that a node needs.
func (n *node) look(ctx context.Context) readiness {
	is := readiness{Status: isOK, Checks: map[string]string{"events": isOK, "readModels": isOK, "search": isOK, "log": isOK}}
	for _, c := range n.engine.Certificates() {
		if c.Failed != "" {
			is.wrong("readModels", isDegraded, c.Name+" was set aside")
		}
	}
	if n.engine.Fault() != nil {
		is.wrong("readModels", isStale, "cannot be brought up to date; the server's own log says why")
	}
	if n.search.Fault() != nil {
		is.wrong("search", isDegraded, "cannot be brought up to date; the server's own log says why")
	}
	n.checkRecord(ctx, &is)
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := n.engine.AwaitIndex(ctx, n.log.Size()-1); err != nil {
		is.wrong("readModels", isStale, n.behind(err))
	}
	if err := n.searchable(ctx); err != nil {
		is.wrong("search", isDegraded, n.behind(err))
	}
	n.mounts.check(&is)
	if !n.tried.Load() {
		is.wrong("log", isStale, "is being published for the first time")
	}
	if len(n.proofs.Flawed()) > 0 {
		is.wrong("log", isDegraded, "damaged; the server's own log names the files")
	}
	if err := n.proofs.Trouble(); err != nil {
		is.wrong("log", isDegraded, "not published; the server's own log says why")
	}
	for name, said := range n.identity.checks(ctx) {
		if is.Checks[name] = isOK; said != isOK {
			is.wrong(name, isDegraded, said)
		}
	}
	n.shares.check(&is)
	for _, w := range n.proofs.Witnesses() { // one that is away delays nothing
		is.Checks["witness "+w.Name] = isOK
		if w.Err != nil {
			is.Checks["witness "+w.Name] = "did not cosign; the server's own log says why"
		}
	}
	if err := n.proofs.Fault(); err != nil {
		is.wrong("log", isStale, "the signer stopped; the server's own log says why")
	}
	is.Index = visible(n.engine.Index(), n.proofs.PublishedSize()-1)
	return is
}

// behind says why read models cannot answer yet, to everybody: how many records
// there are only as far as they are published.
func (n *node) behind(err error) string {
	published := n.proofs.PublishedSize()
	if e, building := errors.AsType[projections.Unavailable](err); building {
		return projections.Unavailable{Done: min(e.Done, published), Of: min(e.Of, published)}.Error()
	}
	if e, stale := errors.AsType[projections.Stale](err); stale && e.Projection == "" {
		return "are behind the log"
	}
	return "stopped; the server's own log says why"
}

// checkRecord adds whether the record can be read and added to, and is numbered.
func (n *node) checkRecord(ctx context.Context, is *readiness) {
	if n.events.fault() != nil {
		is.wrong("events", n.events.faulty, "nothing is recorded; the server's own log says why")
	}
	if n.log.Fault() != nil {
		is.wrong("log", isStale, "records are not numbered, and so nothing is recorded; the server's own log says why")
	}
	asking, cancel := context.WithTimeout(ctx, headTime)
	defer cancel()
	head, err := n.events.Head(asking)
	if err != nil {
		if ctx.Err() == nil {
			slog.DebugContext(ctx, "readiness", slog.Any("err", err))
		}
		is.wrong("events", isStale, "cannot be read")
		return
	}
	waiting, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	switch err := n.log.Reach(waiting, head); {
	case err != nil && waiting.Err() != nil:
		is.wrong("log", isStale, "is being numbered")
	}
}

// searchable waits, while ctx lasts, until a search can be answered: that of an
// empty record is built in a moment.
func (n *node) searchable(ctx context.Context) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		err := n.search.AwaitIndex(ctx, n.log.Size()-1)
		if _, building := errors.AsType[projections.Unavailable](err); !building {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-look.C:
		}
	}
}

// answer writes a whole answer. A client that hangs up is no fault of ours.
func answer(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
