package projections

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
)

// A Digest says what stands in one table: how many rows, and SHA-256 over all
// their values in the order of its key. Two files with the same digests answer
// alike.
type Digest struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Digests returns the digests of all tables in the file of read models at path.
// The file is only read.
func Digests(ctx context.Context, path string, all []Projection) ([]Digest, error) {
	db, err := openReadOnly(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer db.Close()
	var out []Digest
	for _, p := range append(slices.Clone(all), shared) {
		for _, t := range p.Tables {
			c, err := openCursor(ctx, db, t)
			if err != nil {
				return nil, fmt.Errorf("digest table %s: %w", t.Name, err)
			}
			d, err := c.digest()
			if err != nil {
				return nil, fmt.Errorf("digest table %s: %w", t.Name, err)
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// digest reads the table to its end.
func (c *cursor) digest() (Digest, error) {
	defer c.rows.Close()
	d, h := Digest{Table: c.table.Name}, sha256.New()
	for {
		row, err := c.next()
		if err != nil {
			return Digest{}, err
		}
		if row == nil {
			d.SHA256 = hex.EncodeToString(h.Sum(nil))
			return d, nil
		}
		d.Rows++
		for _, v := range row {
			if err := addValue(h, v); err != nil {
				return Digest{}, err
			}
		}
	}
}

// addValue adds a value with its kind and length, so that no two rows of
// values give the same bytes.
func addValue(h hash.Hash, v any) error {
	var b []byte
	kind := byte(rank(v))
	switch v := v.(type) {
	case nil:
	case int64:
		b = binary.BigEndian.AppendUint64(nil, uint64(v))
	case float64:
		kind, b = 'f', binary.BigEndian.AppendUint64(nil, math.Float64bits(v))
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("a %T is no value of SQLite's", v)
	}
	h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(b))))
	h.Write(b)
	return nil
}
