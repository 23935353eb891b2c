package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/projections"
)

// memoryRow measures how much memory the program itself has at most, from its
// start on, while it is asked and told things.
var memoryRow = row{
	name: "memory", unit: "resident at most", target: "<= 300 MB",
	sizes: func(s scale) string {
		return fmt.Sprintf("rapporteur serve after %s records, %d clients that submit and ask for pages in turn, %d x %s", thousands(int64(s.archived)), clients, s.rounds, loadTime(s))
	},
	prepare: prepareMemory,
}

// loadTime is how long the server is kept busy.
func loadTime(s scale) time.Duration { return 3 * s.round }

const program = "github.com/rapporteur-project/rapporteur/cmd/rapporteur"

func prepareMemory(ctx context.Context, b *bench) (*contest, error) {
	if err := errors.Join(
		b.readModels(ctx, "readmodel.db", projections.All()),
		b.readModels(ctx, "search.db", projections.SearchProjections()),
	); err != nil {
		return nil, err
	}
	path, tokens, err := b.program(ctx)
	if err != nil {
		return nil, err
	}
	return &contest{
		ours: func(ctx context.Context) (f figure, err error) {
			s, err := startProgram(ctx, path, b.kept.dir)
			if err != nil {
				return f, err
			}
			defer func() { err = errors.Join(err, s.stop()) }()
			if _, err := drive(ctx, loadTime(b.scale), func(ctx context.Context, client int) error {
				return s.use(ctx, b.kept, tokens[client])
			}); err != nil {
				return f, err
			}
			f.resident, err = s.resident()
			return f, err
		},
		close: func() error { return nil },
	}, nil
}

// program builds the program, and returns a token of its archive for every client.
func (b *bench) program(ctx context.Context) (path string, tokens []string, err error) {
	path = filepath.Join(b.dir, "rapporteur")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, program).CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("build %s: %w: %s", program, err, out)
	}
	i, err := openInstallation(ctx, b.kept.dir)
	if err != nil {
		return "", nil, err
	}
	tokens, err = i.tokens()
	return path, tokens, errors.Join(err, i.close())
}

// startServer runs the program over the archive.
func (b *bench) startServer(ctx context.Context) (*running, []string, error) {
	path, tokens, err := b.program(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, err := startProgram(ctx, path, b.kept.dir)
	return r, tokens, err
}

// A running program is rapporteur serve, as a process of its own.
type running struct {
	site
	cmd *exec.Cmd
	log strings.Builder // what it says on standard error
}

func startProgram(ctx context.Context, path, dir string) (*running, error) {
	r := &running{cmd: exec.CommandContext(ctx, path, "serve", "--data", dir, "--listen", "127.0.0.1:0")}
	r.cmd.Stderr = &r.log
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("the server says %q", line), err, r.stop())
	}
	r.site = site{url: address + "/graphql", client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}}
	if err := r.ready(ctx, address+"/readyz"); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

// ready waits until the read models can be read: until then a submission is
// recorded and not shown.
func (r *running) ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		res, err := r.client.Do(req)
		if err != nil {
			return fmt.Errorf("wait for the server: %w", err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode == http.StatusOK {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", ctx.Err())
		case <-look.C:
		}
	}
}

func (r *running) stop() error {
	err := r.cmd.Process.Signal(os.Interrupt)
	if err := errors.Join(err, r.cmd.Wait()); err != nil {
		return fmt.Errorf("the server: %w: %s", err, r.log.String())
	}
	return nil
}

// submit submits.
func (r *running) submit(ctx context.Context, a *archive, token string) error {
	body, err := sent(a.calls[int(noise(1)[0])%len(a.calls)])
	if err != nil {
		return err
	}
	answer, err := r.ask(ctx, token, body)
	if err == nil && !strings.Contains(string(answer), submitted) {
		err = fmt.Errorf("not submitted: %s", answer)
	}
	return err
}

// use submits, and asks for a page.
func (r *running) use(ctx context.Context, a *archive, token string) error {
	if err := r.submit(ctx, a, token); err != nil {
		return err
	}
	call := a.calls[int(noise(1)[0])%len(a.calls)]
	body, err := json.Marshal(map[string]any{"query": pageDocument, "variables": map[string]any{"call": call}})
	if err != nil {
		return err
	}
	answer, err := r.ask(ctx, token, body)
	if err == nil && !strings.Contains(string(answer), `"nodes":[{`) {
		err = fmt.Errorf("no page: %s", answer)
	}
	return err
}

// resident returns how many MB of memory the process has had at most.
func (r *running) resident() (float64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("only Linux tells how much memory a process had: %w", err)
	}
	defer f.Close()
	var kB float64
	for in := bufio.NewReader(f); ; {
		line, err := in.ReadString('\n')
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			_, err := fmt.Sscan(rest, &kB)
			return kB / 1000, err
		}
		if errors.Is(err, io.EOF) {
			return 0, errors.New("the system does not tell how much memory a process had")
		}
		if err != nil {
			return 0, err
		}
	}
}
