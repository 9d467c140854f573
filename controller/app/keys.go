package app

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
)

// credential is the name under which a service manager hands the passphrase
// over: LoadCredential=cotmoc-key-passphrase.
const credential = "cotmoc-key-passphrase"

// passphrase finds what the keys are sealed with: the file that was named,
// the service manager's credential, or the environment's word. There is no
// other way and no default: a passphrase that lies with the keys protects
// nothing.
func (c *Config) passphrase() ([]byte, error) {
	path := c.KeyPassphraseFile
	if path == "" && c.Credentials != "" {
		path = filepath.Join(c.Credentials, credential)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			path = ""
		}
	}
	if path == "" && c.KeyPassphrase == "" {
		return nil, playlists.Errorf(playlists.Invalid, "passphrase_missing", nil, "cannot open the keys without their passphrase: write one into a file that only the controller's user can read, and name it with --key-passphrase-file")
	}
	passphrase := []byte(c.KeyPassphrase)
	if path != "" {
		var err error
		if passphrase, err = passphraseFile(path); err != nil {
			return nil, err
		}
	}
	return passphrase, keyfile.CheckPassphrase(passphrase)
}

func passphraseFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the passphrase of the keys: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot read the passphrase of the keys: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, playlists.Errorf(playlists.Invalid, "passphrase_exposed", playlists.Params{"file": path}, "cannot use the passphrase in %s: everybody on this machine may read it; chmod 600 it, and change it if somebody could have", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, 8<<10))
	if err != nil {
		return nil, fmt.Errorf("cannot read the passphrase of the keys: %w", err)
	}
	return keyfile.Line(text), nil
}

// programmeKeyFile stands among the keys in the data folder.
const programmeKeyFile = "programme.key"

// programmeKey reads the key that signs programmes, or makes it at the first
// start.
func programmeKey(path string, passphrase []byte, random io.Reader) (ed25519.PrivateKey, error) {
	key, err := ownKey(path, passphrase, random)
	if err != nil {
		return nil, keyTrouble(path, err)
	}
	return key, nil
}

// ownKey reads a key of ours, or makes it at the first start.
func ownKey(path string, passphrase []byte, random io.Reader) (ed25519.PrivateKey, error) {
	opened, _, err := keyfile.ReadSealing(path, passphrase)
	if errors.Is(err, fs.ErrNotExist) {
		_, key, err := ed25519.GenerateKey(random)
		if err != nil {
			return nil, fmt.Errorf("cannot make the key %s: %w", path, err)
		}
		return key, keyfile.Write(path, key, passphrase)
	}
	if err != nil {
		return nil, err
	}
	key, ok := opened.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot use the key %s: it is a %T, not Ed25519", path, opened)
	}
	return key, nil
}

// keyTrouble adds the way out to why a key cannot be opened.
func keyTrouble(path string, err error) error {
	if errors.Is(err, keyfile.ErrDamaged) {
		return fmt.Errorf("%w; bring it back from the backup, screens trust no other", err)
	}
	if errors.Is(err, keyfile.ErrPassphrase) {
		return fmt.Errorf("%w; the passphrase must be the one it was sealed with, age -d %s tells", err, path)
	}
	return err
}
