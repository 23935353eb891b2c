//go:build amd64 || arm64

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/iofault"
)

// letJudge lets a test judge the calls of this program by which it changes files.
func letJudge() {
	if err := iofault.Obey(os.Getenv(iofault.Variable)); err != nil {
		fmt.Fprintln(os.Stderr, "the calls of this program cannot be judged:", err)
		os.Exit(unknown)
	}
}

// The calls that a full disk refuses, and those that a broken one does.
var (
	whenFull   = []iofault.Op{iofault.Create, iofault.Write, iofault.Truncate, iofault.Rename, iofault.Link, iofault.Mkdir}
	whenBroken = []iofault.Op{iofault.Create, iofault.Write, iofault.Truncate, iofault.Rename, iofault.Link, iofault.Mkdir, iofault.Remove, iofault.Sync}
)

// A diskRow says what a server does while some of its files cannot be written.
type diskRow struct {
	name   string
	files  string       // those below the data folder; a regular expression for the whole path
	ops    []iofault.Op // those that fail
	errno  unix.Errno
	check  string // of /readyz, which fails meanwhile
	status int    // of /readyz meanwhile
	hears  hears  // what the sender of a command is told once the server has noticed
}

// hears is what the sender of a command is told.
type hears string

const (
	refusedNow   hears = "UNAVAILABLE, retryAfter" // and at once
	recordedOnly hears = "recorded"                // without an index, as reads do not show it yet
	accepted     hears = "accepted"                // with an index and a receipt
)

// diskTable is every file that a server writes while it runs. The journal of a
// database is where commits go; the file itself is written now and then.
func diskTable() (rows []diskRow) {
	for _, db := range []struct {
		name, check string
		status      int
		hears       hears
	}{
		{"events.db", "events", http.StatusServiceUnavailable, refusedNow},
		{"log.db", "log", http.StatusServiceUnavailable, refusedNow},
		{"readmodel.db", "readModels", http.StatusServiceUnavailable, recordedOnly},
		{"search.db", "search", http.StatusOK, accepted},
	} {
		name := regexp.QuoteMeta(db.name)
		rows = append(rows,
			diskRow{db.name + ": full", name + `(-wal|-shm)?`, whenFull, unix.ENOSPC, db.check, db.status, db.hears},
			diskRow{db.name + ": journal broken", name + `(-wal|-shm)`, whenBroken, unix.EIO, db.check, db.status, db.hears},
			diskRow{db.name + ": file broken", name, whenBroken, unix.EIO, db.check, db.status, db.hears},
			diskRow{db.name + ": broken at the sync alone", name + `(-wal)?`, []iofault.Op{iofault.Sync}, unix.EIO, db.check, db.status, db.hears},
		)
	}
	for _, of := range []struct {
		name  string
		ops   []iofault.Op
		errno unix.Errno
	}{{"full", whenFull, unix.ENOSPC}, {"broken", whenBroken, unix.EIO}, {"broken at the sync alone", []iofault.Op{iofault.Sync}, unix.EIO}} {
		rows = append(rows, diskRow{"published log: " + of.name, `log(/.*)?`, of.ops, of.errno, "log", http.StatusOK, accepted})
	}
	return append(rows, diskRow{"the whole disk: full", `.*`, whenFull, unix.ENOSPC, "events", http.StatusServiceUnavailable, refusedNow},
		diskRow{"the whole disk: broken", `.*`, whenBroken, unix.EIO, "events", http.StatusServiceUnavailable, refusedNow})
}

// A disk is what becomes of a server's calls.
type disk struct {
	data string

	mu   sync.Mutex
	row  *diskRow // in force; nil: none
	only *regexp.Regexp
	once bool            // only the first such call fails
	hit  int             // how many calls failed
	runs bool            // the server is neither starting nor ending
	seen map[string]bool // what it did while it ran
}

// judge implements iofault.Judge.
func (d *disk) judge(c iofault.Call) unix.Errno {
	name, inside := strings.CutPrefix(c.Path, d.data+"/")
	if !inside {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.runs {
		d.seen[string(c.Op)+" "+name] = true
	}
	if d.row == nil || d.once && d.hit > 0 || !d.only.MatchString(name) || !slices.Contains(d.row.ops, c.Op) {
		return 0
	}
	d.hit++
	return d.row.errno
}

// set has calls fail as row says, or none for nil.
func (d *disk) set(row *diskRow, once bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.row, d.once, d.hit = row, once, 0
	if row != nil {
		d.only = regexp.MustCompile(`^(` + row.files + `)$`)
	}
}

// running says that the server is neither starting nor ending.
func (d *disk) running(is bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.runs = is
}

func (d *disk) hits() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit
}

// TestDisk has every write of every file fail while the real program runs, on a
// full disk and on a broken one: the server goes on and answers reads, its readiness
// and metrics say what is wrong, and once the disk is well again everything goes on
// by itself. What was acknowledged is there, once.
func TestDisk(t *testing.T) {
	rows := diskTable()
	const servers = 4
	for n := range servers {
		t.Run(fmt.Sprintf("server %d", n), func(t *testing.T) {
			t.Parallel()
			d := newDiskTrial(t)
			for i := n; i < len(rows); i += servers {
				d.try(&rows[i])
			}
			d.over()
		})
	}
}

// A diskTrial is a server whose calls are judged, and what was sent to it.
type diskTrial struct {
	kill
	disk   *disk
	server *server
	n      int
}

func newDiskTrial(t *testing.T) *diskTrial {
	k := newKill(t)
	d := &diskTrial{kill: kill{t: t, program: k.program, data: k.data, call: k.call, token: k.token, sent: k.sent}}
	d.disk = &disk{data: d.data, seen: map[string]bool{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server said\n%s", &d.server.log)
		}
	})
	d.start()
	return d
}

// start starts the server, and waits until it is ready.
func (d *diskTrial) start() {
	d.t.Helper()
	socket := filepath.Join(d.t.TempDir(), "judge")
	l, err := iofault.Listen(socket)
	if err != nil {
		d.t.Fatal(err)
	}
	var judging sync.WaitGroup
	judging.Go(func() {
		if err := iofault.Serve(l, d.disk.judge); err != nil {
			d.t.Error(err)
		}
	})
	d.server = d.upIn(append(os.Environ(), iofault.Variable+"="+socket))
	server := d.server
	d.t.Cleanup(func() {
		_ = server.cmd.Process.Kill() // if it still runs
		await.All(d.t, &judging, "the judging")
		_ = l.Close()
	})
	d.eventually("a server that is ready", func() string { return d.ready("", http.StatusOK) })
	d.disk.running(true)
}

// once has the first call that row names fail, and no other. With killed the server
// is killed right after.
func (d *diskTrial) once(row *diskRow, killed bool) {
	d.t.Helper()
	key := d.key()
	d.disk.set(row, true)
	said, _ := d.ask(key)
	if said == accepted && row.check == "events" || said != accepted && said != recordedOnly && said != refusedNow {
		d.t.Errorf("%s, once: its sender hears %s", row.name, said)
	}
	if d.disk.hits() != 1 {
		d.t.Errorf("%s, once: %d calls failed", row.name, d.disk.hits())
	}
	if killed {
		_ = d.server.end(os.Kill)
		d.disk.running(false)
		d.start()
	}
	d.eventually(row.name+", once: it goes on by itself", func() string { return d.ready("", http.StatusOK) })
	index, err := d.submit(d.t.Context(), d.server.address, key)
	if was := d.sent[key]; err != nil || was != "" && was != index {
		d.t.Errorf("%s, once: acknowledged at %q, and now at %s, %v", row.name, was, index, err)
	}
	d.note(key, index)
}

// TestDiskOnce has one write or sync of a journal fail, and all after it succeed, as
// where the system drops what it could not write: the outcome is found out and not
// guessed, also by a server that is started anew in the midst of it.
func TestDiskOnce(t *testing.T) {
	t.Parallel()
	d := newDiskTrial(t)
	for _, killed := range []bool{false, true} {
		for _, file := range []struct{ name, check string }{{"events.db-wal", "events"}, {"log.db-wal", "log"}} {
			for _, op := range []iofault.Op{iofault.Write, iofault.Sync} {
				name := fmt.Sprintf("%s %s, killed %v", op, file.name, killed)
				d.once(&diskRow{name: name, files: regexp.QuoteMeta(file.name), ops: []iofault.Op{op}, errno: unix.EIO, check: file.check}, killed)
			}
		}
	}
	d.over()
}

// try carries out one row.
func (d *diskTrial) try(row *diskRow) {
	began := time.Now()
	d.t.Helper()
	before := d.key()
	if got, _ := d.ask(before); got != accepted {
		d.t.Fatalf("%s: before it a command is %s", row.name, got)
	}
	d.disk.set(row, false)
	during, again := d.key(), d.key()
	first, _ := d.ask(during) // it may meet the fault itself
	switch first {
	case accepted, recordedOnly, refusedNow:
	default:
		d.t.Errorf("%s: the first to meet it hears %s", row.name, first)
	}
	d.eventually(row.name+": /readyz and /metrics tell of it", func() string {
		if d.disk.hits() == 0 {
			return "no call failed"
		}
		return d.ready(row.check, row.status)
	})
	switch got, took := d.ask(again); {
	case got != row.hears:
		d.t.Errorf("%s: meanwhile a command is %s, want %s", row.name, got, row.hears)
	case took > time.Second:
		d.t.Errorf("%s: meanwhile an answer took %s", row.name, took)
	}
	if err := d.read(); err != nil {
		d.t.Errorf("%s: meanwhile a read: %v", row.name, err)
	}
	d.disk.set(nil, false)
	d.eventually(row.name+": it goes on by itself", func() string { return d.ready("", http.StatusOK) })
	for _, key := range []string{before, during, again} {
		index, err := d.submit(d.t.Context(), d.server.address, key)
		if err != nil {
			d.t.Errorf("%s: repeated afterwards: %v", row.name, err)
		}
		if was := d.sent[key]; was != "" && was != index {
			d.t.Errorf("%s: acknowledged at %s, and now at %s", row.name, was, index)
		}
		d.note(key, index)
	}
	d.t.Logf("%s: %s", row.name, time.Since(began).Truncate(time.Millisecond))
}

// over ends the server, and finds everything that was acknowledged once.
func (d *diskTrial) over() {
	d.t.Helper()
	d.disk.running(false)
	if err := d.server.end(os.Interrupt); err != nil {
		d.t.Errorf("the server ended with %v", err)
	}
	table := diskTable()
	for _, call := range slices.Sorted(maps.Keys(d.disk.seen)) {
		op, name, _ := strings.Cut(call, " ")
		if !slices.ContainsFunc(table, func(r diskRow) bool {
			return r.files != ".*" && slices.Contains(r.ops, iofault.Op(op)) && regexp.MustCompile(`^(`+r.files+`)$`).MatchString(name)
		}) && !strings.HasPrefix(name, ".room-") { // by which it tries whether there is room again
			d.t.Errorf("the server did %s, which no row has fail", call)
		}
	}
	d.verify()
}

func (d *diskTrial) key() string {
	d.n++
	return fmt.Sprintf("disk-%08d-of-the-table", d.n)
}

// ask sends a command, and says what its sender hears and how long that took.
func (d *diskTrial) ask(key string) (hears, time.Duration) {
	d.t.Helper()
	d.note(key, "")
	began := time.Now()
	index, err := d.send(d.t.Context(), d.server.address, key)
	took := time.Since(began)
	switch said, unavailable := errors.AsType[notAccepted](err); {
	case unavailable && said.code == "UNAVAILABLE" && said.retryAfter > 0:
		return refusedNow, took
	case err != nil:
		return hears(err.Error()), took
	case index == "":
		return recordedOnly, took
	}
	d.note(key, index)
	return accepted, took
}

// read asks for what everybody may see.
func (d *diskTrial) read() error {
	ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.server.address+"/graphql?query=%7Bconsultations(first:1)%7Bnodes%7Bid%7D%7D%7D", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && !strings.Contains(string(body), string(d.call)) {
		err = fmt.Errorf("it says %s", body)
	}
	return err
}

// ready says what is not as it should be: /readyz answers with status, and a check
// fails there and in the metrics, or none for "".
func (d *diskTrial) ready(check string, status int) string {
	var is readiness
	res, err := http.Get(d.server.address + "/readyz")
	if err != nil {
		return err.Error()
	}
	if err := errors.Join(json.NewDecoder(res.Body).Decode(&is), res.Body.Close()); err != nil {
		return err.Error()
	}
	if res.StatusCode != status || check == "" && is.Status != isOK || check != "" && (is.Checks[check] == isOK || is.Since[check].IsZero()) {
		return fmt.Sprintf("/readyz is %d: %+v", res.StatusCode, is)
	}
	res, err = http.Get(d.server.address + "/metrics")
	if err != nil {
		return err.Error()
	}
	text, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return err.Error()
	}
	failing := regexp.MustCompile(`(?m)^rapporteur_degraded\{check="([^"]*)"\} 1$`).FindAllStringSubmatch(string(text), -1)
	if check == "" && len(failing) > 0 || check != "" && !slices.ContainsFunc(failing, func(m []string) bool { return m[1] == check }) {
		return fmt.Sprintf("/metrics has %q", failing)
	}
	return ""
}

// eventually waits until so finds nothing wrong.
func (d *diskTrial) eventually(what string, so func() string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		wrong := so()
		if wrong == "" {
			return
		}
		select {
		case <-ctx.Done():
			d.t.Fatalf("%s: waited in vain: %s", what, wrong)
		case <-tick.C:
		}
	}
}
