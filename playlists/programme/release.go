package programme

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// ReleaseType is the DSSE payload type of a release.
const ReleaseType = "application/vnd.cotmoc.release.v1+json"

// Bounds of a release.
const (
	maxBuilds    = 16
	maxNotes     = 4000     // bytes
	MaxBuild     = 64 << 20 // bytes of a program; the agent's budget is 20 MB
	maxPlatform  = 20       // bytes of a name of a system or processor
	maxReleaseOf = 64 << 10 // bytes of a payload
)

// Release is code that may run on screen PCs: a version, the SHA-256 of its
// program for each platform, and what it may follow. The holders of the
// charter's release keys sign it offline, so that neither the controller nor
// its programme key brings code to a screen; the controller only says when a
// screen is to take which (ReleaseOffer).
type Release struct {
	Version Version `json:"version"`
	// Floor is the least version that a screen takes once this one has shown
	// its picture there: what is older can never be passed off as an update
	// again. It is Version itself unless the signers leave a way back.
	Floor     Version `json:"floor"`
	From      Version `json:"from"`       // the least version that it follows, "" any
	IssuedAt  int64   `json:"issued_at"`  // Unix milliseconds
	ExpiresAt int64   `json:"expires_at"` // not begun to be used after it; what runs runs on
	Notes     string  `json:"notes"`      // what is new, for people
	Builds    []Build `json:"builds"`     // one a platform
}

// Build is the program of a release for one platform.
type Build struct {
	OS     string           `json:"os"`   // as Go names it
	Arch   string           `json:"arch"` // likewise
	Digest playlists.Digest `json:"sha256"`
	Size   int64            `json:"size"` // bytes
}

// SignedRelease is a release that enough holders have signed.
type SignedRelease struct {
	Release
	Payload playlists.Digest // of the signed bytes
}

// VerifyRelease reads a release that enough of those have signed whom the
// charter names for it. A charter that names nobody takes code from nobody.
func VerifyRelease(envelope []byte, charter *HeldCharter) (*SignedRelease, error) {
	if charter == nil {
		return nil, refuse(CharterMissing, "cannot take a release without a charter")
	}
	e, r, err := readRelease(envelope)
	if err != nil {
		return nil, err
	}
	holders := map[string]bool{}
	for i := range charter.ReleaseSigners {
		signer := &charter.ReleaseSigners[i]
		if slices.ContainsFunc(e.Signatures, func(s Signature) bool { return signer.signed(PreAuthEncoding(e.PayloadType, e.Payload), s) }) {
			holders[signer.Holder] = true
		}
	}
	if charter.ReleaseThreshold < 1 || len(holders) < charter.ReleaseThreshold {
		return nil, refuse(ReleaseUnsigned, "cannot take release %s: %d of the %d holders that charter %d asks for have signed it", r.Version, len(holders), charter.ReleaseThreshold, charter.Number)
	}
	return r, nil
}

// ReadRelease reads a release without trusting it, for showing it to people,
// and gives the ids of the keys that claim to have signed it.
func ReadRelease(envelope []byte) (*SignedRelease, []string, error) {
	e, r, err := readRelease(envelope)
	if err != nil {
		return nil, nil, err
	}
	ids := []string{}
	for _, s := range e.Signatures {
		ids = append(ids, s.KeyID)
	}
	return r, ids, nil
}

func readRelease(envelope []byte) (*Envelope, *SignedRelease, error) {
	e, err := readEnvelope(envelope, ReleaseType)
	if err != nil {
		return nil, nil, err
	}
	if len(e.Payload) > maxReleaseOf {
		return nil, nil, refuse(Malformed, "cannot read a release of %d bytes: the most is %d", len(e.Payload), maxReleaseOf)
	}
	r := &SignedRelease{Payload: playlists.DigestOf(e.Payload)}
	if err := Unmarshal(e.Payload, &r.Release); err != nil {
		return nil, nil, err
	}
	return e, r, r.Validate()
}

// SignRelease adds a signature to a release's envelope, or begins one from its
// payload.
func SignRelease(envelope, payload []byte, key ed25519.PrivateKey) ([]byte, error) {
	return addSignature(ReleaseType, envelope, payload, key)
}

// Validate refuses a release that contradicts itself or breaks a bound.
func (r *Release) Validate() error {
	bad := func(why string) error {
		return refuse(Malformed, "cannot use the release %.40q: %s", string(r.Version), why)
	}
	switch {
	case r.Version.Validate() != nil || r.Floor.Validate() != nil || r.From != "" && r.From.Validate() != nil:
		return bad("its versions are not three numbers, as 1.4.2")
	case r.Version.Before(r.Floor):
		return bad("it forbids itself")
	case r.From != "" && r.Version.Before(r.From):
		return bad("it follows later ones only")
	case !isInstant(r.IssuedAt) || !isInstant(r.ExpiresAt) || r.ExpiresAt <= r.IssuedAt:
		return bad("it ends before it begins, or never")
	case len(r.Notes) > maxNotes:
		return bad("its notes are too long")
	case len(r.Builds) == 0 || len(r.Builds) > maxBuilds:
		return bad("it has no builds, or too many")
	}
	for i := range r.Builds {
		b := &r.Builds[i]
		if !platformName(b.OS) || !platformName(b.Arch) || b.Digest.Validate() != nil || b.Size <= 0 || b.Size > MaxBuild {
			return bad("a build of it is unusable")
		}
		if slices.ContainsFunc(r.Builds[:i], func(o Build) bool { return o.OS == b.OS && o.Arch == b.Arch }) {
			return bad("it has two builds for one platform")
		}
	}
	return nil
}

func platformName(s string) bool {
	return s != "" && len(s) <= maxPlatform && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// Platform is where a release is to run.
type Platform struct {
	OS, Arch string
	Running  Version // "" for a build that is no release
	Floor    Version // the least that is taken here, "" any
	Now      time.Time
}

// For gives the build that a screen PC is to run, or why it takes this release
// not at all.
func (r *Release) For(p Platform) (*Build, error) {
	switch {
	case p.Floor != "" && r.Version.Before(p.Floor):
		return nil, refuse(ReleaseOld, "cannot go back to release %s: none before %s is taken here", r.Version, p.Floor)
	case !p.Now.Before(time.UnixMilli(r.ExpiresAt)):
		return nil, refuse(ReleaseExpired, "cannot begin to use release %s: it ended on %s", r.Version, time.UnixMilli(r.ExpiresAt).UTC().Format(time.DateOnly))
	case r.From != "" && p.Running.Before(r.From):
		return nil, refuse(ReleaseUnfit, "cannot use release %s after %q: it follows %s and later ones", r.Version, string(p.Running), r.From)
	}
	for i := range r.Builds {
		if r.Builds[i].OS == p.OS && r.Builds[i].Arch == p.Arch {
			return &r.Builds[i], nil
		}
	}
	return nil, refuse(ReleaseUnfit, "cannot use release %s: it has no build for %s on %s", r.Version, p.OS, p.Arch)
}
