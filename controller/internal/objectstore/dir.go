package objectstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"cotmoc/playlists"
)

// DirOptions limits a Dir. The zero value sets no limit.
type DirOptions struct {
	MaxBytes int64 // the most all objects may use together; 0: no limit
	KeepFree int64 // what Put leaves free on the file system
}

// Dir is a Store in a folder of its own: objects/ab/abcd…, and tmp/ for what
// is being written.
type Dir struct {
	root string
	opts DirOptions
	used atomic.Int64
	mu   sync.Mutex // names given and taken, together with used
}

var _ Store = (*Dir)(nil)

// OpenDir opens the store in root and makes the folder when it is missing.
// What a crash left half written is removed.
func OpenDir(root string, opts DirOptions) (*Dir, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("cannot open the object store %q: %w", root, err)
	}
	s := &Dir{root: abs, opts: opts}
	if err := os.RemoveAll(s.tmp()); err != nil {
		return nil, fmt.Errorf("cannot clear half-written objects: %w", err)
	}
	if err := os.MkdirAll(s.tmp(), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the object store %q: %w", root, err)
	}
	for info, err := range s.List(context.Background()) {
		if err != nil {
			return nil, err
		}
		s.used.Add(info.Size)
	}
	return s, nil
}

func (s *Dir) tmp() string { return filepath.Join(s.root, "tmp") }

func (s *Dir) path(d playlists.Digest) string { return filepath.Join(s.root, string(d[:2]), string(d)) }

// Put implements Store.
func (s *Dir) Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error) {
	// renameio wants the final name first; here the bytes decide it.
	f, err := os.CreateTemp(s.tmp(), "put-*")
	if err != nil {
		return "", 0, storeError(err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	hash := sha256.New()
	size, err := io.CopyBuffer(io.MultiWriter(f, hash), &boundedReader{ctx: ctx, r: r, store: s}, make([]byte, 256<<10))
	if err != nil {
		return "", 0, storeError(err)
	}
	d := playlists.Digest(hex.EncodeToString(hash.Sum(nil)))
	if err := errors.Join(f.Chmod(0o444), f.Sync()); err != nil {
		return "", 0, storeError(err)
	}
	return d, size, s.reveal(ctx, f.Name(), d, size)
}

// reveal gives a complete and synced file its name, durably. An object of
// another size under this name is damaged and replaced.
func (s *Dir) reveal(ctx context.Context, tmp string, d playlists.Digest, size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.Stat(ctx, d)
	switch {
	case err == nil && old == size:
		return nil
	case err != nil && playlists.CodeOf(err) != playlists.NotFound:
		return err
	}
	shard := filepath.Dir(s.path(d))
	if err := os.Mkdir(shard, 0o700); err == nil {
		if err := syncDir(s.root); err != nil {
			return storeError(err)
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return storeError(err)
	}
	if err := errors.Join(os.Rename(tmp, s.path(d)), syncDir(shard)); err != nil {
		return storeError(err)
	}
	s.used.Add(size - old)
	return nil
}

// Open implements Store.
func (s *Dir) Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error) {
	size, err := s.Stat(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(s.path(d))
	if err != nil {
		return nil, 0, missingOr(d, err)
	}
	return f, size, nil
}

// Stat implements Store.
func (s *Dir) Stat(ctx context.Context, d playlists.Digest) (int64, error) {
	info, err := s.info(ctx, d)
	return info.Size, err
}

func (s *Dir) info(ctx context.Context, d playlists.Digest) (Info, error) {
	if err := d.Validate(); err != nil {
		return Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	fi, err := os.Stat(s.path(d))
	if err != nil {
		return Info{}, missingOr(d, err)
	}
	return Info{Digest: d, Size: fi.Size(), StoredAt: fi.ModTime().UTC().Truncate(time.Millisecond)}, nil
}

// Delete implements Store.
func (s *Dir) Delete(ctx context.Context, d playlists.Digest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, err := s.Stat(ctx, d)
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Remove(s.path(d)); err != nil {
		return storeError(err)
	}
	s.used.Add(-size)
	return syncDir(filepath.Dir(s.path(d)))
}

// List implements Store. Files with other names are no objects and passed by.
func (s *Dir) List(ctx context.Context) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		shards, err := os.ReadDir(s.root)
		if err != nil {
			yield(Info{}, storeError(err))
			return
		}
		for _, shard := range shards {
			if !shard.IsDir() || len(shard.Name()) != 2 {
				continue
			}
			files, err := os.ReadDir(filepath.Join(s.root, shard.Name()))
			if err != nil {
				yield(Info{}, storeError(err))
				return
			}
			for _, f := range files {
				d := playlists.Digest(f.Name())
				if d.Validate() != nil || string(d[:2]) != shard.Name() {
					continue
				}
				info, err := s.info(ctx, d)
				if playlists.CodeOf(err) == playlists.NotFound {
					continue // deleted since
				}
				if !yield(info, err) || err != nil {
					return
				}
			}
		}
	}
}

// Space implements Store.
func (s *Dir) Space(context.Context) (Space, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(s.root, &st); err != nil {
		return Space{}, storeError(err)
	}
	sp := Space{Used: s.used.Load(), Limit: s.opts.MaxBytes}
	sp.Free = int64(st.Bavail)*int64(st.Bsize) - s.opts.KeepFree
	if sp.Limit > 0 {
		sp.Free = min(sp.Free, sp.Limit-sp.Used)
	}
	sp.Free = max(sp.Free, 0)
	return sp, nil
}

// Local implements Store: the object's own file, without a copy.
func (s *Dir) Local(ctx context.Context, d playlists.Digest) (string, func(), error) {
	if _, err := s.Stat(ctx, d); err != nil {
		return "", nil, err
	}
	return s.path(d), func() {}, nil
}

// boundedReader stops a Put whose context ended or that would fill the store.
type boundedReader struct {
	ctx   context.Context
	r     io.Reader
	store *Dir
	n     int64 // bytes read
	look  int64 // n at which to look at the medium again
}

// lookStep is how many bytes are written between two looks at the medium.
const lookStep = 16 << 20

func (b *boundedReader) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.n >= b.look {
		sp, err := b.store.Space(b.ctx)
		if err != nil {
			return 0, err
		}
		if sp.Free == 0 {
			return 0, full(sp)
		}
		b.look = b.n + lookStep
	}
	n, err := b.r.Read(p)
	b.n += int64(n)
	if used, limit := b.store.used.Load(), b.store.opts.MaxBytes; limit > 0 && used+b.n > limit {
		return 0, full(Space{Used: used, Limit: limit})
	}
	return n, err
}

func full(sp Space) error {
	return playlists.Errorf(playlists.Unavailable, "storage_full", playlists.Params{"used": sp.Used, "limit": sp.Limit},
		"cannot store more: %d bytes are used and the store is full; delete media nobody needs or give it more room", sp.Used)
}

func missingOr(d playlists.Digest, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return playlists.Errorf(playlists.NotFound, "object_missing", playlists.Params{"digest": string(d)}, "cannot find the object %s: it was never stored or has been deleted", d)
	}
	return storeError(err)
}

func storeError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return full(Space{})
	}
	return err
}

// syncDir makes names given or taken in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
