package verify

import (
	"crypto/sha256"
	"fmt"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// A ledger checks records one after another, and remembers what the next ones
// must fit to.
type ledger struct {
	ids            map[[16]byte]struct{} // hashes of the ids seen
	versions       map[string]int64      // of streams: the last one seen
	fold           [32]byte              // over the leaves seen
	noData, noMeta int64                 // records without their data, and without their meta
}

func newLedger() *ledger {
	return &ledger{ids: map[[16]byte]struct{}{}, versions: map[string]int64{}}
}

// check checks the record in a line against what the log has for it, and returns it.
func (l *ledger) check(text []byte, has logged) (format.Disclosure, format.Envelope, error) {
	here := line(format.RecordsFile, has.index+1, has.index)
	d, e, err := parseLine(text)
	if err != nil {
		return d, e, wrong(here, "%v", err)
	}
	if e.Index != has.index {
		return d, e, wrong(here, "record %s says that its index is %d: a record was dropped, inserted or moved", e.ID, e.Index)
	}
	if own := d.Entry(); own != has.entry {
		if own.Leaf() == has.leaf {
			return d, e, wrong(at(has.file, has.index), "the entry is neither that of the record nor that of the tree: it was altered")
		}
		return d, e, wrong(here, "record %s is not the one that the log has at this index: it was altered, or another was put in its place", e.ID)
	}
	if err := l.fits(e); err != nil {
		return d, e, wrong(here, "%v", err)
	}
	if d.Data == nil {
		l.noData++
	}
	if d.Meta == nil {
		l.noMeta++
	}
	var both [64]byte
	copy(both[:], l.fold[:])
	copy(both[32:], has.leaf[:])
	l.fold = sha256.Sum256(both[:])
	return d, e, nil
}

// parseLine reads a record as it is shown, and checks what can be checked
// without any other.
func parseLine(text []byte) (format.Disclosure, format.Envelope, error) {
	d, err := format.ParseDisclosure(text)
	if err != nil {
		return d, format.Envelope{}, err
	}
	e, err := d.Open()
	if err != nil {
		return d, e, err
	}
	return d, e, wellFormed(e)
}

// fits refuses a record that its predecessors do not allow.
func (l *ledger) fits(e format.Envelope) error {
	sum := sha256.Sum256([]byte(e.ID))
	id := [16]byte(sum[:])
	if _, twice := l.ids[id]; twice {
		return fmt.Errorf("record %s is there twice", e.ID)
	}
	l.ids[id] = struct{}{}
	if want := l.versions[e.Stream] + 1; e.Version != want {
		return fmt.Errorf("record %s is version %d of the stream %s, and version %d is due", e.ID, e.Version, e.Stream, want)
	}
	l.versions[e.Stream] = e.Version
	return nil
}

// counted compares what was seen with what the manifest counts, and says it.
func (l *ledger) counted(f *Finding, m format.Manifest) error {
	if m.WithheldData != l.noData || m.WithheldMeta != l.noMeta {
		return wrong(in(format.ManifestFile), "it counts %d records without data and %d without meta, and there are %d and %d", m.WithheldData, m.WithheldMeta, l.noData, l.noMeta)
	}
	f.prove("no record is there twice, and the %d streams have no gaps", len(l.versions))
	f.prove("the data of %d records and the meta of %d are what was recorded", m.Size-l.noData, m.Size-l.noMeta)
	if l.noData > 0 || l.noMeta > 0 {
		f.leave("what the data of %d records and the meta of %d say: they are withheld", l.noData, l.noMeta)
	}
	return nil
}
