package releases

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of what is kept.
const (
	maxReleases = 500
	maxPast     = 50 // plans that are over
)

// Add takes a release in when enough of those have signed it whom the charter
// names for it. The same release again, signed by others, replaces what was
// there: its signers sign again when the charter names other keys.
func (s *Service) Add(ctx context.Context, a playlists.Actor, envelope []byte) (*Release, error) {
	if err := a.Require(playlists.ManageReleases, playlists.Scope{}); err != nil {
		return nil, err
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	signed, err := programme.VerifyRelease(envelope, charter)
	if err != nil {
		return nil, programme.Problem(err)
	}
	s.making.Lock()
	defer s.making.Unlock()
	if len(s.releases) >= maxReleases {
		return nil, playlists.Errorf(playlists.Conflict, "releases_full", playlists.Params{"max": maxReleases}, "cannot keep more than %d releases", maxReleases)
	}
	r := Release{SignedRelease: *signed, Envelope: envelope, At: s.cfg.Now().UTC(), By: a.ID, ByName: a.Name}
	all := slices.Clone(s.releases)
	i := slices.IndexFunc(all, func(o Release) bool { return o.Payload == r.Payload })
	switch {
	case i >= 0:
		all[i] = r
	case slices.ContainsFunc(all, func(o Release) bool { return o.Version == r.Version }):
		return nil, playlists.Errorf(playlists.Conflict, "release_version_taken", playlists.Params{"version": string(r.Version)}, "cannot take another release %s: there is one of this version with other contents; sign it under a higher one", r.Version)
	default:
		all = append(all, r)
	}
	if _, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(envelope)); err != nil {
		return nil, err
	}
	ctx = playlists.WithAct(ctx, &playlists.Act{At: r.At, By: a.ID, Kind: playlists.ReleaseAdded, Detail: struct {
		Version programme.Version `json:"version"`
		Payload playlists.Digest  `json:"payload"`
	}{r.Version, r.Payload}})
	if err := s.cfg.Store.Save(ctx, &Change{Release: &r}); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.hold(all)
	s.mu.Unlock()
	return &r, nil
}

// AddBuild stores a program of a release. Only what a release that was taken in
// names by its digest is kept.
func (s *Service) AddBuild(ctx context.Context, a playlists.Actor, payload, digest playlists.Digest, body io.Reader) error {
	if err := a.Require(playlists.ManageReleases, playlists.Scope{}); err != nil {
		return err
	}
	build, err := s.build(payload, digest)
	if err != nil {
		return err
	}
	// Hashed on the way: the object store keeps what comes, and it must not keep
	// what nobody has signed.
	sum := &checked{from: io.LimitReader(body, build.Size+1), want: build, hash: sha256.New()}
	if _, _, err := s.cfg.Objects.Put(ctx, sum); err != nil {
		if errors.Is(err, errWrong) {
			return playlists.Errorf(playlists.Invalid, "build_wrong", playlists.Params{"os": build.OS, "arch": build.Arch}, "cannot keep this file: it is not the program for %s on %s that was signed", build.OS, build.Arch)
		}
		return err
	}
	return nil
}

var errWrong = errors.New("these are not the bytes that were signed")

// checked gives bytes, and an error in place of their end when they are not
// those of a build.
type checked struct {
	from io.Reader
	want *programme.Build
	hash hash.Hash
	size int64
}

// Read implements io.Reader.
func (c *checked) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.hash.Write(b[:n])
	c.size += int64(n)
	if err == io.EOF && (c.size != c.want.Size || playlists.Digest(hex.EncodeToString(c.hash.Sum(nil))) != c.want.Digest) {
		err = errWrong
	}
	return n, err
}

// build finds a program that a release names.
func (s *Service) build(payload, digest playlists.Digest) (*programme.Build, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.find(payload)
	if r == nil {
		return nil, missingRelease(payload)
	}
	for i := range r.Builds {
		if r.Builds[i].Digest == digest {
			return &r.Builds[i], nil
		}
	}
	return nil, playlists.Errorf(playlists.NotFound, "build_missing", nil, "cannot keep this file: release %s names no program with these bytes", r.Version)
}

func missingRelease(payload playlists.Digest) error {
	return playlists.Errorf(playlists.NotFound, "release_missing", nil, "cannot find the release %.70q: choose one from the list", string(payload))
}

// lacks lists the programs of a release that are not here.
func (s *Service) lacks(ctx context.Context, r *Release) []programme.Build {
	var out []programme.Build
	for _, b := range r.Builds {
		if size, err := s.cfg.Objects.Stat(ctx, b.Digest); err != nil || size != b.Size {
			out = append(out, b)
		}
	}
	return out
}
