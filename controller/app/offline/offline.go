// Package offline is what people do with key files and charters on a machine
// that has no network and no controller: make keys, write the first charter,
// read one in words, sign it.
package offline

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/renameio/v2"

	"cotmoc/controller/internal/charter"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxFile bounds what is read: an envelope in base64 and some more.
const maxFile = 4 << 20

// rootFile is the public half of a root key, which a first charter is made of.
type rootFile struct {
	Holder string            `json:"holder"`
	Key    ed25519.PublicKey `json:"key"`
}

// PublicPath names the file of the public half beside a root key's.
func PublicPath(path string) string {
	return strings.TrimSuffix(path, ".key") + ".pub"
}

// NewRoot makes a root key in a file that a passphrase protects, and its public
// half beside it. It never takes another file's place.
func NewRoot(path, holder string, passphrase []byte, random io.Reader) (programme.PublicKey, error) {
	holder = playlists.Clean(holder)
	if holder == "" {
		return programme.PublicKey{}, errors.New("cannot make a root key for nobody: give --holder \"Full Name\"")
	}
	key, err := newKey(path, passphrase, random)
	if err != nil {
		return programme.PublicKey{}, err
	}
	text, err := json.MarshalIndent(rootFile{holder, key}, "", "  ")
	if err != nil {
		return programme.PublicKey{}, fmt.Errorf("cannot write the public half: %w", err)
	}
	return programme.NewPublicKey(key), write(PublicPath(path), append(text, '\n'))
}

// NewHand makes a person's key file and gives its public half.
func NewHand(path string, passphrase []byte, random io.Reader) (ed25519.PublicKey, error) {
	return newKey(path, passphrase, random)
}

func newKey(path string, passphrase []byte, random io.Reader) (ed25519.PublicKey, error) {
	public, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key: %w", err)
	}
	if err := keyfile.Write(path, key, passphrase); err != nil {
		if errors.Is(err, os.ErrExist) {
			return nil, fmt.Errorf("cannot write %s: there is a file of this name, and no key takes another's place; choose another --out", path)
		}
		return nil, err
	}
	return public, nil
}

// First is what a first charter says that nobody has prepared in the console.
type First struct {
	Roots        []string // files of public halves
	Threshold    int
	ProgrammeKey string // base64, as the console shows it
	// Releasers are files of public halves of keys that sign releases; none
	// for no updates of agents.
	Releasers []string
	Charter   programme.Charter
}

// FirstCharter makes the payload of charter 1. It names no people yet: the
// console prepares those, and the roots sign them.
func FirstCharter(f First) ([]byte, error) {
	c := f.Charter
	c.Number, c.Epoch, c.RootThreshold = 1, 1, f.Threshold
	c.Roots, c.People, c.Pins = []programme.Root{}, []programme.Person{}, []programme.Pin{}
	if c.RelyingParties == nil {
		c.RelyingParties = []programme.RelyingParty{}
	}
	for _, path := range f.Roots {
		r, err := readPublic(path)
		if err != nil {
			return nil, err
		}
		c.Roots = append(c.Roots, r)
	}
	for _, path := range f.Releasers {
		r, err := readPublic(path)
		if err != nil {
			return nil, err
		}
		c.ReleaseSigners = append(c.ReleaseSigners, r)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(f.ProgrammeKey))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("cannot use the programme key %.60q: copy it from the console's page of the charter, it is 32 bytes in base64", f.ProgrammeKey)
	}
	c.ProgrammeKeys = []programme.PublicKey{programme.NewPublicKey(key)}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return programme.Marshal(c)
}

func readPublic(path string) (programme.Root, error) {
	text, err := read(path)
	if err != nil {
		return programme.Root{}, err
	}
	var r rootFile
	if err := json.Unmarshal(text, &r); err != nil || len(r.Key) != ed25519.PublicKeySize {
		return programme.Root{}, fmt.Errorf("cannot use %s as a public half: it is not the .pub file that controller keys root or controller release key has written", path)
	}
	return programme.Root{Holder: r.Holder, Key: r.Key}, nil
}

// Document is a charter in a file, signed or not.
type Document struct {
	Charter  programme.Charter
	Payload  []byte
	Envelope []byte   // nil while nobody has signed it
	Signed   []string // ids of keys that have validly signed it
}

// Open reads a charter from a file: a payload as the console gives it, or the
// envelope that signing makes of it.
func Open(path string, before *Document) (*Document, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSpace(text)
	var old *programme.Charter
	if before != nil {
		old = &before.Charter
	}
	if held, signed, err := programme.ReadCharter(text, old); err == nil {
		var e programme.Envelope
		if err := programme.Unmarshal(text, &e); err != nil {
			return nil, err
		}
		return &Document{Charter: held.Charter, Payload: e.Payload, Envelope: text, Signed: signed}, nil
	} else if programme.RefusalOf(err) != programme.Malformed {
		return nil, fmt.Errorf("cannot read the charter %s: %w", path, err)
	}
	d := &Document{Payload: text}
	if err := programme.Unmarshal(text, &d.Charter); err != nil {
		return nil, fmt.Errorf("cannot read the charter %s: it is no charter as the console or controller keys has written it: %w", path, err)
	}
	return d, d.Charter.Validate()
}

// Sign adds a root key's signature to a charter's file, which is whole on disk
// before or after, never between. It refuses a key that means nothing to the
// charter or to the one before it.
func Sign(path string, d *Document, before *Document, keyPath string, passphrase []byte) (string, error) {
	signer, err := keyfile.Read(keyPath, passphrase)
	if err != nil {
		return "", err
	}
	key, ok := signer.(ed25519.PrivateKey)
	if !ok {
		return "", fmt.Errorf("cannot sign with %s: it is a %T, and root keys are Ed25519", keyPath, signer)
	}
	id := programme.NewPublicKey(key.Public().(ed25519.PublicKey)).ID
	holder := HolderOf(d, id)
	if holder == "" && before != nil {
		holder = HolderOf(before, id)
	}
	if holder == "" {
		return "", fmt.Errorf("cannot sign with %s: charter %d does not name its key %s; take a root key, and give the charter that counts now with --before when the key is one of its roots", keyPath, d.Charter.Number, id)
	}
	envelope, err := programme.SignCharter(d.Envelope, d.Payload, key)
	if err != nil {
		return "", err
	}
	return holder, write(path, append(envelope, '\n'))
}

// HolderOf names who holds a root key, "" when the charter does not name it.
func HolderOf(d *Document, id string) string {
	for _, r := range d.Charter.Roots {
		if programme.NewPublicKey(r.Key).ID == id {
			return r.Holder
		}
	}
	return ""
}

// NewPin hashes a PIN for the console's page of the charter.
func NewPin(digits string, random io.Reader) (string, error) {
	p, err := charter.NewPin(nil, digits, random)
	if err != nil {
		return "", err
	}
	return charter.PinText(p), nil
}

// Changes tells in words' kinds what a charter changes.
func Changes(before, after *Document) []charter.Change {
	var old *programme.Charter
	if before != nil {
		old = &before.Charter
	}
	return charter.Compare(old, &after.Charter)
}

// WriteNew writes a file that must not be there yet.
func WriteNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w; choose another --out", path, err)
	}
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

func write(path string, b []byte) error {
	if err := renameio.WriteFile(path, b, 0o644); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return b, nil
}
