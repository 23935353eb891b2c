package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
)

// ErrUnknownKey says that an issuer has no key of the kid asked for.
var ErrUnknownKey = errors.New("unknown key")

// Keys are the public keys of one issuer. They are safe for concurrent use.
type Keys interface {
	// Key returns the key named kid, which is 1 to 128 bytes of a stranger's
	// choice, and the one algorithm it verifies: RS256, ES256 or EdDSA. The
	// error is ErrUnknownKey when the issuer has no such key; any other says
	// that the keys could not be had. No error may quote kid.
	Key(ctx context.Context, kid string) (public crypto.PublicKey, alg string, err error)
}

// A KeySet is a fixed set of keys, by kid. It must not change while in use.
type KeySet map[string]PublicKey

// A PublicKey is a key and the one algorithm it verifies.
type PublicKey struct {
	Key crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
	Alg string           // RS256, ES256 or EdDSA, in this order
}

var _ Keys = KeySet(nil)

// Key implements [Keys].
func (s KeySet) Key(_ context.Context, kid string) (crypto.PublicKey, string, error) {
	k, ok := s[kid]
	if !ok {
		return nil, "", ErrUnknownKey
	}
	return k.Key, k.Alg, nil
}

// methods are all that is ever allowed; a key narrows them to its own.
var methods = []string{"RS256", "ES256", "EdDSA"}

// fits reports whether key can serve alg. The JWT library checks neither the
// curve of an ECDSA key nor the size and exponent of an RSA one.
func fits(alg string, key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return alg == "RS256" && k != nil && k.N != nil && k.N.BitLen() >= 2048 && k.N.BitLen() <= 8192 && k.E >= 3 && k.E%2 == 1
	case *ecdsa.PublicKey:
		return alg == "ES256" && k != nil && k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return alg == "EdDSA" && len(k) == ed25519.PublicKeySize
	}
	return false
}
