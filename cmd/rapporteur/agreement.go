package main

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// agreementName is what the agreement stands under in the register.
const agreementName = "agreement"

// An agreement is what all nodes over one record must have alike: under another
// secret, a repeated command would not meet its first self; under another key or
// origin, a receipt would name a log that nobody shows; and what is in another
// blobs/ or vault/, no other node would find. What is empty is not agreed on yet.
type agreement struct {
	Secret string `json:"secret,omitempty"` // a hash that tells nothing of it
	Origin string `json:"origin,omitempty"` // of the log
	Key    string `json:"key,omitempty"`    // the log's first verifier key, which no rotation changes
	Blobs  string `json:"blobs,omitempty"`  // the mark in the folder
	Vault  string `json:"vault,omitempty"`  // likewise

	// Moved says when the record was moved away, or began to be moved, here or
	// away. Then no node starts on it.
	Moved   time.Time `json:"moved,omitzero"`
	MovedTo string    `json:"movedTo,omitempty"` // esdb, which is here, or sqlite
	Mover   string    `json:"mover,omitempty"`   // the name of the data folder that it is moved from or to
}

// agreed returns what the nodes have agreed on, and its version in the register.
func (n *nodes) agreed(ctx context.Context) (is agreement, version int64, err error) {
	text, version, err := n.register.Get(ctx, agreementName)
	if err == nil {
		is, err = readAgreement(text)
	}
	if err != nil {
		return is, version, fmt.Errorf("what nodes agree on: %w", err)
	}
	return is, version, nil
}

// errGarbled reports that somebody else wrote to the register. What it says may
// have been that the record is elsewhere.
var errGarbled = errors.New("the newest event of the stream that ends with =" + agreementName + " is none of ours: write there again what stood there before")

// readAgreement reads what nodes agree on. Nothing is said by nothing, and by an
// operator who writes that by hand; else it would pass for the first start.
func readAgreement(text []byte) (is agreement, err error) {
	if len(text) > eventstore.MaxRegister {
		return agreement{}, fmt.Errorf("%w: it has %d bytes", errGarbled, len(text))
	}
	if s := strings.TrimSpace(string(text)); s == "" || s == "{}" {
		return agreement{}, nil
	}
	err = json.Unmarshal(text, &is)
	switch moved := !is.Moved.IsZero(); {
	case err != nil:
		return agreement{}, fmt.Errorf("%w: %w", errGarbled, err)
	case is == agreement{}, moved != (is.Mover != ""), moved && is.MovedTo != inServers && is.MovedTo != inFolder:
		return agreement{}, fmt.Errorf("%w: it says nothing that this release knows", errGarbled)
	}
	return is, nil
}

// agree refuses a node that has not what those have that came before it. What
// they have not agreed on yet is as this one has it.
func (n *nodes) agree(ctx context.Context, is agreement) error {
	if n == nil {
		return nil
	}
	for {
		was, version, err := n.agreed(ctx)
		if err != nil {
			return err
		}
		if err := is.like(was); err != nil {
			return err
		}
		all := is.and(was)
		if all == was || n.stopped() {
			return nil
		}
		text, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := n.register.Set(ctx, agreementName, version, text); err != nil && !errors.Is(err, eventstore.ErrConflict) {
			return fmt.Errorf("what nodes agree on: %w", err)
		}
	}
}

// stopped reports that nothing can be set, as when somebody touched the record.
// What is there can be read nevertheless.
func (n *nodes) stopped() bool { return n.fault != nil && n.fault() != nil }

// admits refuses what agree would, and leaves nothing for others. It is for
// whoever appends and needs no log.
func (n *nodes) admits(ctx context.Context, s secret) error {
	was, _, err := n.agreed(ctx)
	if err != nil {
		return err
	}
	return agreement{Secret: identityOf(s)}.like(was)
}

var errOtherSecret = errors.New("keys/installation is not the one that this record was made under: mount the same keys/ on all nodes. If that one is lost for good, stop all nodes and start one with rapporteur serve --accept-loss installation-secret")

// replaceSecret has the nodes agree on another secret.
func (n *nodes) replaceSecret(ctx context.Context, identity string) error {
	is, version, err := n.agreed(ctx)
	if err != nil {
		return err
	}
	is.Secret = identity
	text, err := json.Marshal(is)
	if err == nil {
		err = n.register.Set(ctx, agreementName, version, text)
	}
	if err != nil {
		return fmt.Errorf("what nodes agree on: %w", err)
	}
	return nil
}

// identityOf tells one secret from another, and nothing of it.
func identityOf(s secret) string {
	h := hmac.New(sha256.New, s)
	h.Write([]byte("identity of an installation"))
	return hex.EncodeToString(h.Sum(nil))
}

// like refuses what differs from what the nodes agreed on.
func (a agreement) like(was agreement) error {
	differ := func(is, was string) bool { return is != "" && was != "" && is != was }
	switch {
	case !was.Moved.IsZero():
		return was.movedAway()
	case differ(a.Secret, was.Secret):
		return errOtherSecret
	case differ(a.Origin, was.Origin):
		return fmt.Errorf("the log of this node is called %s, and the other nodes call it %s: mount the same keys/ on all nodes", a.Origin, was.Origin)
	case differ(a.Key, was.Key):
		return errors.New("keys/log is not the key that the other nodes sign the log with: mount the same keys/ on all nodes")
	case differ(a.Blobs, was.Blobs):
		return notShared(blobsFolder)
	case differ(a.Vault, was.Vault):
		return notShared(vaultFolder)
	}
	return nil
}

// and is what a node has, and of the rest what was agreed on.
func (a agreement) and(was agreement) agreement {
	return agreement{
		Secret: cmp.Or(was.Secret, a.Secret), Origin: cmp.Or(was.Origin, a.Origin), Key: cmp.Or(was.Key, a.Key),
		Blobs: cmp.Or(was.Blobs, a.Blobs), Vault: cmp.Or(was.Vault, a.Vault),
		Moved: was.Moved, MovedTo: was.MovedTo, Mover: was.Mover,
	}
}
