package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/timer"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/projections"
)

// serve serves the API.
type serve struct {
	folder
	place
	witnesses
	limits
	signingIn
	sharing
	losses
	Listen       string        `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen: a loopback address, unless an --issuer says who people are. Port 0 takes any free one."`
	Metrics      string        `placeholder:"HOST:PORT" help:"Where operators read metrics of this moment; keep it from everybody else. /metrics of --listen shows those of the last publication of the log, so that it does not tell when something is recorded."`
	Demo         bool          `help:"Put the founding example on an empty record: the briefing of 4 March 2020, made-up contributions, and persons of each kind with a token."`
	Origin       string        `placeholder:"NAME" help:"Name of the log, which every receipt carries: fixed at the first run. Default: one drawn by lot."`
	PublishEvery time.Duration `default:"10s" placeholder:"DURATION" help:"How often the log is published. The shorter, the more it tells of when something came in."`
	Join         string        `placeholder:"DIR" help:"Begin with the read models of a snapshot, which rapporteur snapshot made of this record, if there are none yet."`
	Bundle       string        `placeholder:"DIR" help:"Answer from a bundle instead of a data folder; goes with --read-only. Every request is then an auditor's, without a token."`
	Streams      int           `default:"100" placeholder:"N" help:"Subscriptions by WebSocket or server-sent events that one person may have open, or everybody who is not signed in and comes from one address; behind a proxy see --proxy."`
	ReadOnly     bool          `help:"Nothing can be added."`
	Admin        admin         `placeholder:"ISSUER|SUBJECT" help:"Who becomes the first officer of the secretariat of an empty record. Later it is compared with the record, and never applied."`
}

// Help implements kong.HelpProvider.
func (*serve) Help() string {
	return `The first line on standard output says where it listens, and with --metrics the second where metrics are read. It makes the data folder if there is none, and stops on an interrupt once what was under way is done.

With --issuer people sign in with the tokens of OpenID Connect issuers. Without, whoever can read the data folder can sign in as anyone, with rapporteur token.

With --redis several nodes share what is not on the record. docs/operating.md says which rights its user needs.

With --demo it also prints a token for each person of the demo, a query to paste, and what to try.

With --esdb the events are on EventStoreDB or KurrentDB servers, and everything else is in the data folder as before. The account must be one that the servers let neither delete nor write metadata of streams: that is tried at the start, and nothing is recorded otherwise.

With --bundle DIR --read-only it answers from what rapporteur export wrote, on any machine and without a network; the read models are made below the data folder, if rapporteur replay --bundle has not made them there.

Examples:

    rapporteur serve --demo
    rapporteur serve --data ./data --admin "` + auth.DevName + `|secretariat"
    rapporteur serve --issuer https://id.example.org --admin "https://id.example.org|ann" --listen 0.0.0.0:8080
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113,db2.example:2113,db3.example:2113' rapporteur serve
    rapporteur serve --redis rediss://rapporteur@redis.example.org --redis-password-file ./redis-password
    rapporteur serve --metrics 127.0.0.1:9090
    rapporteur serve --bundle ./history --read-only`
}

// Validate implements kong.Validatable.
func (c *serve) Validate() error {
	var errs []error
	if err := c.reach(); err != nil {
		errs = append(errs, fmt.Errorf("--listen %s: %w", c.Listen, err))
	}
	errs = append(errs, c.signingIn.problems()...)
	errs = append(errs, c.sharing.problems()...)
	errs = append(errs, c.losses.problems()...)
	errs = append(errs, c.Admin.validate(), c.place.validate(), c.limits.validate())
	if c.Origin != "" {
		if err := format.CheckOrigin(c.Origin); err != nil {
			errs = append(errs, fmt.Errorf("--origin %s: %w", c.Origin, err))
		}
	}
	if c.PublishEvery < 100*time.Millisecond || c.PublishEvery > 24*time.Hour {
		errs = append(errs, fmt.Errorf("--publish-every %s: must be from 100ms to 24h", c.PublishEvery))
	}
	if c.Metrics != "" {
		if err := checkMetrics(c.Metrics, c.Listen); err != nil {
			errs = append(errs, fmt.Errorf("--metrics %s: %w", c.Metrics, err))
		}
		if c.Bundle != "" {
			errs = append(errs, errors.New("--metrics is for a node that records, and a bundle has none"))
		}
	}
	if c.ReadOnly != (c.Bundle != "") {
		errs = append(errs, errors.New("--bundle DIR and --read-only go together: a bundle can be read and not added to"))
	}
	if c.Bundle != "" && c.Demo {
		errs = append(errs, errors.New("--demo records something, and a bundle cannot be added to"))
	}
	if c.Bundle != "" && c.Join != "" {
		errs = append(errs, errors.New("--join is for a node that records, and a bundle brings its own"))
	}
	if c.Bundle != "" && c.Redis != "" {
		errs = append(errs, errors.New("--redis is for nodes that record, and a bundle is served by itself"))
	}
	if c.Streams < 1 {
		errs = append(errs, fmt.Errorf("--streams %d: must be at least 1", c.Streams))
	}
	if c.Demo && len(c.Issuer) > 0 {
		errs = append(errs, errors.New("--demo is for development tokens, which are off with --issuer"))
	}
	return errors.Join(errs...)
}

// reach refuses an address that other machines can reach, unless there are
// issuers: the development issuer is not trusted there, so that nobody could
// sign in, and a bundle is open to all who ask.
func (c *serve) reach() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return errors.New("must be a host and a port, such as 127.0.0.1:8080")
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	if c.Bundle != "" {
		return errors.New("other machines could reach it, and a bundle is shown to whoever asks: listen on 127.0.0.1 and forward the port to where it is needed, such as by ssh -L")
	}
	if len(c.Issuer) > 0 {
		return nil
	}
	return errors.New("other machines could reach it, and there development tokens are not accepted, so nobody could sign in: listen on 127.0.0.1 and forward the port to where it is needed, such as by ssh -L, or name an --issuer")
}

func (c *serve) run(ctx context.Context, s streams) (code int, err error) {
	if c.Bundle != "" {
		return c.runBundle(ctx, s)
	}
	i, err := createInstallation(c.Data, "serve", c.AcceptLoss...)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	i.place = c.place
	st, err := i.openStores(ctx)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	log, err := i.openWhole(ctx, st, c.Origin, c.witnesses)
	if err != nil {
		return unknown, err
	}
	log.Every = c.PublishEvery
	i.keepKey(st, log)
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return unknown, err
	}
	address := "http://" + l.Addr().String()
	metrics, err := listenMetrics(c.Metrics)
	if err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	defer metrics.end()
	mounted, err := i.openMounts(ctx, st.nodes)
	if err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	sh, err := c.sharing.open(ctx, i)
	if err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, sh.close()) }()
	id, err := c.openIdentity(i, address, sh)
	if err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, id.close()) }()
	n := &node{
		identity: id,
		stores:   st,
		shares:   sh,
		proofs:   log,
		mounts:   mounted,
		metrics:  metrics,
		limits:   c.limits,
		refused:  newRefused(),
		engine:   &projections.Engine{Log: st.log, Path: i.path(readFile), All: projections.All()},
		search:   &projections.Engine{Log: st.log, Path: i.path(searchFile), All: projections.SearchProjections()},
	}
	n.app = i.appOver(sh.listen(st), st, n.engine)
	n.publicMetrics()
	n.api = graph.Handler(sh.into(c.limits.of(graph.Config{
		App: n.app, Engine: n.engine, Search: n.search, Log: n.log, Proofs: recording{log, st}, Verify: n.verifier, Streams: c.Streams,
		Refused: func(limit string) { n.refused.WithLabelValues(limit).Inc() },
	})))
	if c.Join != "" {
		if err := join(ctx, s, c.Join, n.engine, n.search); err != nil {
			return unknown, errors.Join(err, l.Close())
		}
	}
	if err := c.Admin.appoint(ctx, n.app, st.events, c.names()); err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	if c.Demo {
		if err := recordDemo(ctx, n.app, st.events); err != nil {
			return unknown, errors.Join(err, l.Close())
		}
	}
	if _, err := fmt.Fprintln(s.out, "listening on "+address); err != nil {
		return unknown, errors.Join(fmt.Errorf("say where it listens: %w", err), l.Close())
	}
	if err := metrics.say(s.out); err != nil {
		return unknown, errors.Join(err, l.Close())
	}
	if c.Demo {
		if err := printDemo(s.out, address, id.dev); err != nil {
			return unknown, errors.Join(err, l.Close())
		}
	}
	return yes, n.run(ctx, l, newServer(n.routes(address)))
}

// A node is a server with all that it answers from.
type node struct {
	*stores
	*identity
	shares  *shares
	limits  limits
	refused *prometheus.CounterVec // by limit
	proofs  *audit.Log
	mounts  mounts
	metrics operators   // where operators read metrics of this moment
	public  *snapshot   // the metrics that everybody reads
	tried   atomic.Bool // the log was published, or that was tried
	app     *app.App
	engine  *projections.Engine
	search  *projections.Engine // nothing but a search waits for it
	api     *graph.API
	health  health
}

// run runs everything until ctx ends or a part fails. Then it stops them in
// this order: whoever asks, what acts by the clock, what numbers, what answers.
func (n *node) run(ctx context.Context, l net.Listener, srv *http.Server) error {
	g, ctx := errgroup.WithContext(ctx)
	numbering := start(ctx, g, "log", n.log.Run)
	reading := start(ctx, g, "read models", n.engine.Run)
	timers := &timer.Timers{App: n.app, Engine: n.engine, All: timer.All(), Turn: n.nodes.acting()}
	timing := start(ctx, g, "timers", timers.Run)
	searching := start(ctx, g, "search", n.search.Run)
	publishing := start(ctx, g, "published log", n.proofs.Run)
	comparing := start(ctx, g, "comparison of the log", n.proofs.Compare)
	sharing := append(n.shares.start(ctx, g), start(ctx, g, "health", n.watchHealth), start(ctx, g, "events", n.events.run))
	if n.metrics.Listener != nil {
		sharing = append(sharing, start(ctx, g, "metrics", n.serveMetrics))
	}
	for _, m := range n.mounts {
		sharing = append(sharing, start(ctx, g, m.name, m.Run))
	}
	var asking []*part
	for _, p := range n.providers {
		asking = append(asking, start(ctx, g, "issuer "+p.Address(), p.Run))
	}
	serving := start(ctx, g, "http", func(ctx context.Context) error { return listen(ctx, l, srv, n.api) })
	g.Go(func() error {
		<-ctx.Done()
		slog.InfoContext(ctx, "stopping")
		serving.stop()
		for _, p := range asking {
			p.stop()
		}
		timing.stop()
		comparing.stop()
		publishing.stop()
		if err := n.nodes.release(context.WithoutCancel(ctx)); err != nil {
			slog.WarnContext(ctx, "another node waits a moment for its turn", slog.Any("err", err))
		}
		numbering.stop()
		n.settle(context.WithoutCancel(ctx))
		reading.stop()
		searching.stop()
		for _, p := range sharing {
			p.stop()
		}
		return nil
	})
	return g.Wait()
}

// settle numbers what was recorded last, and lets the read models catch up, so
// that a replay finds them whole. If they cannot, the next start does it.
func (n *node) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	if err := n.log.CatchUp(ctx); err != nil {
		slog.WarnContext(ctx, "the log is left behind the record", slog.Any("err", err))
	}
	if err := n.engine.AwaitIndex(ctx, n.log.Size()-1); err != nil {
		slog.WarnContext(ctx, "the read models are left behind the log", slog.Any("err", err))
	}
	if err := n.search.AwaitIndex(ctx, n.log.Size()-1); err != nil {
		slog.WarnContext(ctx, "the search is left behind the log", slog.Any("err", err))
	}
}

// listen serves until ctx ends, then lets requests under way end, and tells
// clients with a stream to come back later.
func listen(ctx context.Context, l net.Listener, srv *http.Server, api *graph.API) error {
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime-2*time.Second)
	defer cancel()
	var g errgroup.Group
	g.Go(func() error { return api.Stop(ctx) })
	g.Go(func() error { return srv.Shutdown(ctx) })
	if err := g.Wait(); err != nil {
		return errors.Join(fmt.Errorf("requests under way were cut off: %w", err), srv.Close())
	}
	return nil
}
