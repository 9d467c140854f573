package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"

	"cotmoc/playlists"
)

// SealKeySize is the bytes of the key that secrets are sealed with.
const SealKeySize = 32

// sealer keeps secrets unreadable in the database and in its backups. The key
// stands elsewhere.
type sealer struct {
	aead   cipher.AEAD // nil without a key
	random io.Reader
}

func newSealer(key []byte, random io.Reader) (*sealer, error) {
	if len(key) == 0 {
		return &sealer{}, nil
	}
	if len(key) != SealKeySize {
		return nil, fmt.Errorf("cannot seal secrets with a key of %d bytes: it has %d", len(key), SealKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cannot seal secrets: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cannot seal secrets: %w", err)
	}
	return &sealer{aead: aead, random: random}, nil
}

// seal hides a secret of a person, so that it opens as nobody else's.
func (s *sealer) seal(person playlists.ID, secret []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_missing", nil, "cannot keep this secret: the controller runs without the key for it; tell an administrator")
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return nil, fmt.Errorf("cannot seal a secret: %w", err)
	}
	return s.aead.Seal(nonce, nonce, secret, []byte(person)), nil
}

// open is the reverse of seal.
func (s *sealer) open(person playlists.ID, sealed []byte) ([]byte, error) {
	if s.aead == nil || len(sealed) < s.aead.NonceSize() {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_missing", nil, "cannot read this secret: the controller runs without the key for it; tell an administrator")
	}
	n := s.aead.NonceSize()
	secret, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(person))
	if err != nil {
		return nil, playlists.Errorf(playlists.Unavailable, "seal_key_wrong", nil, "cannot read this secret: it was kept with another key; tell an administrator")
	}
	return secret, nil
}
