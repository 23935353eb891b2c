// Command rapporteur keeps the record of a consultation and answers from it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // deadlines stand on the clocks of their zones, on any machine

	"github.com/rapporteur-project/rapporteur/audit/verify"
)

// The exit codes that other programs rely on.
const (
	yes     = 0  // yes, or all
	no      = 1  // no, or some refused
	unknown = 2  // could not tell
	misused = 64 // the command line is wrong
)

// A command is one subcommand with its flags set.
type command interface {
	// run does the work and returns the exit code; an error is a fault, for
	// which the code is unknown.
	run(ctx context.Context, s streams) (code int, err error)
}

// streams are what a process has beside its arguments.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      func(name string) (value string, set bool)
}

func main() {
	syscall.Umask(0o077) // what is in a data folder is for its owner alone
	// The second signal ends the process at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.LookupEnv}))
}

// run is the whole program.
func run(ctx context.Context, args []string, s streams) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(s.err, nil)))
	cmd, err := parse(args, s)
	switch {
	case errors.Is(err, errHelped):
		return yes
	case err != nil:
		complain(s.err, err)
		fmt.Fprintln(s.err, "rapporteur help SUBCOMMAND shows an example.")
		return misused
	}
	code, err := cmd.run(ctx, s)
	if err != nil {
		complain(s.err, err)
		return unknown
	}
	return code
}

func complain(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(w, "rapporteur:", verify.Printable(line))
	}
}
