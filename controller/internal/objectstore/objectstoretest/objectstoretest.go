// Package objectstoretest is what every object store must do, as tests.
package objectstoretest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/iotest"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/playlists"
)

// Run holds a store to the interface's promises. open gives an empty store
// that takes at least 16 MiB.
func Run(t *testing.T, open func(*testing.T) objectstore.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, objectstore.Store){
		"put and open":             testPutOpen,
		"seek and range":           testSeek,
		"put twice":                testPutTwice,
		"put at the same time":     testPutConcurrently,
		"broken put leaves none":   testBrokenPut,
		"cancelled put":            testCancelledPut,
		"missing and malformed":    testMissing,
		"delete":                   testDelete,
		"read what is deleted":     testReadDeleted,
		"list":                     testList,
		"local":                    testLocal,
		"space follows the stored": testSpace,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func put(t *testing.T, s objectstore.Store, b []byte) playlists.Digest {
	t.Helper()
	d, size, err := s.Put(t.Context(), bytes.NewReader(b))
	if err != nil {
		t.Fatalf("Put of %d bytes: %v", len(b), err)
	}
	if want := playlists.DigestOf(b); d != want || size != int64(len(b)) {
		t.Fatalf("Put = %s, %d bytes; want %s, %d", d, size, want, len(b))
	}
	return d
}

func get(t *testing.T, s objectstore.Store, d playlists.Digest) []byte {
	t.Helper()
	r, size, err := s.Open(t.Context(), d)
	if err != nil {
		t.Fatalf("Open(%s): %v", d, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || int64(len(b)) != size {
		t.Fatalf("read %d of %d bytes: %v", len(b), size, err)
	}
	return b
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 / 3)
	}
	return b
}

func testPutOpen(t *testing.T, s objectstore.Store) {
	for _, n := range []int{0, 1, 4095, 300_000} {
		b := pattern(n)
		d := put(t, s, b)
		if got := get(t, s, d); !bytes.Equal(got, b) {
			t.Errorf("%d bytes came back changed", n)
		}
		if size, err := s.Stat(t.Context(), d); err != nil || size != int64(n) {
			t.Errorf("Stat = %d, %v; want %d", size, err, n)
		}
	}
}

func testSeek(t *testing.T, s objectstore.Store) {
	b := pattern(100_000)
	r, _, err := s.Open(t.Context(), put(t, s, b))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, at := range []struct{ from, n int }{{0, 10}, {99_990, 10}, {50_000, 1234}, {3, 99_997}} {
		if _, err := r.Seek(int64(at.from), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, at.n)
		if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, b[at.from:at.from+at.n]) {
			t.Errorf("range %d+%d differs: %v", at.from, at.n, err)
		}
	}
	if end, err := r.Seek(0, io.SeekEnd); err != nil || end != int64(len(b)) {
		t.Errorf("seek to the end = %d, %v", end, err)
	}
}

func testPutTwice(t *testing.T, s objectstore.Store) {
	b := pattern(5000)
	first := put(t, s, b)
	if second := put(t, s, b); second != first {
		t.Errorf("second put = %s, first %s", second, first)
	}
	if n := len(list(t, s)); n != 1 {
		t.Errorf("%d objects, want 1", n)
	}
}

func testPutConcurrently(t *testing.T, s objectstore.Store) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			b := pattern(20_000 + i%4)
			d, _, err := s.Put(t.Context(), iotest.HalfReader(bytes.NewReader(b)))
			if err != nil || d != playlists.DigestOf(b) {
				t.Errorf("Put = %s, %v", d, err)
			}
		})
	}
	wg.Wait()
	if n := len(list(t, s)); n != 4 {
		t.Errorf("%d objects, want 4", n)
	}
	if sp, err := s.Space(t.Context()); err != nil || sp.Used != 80_006 {
		t.Errorf("Space = %+v, %v; want each object counted once", sp, err)
	}
}

func testBrokenPut(t *testing.T, s objectstore.Store) {
	broken := errors.New("the line broke")
	_, _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(pattern(70_000)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("Put = %v, want the reader's error", err)
	}
	if all := list(t, s); len(all) != 0 {
		t.Errorf("a broken put left %v", all)
	}
}

func testCancelledPut(t *testing.T, s objectstore.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	r := io.MultiReader(bytes.NewReader(pattern(70_000)), readerFunc(func([]byte) (int, error) { cancel(); return 0, nil }), bytes.NewReader(pattern(1)))
	if _, _, err := s.Put(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Put = %v, want context.Canceled", err)
	}
	if all := list(t, s); len(all) != 0 {
		t.Errorf("a cancelled put left %v", all)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) {
	n, err := f(p)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func testMissing(t *testing.T, s objectstore.Store) {
	absent := playlists.DigestOf([]byte("absent"))
	for _, c := range []struct {
		d    playlists.Digest
		want playlists.Code
	}{
		{absent, playlists.NotFound},
		{"", playlists.Invalid},
		{"../../../../etc/passwd", playlists.Invalid},
		{absent[:63] + "/", playlists.Invalid},
	} {
		_, _, openErr := s.Open(t.Context(), c.d)
		_, statErr := s.Stat(t.Context(), c.d)
		_, _, localErr := s.Local(t.Context(), c.d)
		for call, err := range map[string]error{"Open": openErr, "Stat": statErr, "Local": localErr} {
			if got := playlists.CodeOf(err); got != c.want {
				t.Errorf("%s(%q) = %v, want code %s", call, c.d, err, c.want)
			}
		}
	}
}

func testDelete(t *testing.T, s objectstore.Store) {
	keep, gone := put(t, s, []byte("keep")), put(t, s, []byte("gone"))
	for range 2 { // the second time it is not there any more
		if err := s.Delete(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Stat(t.Context(), gone); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("Stat of a deleted object = %v", err)
	}
	if got := get(t, s, keep); string(got) != "keep" {
		t.Errorf("the other object is %q", got)
	}
	put(t, s, []byte("gone"))
}

func testReadDeleted(t *testing.T, s objectstore.Store) {
	b := pattern(500_000)
	r, _, err := s.Open(t.Context(), put(t, s, b))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := s.Delete(t.Context(), playlists.DigestOf(b)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, b) {
		t.Errorf("an open object changed when it was deleted: %v", err)
	}
}

func list(t *testing.T, s objectstore.Store) []playlists.Digest {
	t.Helper()
	var all []playlists.Digest
	for info, err := range s.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if info.Size < 0 || info.StoredAt.IsZero() {
			t.Errorf("List gives %+v", info)
		}
		all = append(all, info.Digest)
	}
	return all
}

func testList(t *testing.T, s objectstore.Store) {
	var want []playlists.Digest
	for i := range 50 {
		want = append(want, put(t, s, fmt.Append(nil, i)))
	}
	slices.Sort(want)
	if got := list(t, s); !slices.Equal(got, want) {
		t.Errorf("List gives %d objects, want %d in order", len(got), len(want))
	}
	for range s.List(t.Context()) {
		break // must not panic
	}
}

func testLocal(t *testing.T, s objectstore.Store) {
	b := pattern(12_345)
	path, release, err := s.Local(t.Context(), put(t, s, b))
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, b) {
		t.Errorf("the file at %s differs: %v", path, err)
	}
}

func testSpace(t *testing.T, s objectstore.Store) {
	used := func() int64 {
		sp, err := s.Space(t.Context())
		if err != nil || sp.Free <= 0 {
			t.Fatalf("Space = %+v, %v", sp, err)
		}
		return sp.Used
	}
	d := put(t, s, pattern(10_000))
	put(t, s, pattern(10_000))
	if got := used(); got != 10_000 {
		t.Errorf("used %d after one object of 10000, put twice", got)
	}
	if err := s.Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if got := used(); got != 0 {
		t.Errorf("used %d after the only object was deleted", got)
	}
}
