package keyfile

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

const mode = 0o600

// Write seals a key into a new file. It is there whole and on disk, or not at
// all, and never takes another's place: the error is fs.ErrExist then.
func Write(path string, key crypto.Signer, passphrase []byte) error {
	text, err := Seal(key, passphrase)
	if err != nil {
		return err
	}
	if err := create(path, text); err != nil {
		return fmt.Errorf("cannot write the key %s: %w", path, err)
	}
	return nil
}

// Replace seals a key into a file that may be there already: the old one or
// the new one is on disk at any moment.
func Replace(path string, key crypto.Signer, passphrase []byte) error {
	text, err := Seal(key, passphrase)
	if err != nil {
		return err
	}
	// Not WriteFile, which would keep the permissions of the old file.
	pending, err := renameio.NewPendingFile(path, renameio.WithStaticPermissions(mode))
	if err != nil {
		return fmt.Errorf("cannot replace the key %s: %w", path, err)
	}
	_, err = pending.Write(text)
	if err == nil {
		err = pending.CloseAtomicallyReplace()
	}
	if err != nil {
		return fmt.Errorf("cannot replace the key %s: %w", path, errors.Join(err, pending.Cleanup()))
	}
	return syncFolder(path)
}

// Read opens the key in a file. The error of a missing file is kept.
func Read(path string, passphrase []byte) (crypto.Signer, error) {
	text, err := readAll(path)
	if err != nil {
		return nil, err
	}
	key, err := Open(text, passphrase)
	if err != nil {
		return nil, fmt.Errorf("cannot open the key %s: %w", path, err)
	}
	return key, nil
}

// ReadSealing is Read for a folder that may come from a time when keys were
// not sealed: such a key is sealed on the spot, and sealed tells so.
func ReadSealing(path string, passphrase []byte) (key crypto.Signer, sealed bool, err error) {
	key, err = Read(path, passphrase)
	if !errors.Is(err, ErrPlain) {
		return key, false, err
	}
	text, err := readAll(path)
	if err != nil {
		return nil, false, err
	}
	if key, err = parse(text); err != nil {
		return nil, false, fmt.Errorf("cannot open the key %s: %w", path, err)
	}
	return key, true, Replace(path, key, passphrase)
}

func readAll(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read a key: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the key %s: %w", path, err)
	}
	return text, nil
}

// create writes a new file under a temporary name and links it to its own,
// which fails when that is taken. USB sticks have file systems without links:
// there the name is claimed empty first.
func create(path string, text []byte) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if e := os.Remove(tmp.Name()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, syncFolder(path))
	}
	claim, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	if err := errors.Join(claim.Close(), os.Rename(tmp.Name(), path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncFolder(path)
}

// syncFolder makes a file's name durable.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("cannot open the folder of %s: %w", path, err)
	}
	defer func() { _ = dir.Close() }() // it was only read
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("cannot make %s durable: %w", path, err)
	}
	return nil
}
