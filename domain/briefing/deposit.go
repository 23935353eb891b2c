package briefing

import (
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const maxLink = 2_000 // longer addresses do not work everywhere

// A Document is a file kept here, by its hash, or somewhere else, by its link,
// perhaps with the hash that it had when it was looked at.
type Document struct {
	Link   string `json:"link,omitempty"`   // http or https
	Sha256 string `json:"sha256,omitempty"` // lower-case hexadecimal
}

// A Deposit is what decisions read of a text or document handed in.
type Deposit struct {
	Edition      int64 // 1, 2, ...; 0 while there is none
	Own          bool  // by the speaker or presenter: from then on theirs alone to replace
	Withdrawn    bool
	Language     string
	Hash         string // of the text
	Document     Document
	Translations map[string]Translated // by language; replaced, never changed in place
}

// Translated is what decisions read of a translation.
type Translated struct {
	Own  bool
	Hash string
}

// check refuses what is no document. stored says that the file with that hash
// is kept here, which it must be when there is no link to fetch it by.
func (d Document) check(stored bool, path ...string) (Document, error) {
	if d == (Document{}) {
		return d, domain.Refuse(domain.Invalid, "briefing.document", "Please give a link, or the hash of a file that was uploaded.").At(path...)
	}
	if d.Sha256 = strings.ToLower(d.Sha256); d.Sha256 != "" {
		if b, err := hex.DecodeString(d.Sha256); err != nil || len(b) != 32 {
			return d, domain.Refuse(domain.Invalid, "briefing.sha256", "This is not a SHA-256: 64 hexadecimal digits.").At(in(path, "sha256")...)
		}
	}
	if d.Link == "" {
		if !stored {
			return d, domain.Refuse(domain.Invalid, "briefing.not_stored", "No file with this hash was uploaded.").At(in(path, "sha256")...)
		}
		return d, nil
	}
	u, err := url.Parse(d.Link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(d.Link) > maxLink {
		return d, domain.Refuse(domain.Invalid, "briefing.link", "This is not a link that a browser can follow.").At(in(path, "link")...)
	}
	d.Link, err = domain.Clean(d.Link, maxLink, in(path, "link")...)
	return d, err
}

// may says whether the actor hands in their own, and refuses who may not hand
// in at all: once the one whose item it is has spoken, only they speak again.
func (i Item) may(by domain.Actor) (own bool, err error) {
	own, err = i.of(by)
	if err == nil && !own && i.Deposit.Own {
		err = domain.Refuse(domain.NotOwner, "briefing.own_deposit", "The speakers handed this in themselves; only they may replace or withdraw it.")
	}
	return own, err
}
