package offline

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// NewRelease makes the payload of a release whose programs are files, each
// given as os/arch=path. Notes may come from a file, "" for none.
func NewRelease(r programme.Release, programs []string, notes string) ([]byte, error) {
	if notes != "" {
		text, err := read(notes)
		if err != nil {
			return nil, err
		}
		r.Notes = strings.TrimSpace(string(text))
	}
	if r.Floor == "" {
		r.Floor = r.Version
	}
	for _, p := range programs {
		platform, path, ok := strings.Cut(p, "=")
		system, arch, known := strings.Cut(platform, "/")
		if !ok || !known {
			return nil, fmt.Errorf("cannot use the program %q: write linux/amd64=PATH", p)
		}
		digest, size, err := digestFile(path)
		if err != nil {
			return nil, err
		}
		r.Builds = append(r.Builds, programme.Build{OS: system, Arch: arch, Digest: digest, Size: size})
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return programme.Marshal(r)
}

func digestFile(path string) (playlists.Digest, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("cannot read the program: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, programme.MaxBuild+1))
	if err != nil {
		return "", 0, fmt.Errorf("cannot read the program %s: %w", path, err)
	}
	return playlists.Digest(hex.EncodeToString(h.Sum(nil))), n, nil
}

// Release is a release in a file, signed or not.
type Release struct {
	Release  programme.Release
	Payload  []byte
	Envelope []byte   // nil while nobody has signed it
	Signed   []string // ids of keys that claim to have signed it
}

// OpenRelease reads a release from a file: what NewRelease made, or the
// envelope that signing makes of it.
func OpenRelease(path string) (*Release, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimSpace(text)
	if held, signed, err := programme.ReadRelease(text); err == nil {
		var e programme.Envelope
		if err := programme.Unmarshal(text, &e); err != nil {
			return nil, err
		}
		return &Release{Release: held.Release, Payload: e.Payload, Envelope: text, Signed: signed}, nil
	}
	r := &Release{Payload: text}
	if err := programme.Unmarshal(text, &r.Release); err != nil {
		return nil, fmt.Errorf("cannot read the release %s: it is none as controller release new has written it: %w", path, err)
	}
	return r, r.Release.Validate()
}

// ShowRelease writes a release in words.
func ShowRelease(to io.Writer, r *Release) error {
	p := &page{w: tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)}
	p.line("release\t%s", r.Release.Version)
	p.line("follows\t%s", orAny(r.Release.From))
	p.line("afterwards\tnone before %s is taken", r.Release.Floor)
	p.line("issued\t%s", day(r.Release.IssuedAt))
	p.line("ends\t%s", day(r.Release.ExpiresAt))
	for _, b := range r.Release.Builds {
		p.line("%s/%s\t%s, %d bytes", b.OS, b.Arch, b.Digest, b.Size)
	}
	for _, id := range r.Signed {
		p.line("signed by key\t%s", id)
	}
	if r.Release.Notes != "" {
		p.line("\n%s", r.Release.Notes)
	}
	return errors.Join(p.err, p.w.Flush())
}

func orAny(v programme.Version) string {
	if v == "" {
		return "any"
	}
	return string(v)
}

// SignRelease adds a release key's signature to a release's file, which is
// whole on disk before or after, never between. It gives the key's id.
func SignRelease(path string, r *Release, keyPath string, passphrase []byte) (string, error) {
	signer, err := keyfile.Read(keyPath, passphrase)
	if err != nil {
		return "", err
	}
	key, ok := signer.(ed25519.PrivateKey)
	if !ok {
		return "", fmt.Errorf("cannot sign with %s: it is a %T, and release keys are Ed25519", keyPath, signer)
	}
	envelope, err := programme.SignRelease(r.Envelope, r.Payload, key)
	if err != nil {
		return "", err
	}
	return programme.NewPublicKey(key.Public().(ed25519.PublicKey)).ID, write(path, append(envelope, '\n'))
}

// Programs finds the files of a release's programs by their digests.
func Programs(r *Release, paths []string) (map[string]string, error) {
	out := map[string]string{}
	for _, path := range paths {
		digest, _, err := digestFile(path)
		if err != nil {
			return nil, err
		}
		named := false
		for _, b := range r.Release.Builds {
			named = named || b.Digest == digest
		}
		if !named {
			return nil, fmt.Errorf("cannot hand %s in: release %s names no program with its bytes", path, r.Release.Version)
		}
		out[string(digest)] = path
	}
	return out, nil
}
