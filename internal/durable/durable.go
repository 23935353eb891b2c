// Package durable makes what was done to a folder outlast a crash of the machine.
package durable

import (
	"errors"
	"os"
)

// SyncFolder makes the names in a folder durable: that a file was made, renamed
// or removed there. What is in the file has a sync of its own.
func SyncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
