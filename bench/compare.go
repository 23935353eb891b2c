package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"
)

// A row is one line of the table.
type row struct {
	name    string
	unit    string // what is counted, in the plural
	target  string // the ratio aimed at, for orientation
	sizes   func(scale) string
	prepare func(context.Context, *bench) (*contest, error)
}

// A contest is a row made ready: the two sides, each to be run several times.
type contest struct {
	ours, bare func(context.Context) (figure, error) // bare is nil where there is nothing to compare with
	close      func() error
	seen       string // what else there is to say, such as a size
}

// A figure is what one side came to in one round.
type figure struct {
	rate     float64       // in a second
	p50, p99 time.Duration // of one operation; zero where there is but one
	resident float64       // MB of memory at most, where that is measured in place of a rate
}

// A result is what a row came to.
type result struct {
	row
	ours, bare        figure  // medians
	ratio, least, top float64 // of the rounds' ratios: median, and the ends
	conditions        string
}

// bench is one run of the program.
type bench struct {
	scale
	dir      string
	progress io.Writer
	told     *story   // the record that is queried and rebuilt, once it was needed
	kept     *archive // the long record, once it was needed
	grown    string   // the copy of it that grows, likewise
}

// compare runs the sides of a row in turn.
func (b *bench) compare(ctx context.Context, r row, profiles string) (res result, err error) {
	fmt.Fprintf(b.progress, "%s: getting ready\n", r.name)
	c, err := r.prepare(ctx, b)
	if err != nil {
		return res, fmt.Errorf("get ready: %w", err)
	}
	defer func() { err = errors.Join(err, c.close()) }()
	sync, err := fsyncTime(b.dir)
	if err != nil {
		return res, err
	}
	before := loadAverage()
	var ours, bare []figure
	var ratios []float64
	for i := range b.rounds {
		o, err := settled(ctx, c.ours)
		if err != nil {
			return res, fmt.Errorf("ours: %w", err)
		}
		ours = append(ours, o)
		if c.bare == nil {
			fmt.Fprintf(b.progress, "%s: round %d: %s\n", r.name, i+1, o)
			continue
		}
		p, err := settled(ctx, c.bare)
		if err != nil {
			return res, fmt.Errorf("bare: %w", err)
		}
		bare, ratios = append(bare, p), append(ratios, o.rate/p.rate)
		fmt.Fprintf(b.progress, "%s: round %d: ours %s, bare %s\n", r.name, i+1, o, p)
	}
	if err := profile(ctx, profiles, r.name, c.ours); err != nil {
		return res, err
	}
	res = result{row: r, ours: medians(ours)}
	if c.bare != nil {
		res.bare, res.ratio, res.least, res.top = medians(bare), median(ratios), slices.Min(ratios), slices.Max(ratios)
	}
	sizes := r.sizes(b.scale)
	if c.seen != "" {
		sizes += "; " + c.seen
	}
	res.conditions = fmt.Sprintf("%s; load %s to %s, fsync p50 %s, %s", sizes, before, loadAverage(), inMillis(sync), machine())
	return res, nil
}

// settled runs a side without the garbage of the other.
func settled(ctx context.Context, side func(context.Context) (figure, error)) (figure, error) {
	if err := ctx.Err(); err != nil {
		return figure{}, err
	}
	runtime.GC()
	return side(ctx)
}

// profile runs a side once more and writes where its time went.
func profile(ctx context.Context, dir, name string, side func(context.Context) (figure, error)) (err error) {
	if dir == "" {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, name+".pprof"))
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	_, err = settled(ctx, side)
	return err
}

// medians takes the median of each part.
func medians(all []figure) figure {
	return figure{
		median(parts(all, func(f figure) float64 { return f.rate })),
		median(parts(all, func(f figure) time.Duration { return f.p50 })),
		median(parts(all, func(f figure) time.Duration { return f.p99 })),
		median(parts(all, func(f figure) float64 { return f.resident })),
	}
}

func parts[T any](all []figure, of func(figure) T) []T {
	out := make([]T, len(all))
	for i, f := range all {
		out[i] = of(f)
	}
	return out
}

// median sorts all; of an even number it takes the greater of the middle two.
func median[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}
