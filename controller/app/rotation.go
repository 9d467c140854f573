package app

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"cotmoc/playlists/programme"
)

// nextKeyFile holds the key that a charter shall name in the place of the
// present one.
const nextKeyFile = "programme-next.key"

// programmeKeys implements charter.Keys over a folder. It is safe for
// concurrent use.
type programmeKeys struct {
	dir        string
	passphrase []byte // that they are sealed with
	random     io.Reader

	mu   sync.RWMutex
	key  ed25519.PrivateKey
	next ed25519.PrivateKey // nil while none is prepared
}

func openProgrammeKeys(dir string, passphrase []byte, random io.Reader) (*programmeKeys, error) {
	k := &programmeKeys{dir: dir, passphrase: bytes.Clone(passphrase), random: random}
	var err error
	if k.key, err = programmeKey(filepath.Join(dir, programmeKeyFile), passphrase, random); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, nextKeyFile)); errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	k.next, err = programmeKey(filepath.Join(dir, nextKeyFile), passphrase, random)
	return k, err
}

// Key gives what signs now.
func (k *programmeKeys) Key() ed25519.PrivateKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.key
}

func public(key ed25519.PrivateKey) programme.PublicKey {
	return programme.NewPublicKey(key.Public().(ed25519.PublicKey))
}

// Public implements charter.Keys.
func (k *programmeKeys) Public() programme.PublicKey { return public(k.Key()) }

// Prepare implements charter.Keys.
func (k *programmeKeys) Prepare() (programme.PublicKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.next == nil {
		next, err := programmeKey(filepath.Join(k.dir, nextKeyFile), k.passphrase, k.random)
		if err != nil {
			return programme.PublicKey{}, err
		}
		k.next = next
	}
	return public(k.next), nil
}

// Prepared implements charter.Keys.
func (k *programmeKeys) Prepared() (programme.PublicKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.next == nil {
		return programme.PublicKey{}, false
	}
	return public(k.next), true
}

// Rotate implements charter.Keys: one rename, so that there is a key at any
// moment.
func (k *programmeKeys) Rotate() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.next == nil {
		return errors.New("cannot rotate the programme key: no next one is prepared")
	}
	if err := os.Rename(filepath.Join(k.dir, nextKeyFile), filepath.Join(k.dir, programmeKeyFile)); err != nil {
		return fmt.Errorf("cannot rotate the programme key: %w", err)
	}
	folder, err := os.Open(k.dir)
	if err != nil {
		return fmt.Errorf("cannot rotate the programme key: %w", err)
	}
	k.key, k.next = k.next, nil
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("cannot make the programme key durable: %w", err)
	}
	return nil
}
