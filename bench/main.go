// Command bench compares Rapporteur with "bare" baselines: the least code that
// does the same work with the same libraries, without a domain, a log or
// GraphQL. It prints one table, and judges nothing: machines differ.
//
// Ours and bare run in turn in one process and five times each, so that what
// else the machine does hits both. What counts is their ratio.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"time"

	_ "modernc.org/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A scale is how much is measured.
type scale struct {
	rounds   int           // of each side
	round    time.Duration // of what is measured by the time
	events   int           // in the record that is queried and rebuilt
	archived int           // in the archive, which is for what must not slow down over the years
}

var (
	full  = scale{rounds: 5, round: 2 * time.Second, events: 100_000, archived: 1_000_000}
	short = scale{rounds: 5, round: 200 * time.Millisecond, events: 4_000, archived: 20_000}
)

// rows lists what is measured.
var rows = append([]row{
	appendRow, mutationRow, queryRow, asOfRow, rebuildRow,
	numberRow, oldProofRow, newProofRow, checkRow, startRow, bundleRow, memoryRow, sealedRow, sealedOrderRow,
}, slices.Concat(neighbourRows(), refusedRows(), redisRows())...)

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(progress)
	only := flags.String("row", ".", "regular expression: measure the rows whose name matches")
	small := flags.Bool("short", false, "measure little, to see that it works")
	profiles := flags.String("profile", "", "folder for a CPU profile of ours, a file for each row")
	if err := flags.Parse(args); err != nil {
		return err
	}
	named, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-row: %w", err)
	}
	size := full
	if *small {
		size = short
	}
	return measure(ctx, size, named, *profiles, out, progress)
}

// measure measures the rows that named matches and prints their table.
func measure(ctx context.Context, size scale, named *regexp.Regexp, profiles string, out, progress io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "rapporteur-bench-")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{scale: size, dir: dir, progress: progress}
	var results []result
	for _, r := range rows {
		if !named.MatchString(r.name) {
			continue
		}
		res, err := b.compare(ctx, r, profiles)
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		results = append(results, res)
	}
	if len(results) == 0 {
		return fmt.Errorf("no row is called %s", named)
	}
	return printTable(out, results)
}
