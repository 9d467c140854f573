// Package backup puts everything a controller has into one encrypted file and
// brings it back into an empty folder: the data into one file, the keys into
// another.
//
// A file is a tar stream inside age (age-encryption.org/v1), so that it can be
// opened with public tools alone. Its first entry is the manifest, which names
// every other one with its size and SHA-256; nothing else may be in it.
package backup

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/chain"
)

// Kind is what a file holds.
type Kind string

// The kinds. They are kept in different places: who finds one of them has
// nothing to sign with, or nothing to sign.
const (
	Data Kind = "cotmoc data"
	Keys Kind = "cotmoc keys"
)

// format is the number of the layout that is written and read.
const format = 1

// The entries of a file.
const (
	manifestName = "manifest.json"
	databaseName = "database"
	settingsName = "settings.yaml"
	objectPrefix = "objects/"
	keyPrefix    = "keys/"
)

// Bounds of what is read: a file may be forged, and age does not tell by whom
// it was written.
const (
	maxManifest = 256 << 20
	maxKey      = 1 << 20
	maxKeys     = 256
)

// Manifest says what a file holds.
type Manifest struct {
	Kind    Kind      `json:"kind"`
	Format  int       `json:"format"`
	Version string    `json:"version"` // of the program that wrote it
	MadeAt  time.Time `json:"made_at"`
	// Authority is the SHA-256 of the certificate that this controller's
	// screens trust: data and keys of one controller share it. "" for data of a
	// controller that never ran.
	Authority playlists.Digest `json:"authority"`
	Facts     *Facts           `json:"facts,omitempty"` // of Data
	Parts     []Part           `json:"parts"`
}

// Part is an entry of a file. The SHA-256 of an object is its name.
type Part struct {
	Name   string           `json:"name"`
	Size   int64            `json:"size"`
	SHA256 playlists.Digest `json:"sha256,omitempty"`
}

// Facts are what a database says of itself.
type Facts struct {
	Migrations []int64            `json:"migrations"` // that its tables went through
	Audit      chain.Head         `json:"audit"`      // where the audit log ends
	Counts     map[string]int64   `json:"counts"`     // rows, by what they are
	Named      []playlists.Digest `json:"-"`          // objects that must be there
}

// Objects counts the objects of a file and their bytes.
func (m *Manifest) Objects() (n, bytes int64) {
	for _, p := range m.Parts {
		if strings.HasPrefix(p.Name, objectPrefix) {
			n, bytes = n+1, bytes+p.Size
		}
	}
	return n, bytes
}

// Database copies and examines databases in files.
type Database interface {
	// Record appends to the audit log of the database at path, which others may
	// be writing to, and changes nothing else, whatever version made it.
	Record(ctx context.Context, path string, act playlists.Act) error
	// Snapshot writes a consistent copy of the database at from, which others
	// may be writing to, into the new file to.
	Snapshot(ctx context.Context, from, to string) error
	// Facts examines the whole database in a file that nobody uses, its audit
	// log included, and changes nothing.
	Facts(ctx context.Context, path string) (*Facts, error)
	// Restored tells a database that was copied from a backup what it is: who
	// was logged in is so no longer, and no screen is told anything new before
	// it has said what it holds.
	Restored(ctx context.Context, path string, act playlists.Act) error
}

// Source gives the objects to back up.
type Source interface {
	List(ctx context.Context) iter.Seq2[Object, error]
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Object is one of them.
type Object struct {
	Digest playlists.Digest
	Size   int64
}

// Sink takes objects that are restored, durably.
type Sink interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
}

// Progress is told how many bytes of all are done.
type Progress func(done, total int64)

func refused(reason string, params playlists.Params, text string, args ...any) error {
	return playlists.Errorf(playlists.Invalid, reason, params, text, args...)
}

func damaged(text string, args ...any) error {
	return refused("backup_damaged", nil, "cannot use this backup: "+text+"; take another copy of it", args...)
}

// keyName is what a file among the keys may be called: in a folder or two,
// nothing hidden and no way out.
var keyName = regexp.MustCompile(`^([a-zA-Z0-9][a-zA-Z0-9._+-]{0,99}/){0,2}[a-zA-Z0-9][a-zA-Z0-9._+-]{0,99}$`)

// check refuses a manifest that names what does not belong into such a file.
func (m *Manifest) check(kind Kind) error {
	if m.Kind != kind {
		return refused("backup_kind", playlists.Params{"kind": string(m.Kind)}, "cannot use this backup as %q: it holds %q", kind, m.Kind)
	}
	if m.Format != format {
		return refused("backup_format", playlists.Params{"format": m.Format}, "cannot read a backup of format %d: use the version %s, which wrote it", m.Format, m.Version)
	}
	if m.Authority != "" && m.Authority.Validate() != nil {
		return damaged("its authority is %.80q", string(m.Authority))
	}
	seen := make(map[string]bool, len(m.Parts))
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.Size < 0 || seen[p.Name] || !p.allowed(kind) {
			return damaged("the entry %.80q does not belong into it", p.Name)
		}
		seen[p.Name] = true
	}
	if kind == Data && (!seen[databaseName] || m.Facts == nil) {
		return damaged("it holds no database")
	}
	if kind == Keys && len(m.Parts) > maxKeys {
		return damaged("it holds %d keys", len(m.Parts))
	}
	return nil
}

// allowed tells whether a part may be in a file, and sets an object's hash.
func (p *Part) allowed(kind Kind) bool {
	if d, ok := strings.CutPrefix(p.Name, objectPrefix); ok && kind == Data {
		p.SHA256 = playlists.Digest(d)
		return p.SHA256.Validate() == nil
	}
	if p.SHA256.Validate() != nil {
		return false
	}
	if name, ok := strings.CutPrefix(p.Name, keyPrefix); ok && kind == Keys {
		return keyName.MatchString(name) && p.Size <= maxKey
	}
	return kind == Data && (p.Name == databaseName || p.Name == settingsName && p.Size <= maxKey)
}

func (m *Manifest) encode() ([]byte, error) {
	short := *m
	short.Parts = make([]Part, len(m.Parts))
	copy(short.Parts, m.Parts)
	for i := range short.Parts {
		if strings.HasPrefix(short.Parts[i].Name, objectPrefix) {
			short.Parts[i].SHA256 = ""
		}
	}
	return json.Marshal(&short)
}
