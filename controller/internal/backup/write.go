package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"cotmoc/playlists"
)

// About is what a manifest says that only the caller knows.
type About struct {
	Version   string
	Now       time.Time
	Authority playlists.Digest
	// Record keeps in the audit log that a backup is made. Nothing is read
	// before: there is no copy of everything of which the log knows nothing.
	Record func(ctx context.Context) error
}

// What is backed up.
type What struct {
	About
	Database Database
	Path     string // of the database
	Objects  Source
	Settings []byte // without secrets; nil for none
	Progress Progress
}

// Write backs the data up into a new file, beside a controller that runs. The
// file is there whole and on disk, or not at all.
func Write(ctx context.Context, out string, lock Lock, w What) (*Manifest, error) {
	recipients, err := lock.recipients()
	if err != nil {
		return nil, err
	}
	if err := vacant(out); err != nil {
		return nil, err
	}
	if err := w.Record(ctx); err != nil {
		return nil, err
	}
	snapshot, facts, err := w.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = snapshot.Close() }() // it has no name any more
	m := &Manifest{Kind: Data, Format: format, Version: w.Version, MadeAt: w.Now.UTC().Truncate(time.Second), Authority: w.Authority, Facts: facts}
	sum, size, err := hashOf(snapshot)
	if err != nil {
		return nil, fmt.Errorf("cannot read the copy of the database: %w", err)
	}
	m.Parts = append(m.Parts, Part{Name: databaseName, Size: size, SHA256: sum})
	if len(w.Settings) > 0 {
		m.Parts = append(m.Parts, Part{Name: settingsName, Size: int64(len(w.Settings)), SHA256: playlists.DigestOf(w.Settings)})
	}
	// Objects never change, so that those there are now hold all that the
	// snapshot names.
	there := map[playlists.Digest]bool{}
	for o, err := range w.Objects.List(ctx) {
		if err != nil {
			return nil, err
		}
		there[o.Digest] = true
		m.Parts = append(m.Parts, Part{Name: objectPrefix + string(o.Digest), Size: o.Size, SHA256: o.Digest})
	}
	for _, d := range facts.Named {
		if !there[d] {
			return nil, playlists.Errorf(playlists.NotFound, "object_missing", playlists.Params{"digest": string(d)}, "cannot back up what is not there: the database names the object %s; bring it back from an earlier backup", d)
		}
	}
	open := func(p Part) (io.ReadCloser, error) {
		switch p.Name {
		case databaseName:
			_, err := snapshot.Seek(0, io.SeekStart)
			return io.NopCloser(snapshot), err
		case settingsName:
			return io.NopCloser(bytes.NewReader(w.Settings)), nil
		}
		r, _, err := w.Objects.Open(ctx, p.SHA256)
		return r, err
	}
	return m, create(ctx, out, recipients, m, open, w.Progress)
}

// snapshot copies the database into a file that has no name any more, so that
// nothing is left of it whatever happens, and examines it.
func (w *What) snapshot(ctx context.Context) (*os.File, *Facts, error) {
	dir, err := os.MkdirTemp(filepath.Dir(w.Path), ".backup-*") // where it lies in the clear anyway
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make room for a copy of the database: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover is known by its name
	path := filepath.Join(dir, "copy.db")
	if err := w.Database.Snapshot(ctx, w.Path, path); err != nil {
		return nil, nil, err
	}
	facts, err := w.Database.Facts(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the copy of the database: %w", err)
	}
	return f, facts, nil
}

// WriteKeys backs up the files of a folder of keys, as they are.
func WriteKeys(ctx context.Context, out string, lock Lock, about About, dir string) (*Manifest, error) {
	recipients, err := lock.recipients()
	if err != nil {
		return nil, err
	}
	if err := vacant(out); err != nil {
		return nil, err
	}
	if err := about.Record(ctx); err != nil {
		return nil, err
	}
	m := &Manifest{Kind: Keys, Format: format, Version: about.Version, MadeAt: about.Now.UTC().Truncate(time.Second), Authority: about.Authority}
	held := map[string][]byte{}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("cannot read the keys: %w", err)
		}
		if path == dir || e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			return nil
		}
		if strings.HasPrefix(e.Name(), ".") { // being written
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil || !e.Type().IsRegular() || !keyName.MatchString(filepath.ToSlash(relative)) {
			return refused("backup_key", playlists.Params{"name": path}, "cannot back up %q among the keys: it is no file of the controller's; move it away", path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("cannot read a key: %w", err)
		}
		name := keyPrefix + filepath.ToSlash(relative)
		held[name] = text
		m.Parts = append(m.Parts, Part{Name: name, Size: int64(len(text)), SHA256: playlists.DigestOf(text)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(held) == 0 {
		return nil, playlists.Errorf(playlists.NotFound, "keys_missing", nil, "cannot back up the keys: %s holds none; the controller makes them at its first start", dir)
	}
	open := func(p Part) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(held[p.Name])), nil }
	return m, create(ctx, out, recipients, m, open, nil)
}

// vacant refuses to write over anything.
func vacant(out string) error {
	if out == "" {
		return refused("backup_out", nil, "cannot back up without a place: give --out FILE")
	}
	if _, err := os.Lstat(out); err == nil {
		return playlists.Errorf(playlists.Conflict, "backup_exists", playlists.Params{"file": out}, "cannot write the backup %s: it is there already; backups are never written over, choose another name", out)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write the backup %s: %w", out, err)
	}
	return nil
}

// create writes a whole file under a temporary name and gives it its own when
// it is on disk.
func create(ctx context.Context, out string, recipients []age.Recipient, m *Manifest, open func(Part) (io.ReadCloser, error), progress Progress) (err error) {
	if err := m.check(m.Kind); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(out), ".cotmoc-backup-*") // 0600
	if err != nil {
		return fmt.Errorf("cannot write the backup %s: %w", out, err)
	}
	defer func() {
		if e := os.Remove(tmp.Name()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	err = encrypt(ctx, tmp, recipients, m, open, progress)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("cannot write the backup %s: %w", out, err)
	}
	if err := name(tmp.Name(), out); err != nil {
		return fmt.Errorf("cannot give the backup its name %s: %w", out, err)
	}
	return nil
}

// name gives a file its own name and never takes another's place. File
// systems of USB sticks have no links: there the name is claimed empty first.
func name(tmp, out string) error {
	if err := os.Link(tmp, out); err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, syncFolder(filepath.Dir(out)))
	}
	claim, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(claim.Close(), os.Rename(tmp, out)); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	return syncFolder(filepath.Dir(out))
}

func encrypt(ctx context.Context, to io.Writer, recipients []age.Recipient, m *Manifest, open func(Part) (io.ReadCloser, error), progress Progress) error {
	sealed, err := age.Encrypt(to, recipients...)
	if err != nil {
		return err
	}
	tw := tar.NewWriter(sealed)
	head, err := m.encode()
	if err != nil {
		return err
	}
	manifest := Part{Name: manifestName, Size: int64(len(head)), SHA256: playlists.DigestOf(head)}
	p := &pump{ctx: ctx, progress: progress}
	for _, part := range m.Parts {
		p.total += part.Size
	}
	for _, part := range slices.Concat([]Part{manifest}, m.Parts) {
		var r io.ReadCloser
		if part.Name == manifestName {
			r = io.NopCloser(bytes.NewReader(head))
		} else if r, err = open(part); err != nil {
			return err
		}
		if err := tw.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: part.Name, Size: part.Size, Mode: 0o600, ModTime: m.MadeAt, Format: tar.FormatPAX}); err != nil {
			return errors.Join(err, r.Close())
		}
		sum, n, err := p.copy(tw, r)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		if n != part.Size || sum != part.SHA256 {
			return playlists.Errorf(playlists.Invalid, "object_damaged", playlists.Params{"name": part.Name}, "cannot back up %s: its bytes are not those of its name; bring it back from an earlier backup", part.Name)
		}
	}
	return errors.Join(tw.Close(), sealed.Close())
}

// pump copies and hashes, tells how far it is and stops when it is told to.
type pump struct {
	ctx         context.Context
	progress    Progress
	done, total int64
}

func (p *pump) copy(to io.Writer, from io.Reader) (playlists.Digest, int64, error) {
	hash := sha256.New()
	var n int64
	buffer := make([]byte, 256<<10)
	for {
		if err := p.ctx.Err(); err != nil {
			return "", n, err
		}
		got, err := from.Read(buffer)
		if got > 0 {
			hash.Write(buffer[:got])
			if _, err := to.Write(buffer[:got]); err != nil {
				return "", n, err
			}
			n += int64(got)
			if p.done += int64(got); p.progress != nil {
				p.progress(min(p.done, p.total), p.total)
			}
		}
		if errors.Is(err, io.EOF) {
			return playlists.Digest(hex.EncodeToString(hash.Sum(nil))), n, nil
		}
		if err != nil {
			return "", n, err
		}
	}
}

func hashOf(f *os.File) (playlists.Digest, int64, error) {
	p := pump{ctx: context.Background()}
	return p.copy(io.Discard, f)
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // it was only read
	return dir.Sync()
}
