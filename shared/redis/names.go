package redis

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
)

const keySize = 32 // bytes, of what is derived from the installation's secret

// prefixForm leaves out what has a meaning in the patterns of an ACL.
var prefixForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// CheckPrefix says what is wrong with a prefix.
func CheckPrefix(prefix string) error {
	if !prefixForm.MatchString(prefix) {
		return errors.New("a prefix is 1 to 64 letters, digits, hyphens and underscores")
	}
	return nil
}

// names make keys and values that tell nothing to who can read the server and
// has not the installation's secret. They are safe for concurrent use.
type names struct {
	prefix string
	key    []byte      // of names
	seal   cipher.AEAD // of values
}

func newNames(prefix string, secret []byte) (names, error) {
	if err := CheckPrefix(prefix); err != nil {
		return names{}, err
	}
	name, err := derive(secret, "names")
	if err != nil {
		return names{}, err
	}
	value, err := derive(secret, "values")
	if err != nil {
		return names{}, err
	}
	block, err := aes.NewCipher(value)
	if err != nil {
		return names{}, fmt.Errorf("key of values: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return names{}, fmt.Errorf("key of values: %w", err)
	}
	return names{prefix, name, seal}, nil
}

func derive(secret []byte, purpose string) ([]byte, error) {
	if len(secret) < 16 {
		return nil, errors.New("redis: the installation's secret is too short")
	}
	return hkdf.Key(sha256.New, secret, nil, "rapporteur redis "+purpose, keySize)
}

// of names one of a kind, or the only one for an empty who. A name of 128 bits
// is nobody else's, nor another installation's that has the same prefix.
func (n names) of(kind, who string) string {
	m := hmac.New(sha256.New, n.key)
	m.Write([]byte(kind + " " + who))
	return n.prefix + ":" + kind + ":" + base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}

// sealed is text that only this installation reads, and only under this name.
func (n names) sealed(name, text string) string {
	return string(n.seal.Seal(nil, nil, []byte(text), []byte(name)))
}

// unsealed is the text of what was sealed under a name.
func (n names) unsealed(name, sealed string) (string, error) {
	text, err := n.seal.Open(nil, nil, []byte(sealed), []byte(name))
	return string(text), err
}
