package sqlitestore

import (
	"encoding/hex"
	"fmt"
)

// An id lies in the file as the 16 bytes it says: ids are random, so their
// index is most of what a commit writes, and half the size counts.

// packed returns the bytes of id, a UUID in lower case.
func packed(id string) ([]byte, error) {
	b := make([]byte, 0, 16)
	if len(id) == 36 {
		b, _ = hex.AppendDecode(b, []byte(id[:8]+id[9:13]+id[14:18]+id[19:23]+id[24:]))
	}
	if len(b) != 16 || unpacked(b) != id { // upper case would not come back as it was
		return nil, fmt.Errorf("id %q is not a UUID in lower case", id)
	}
	return b, nil
}

func unpacked(b []byte) string {
	var s [36]byte
	hex.Encode(s[:8], b[:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}
