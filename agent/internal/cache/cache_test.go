package cache

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

const unlimited = int64(1) << 50

type desk struct {
	t       *testing.T
	c       *Cache
	dir     string
	changes atomic.Int32
	free    atomic.Int64
	lists   map[playlists.Digest]*programme.Chunks
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, dir: t.TempDir(), lists: map[playlists.Digest]*programme.Chunks{}}
	d.free.Store(unlimited)
	d.restart()
	return d
}

// restart opens the folder again, as after a kill.
func (d *desk) restart() {
	d.t.Helper()
	now := time.Now()
	c, err := New(Options{
		Dir: d.dir, Log: slog.New(slog.DiscardHandler),
		Space: func() (int64, int64, error) { return d.free.Load(), unlimited, nil },
		Now:   func() time.Time { now = now.Add(time.Second); return now },
	}, func() { d.changes.Add(1) })
	if err != nil {
		d.t.Fatal(err)
	}
	d.c = c
	c.Keep(d.lists)
}

// need adds bytes to what a programme needs and gives their digest.
func (d *desk) need(b []byte) playlists.Digest {
	d.t.Helper()
	digest, size, object, err := programme.NewChunks(bytes.NewReader(b))
	if err != nil {
		d.t.Fatal(err)
	}
	list, err := programme.ParseChunks(object, &programme.Showing{Rendition: digest, Size: size, Chunks: playlists.DigestOf(object)})
	if err != nil {
		d.t.Fatal(err)
	}
	lists := map[playlists.Digest]*programme.Chunks{digest: list}
	for k, v := range d.lists {
		lists[k] = v
	}
	d.lists = lists
	d.c.Keep(lists)
	return digest
}

func (d *desk) store(b []byte) playlists.Digest {
	d.t.Helper()
	digest := d.need(b)
	p, err := d.c.Partial(digest)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := p.Write(b); err != nil {
		d.t.Fatal(err)
	}
	if err := p.Complete(); err != nil {
		d.t.Fatal(err)
	}
	return digest
}

func (d *desk) read(digest playlists.Digest) ([]byte, error) {
	r, _, err := d.c.Open(digest)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

func noise(n int) []byte {
	b := make([]byte, n)
	x := uint32(n) | 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

const chunk = programme.ChunkSize

func TestStoreAndRead(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, chunk - 1, chunk, chunk + 1, 2*chunk + 77} {
		d := newDesk(t)
		want := noise(size)
		digest := d.store(want)
		for range 2 { // as stored, and after a restart
			if !d.c.Has(digest) {
				t.Fatalf("%d bytes: not ready", size)
			}
			if got, err := d.read(digest); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes: got %d, %v", size, len(got), err)
			}
			d.restart()
		}
	}
}

// Bytes that were on their way when the agent was killed are used again, up to
// the last whole chunk at least, and never trusted.
func TestResume(t *testing.T) {
	t.Parallel()
	want := noise(3*chunk + 5)
	for _, c := range []struct {
		name   string
		part   []byte
		offset int64
	}{
		{"nothing", nil, 0},
		{"within the first chunk", want[:1000], 1000},
		{"at a chunk's end", want[:chunk], chunk},
		{"within the last chunk", want[:3*chunk+2], 3*chunk + 2},
		{"all of it", want, 3*chunk + 5},
		{"more than all", append(slices.Clone(want), 1, 2, 3), 3*chunk + 5},
		{"a flipped byte in the second chunk", flip(want[:3*chunk], chunk+9), chunk},
		{"zeroes after a power cut", append(slices.Clone(want[:chunk]), make([]byte, chunk)...), chunk},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			digest := d.need(want)
			if err := os.WriteFile(d.c.partialPath(digest), c.part, 0o600); err != nil {
				t.Fatal(err)
			}
			d.restart()
			p, err := d.c.Partial(digest)
			if err != nil || p.Offset() != c.offset {
				t.Fatalf("goes on at %d, want %d, %v", p.Offset(), c.offset, err)
			}
			if _, err := p.Write(want[p.Offset():]); err != nil {
				t.Fatal(err)
			}
			if err := p.Complete(); err != nil {
				t.Fatal(err)
			}
			if got, err := d.read(digest); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("got %d bytes, %v", len(got), err)
			}
		})
	}
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[at] ^= 1
	return b
}

// What is received wrong is refused at the end of its chunk, and only that
// chunk is wanted again.
func TestWrongBytes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	want := noise(2*chunk + 10)
	digest := d.need(want)
	p, err := d.c.Partial(digest)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Write(flip(want, chunk+3)); !errors.Is(err, ErrWrongBytes) || p.Offset() != chunk {
		t.Fatalf("%v at %d", err, p.Offset())
	}
	if err := p.Complete(); err == nil || d.c.Has(digest) {
		t.Fatal("an incomplete object became ready")
	}
	if _, err := p.Write(want[chunk:]); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte{1}); err == nil {
		t.Error("more than the size was taken")
	}
	if err := p.Complete(); err != nil || !d.c.Has(digest) {
		t.Fatal(err)
	}
}

// A damaged file gives no byte of a damaged chunk, is taken away and told of.
func TestDamagedFile(t *testing.T) {
	t.Parallel()
	want := noise(2*chunk + 10)
	for _, c := range []struct {
		name    string
		restart bool
		damage  func(path string) error
	}{
		{"flipped before the start", true, func(p string) error { return os.WriteFile(p, flip(want, chunk+1), 0o600) }},
		{"flipped while running", false, func(p string) error { return os.WriteFile(p, flip(want, chunk+1), 0o600) }},
		{"truncated before the start", true, func(p string) error { return os.Truncate(p, chunk) }},
		{"truncated while running", false, func(p string) error { return os.Truncate(p, chunk) }},
		{"empty", true, func(p string) error { return os.Truncate(p, 0) }},
		{"removed", false, os.Remove},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			digest := d.store(want)
			if err := c.damage(d.c.readyPath(digest)); err != nil {
				t.Fatal(err)
			}
			if c.restart {
				d.restart()
			}
			before := d.changes.Load()
			got, err := d.read(digest)
			if err == nil || len(got) > chunk || !bytes.Equal(got, want[:len(got)]) {
				t.Fatalf("got %d bytes, %v", len(got), err)
			}
			if d.c.Has(digest) {
				t.Error("it still counts as ready")
			}
			if _, err := os.Stat(d.c.readyPath(digest)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the file is still there: %v", err)
			}
			if !c.restart && d.changes.Load() == before {
				t.Error("nobody was told")
			}
		})
	}
}

func TestVerifyAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good, bad := d.store(noise(chunk+1)), d.store(noise(chunk+2))
	if err := os.WriteFile(d.c.readyPath(bad), flip(noise(chunk+2), chunk+1), 0o600); err != nil {
		t.Fatal(err)
	}
	d.restart()
	if d.c.Verified(good) {
		t.Fatal("verified without reading")
	}
	d.c.VerifyAll(t.Context(), []playlists.Digest{good, bad})
	if !d.c.Verified(good) || !d.c.Has(good) || d.c.Has(bad) {
		t.Errorf("good %v %v, bad %v", d.c.Verified(good), d.c.Has(good), d.c.Has(bad))
	}
	d.c.Distrust()
	if d.c.Verified(good) {
		t.Error("it is still trusted")
	}
	if got, err := d.read(good); err != nil || !bytes.Equal(got, noise(chunk+1)) || !d.c.Verified(good) {
		t.Errorf("read again: %d bytes, %v", len(got), err)
	}
}

// What no programme needs goes, the longest unneeded first; what one needs, or
// somebody reads, never does.
func TestEvict(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second, needed, read := d.store(noise(11)), d.store(noise(12)), d.store(noise(13)), d.store(noise(14))
	r, _, err := d.c.Open(read)
	if err != nil {
		t.Fatal(err)
	}
	keep := func(all ...playlists.Digest) {
		lists := map[playlists.Digest]*programme.Chunks{}
		for _, k := range all {
			lists[k] = d.lists[k]
		}
		d.c.Keep(lists)
	}
	keep(second, needed, read)
	keep(needed)
	ready := func() (n []playlists.Digest) {
		for _, k := range []playlists.Digest{first, second, needed, read} {
			if _, err := os.Stat(d.c.readyPath(k)); err == nil {
				n = append(n, k)
			}
		}
		return n
	}
	d.free.Store(0)
	if !d.c.evictOne() || !slices.Equal(ready(), []playlists.Digest{second, needed, read}) {
		t.Fatalf("first eviction leaves %v", ready())
	}
	if d.c.Evict(1) {
		t.Error("a full disk counts as free")
	}
	if !slices.Equal(ready(), []playlists.Digest{needed, read}) {
		t.Errorf("eviction leaves %v", ready())
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if d.c.Evict(1); !slices.Equal(ready(), []playlists.Digest{needed}) {
		t.Errorf("after the reader left: %v", ready())
	}
}

// A disk that fills up on the way keeps what it has, and the object is gone on
// with when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	want := noise(2 * chunk)
	digest := d.need(want)
	room := chunk + 100
	real := d.c.write
	d.c.write = func(f *os.File, b []byte) (int, error) {
		if len(b) <= room {
			room -= len(b)
			return real(f, b)
		}
		n, err := real(f, b[:room])
		room = 0
		if err == nil {
			err = syscall.ENOSPC
		}
		return n, err
	}
	p, err := d.c.Partial(digest)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(want); !errors.Is(err, ErrFull) {
		t.Fatalf("a full disk gave %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if held := d.c.Held(digest); held != chunk+100 {
		t.Errorf("%d bytes are held", held)
	}
	d.c.write = real
	if p, err = d.c.Partial(digest); err != nil || p.Offset() != chunk+100 {
		t.Fatalf("goes on at %d, %v", p.Offset(), err)
	}
	if _, err := p.Write(want[p.Offset():]); err != nil {
		t.Fatal(err)
	}
	if err := p.Complete(); err != nil {
		t.Fatal(err)
	}
	d.free.Store(10)
	if _, err := d.c.Partial(d.need(noise(1000))); !errors.Is(err, ErrFull) {
		t.Errorf("a disk without room gave %v", err)
	}
}

func TestOnlyWhatIsNeeded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	digest := d.store(noise(10))
	d.c.Keep(nil)
	if _, err := d.read(digest); !errors.Is(err, ErrAbsent) || d.c.Has(digest) {
		t.Errorf("an object that no programme needs can be opened: %v", err)
	}
	if _, err := d.c.Partial(digest); err == nil {
		t.Error("an object that no programme needs can be fetched")
	}
	if err := os.WriteFile(d.c.partialPath(digest), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.c.Keep(nil)
	if _, err := os.Stat(d.c.partialPath(digest)); !errors.Is(err, os.ErrNotExist) {
		t.Error("a partial file that nobody goes on with stays")
	}
}
