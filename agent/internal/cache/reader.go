package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// ErrAbsent is given for an object that is not ready or not needed.
var ErrAbsent = errors.New("cannot open the object: it is not in the cache")

// ErrDamaged is given by a reader whose file does not hash to its name.
var ErrDamaged = errors.New("cannot read the object: its bytes are damaged; it is fetched again")

// Open gives a ready object that a held programme needs, and its size.
func (c *Cache) Open(d playlists.Digest) (io.ReadSeekCloser, int64, error) {
	c.mu.Lock()
	list, o := c.needed[d], c.ready[d]
	c.mu.Unlock()
	if list == nil || o == nil {
		return nil, 0, ErrAbsent
	}
	f, err := os.Open(c.readyPath(d))
	if err != nil {
		c.lose(d, "its file cannot be opened")
		return nil, 0, errors.Join(ErrAbsent, err)
	}
	r := &reader{c: c, d: d, list: list, f: f}
	if err := r.check(); err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	c.mu.Lock()
	c.open[d]++
	c.mu.Unlock()
	return r, list.Size, nil
}

// lose takes a file away that turned out damaged.
func (c *Cache) lose(d playlists.Digest, why string) {
	c.mu.Lock()
	had := c.ready[d] != nil
	if had {
		c.remove(d, why)
	}
	c.mu.Unlock()
	if had {
		c.changed()
	}
}

// reader hands out a chunk's bytes only after the chunk was verified.
type reader struct {
	c      *Cache
	d      playlists.Digest
	list   *programme.Chunks
	f      *os.File
	pos    int64
	closed bool
}

// check compares the file with what was verified and forgets that when the
// file is another.
func (r *reader) check() error {
	info, err := r.f.Stat()
	if err != nil {
		return fmt.Errorf("cannot read object %s: %w", r.d, err)
	}
	if info.Size() != r.list.Size {
		r.c.lose(r.d, "its size is wrong")
		return ErrDamaged
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	o := r.c.ready[r.d]
	if o == nil {
		return ErrAbsent
	}
	if s := stampOf(info); o.verified == nil || o.stamp != s {
		o.stamp, o.verified = s, make([]bool, len(r.list.Digests))
	}
	return nil
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.pos >= r.list.Size {
		return 0, io.EOF
	}
	chunk := int(r.pos / programme.ChunkSize)
	if err := r.verify(chunk); err != nil {
		return 0, err
	}
	left := min(int64(chunk+1)*programme.ChunkSize, r.list.Size) - r.pos
	p = p[:min(int64(len(p)), left)]
	n, err := r.f.ReadAt(p, r.pos)
	r.pos += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

// Seek implements io.Seeker.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.list.Size
	}
	if offset < 0 {
		return 0, fmt.Errorf("cannot seek to %d in object %s", offset, r.d)
	}
	r.pos = offset
	return offset, nil
}

// Close implements io.Closer.
func (r *reader) Close() error {
	if r.closed {
		return os.ErrClosed
	}
	r.closed = true
	r.c.mu.Lock()
	if r.c.open[r.d]--; r.c.open[r.d] <= 0 {
		delete(r.c.open, r.d)
	}
	r.c.mu.Unlock()
	return r.f.Close()
}

// verify hashes a chunk unless that was done in this run. The file is checked
// for change at each chunk, which is once in four megabytes.
func (r *reader) verify(chunk int) error {
	if r.pos%programme.ChunkSize == 0 {
		if err := r.check(); err != nil {
			return err
		}
	}
	r.c.mu.Lock()
	o := r.c.ready[r.d]
	done := o != nil && o.verified != nil && o.verified[chunk]
	r.c.mu.Unlock()
	if done {
		return nil
	}
	if err := r.check(); err != nil {
		return err
	}
	start := int64(chunk) * programme.ChunkSize
	length := min(programme.ChunkSize, r.list.Size-start)
	got, err := hashOf(io.NewSectionReader(r.f, start, length))
	if err != nil {
		return fmt.Errorf("cannot read object %s: %w", r.d, err)
	}
	if got != r.list.Digests[chunk] {
		r.c.lose(r.d, "its bytes do not hash to its name")
		return ErrDamaged
	}
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if o := r.c.ready[r.d]; o != nil && o.verified != nil {
		o.verified[chunk] = true
	}
	return nil
}

func hashOf(r io.Reader) (playlists.Digest, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return playlists.Digest(hex.EncodeToString(h.Sum(nil))), nil
}

// Distrust has every object verified again before it is read.
func (c *Cache) Distrust() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.ready {
		o.verified = nil
	}
}

// VerifyAll reads every object of order that was not verified in this run, so
// that damage is known before its turn comes. It stops early when ctx ends.
func (c *Cache) VerifyAll(ctx context.Context, order []playlists.Digest) {
	for _, d := range order {
		if c.Verified(d) || !c.Has(d) {
			continue
		}
		f, _, err := c.Open(d)
		if err != nil {
			continue
		}
		r := f.(*reader)
		for chunk := range r.list.Digests {
			r.pos = int64(chunk) * programme.ChunkSize
			if ctx.Err() != nil || r.verify(chunk) != nil {
				break
			}
		}
		if err := f.Close(); err != nil {
			c.o.Log.Warn("cannot close a cached object", "object", d, "error", err)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// Evict removes ready objects that no held programme needs and nobody reads,
// the least recently needed first, until bytes more are free beside the
// reserve. It tells whether they are.
func (c *Cache) Evict(bytes int64) bool {
	for {
		free, _, err := c.o.Space()
		if err != nil {
			c.o.Log.Warn("cannot tell the free space", "error", err)
			return true
		}
		if free >= bytes+c.o.Reserve {
			return true
		}
		if !c.evictOne() {
			return false
		}
	}
}

func (c *Cache) evictOne() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	var spare []playlists.Digest
	for d := range c.ready {
		if c.needed[d] == nil && c.open[d] == 0 {
			spare = append(spare, d)
		}
	}
	if len(spare) == 0 {
		return false
	}
	oldest := slices.MinFunc(spare, func(a, b playlists.Digest) int { return c.ready[a].used.Compare(c.ready[b].used) })
	c.remove(oldest, "its space is needed")
	return true
}
