package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	barEvery  = 100 * time.Millisecond
	lineEvery = 10 * time.Second // where nobody watches
)

// watch shows on w how many records something has done, of how many, until
// stop is called: as a bar with rate and time left on a terminal, as a line now
// and then anywhere else.
func watch(w io.Writer, what string, progress func() (done, of int64)) (stop func()) {
	m := &meter{w: w, what: what, began: time.Now(), progress: progress}
	every := lineEvery
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		every = barEvery
		m.bar = progressbar.NewOptions64(1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("records"), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
	}
	end := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-end:
				m.finish()
				return
			case <-tick.C:
				m.show()
			}
		}
	})
	return func() { close(end); ended.Wait() }
}

// A meter shows progress. One goroutine uses it.
type meter struct {
	w        io.Writer
	what     string
	began    time.Time
	progress func() (done, of int64)
	bar      *progressbar.ProgressBar // nil where there is no terminal
}

// show draws what there is. Where it cannot be drawn, the work goes on.
func (m *meter) show() {
	done, of := m.progress()
	if m.bar != nil {
		m.bar.ChangeMax64(max(of, 1))
		_ = m.bar.Set64(done)
		return
	}
	fmt.Fprintln(m.w, m.line(done, of, time.Since(m.began)))
}

// line says how far it is, how fast, and how long it will take.
func (m *meter) line(done, of int64, spent time.Duration) string {
	if done <= 0 || spent <= 0 {
		return fmt.Sprintf("%s: %d of %d records", m.what, done, of)
	}
	rate := float64(done) / spent.Seconds()
	left := time.Duration(float64(of-done) / rate * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("%s: %d of %d records, %.0f/s, %s left", m.what, done, of, rate, left)
}

func (m *meter) finish() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
	done, _ := m.progress()
	fmt.Fprintf(m.w, "%s: %d records in %s\n", m.what, done, time.Since(m.began).Round(time.Millisecond))
}
