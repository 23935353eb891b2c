package verify

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// certificates returns what must hold if the read models had seen every record
// below their certificates' indexes, once and in order.
func (b *bundle) certificates(ctx context.Context, size int64) ([]mark, error) {
	const file = format.CertificatesFile
	text, err := b.Read(ctx, file, maxSmall)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		b.f.leave("what the read models had seen: the bundle has no certificates")
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the certificates: %w", err)
	}
	var all []format.Certificate
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, wrong(in(file), "%v", err)
	}
	var marks []mark
	for _, c := range all {
		if c.Next < 0 || c.Next > size {
			return nil, wrong(in(file), "the projection %s had seen %d records, and the bundle has %d: the tail is missing", c.Name, c.Next, size)
		}
		marks = append(marks, mark{c.Next, func(root tlog.Hash) error {
			switch {
			case c.Root != hex.EncodeToString(root[:]):
				return wrong(in(file), "the projection %s had seen another history: its root over the first %d records is %.64q, and theirs is %x", c.Name, c.Next, c.Root, root[:])
			case c.Fold != hex.EncodeToString(b.ledger.fold[:]):
				return wrong(in(file), "the projection %s skipped, doubled or reordered a record below index %d: its fold is not that of the records in order", c.Name, c.Next)
			}
			return nil
		}})
	}
	return marks, nil
}
