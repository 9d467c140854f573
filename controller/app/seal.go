package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"

	"cotmoc/controller/internal/identity"
)

// sealFile stands among the keys: those for certificates and programmes are
// for signing, and this one must be there whenever somebody logs in.
const sealFile = "secrets.key"

// sealKey gives the key that secrets in the database are sealed with, and
// makes it when it is missing.
func sealKey(file string, random io.Reader) ([]byte, error) {
	key, err := os.ReadFile(file)
	if err == nil && len(key) != identity.SealKeySize {
		return nil, fmt.Errorf("cannot use the key %s of %d bytes: it has %d; put it back from a backup", file, len(key), identity.SealKeySize)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	key = make([]byte, identity.SealKeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("cannot make a key: %w", err)
	}
	return key, renameio.WriteFile(file, key, 0o600)
}
