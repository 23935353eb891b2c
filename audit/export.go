package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/follower"
)

// partFile holds the records of a bundle that is not finished.
const partFile = format.RecordsFile + ".part"

// flushEvery is how many records are written between looks at whether to go on.
const flushEvery = 2000

// An Export writes the whole history as a bundle. While it runs, the log must
// not grow.
type Export struct {
	Log          *Log
	Dir          string // the bundle's folder: new, empty, or one that an export was interrupted in
	MadeAt       time.Time
	Policy       []byte               // the tlog-policy that goes with it
	Certificates []format.Certificate // of the read models; may be nil

	// Shows says which parts of a record to show; nil shows all.
	Shows func(ctx context.Context, index int64) (data, meta bool, err error)

	done atomic.Int64 // records written

	head     Head
	manifest format.Manifest
}

// Run writes the bundle. When ctx ends before it is done, what is there stays,
// and running it again goes on from there. The manifest comes last: a folder
// without one is no bundle.
func (x *Export) Run(ctx context.Context) error {
	h, err := x.Log.newest(ctx)
	if err != nil {
		return err
	}
	x.head = h
	x.manifest = format.Manifest{Origin: h.Origin, Size: h.Size, Root: hex.EncodeToString(h.Root[:]), MadeAt: x.MadeAt.UTC().Truncate(time.Second)}
	if err := x.begin(); err != nil {
		return err
	}
	if err := x.records(ctx); err != nil {
		return fmt.Errorf("export the records: %w", err)
	}
	if err := x.Log.WriteTiles(ctx, filepath.Join(x.Dir, format.LogFolder), 0, h.Size); err != nil {
		return fmt.Errorf("export the log: %w", err)
	}
	return x.finish(h)
}

// Head returns the head of the bundle, once Run has begun. It may be of more
// records than the published one.
func (x *Export) Head() Head { return x.head }

// begin makes the folder, and refuses one that holds something else.
func (x *Export) begin() error {
	if err := os.MkdirAll(x.Dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := errors.Join(tidy(x.Dir), tidy(filepath.Join(x.Dir, format.LogFolder))); err != nil {
		return err
	}
	entries, err := os.ReadDir(x.Dir)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for _, e := range entries {
		switch e.Name() {
		case format.ManifestFile:
			return fmt.Errorf("export: there is a bundle in %s already: name another folder, or remove it", x.Dir)
		case partFile, format.RecordsFile, format.LogFolder, format.VKeyFile, format.ReplacedFile, format.PolicyFile, format.CertificatesFile:
		default:
			return fmt.Errorf("export: %s is not empty: %s is in it", x.Dir, e.Name())
		}
	}
	return nil
}

// records writes the records that are not there yet.
func (x *Export) records(ctx context.Context) error {
	path := filepath.Join(x.Dir, partFile)
	if err := os.Rename(filepath.Join(x.Dir, format.RecordsFile), path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	next, err := x.resume(ctx, f)
	if err == nil {
		err = x.write(ctx, f, next)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path, filepath.Join(x.Dir, format.RecordsFile))
}

// Done returns how many records are written. It may be called meanwhile.
func (x *Export) Done() int64 { return x.done.Load() }

// resume keeps the lines that an interrupted export left, up to the first that
// is not whole or not what would be written now, and returns the next index.
func (x *Export) resume(ctx context.Context, f *os.File) (next int64, err error) {
	end, in := int64(0), bufio.NewReaderSize(f, 1<<20)
	for next < x.manifest.Size {
		entries, err := x.Log.Follower.Entries(ctx, next, flushEvery)
		if err != nil {
			return 0, err
		}
		lines, length, err := x.kept(ctx, in, next, entries)
		if err != nil {
			return 0, err
		}
		next, end = next+int64(lines), end+length
		if lines < len(entries) {
			break
		}
	}
	if err := f.Truncate(end); err != nil {
		return 0, err
	}
	_, err = f.Seek(end, io.SeekStart)
	x.done.Store(next)
	return next, err
}

// kept returns how many of the next lines are as they should be, and their length.
func (x *Export) kept(ctx context.Context, in *bufio.Reader, from int64, entries []format.Entry) (lines int, length int64, err error) {
	for ; lines < len(entries); lines++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return lines, length, nil
		}
		if err != nil {
			return 0, 0, err
		}
		d, err := format.ParseDisclosure(bytes.TrimSuffix(text, []byte("\n")))
		if err == nil {
			_, err = d.Open()
		}
		if err != nil || d.Entry() != entries[lines] {
			return lines, length, nil
		}
		data, meta, err := x.shows(ctx, from+int64(lines))
		if err != nil {
			return 0, 0, err
		}
		if data != (d.Data != nil) || meta != (d.Meta != nil) {
			return lines, length, nil
		}
		x.count(d)
		length += int64(len(text))
	}
	return lines, length, nil
}

func (x *Export) shows(ctx context.Context, index int64) (data, meta bool, err error) {
	if x.Shows == nil {
		return true, true, nil
	}
	return x.Shows(ctx, index)
}

func (x *Export) count(d format.Disclosure) {
	if d.Data == nil {
		x.manifest.WithheldData++
	}
	if d.Meta == nil {
		x.manifest.WithheldMeta++
	}
}

// write adds the records from next on.
func (x *Export) write(ctx context.Context, f *os.File, next int64) error {
	out := bufio.NewWriterSize(f, 1<<20)
	for facts, err := range x.Log.Follower.From(ctx, next) {
		if err != nil {
			return errors.Join(err, out.Flush())
		}
		for _, fact := range facts {
			if fact.Index == x.manifest.Size {
				return out.Flush()
			}
			line, err := x.line(ctx, fact)
			if err == nil {
				_, err = out.Write(line)
			}
			if err != nil {
				return errors.Join(fmt.Errorf("record %s at index %d: %w", fact.ID, fact.Index, err), out.Flush())
			}
			x.done.Store(fact.Index + 1)
		}
	}
	return out.Flush()
}

func (x *Export) line(ctx context.Context, f follower.Fact) ([]byte, error) {
	d, err := format.Disclose(f.Record, f.Index)
	if err != nil {
		return nil, err
	}
	data, meta, err := x.shows(ctx, f.Index)
	if err != nil {
		return nil, err
	}
	if !data {
		d = d.WithoutData()
	}
	if !meta {
		d = d.WithoutMeta()
	}
	x.count(d)
	line, err := d.Text()
	return append(line, '\n'), err
}

// finish writes everything beside the records and the tiles.
func (x *Export) finish(h Head) error {
	put := func(name string, text []byte, err error) error {
		if err == nil {
			err = writeFile(x.Dir, name, text)
		}
		if err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		return nil
	}
	if err := put(filepath.Join(format.LogFolder, checkpointFile), h.Note, nil); err != nil {
		return err
	}
	if err := put(format.VKeyFile, []byte(x.Log.Key.VKey+"\n"), nil); err != nil {
		return err
	}
	if all := x.Log.Rotations; len(all) > 0 {
		var replaced []byte
		for _, r := range slices.Backward(all) {
			replaced = fmt.Appendln(replaced, r.Old)
		}
		if err := put(format.ReplacedFile, replaced, nil); err != nil {
			return err
		}
	}
	if err := put(format.PolicyFile, x.Policy, nil); err != nil {
		return err
	}
	if x.Certificates != nil {
		text, err := json.MarshalIndent(x.Certificates, "", "  ")
		if err := put(format.CertificatesFile, append(text, '\n'), err); err != nil {
			return err
		}
	}
	text, err := x.manifest.Text()
	return put(format.ManifestFile, text, err)
}
