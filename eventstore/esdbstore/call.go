package esdbstore

import "fmt"

// A client whose discovery of nodes was in vain is dead for good, and whoever
// called it meanwhile hangs for ever, whatever their context says; closing it
// makes them panic. So every call of the client runs beside its caller.

// spawn runs f in a goroutine and hands its error, or its panic, to ended.
func spawn(f func() error, ended func(error)) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				ended(fmt.Errorf("%w: %v", errPanicked, p))
			}
		}()
		ended(f())
	}()
}
