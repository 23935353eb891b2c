package format

import (
	"encoding/json"
	"fmt"
	"time"
)

// The files of a bundle: a whole history in a folder, for whoever wants to
// check it, or read it, without the server it came from.
const (
	ManifestFile     = "manifest.json"     // what it is, and how much; written last
	RecordsFile      = "records.jsonl"     // line i is the Disclosure of the record at index i
	LogFolder        = "log"               // the log, as tlog-tiles lays it out
	VKeyFile         = "vkey"              // the log's verifier key, one line
	ReplacedFile     = "vkey.replaced"     // the keys that it had before, one a line, newest first; absent if there are none
	PolicyFile       = "policy"            // the log and its witnesses, as a tlog-policy
	CertificatesFile = "certificates.json" // what the read models had seen; may be absent
)

// BundleVersion is the format of a bundle.
const BundleVersion = "rapporteur-bundle/1"

// A Manifest says what a bundle is. It proves nothing.
type Manifest struct {
	Format       string    `json:"format"`
	Origin       string    `json:"origin"`
	Size         int64     `json:"size"` // records
	Root         string    `json:"root"` // of the log's tree over them, hex
	MadeAt       time.Time `json:"madeAt"`
	WithheldData int64     `json:"withheldData"` // records whose data is not shown
	WithheldMeta int64     `json:"withheldMeta"`
}

// Text returns m as JSON.
func (m Manifest) Text() ([]byte, error) {
	m.Format = BundleVersion
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// ParseManifest reads a manifest.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("manifest: %w", err)
	}
	if m.Format != BundleVersion {
		return m, fmt.Errorf("manifest: its format is %.40q; this release reads %q", m.Format, BundleVersion)
	}
	if m.Size < 0 {
		return m, fmt.Errorf("manifest: %d records", m.Size)
	}
	return m, nil
}

// A Certificate says what a read model had seen: every record below Next, in
// order. Root is that of the log's tree over them; Fold is SHA-256 over the
// fold before and the leaf, record by record, from 32 zero bytes.
type Certificate struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Next    int64  `json:"next"`
	Root    string `json:"root"` // hex
	Fold    string `json:"fold"` // hex
}
