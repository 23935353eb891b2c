package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"slices"

	"github.com/MicahParks/jwkset"
)

// readKeys returns the keys of a JSON Web Key Set that can verify tokens, each
// bound to one algorithm: its own alg, or the one that its type has here. The
// others in the set are passed over one by one, since issuers also publish what
// is not for us, and one key that is broken must not take the others with it.
// The set is refused when nothing of it can be used.
func readKeys(text []byte) (KeySet, error) {
	o, err := readObject(text)
	if err != nil {
		return nil, errors.New("not a JSON Web Key Set")
	}
	var all []json.RawMessage
	if !o.read("keys", &all) {
		return nil, errors.New("not a JSON Web Key Set")
	}
	set, clash := KeySet{}, map[string]bool{}
	for _, text := range all {
		kid, key, ok := readKey(text)
		if !ok {
			continue
		}
		if other, twice := set[kid]; twice && !same(key, other) {
			clash[kid] = true // which of them is meant cannot be told
		}
		set[kid] = key
	}
	for kid := range clash {
		delete(set, kid)
	}
	if len(set) == 0 {
		return nil, errors.New("a JSON Web Key Set without a key that can be used here")
	}
	return set, nil
}

// private are the members that only a private or a shared key has. Whoever
// publishes one has lost it.
var private = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

func readKey(text []byte) (kid string, _ PublicKey, ok bool) {
	o, err := readObject(text)
	if err != nil {
		return "", PublicKey{}, false
	}
	for _, name := range private {
		if _, ok := o[name]; ok {
			return "", PublicKey{}, false
		}
	}
	var m jwkset.JWKMarshal // without certificates, which would be another way to say what key it is
	var use, alg string
	var ops []string
	if !o.read("kty", &m.KTY) || !o.read("crv", &m.CRV) || !o.read("x", &m.X) || !o.read("y", &m.Y) || !o.read("n", &m.N) || !o.read("e", &m.E) ||
		!o.read("kid", &kid) || !o.read("use", &use) || !o.read("key_ops", &ops) || !o.read("alg", &alg) {
		return "", PublicKey{}, false
	}
	if kid == "" || len(kid) > maxKid || use != "" && use != "sig" || ops != nil && !slices.Contains(ops, "verify") {
		return "", PublicKey{}, false
	}
	j, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return "", PublicKey{}, false
	}
	key := PublicKey{Key: j.Key(), Alg: alg}
	if alg == "" {
		key.Alg = usual(key.Key)
	}
	return kid, key, fits(key.Alg, key.Key)
}

// usual is the algorithm of a key that does not say which.
func usual(key crypto.PublicKey) string {
	switch key.(type) {
	case *rsa.PublicKey:
		return "RS256"
	case *ecdsa.PublicKey:
		return "ES256"
	case ed25519.PublicKey:
		return "EdDSA"
	}
	return ""
}

func same(a, b PublicKey) bool {
	k, ok := a.Key.(interface{ Equal(crypto.PublicKey) bool })
	return ok && a.Alg == b.Alg && k.Equal(b.Key)
}
