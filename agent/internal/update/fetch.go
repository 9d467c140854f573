package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Source gives objects by digest.
type Source interface {
	// Object gives the bytes of a small object, unverified.
	Object(context.Context, playlists.Digest) ([]byte, error)
	// Range gives an object's bytes from an offset on.
	Range(ctx context.Context, d playlists.Digest, offset, size int64) (io.ReadCloser, error)
}

const (
	copyBuffer = 64 << 10
	flushEvery = 4 << 20 // bytes that a power cut may cost
)

// fill brings a release into a folder: what is there goes first, so that no
// release ever stands beside another's program.
func (u *Updater) fill(ctx context.Context, r *record, slot Slot, release *programme.SignedRelease, envelope []byte, build *programme.Build) error {
	f := u.o.Folder
	if found, err := f.Find(slot); err == nil && found.Release.Payload == release.Payload {
		return nil
	}
	// What is remembered of the folder first, its release next, then the rest.
	if r.Before == slot || r.Good == slot || r.Trial != nil {
		if r.Before == slot {
			r.Before = Installed
		}
		if r.Good == slot {
			r.Good = Installed
		}
		r.Trial = nil
		if err := f.write(*r); err != nil {
			return err
		}
	}
	if err := f.Disk.MkdirAll(f.path(slot, "")); err != nil {
		return fmt.Errorf("cannot make the folder %s: %w", slot, err)
	}
	if err := f.Disk.Remove(f.path(slot, releaseFile)); err != nil {
		return err
	}
	part := string(build.Digest) + partEnding
	if err := f.tidy(slot, part); err != nil {
		return err
	}
	if checkProgram(f.path(slot, programFile), build) != nil {
		if err := u.fetch(ctx, f.path(slot, part), build); err != nil {
			return err
		}
		if err := f.Disk.Rename(f.path(slot, part), f.path(slot, programFile)); err != nil {
			return err
		}
	}
	return f.Disk.Write(f.path(slot, releaseFile), envelope, 0o600)
}

// tidy removes parts of other programs from a folder.
func (f *Folder) tidy(slot Slot, keep string) error {
	entries, err := os.ReadDir(f.path(slot, ""))
	if err != nil {
		return fmt.Errorf("cannot list the folder %s: %w", slot, err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), partEnding) && e.Name() != keep {
			if err := f.Disk.Remove(filepath.Join(f.path(slot, ""), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetch goes on where the part ends, and verifies the whole.
func (u *Updater) fetch(ctx context.Context, path string, b *programme.Build) error {
	d := u.o.Folder.Disk
	done := int64(0)
	if info, err := os.Stat(path); err == nil {
		done = info.Size()
	}
	if done > b.Size {
		if err := d.Remove(path); err != nil {
			return err
		}
		done = 0
	}
	file, err := d.Append(path)
	if err != nil {
		return fmt.Errorf("cannot keep the program: %w", err)
	}
	if done < b.Size {
		err = u.stream(ctx, file, b, done)
	}
	if err == nil {
		err = file.Chmod(0o700)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("cannot fetch the program %s: %w", b.Digest, err)
	}
	if err := checkProgram(path, b); err != nil {
		return errors.Join(err, d.Remove(path))
	}
	return nil
}

func (u *Updater) stream(ctx context.Context, to File, b *programme.Build, done int64) error {
	body, err := u.o.Source.Range(ctx, b.Digest, done, b.Size)
	if err != nil {
		return err
	}
	defer body.Close()
	buf := make([]byte, copyBuffer)
	for flushed := done; done < b.Size; {
		n, err := body.Read(buf[:min(int64(len(buf)), b.Size-done)])
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return err
			}
			done += int64(n)
			u.progress(done)
			if done-flushed >= flushEvery {
				if err := to.Sync(); err != nil {
					return err
				}
				flushed = done
			}
		}
		if err != nil && done < b.Size {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}
