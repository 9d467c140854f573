package app

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/keyfile"
)

// sealFile stands among the keys: those for certificates and programmes are
// for signing, and this one must be there whenever somebody logs in.
const sealFile = "secrets.key"

// sealKey gives the key that secrets in the database are sealed with, and
// makes it when it is missing. It is kept as the others are: as the seed of a
// signing key, with which nothing is signed. One that lies there bare is from
// a time before and is sealed on the spot.
func sealKey(path string, passphrase []byte, random io.Reader) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Size() == identity.SealKeySize {
		bare, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the key of secrets: %w", err)
		}
		return bare, keyfile.Replace(path, ed25519.NewKeyFromSeed(bare), passphrase)
	}
	key, err := ownKey(path, passphrase, random)
	if errors.Is(err, keyfile.ErrDamaged) {
		return nil, fmt.Errorf("%w; bring it back from the backup of the keys: without it nobody who has a second step logs in", err)
	}
	if err != nil {
		return nil, keyTrouble(path, err)
	}
	return key.Seed(), nil
}
