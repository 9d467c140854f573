// Package cache keeps rendition bytes on disk by digest: partial while they are
// fetched, ready when every chunk has been verified, kept while a programme
// needs them, evicted when the space is needed and none does.
//
// A file that was ready at an earlier start is trusted for its name and size
// only until it is read: each chunk is hashed before its first byte of this run
// is handed out, and all of them in the background. A chunk that does not
// verify takes the file away; the reader gets an error, never the bytes. A file
// that changes under us (size, time) is verified anew.
package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Options say where and how much.
type Options struct {
	Dir string
	// Space gives the bytes free for us and in all where Dir lies.
	Space func() (free, total int64, err error)
	// Reserve is how many bytes stay free for others on the disk.
	Reserve int64
	// Now is the time that eviction goes by.
	Now func() time.Time
	Log *slog.Logger
}

// Cache is safe for concurrent use.
type Cache struct {
	o     Options
	write func(*os.File, []byte) (int, error) // a disk that tests can fill

	mu      sync.Mutex
	ready   map[playlists.Digest]*object
	needed  map[playlists.Digest]*programme.Chunks
	open    map[playlists.Digest]int // readers
	changed func()
}

// object is a ready file. verified is about exactly the file with this stamp.
type object struct {
	size     int64
	stamp    stamp
	verified []bool // by chunk; nil until the chunk list is known
	used     time.Time
}

type stamp struct {
	size  int64
	mtime int64
}

// New lists the folder. changed is called, never under a lock, when an object
// has become ready or was found damaged.
func New(o Options, changed func()) (*Cache, error) {
	c := &Cache{
		o: o, changed: changed,
		write:  func(f *os.File, b []byte) (int, error) { return f.Write(b) },
		ready:  map[playlists.Digest]*object{},
		needed: map[playlists.Digest]*programme.Chunks{},
		open:   map[playlists.Digest]int{},
	}
	for _, dir := range []string{c.readyDir(), c.partialDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			o.Log.Warn("cannot make a cache folder", "dir", dir, "error", err)
		}
	}
	entries, err := os.ReadDir(c.readyDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot list the cache: %w", err)
	}
	for _, e := range entries {
		d := playlists.Digest(e.Name())
		info, err := e.Info()
		if err != nil || d.Validate() != nil || !info.Mode().IsRegular() {
			continue
		}
		c.ready[d] = &object{size: info.Size(), stamp: stampOf(info), used: info.ModTime()}
	}
	return c, nil
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime().UnixNano()} }

func (c *Cache) readyDir() string   { return filepath.Join(c.o.Dir, "ready") }
func (c *Cache) partialDir() string { return filepath.Join(c.o.Dir, "partial") }
func (c *Cache) readyPath(d playlists.Digest) string {
	return filepath.Join(c.readyDir(), string(d))
}
func (c *Cache) partialPath(d playlists.Digest) string {
	return filepath.Join(c.partialDir(), string(d)+".part")
}

// Keep says which renditions the held programmes need, with their chunk lists.
// They are never evicted, and only they can be opened. Ready files of another
// size than the list says are removed at once.
func (c *Cache) Keep(lists map[playlists.Digest]*programme.Chunks) {
	c.mu.Lock()
	var wrong []playlists.Digest
	for d, list := range lists {
		if o := c.ready[d]; o != nil && o.size != list.Size {
			wrong = append(wrong, d)
		}
	}
	now := c.o.Now()
	for d := range c.needed {
		if o := c.ready[d]; lists[d] == nil && o != nil {
			c.touch(d, o, now)
		}
	}
	c.needed = lists
	for _, d := range wrong {
		c.remove(d, "its size is wrong")
	}
	c.mu.Unlock()
	c.forgetPartials()
	if len(wrong) > 0 {
		c.changed()
	}
}

// touch notes in the file's time when it was last needed, so that eviction
// after a restart knows it. The caller holds the lock.
func (c *Cache) touch(d playlists.Digest, o *object, now time.Time) {
	o.used = now
	if err := os.Chtimes(c.readyPath(d), now, now); err != nil {
		return
	}
	if info, err := os.Stat(c.readyPath(d)); err == nil && info.Size() == o.size {
		o.stamp = stampOf(info)
	}
}

// forgetPartials removes what nobody will go on with.
func (c *Cache) forgetPartials() {
	entries, err := os.ReadDir(c.partialDir())
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entries {
		d, part := strings.CutSuffix(e.Name(), ".part")
		if part && c.needed[playlists.Digest(d)] != nil {
			continue
		}
		if err := os.Remove(filepath.Join(c.partialDir(), e.Name())); err != nil {
			c.o.Log.Warn("cannot remove a partial file", "file", e.Name(), "error", err)
		}
	}
}

// Has tells whether an object is ready, as far as is known. It answers from
// memory.
func (c *Cache) Has(d playlists.Digest) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ready[d] != nil && c.needed[d] != nil
}

// Verified tells whether all chunks of an object were verified in this run.
func (c *Cache) Verified(d playlists.Digest) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.ready[d]
	return o != nil && o.verified != nil && !slices.Contains(o.verified, false)
}

// remove takes a ready file away. The caller holds the lock and calls changed
// after it.
func (c *Cache) remove(d playlists.Digest, why string) {
	delete(c.ready, d)
	err := os.Remove(c.readyPath(d))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	c.o.Log.Warn("cached object removed", "object", d, "why", why, "error", err)
}
