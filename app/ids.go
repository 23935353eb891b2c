package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/domain"
)

// IDs derives every id of an installation from its secret.
type IDs struct{ Secret []byte }

var _ rules.IDs = IDs{}

// mac is a keyed hash of parts. Each part is preceded by its length, so that
// no two lists of parts give the same bytes.
func (d IDs) mac(purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, d.Secret)
	for _, p := range append([]string{purpose}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

// Record implements rules.IDs: a UUID (version 8) that only this installation
// can derive, the same for every repeat of the i-th record of one command.
func (d IDs) Record(stream, scope, key string, i int) string {
	b := d.mac("record", stream, scope, key, fmt.Sprint(i))[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// Aggregate implements rules.IDs: the id of what a sender creates under a key.
// Nobody can guess or block one, and a repeated create derives the same.
func (d IDs) Aggregate(prefix, category, scope, key string) domain.ID {
	return domain.ID(prefix + encodeID(d.mac("id", category, scope, key)))
}

// Natural implements rules.IDs: the id of something that there is only one of.
func (d IDs) Natural(prefix, kind, value string) domain.ID {
	return domain.ID(prefix + encodeID(d.mac("natural", kind, value)))
}

// encodeID shortens a hash to the 26 letters and digits of an id: 130 bits.
func encodeID(sum []byte) string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, 26)
	bits, n, j := 0, 0, 0
	for i := range b {
		for n < 5 {
			bits, n, j = bits<<8|int(sum[j]), n+8, j+1
		}
		n -= 5
		b[i] = alphabet[bits>>n&31]
		bits &= 1<<n - 1
	}
	return string(b)
}
