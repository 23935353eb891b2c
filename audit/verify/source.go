package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
)

// A Source is where a log is published: a folder, or an address.
type Source interface {
	// Read returns what the file called name holds. One that is absent is
	// fs.ErrNotExist, and one that has more than most bytes is ErrTooLong. It is
	// safe for concurrent use.
	Read(ctx context.Context, name string, most int) ([]byte, error)
	// Files yields the names of all files, if that can be known.
	Files(ctx context.Context) iter.Seq2[string, error]
	// AtOnce is how many reads at once serve the source well.
	AtOnce() int
}

// ErrTooLong reports that a file has more bytes than it can have.
var ErrTooLong = errors.New("it is too long")

// A Folder is a folder of files. Nothing outside it is read, whatever links
// there are in it.
type Folder struct {
	root *os.Root
	sub  string // what is read stands below this
}

var _ Source = Folder{}

// OpenFolder opens a folder. Close it.
func OpenFolder(dir string) (Folder, error) {
	r, err := os.OpenRoot(dir)
	return Folder{r, "."}, err
}

// Close implements io.Closer.
func (f Folder) Close() error { return f.root.Close() }

// below returns a folder in f.
func (f Folder) below(sub string) Folder { return Folder{f.root, path.Join(f.sub, sub)} }

// AtOnce implements Source.
func (Folder) AtOnce() int { return 1 }

// open opens a file. Only files are: reading a pipe might never end.
func (f Folder) open(name string) (*os.File, error) {
	name = path.Join(f.sub, name)
	if is, err := f.root.Stat(name); err != nil {
		return nil, err
	} else if !is.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: it is not a file", name)
	}
	return f.root.Open(name)
}

// Read implements Source.
func (f Folder) Read(_ context.Context, name string, most int) ([]byte, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readAll(file, most)
}

// readAll reads what has at most that many bytes.
func readAll(r io.Reader, most int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(b) > most {
		return nil, ErrTooLong
	}
	return b, nil
}

// Files implements Source.
func (f Folder) Files(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		below, err := fs.Sub(f.root.FS(), f.sub)
		if err != nil {
			yield("", err)
			return
		}
		err = fs.WalkDir(below, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case err != nil:
				return err
			case d.IsDir():
				return nil
			case !yield(name, nil):
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield("", err)
		}
	}
}
