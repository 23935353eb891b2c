package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// How a record says that the log's key was replaced.
const (
	rotatedType   = "log_key.rotated"
	rotatedStream = "log_key-"
)

// A rotation is a change of the log's key, as a record has it.
type rotation struct {
	index    int64
	old, new format.Key
	last     head // what the old key signed last
}

// rotations are all that the records name, in order.
type rotations struct {
	all      []rotation
	withheld int64
}

// take remembers a record that is a rotation, and refuses one that the log would
// not have recorded. Root is that of the tree before the record.
func (r *rotations) take(d format.Disclosure, e format.Envelope, root func() tlog.Hash) error {
	if d.Data == nil {
		r.withheld++
		return nil
	}
	index := e.Index
	next, err := readRotation(d.Data, e)
	switch {
	case err != nil:
	case len(r.all) > 0 && r.withheld == 0 && r.all[len(r.all)-1].new != next.old:
		err = fmt.Errorf("it replaces the key %s, and the log's key is %s since index %d", next.old, r.all[len(r.all)-1].new, r.all[len(r.all)-1].index)
	case next.last.Size > index:
		err = fmt.Errorf("the last head under the old key covers %d records, and it was replaced after %d", next.last.Size, index)
	case next.last.Size == index && next.last.Root != root():
		err = fmt.Errorf("history was rewritten: the first %d records had the root %x when the old key signed them last, and now they have %x", index, next.last.Root[:], root())
	}
	if err != nil {
		return wrong(line(format.RecordsFile, index+1, index), "the record says that the log's key was replaced, and %v", err)
	}
	r.all = append(r.all, next)
	return nil
}

// readRotation reads a rotation and verifies the last head under the old key.
func readRotation(data []byte, e format.Envelope) (rotation, error) {
	var said struct{ Old, New, Checkpoint string }
	if !strings.HasPrefix(e.Stream, rotatedStream) {
		return rotation{}, fmt.Errorf("the stream %s is not for that", e.Stream)
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return rotation{}, err
	}
	r := rotation{index: e.Index}
	var errs [2]error
	r.old, errs[0] = format.ParseKey(said.Old)
	r.new, errs[1] = format.ParseKey(said.New)
	if err := errors.Join(errs[:]...); err != nil {
		return r, err
	}
	if r.old == r.new || r.old.Name() != r.new.Name() {
		return r, fmt.Errorf("%s is not another key of the same log as %s", r.new, r.old)
	}
	var err error
	r.last, err = Trust{Key: r.old}.open("the last head under the old key", []byte(said.Checkpoint))
	return r, err
}

// signed refuses a head that a replaced key signed, or a key of which the
// records do not say that it is the log's, and says what was proved.
func (r *rotations) signed(f *Finding, h head) error {
	if r.withheld > 0 {
		f.leave("which key the log has had since when: %d records that would say so are withheld", r.withheld)
		return nil
	}
	for _, x := range r.all {
		f.prove("the key %s+%08x of the log was replaced at index %d by %s+%08x, after a last head of %d records", x.old.Name(), x.old.KeyHash(), x.index, x.new.Name(), x.new.KeyHash(), x.last.Size)
	}
	if len(r.all) == 0 {
		return nil
	}
	last := r.all[len(r.all)-1]
	if !slices.ContainsFunc(h.sigs, func(s note.Signature) bool { return s.Name == last.new.Name() && s.Hash == last.new.KeyHash() }) {
		return wrong(in(h.file), "it is signed with the key %s, and the record says that the log's key is %s since index %d: whoever has a replaced key signed it", h.key, last.new, last.index)
	}
	return nil
}

// listed compares the file of replaced keys, if there is one, with the records.
func (b *bundle) listed(ctx context.Context) error {
	text, err := b.Read(ctx, format.ReplacedFile, maxSmall)
	if errors.Is(err, fs.ErrNotExist) || b.rotations.withheld > 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the bundle's replaced keys: %w", err)
	}
	var want strings.Builder
	for _, r := range slices.Backward(b.rotations.all) {
		fmt.Fprintln(&want, r.old)
	}
	if string(text) != want.String() {
		return wrong(in(format.ReplacedFile), "these are not the keys that the records say were replaced")
	}
	return nil
}
