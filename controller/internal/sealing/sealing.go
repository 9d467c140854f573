// Package sealing keeps secrets unreadable in the database and in its
// backups. The key stands elsewhere.
package sealing

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"

	"cotmoc/playlists"
)

// KeySize is the bytes of the key that secrets are sealed with.
const KeySize = 32

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct {
	aead   cipher.AEAD // nil without a key
	random io.Reader
}

// New makes a Sealer. One without a key refuses to seal and to open.
func New(key []byte, random io.Reader) (*Sealer, error) {
	if len(key) == 0 {
		return &Sealer{}, nil
	}
	if len(key) != KeySize {
		return nil, fmt.Errorf("cannot seal secrets with a key of %d bytes: it has %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cannot seal secrets: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cannot seal secrets: %w", err)
	}
	return &Sealer{aead: aead, random: random}, nil
}

// Seal hides a secret of an owner, so that it opens as nobody else's.
func (s *Sealer) Seal(owner string, secret []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_missing", nil, "cannot keep this secret: the controller runs without the key for it; tell an administrator")
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, fmt.Errorf("cannot seal a secret: %w", err)
	}
	return s.aead.Seal(nonce, nonce, secret, []byte(owner)), nil
}

// Open is the reverse of Seal.
func (s *Sealer) Open(owner string, sealed []byte) ([]byte, error) {
	if s.aead == nil || len(sealed) < s.aead.NonceSize() {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_missing", nil, "cannot read this secret: the controller runs without the key for it; tell an administrator")
	}
	n := s.aead.NonceSize()
	secret, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(owner))
	if err != nil {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_wrong", nil, "cannot read this secret: it was kept with another key; tell an administrator")
	}
	return secret, nil
}
