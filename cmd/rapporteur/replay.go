package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// replay rebuilds the read models from the record.
type replay struct {
	folder
	place
	working
	Bundle string `placeholder:"DIR" help:"Replay a bundle instead of a data folder."`
	To     int64  `default:"-1" placeholder:"INDEX" help:"Replay up to this record, and no further."`
	Verify bool   `help:"Compare what comes out with the read models that answers come from, row by row."`
	JSON   bool   `name:"json" help:"Answer in JSON."`

	Prepare bool `help:"Make the read models of this release while a server of another one runs, so that a start of this one need not."`
}

// Help implements kong.HelpProvider.
func (*replay) Help() string {
	return `Reads the whole record and says what it makes. It hashes every record again and compares it with its entry in the log and with what was published, applies it to new read models in a temporary folder, and prints what each has seen: the index it would see next, the root of the log's tree below that, and the fold over all leaves. Two people with the same record see the same. Nothing is kept: to have the server's read models made anew, remove readmodel.db and search.db and start it, or use --prepare.

With --verify it checks, from the record alone, that every record could have been appended: by the rules that the program appends by, such as that everybody who acted held the credential to do so. Then it compares the new read models with the live ones, certificates first, then every table in the order of its key, and names the first row that differs and the index of the event that made it. The exit status is 0 when they agree, 1 when they differ, a record was altered, a file of the published log is damaged or somebody acted without a credential, and 2 when it could not tell: there are no live read models, or they are behind the log.

It writes nothing in the data folder or the bundle that it reads, which may be on a disk that only reads: it works on copies, below --work. A server may not run on the folder meanwhile, so stop it, or replay a copy of the folder. Records that the server had not numbered yet are numbered in the copy, and it says so.

With --bundle it needs nothing but a bundle. Alone it makes the read models below the data folder, for rapporteur serve --bundle to answer from, and goes on where it was if it was interrupted. With --verify, it compares instead what the server's read models had seen, by the certificates that came with the bundle, and, if the server's read models lie in the bundle, their rows. Where records are withheld it cannot tell. The log is checked with the key that came with the bundle.

With --prepare it makes read models beside the live ones, from a copy of the record, while the server of another release answers from those; the start of this release goes on with them. It needs space for both, and can be interrupted. Run it with the new program shortly before the old one is stopped, and do not start the old one again.

With --json the answer is one object: {answer, reason, size, root, projections: [{name, version, next, root, fold, failed}], difference: {projection, table, row, index, what}, breaches: [{rule, index, stream, version, what}], notTold: [text], notes: [text], key, keyFrom, kept}, where answer is "replayed", "agree", "differ" or "unknown".

Examples:

    rapporteur replay --data ./data --verify
    rapporteur replay --data ./data --prepare
    rapporteur replay --bundle ./history`
}

// Validate implements kong.Validatable.
func (c *replay) Validate() error {
	errs := []error{c.place.validate()}
	if c.To < -1 {
		errs = append(errs, errors.New("--to must be an index, 0 or more"))
	}
	if c.To >= 0 && c.Verify {
		errs = append(errs, errors.New("--verify compares with read models as they are now: leave out --to"))
	}
	if c.Prepare && (c.Verify || c.JSON || c.To >= 0 || c.Bundle != "") {
		errs = append(errs, errors.New("--prepare goes with --data and --esdb alone"))
	}
	return errors.Join(errs...)
}

func (c *replay) run(ctx context.Context, s streams) (code int, err error) {
	if c.Prepare {
		return c.prepare(ctx, s)
	}
	src, err := c.source(ctx)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	r := &replaying{replay: c, source: src}
	for _, m := range models {
		of := replayedFile{readModels: m, live: filepath.Join(src.dir, m.file)}
		if src.scratch != nil {
			if of.live, err = src.scratch.still(ctx, of.live); err != nil {
				return unknown, err
			}
			of.fresh = src.scratch.path("fresh-" + m.file)
		}
		r.files = append(r.files, of)
	}
	f, err := r.find(ctx, s)
	switch {
	case errors.Is(err, follower.ErrAltered):
		f.Answer, f.Reason = differ, err.Error()
	case err != nil:
		return unknown, err
	}
	if log, data := src.log.(*follower.Follower); data && f.code() == yes {
		var all []audit.Flaw
		for flaw, err := range audit.Flaws(ctx, log, filepath.Join(c.Data, logFolder)) {
			if err != nil {
				return unknown, err
			}
			all = append(all, flaw)
		}
		if len(all) > 0 {
			f.Answer, f.Reason = differ, "the published log is damaged: "+audit.SayFlaws(all)
		}
	}
	return f.code(), f.print(s.out, c.JSON)
}

// freshFolder makes an empty folder whose name begins so, for what may take as much
// space as what it is beside. It removes those that an earlier run was kept from
// removing.
func freshFolder(beside, begins string) (string, error) {
	left, err := filepath.Glob(filepath.Join(beside, begins+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp(beside, begins)
}

// replaying is one replay under way.
type replaying struct {
	*replay
	*source
	files []replayedFile
}

// A replayedFile holds read models, live and made anew.
type replayedFile struct {
	readModels
	live, fresh string
}

// find replays, and compares if that was asked for. What it finds is valid
// beside an error as far as it goes.
func (r *replaying) find(ctx context.Context, s streams) (finding, error) {
	f := finding{Answer: replayed, Size: r.log.Size()}
	if r.bundle != nil {
		f.Key, f.KeyFrom = r.bundle.VKey, "the bundle itself"
	}
	var err error
	f.Notes, err = r.catchUp(ctx)
	switch {
	case errors.Is(err, follower.ErrAltered):
		return f, r.firstAltered(ctx, err)
	case err != nil:
		return f, fmt.Errorf("log: %w", err)
	}
	f.Size = r.log.Size()
	root, err := r.log.Root(ctx, f.Size)
	if err != nil {
		return f, err
	}
	f.Root = hash(root)
	if r.To >= f.Size {
		return f, fmt.Errorf("there is no index %d: the log has %d records", r.To, f.Size)
	}
	f.Kept = r.keeps()
	for n, m := range r.files {
		p, err := r.plan(ctx, m, f.Size)
		if err != nil {
			return f, err
		}
		certs, err := r.build(ctx, s, m, p.limit)
		if err != nil {
			return f, err
		}
		f.Projections = append(f.Projections, certs...)
		if p.reason != "" && f.Answer != differ {
			f.Answer, f.Reason = untold, p.reason
		}
		if r.Verify && n == 0 {
			err = r.recheck(ctx, &f)
		}
		if r.Verify && r.bundle != nil && err == nil && f.Answer != differ {
			err = r.compareCertificates(&f, certs)
		}
		if p.compare && err == nil && f.Answer != differ {
			err = compareFiles(ctx, &f, m)
		}
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

// firstAltered names the first record that was altered, if what is numbered
// tells, and else says what came up when the rest was to be numbered.
func (r *replaying) firstAltered(ctx context.Context, otherwise error) error {
	for _, err := range r.log.From(ctx, 0) {
		if err != nil {
			return err
		}
	}
	return otherwise
}

// A plan says how far to replay, whether to compare then, and why, even if all
// that is compared agrees, that does not tell the whole.
type plan struct {
	limit   int64
	compare bool
	reason  string
}

func (r *replaying) plan(ctx context.Context, m replayedFile, size int64) (plan, error) {
	switch {
	case r.To >= 0:
		return plan{limit: r.To + 1}, nil
	case !r.Verify:
		return plan{limit: size}, nil
	}
	switch is, err := os.Stat(m.live); {
	case errors.Is(err, os.ErrNotExist) && r.bundle != nil:
		return plan{limit: size}, nil // what came with it is compared instead
	case errors.Is(err, os.ErrNotExist):
		return plan{size, false, fmt.Sprintf("there are no live read models in %s: the server makes them", m.file)}, nil
	case err != nil:
		return plan{}, err
	case !is.Mode().IsRegular(): // it may have come with a bundle, and opening a pipe might never end
		return plan{}, fmt.Errorf("%s: it is not a file", m.live)
	}
	certs, err := projections.ReadCertificates(ctx, m.live)
	if err != nil {
		return plan{}, err
	}
	if !ofThisRelease(certs, m.all) {
		return plan{size, false, fmt.Sprintf("the live read models in %s are of another release: the server rebuilds them", m.file)}, nil
	}
	var next int64
	for _, c := range certs {
		next = max(next, c.Next)
		if c.Failed != "" {
			return plan{size, false, fmt.Sprintf("the projection %s was set aside at index %d: %s", c.Name, c.Next, c.Failed)}, nil
		}
	}
	switch {
	case next > size:
		return plan{size, false, fmt.Sprintf("the live read models in %s saw %d records, and the log has only %d", m.file, next, size)}, nil
	case next < size:
		return plan{next, true, fmt.Sprintf("the live read models in %s saw %d of %d records: the server catches up", m.file, next, size)}, nil
	}
	return plan{size, true, ""}, nil
}

func ofThisRelease(certs []projections.Certificate, all []projections.Projection) bool {
	return slices.EqualFunc(certs, all, func(c projections.Certificate, p projections.Projection) bool {
		return c.Name == p.Name && c.Version == p.Version
	})
}

// build makes the fresh read models of the records below limit.
func (r *replaying) build(ctx context.Context, s streams, m replayedFile, limit int64) ([]certificate, error) {
	e := &projections.Engine{Log: r.log, Path: m.live, All: m.all}
	stop := watch(s.err, "replay "+m.file, func() (done, of int64) {
		done, _ = e.Progress()
		return done, limit
	})
	err := r.make(ctx, e, m, limit)
	stop()
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	var all []certificate
	for _, c := range e.Certificates() {
		all = append(all, certificate{c.Name, c.Version, c.Next, hash(c.Root), hash(c.Fold), c.Failed})
	}
	return all, nil
}

// make makes read models: those that a bundle is served from, to stay, or
// others for this replay alone.
func (r *replaying) make(ctx context.Context, e *projections.Engine, m replayedFile, limit int64) error {
	if !r.keeps() {
		return e.Build(ctx, m.fresh, limit)
	}
	if err := e.Open(ctx); err != nil {
		return err
	}
	return e.Close()
}
