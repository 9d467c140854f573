package playliststest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Releaser gives the release key of a holder.
func Releaser(holder string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("releaser " + holder))
	return ed25519.NewKeyFromSeed(seed[:])
}

// NameReleasers has a charter name giang, hai and khoa for releases, two of
// whom sign one.
func NameReleasers(c *programme.Charter) {
	c.ReleaseThreshold = 2
	for _, h := range []string{"giang", "hai", "khoa"} {
		c.ReleaseSigners = append(c.ReleaseSigners, programme.Root{Holder: h, Key: Releaser(h).Public().(ed25519.PublicKey)})
	}
}

// Release gives a release of a program for Linux on amd64, changed as a test
// wants.
func Release(version programme.Version, program []byte, change func(*programme.Release)) *programme.Release {
	r := &programme.Release{
		Version: version, Floor: version, IssuedAt: Now.UnixMilli(), ExpiresAt: Now.AddDate(1, 0, 0).UnixMilli(), Notes: "mới",
		Builds: []programme.Build{{OS: "linux", Arch: "amd64", Digest: playlists.DigestOf(program), Size: int64(len(program))}},
	}
	if change != nil {
		change(r)
	}
	return r
}

// SignRelease signs a release with the release keys of holders.
func SignRelease(t testing.TB, r *programme.Release, by ...string) []byte {
	t.Helper()
	payload, err := programme.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var envelope []byte
	for _, h := range by {
		if envelope, err = programme.SignRelease(envelope, payload, Releaser(h)); err != nil {
			t.Fatal(err)
		}
	}
	return envelope
}
