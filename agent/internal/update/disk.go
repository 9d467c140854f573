package update

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cotmoc/agent/internal/durable"
)

// Disk is what changes the folder. Each call is whole or not done, whatever
// moment the power goes, all but what is appended to a file and not flushed.
type Disk interface {
	MkdirAll(dir string) error
	Write(path string, data []byte, mode os.FileMode) error
	Rename(from, to string) error
	Remove(path string) error // of what is not there is no error
	Append(path string) (File, error)
}

// File takes bytes at its end.
type File interface {
	io.WriteCloser
	Sync() error
	Chmod(os.FileMode) error
}

// OSDisk is the disk of this machine.
type OSDisk struct{}

// MkdirAll implements Disk.
func (OSDisk) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o700) }

// Write implements Disk.
func (OSDisk) Write(path string, data []byte, mode os.FileMode) error {
	return durable.WriteFile(path, data, mode)
}

// Rename implements Disk.
func (OSDisk) Rename(from, to string) error { return durable.Rename(from, to) }

// Remove implements Disk.
func (OSDisk) Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return durable.SyncDir(filepath.Dir(path))
}

// Append implements Disk.
func (OSDisk) Append(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
