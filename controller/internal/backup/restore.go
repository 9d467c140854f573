package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cotmoc/playlists"
)

// staging is where a restore works inside the folder, until all is verified.
const staging = ".restoring"

// Layout is what the parts are called in a controller's folder.
type Layout struct {
	Database, Objects, Keys, Settings, Mark string
}

// Into is where and how data are restored.
type Into struct {
	Dir      string
	Layout   Layout
	Database Database
	Objects  func(dir string) (Sink, error)
	Known    []int64                       // migrations of this program
	Act      func(*Manifest) playlists.Act // for the audit log
	Progress Progress
}

// File is a backup with what opens it.
type File struct {
	Path   string
	Unlock Unlock
}

// Restore brings data, and keys unless they are nil, into an empty folder.
// Everything is verified before anything gets its name; the database is the
// last, so that a folder without one was not restored. A restore that was
// interrupted is begun again.
func Restore(ctx context.Context, data File, keys *File, in Into) (*Manifest, error) {
	if err := in.begin(); err != nil {
		return nil, err
	}
	stage := filepath.Join(in.Dir, staging)
	m, err := in.fill(ctx, stage, data, keys)
	if err == nil {
		err = in.reveal(stage)
	}
	if err != nil {
		return nil, errors.Join(err, in.clear())
	}
	return m, nil
}

// Unfinished tells whether a folder holds a restore that was interrupted: it
// must not be used for anything but another restore.
func Unfinished(dir string, layout Layout) (bool, error) {
	if _, err := os.Lstat(filepath.Join(dir, staging)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return false, fmt.Errorf("cannot look into %s: %w", dir, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, layout.Database)); err != nil {
		return true, nil
	}
	return false, os.RemoveAll(filepath.Join(dir, staging)) // it ended, save for this
}

// begin makes sure that the folder is empty, or clears what an interrupted
// restore has left, and makes the place to work in.
func (in *Into) begin() error {
	if in.Dir == "" {
		return refused("data_missing", nil, "cannot restore without a folder: give --data DIR")
	}
	if err := os.MkdirAll(in.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder %s: %w", in.Dir, err)
	}
	if half, err := Unfinished(in.Dir, in.Layout); err != nil {
		return err
	} else if half {
		if err := in.clear(); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(in.Dir)
	if err != nil {
		return fmt.Errorf("cannot read the folder %s: %w", in.Dir, err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "lost+found" })
	if len(entries) > 0 {
		return playlists.Errorf(playlists.Conflict, "data_exists", playlists.Params{"path": in.Dir}, "cannot restore into %s: it holds %s; a restore needs an empty folder", in.Dir, entries[0].Name())
	}
	return os.Mkdir(filepath.Join(in.Dir, staging), 0o700)
}

// clear removes what a restore has brought. Of the names of a controller's
// folder only those of the layout are ours.
func (in *Into) clear() error {
	var err error
	for _, name := range in.names() {
		err = errors.Join(err, os.RemoveAll(filepath.Join(in.Dir, name)))
	}
	return errors.Join(err, os.RemoveAll(filepath.Join(in.Dir, staging))) // last: until then it tells
}

// names are in the order in which they are given.
func (in *Into) names() []string {
	return []string{in.Layout.Objects, in.Layout.Keys, in.Layout.Settings, in.Layout.Mark, in.Layout.Database}
}

// fill puts everything into the staging folder and verifies it.
func (in *Into) fill(ctx context.Context, stage string, data File, keys *File) (*Manifest, error) {
	sink, err := in.Objects(filepath.Join(stage, in.Layout.Objects))
	if err != nil {
		return nil, err
	}
	database := filepath.Join(stage, in.Layout.Database)
	m, err := read(ctx, data.Path, Data, data.Unlock, in.Progress, func(p Part, r io.Reader) error {
		switch {
		case p.Name == databaseName:
			return write(database, r)
		case p.Name == settingsName:
			return write(filepath.Join(stage, in.Layout.Settings), r)
		}
		_, _, err := sink.Put(ctx, r) // under the hash of its bytes, whatever it was called
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := in.examine(ctx, m, database); err != nil {
		return nil, err
	}
	if err := write(filepath.Join(stage, in.Layout.Mark), strings.NewReader(string(m.Authority)+"\n")); err != nil {
		return nil, err
	}
	if err := in.Database.Restored(ctx, database, in.Act(m)); err != nil {
		return nil, err
	}
	if keys == nil {
		return m, nil
	}
	return m, in.fillKeys(ctx, stage, m, keys)
}

// examine holds the database to what the manifest says of it.
func (in *Into) examine(ctx context.Context, m *Manifest, database string) error {
	for _, number := range m.Facts.Migrations {
		if !slices.Contains(in.Known, number) {
			return refused("backup_newer", playlists.Params{"version": m.Version}, "cannot restore a backup of a newer version: take the version %s, or a later one", m.Version)
		}
	}
	facts, err := in.Database.Facts(ctx, database)
	if err != nil {
		return err
	}
	if facts.Audit != m.Facts.Audit {
		return damaged("its audit log ends at %s, not at %s", facts.Audit, m.Facts.Audit)
	}
	there := make(map[playlists.Digest]bool, len(m.Parts))
	for _, p := range m.Parts {
		there[p.SHA256] = true
	}
	for _, d := range facts.Named {
		if !there[d] {
			return damaged("the object %s, which its database names, is missing", d)
		}
	}
	return nil
}

func (in *Into) fillKeys(ctx context.Context, stage string, data *Manifest, keys *File) error {
	dir := filepath.Join(stage, in.Layout.Keys)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder of keys: %w", err)
	}
	m, err := read(ctx, keys.Path, Keys, keys.Unlock, nil, func(p Part, r io.Reader) error {
		path := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(p.Name, keyPrefix)))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("cannot make the folder of keys: %w", err)
		}
		if err := write(path, r); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(path))
	})
	if err != nil {
		return fmt.Errorf("cannot restore the keys: %w", err)
	}
	if data.Authority != "" && m.Authority != data.Authority {
		return refused("keys_of_another", nil, "cannot restore these keys beside these data: they are another controller's, and its screens would not trust them")
	}
	return syncFolder(dir)
}

// reveal gives everything its name, the database last.
func (in *Into) reveal(stage string) error {
	if err := syncFolder(stage); err != nil {
		return fmt.Errorf("cannot make the restored files durable: %w", err)
	}
	for _, name := range in.names() {
		if name == in.Layout.Database {
			if err := syncFolder(in.Dir); err != nil {
				return fmt.Errorf("cannot make the restored files durable: %w", err)
			}
		}
		err := os.Rename(filepath.Join(stage, name), filepath.Join(in.Dir, name))
		if err != nil && (!errors.Is(err, fs.ErrNotExist) || name == in.Layout.Database) {
			return fmt.Errorf("cannot give %s its name: %w", name, err)
		}
	}
	if err := errors.Join(syncFolder(in.Dir), os.RemoveAll(stage)); err != nil {
		return fmt.Errorf("cannot make the restored files durable: %w", err)
	}
	return nil
}

// write makes a file whole and durable.
func write(path string, r io.Reader) error {
	mode := os.FileMode(0o600)
	if ext := filepath.Ext(path); ext == ".crt" || ext == ".crl" {
		mode = 0o644 // public, and another broker reads them
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return fmt.Errorf("cannot restore %s: %w", filepath.Base(path), err)
	}
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("cannot restore %s: %w", filepath.Base(path), err)
	}
	return nil
}
