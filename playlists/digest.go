package playlists

import (
	"crypto/sha256"
	"encoding/hex"
)

// Digest is the SHA-256 of an object's bytes in 64 lower-case hex digits. An
// object has no other name.
type Digest string

// DigestOf hashes b.
func DigestOf(b []byte) Digest {
	sum := sha256.Sum256(b)
	return Digest(hex.EncodeToString(sum[:]))
}

// Validate refuses anything that is not 64 lower-case hex digits; a valid
// digest is safe as a file name.
func (d Digest) Validate() error {
	ok := len(d) == 2*sha256.Size
	for i := 0; ok && i < len(d); i++ {
		c := d[i]
		ok = '0' <= c && c <= '9' || 'a' <= c && c <= 'f'
	}
	if !ok {
		return Errorf(Invalid, "digest_malformed", Params{"digest": string(d)}, "cannot use the digest %.80q: it is not 64 lower-case hex digits", string(d))
	}
	return nil
}
