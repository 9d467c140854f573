// Package durable writes files that are either complete or absent, whatever
// moment the power goes.
package durable

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/renameio/v2/maybe"
)

// WriteFile puts data at path through a temporary name, flushed before the
// rename and with the folder flushed after it.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	if err := maybe.WriteFile(path, data, mode); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return SyncDir(filepath.Dir(path))
}

// Rename moves a file that is already flushed to its final name within a
// folder, and flushes the folder.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("cannot rename %s to %s: %w", from, to, err)
	}
	return SyncDir(filepath.Dir(to))
}

// SyncDir flushes a folder's entries. Windows keeps them by itself and cannot
// be asked.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("cannot flush the folder %s: %w", dir, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("cannot flush the folder %s: %w", dir, err)
	}
	return nil
}
