package backup_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cotmoc/controller/internal/backup"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

func TestNothingIsWrittenOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	if _, err := backup.Write(t.Context(), h.out, h.lock(), h.what()); playlists.ReasonOf(err) != "backup_exists" {
		t.Errorf("a second backup of this name: %v", err)
	}
	if n := rows(t, filepath.Join(h.dir, layout.Database), "select count(*) from audit where kind = 'backup.make'"); n != 1 {
		t.Errorf("%d backups are written down, one was made", n)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), backup.File{Path: h.out, Unlock: h.unlock()}, nil, into(t, dir)); playlists.ReasonOf(err) != "data_exists" {
		t.Errorf("into a folder with a letter: %v", err)
	}
	if got := names(t, dir); !slices.Equal(got, []string{"letter.txt"}) {
		t.Errorf("the folder holds %v", got)
	}
}

// There is no copy of which the audit log knows nothing.
func TestNoBackupUnlessItIsWrittenDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.what()
	w.Record = func(context.Context) error { return errFull }
	w.Objects = nil // nothing is looked at
	if _, err := backup.Write(t.Context(), h.out, h.lock(), w); !errors.Is(err, errFull) {
		t.Errorf("the data: %v", err)
	}
	if _, err := backup.WriteKeys(t.Context(), h.out, h.lock(), w.About, filepath.Join(h.dir, layout.Keys)); !errors.Is(err, errFull) {
		t.Errorf("the keys: %v", err)
	}
	if _, err := os.Stat(h.out); err == nil {
		t.Error("there is a backup")
	}
}

var errFull = errors.New("no space left on device")

// breaking is a Source whose objects cannot be read to their ends.
type breaking struct{ backup.Source }

func (b breaking) Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error) {
	r, n, err := b.Source.Open(ctx, d)
	return broken{r}, n, err
}

type broken struct{ io.ReadSeekCloser }

func (b broken) Read([]byte) (int, error) { return 0, errFull }

func TestABackupIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	try := func(what string, change func(*backup.What), ctx context.Context, want func(error) bool) {
		t.Helper()
		w := h.what()
		change(&w)
		if _, err := backup.Write(ctx, h.out, h.lock(), w); !want(err) {
			t.Errorf("%s: %v", what, err)
		}
		if got := names(t, filepath.Dir(h.out)); len(got) > 0 {
			t.Errorf("%s left %v", what, got)
		}
	}
	reason := func(r string) func(error) bool { return func(err error) bool { return playlists.ReasonOf(err) == r } }
	try("an error", func(w *backup.What) { w.Objects = breaking{w.Objects} }, t.Context(), func(err error) bool { return errors.Is(err, errFull) })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	try("an interruption", func(w *backup.What) { w.Progress = func(int64, int64) { cancel() } }, ctx, func(err error) bool { return errors.Is(err, context.Canceled) })

	path := filepath.Join(h.dir, layout.Objects, string(h.big[:2]), string(h.big))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	flip(t, path, 1000)
	try("a damaged object", func(*backup.What) {}, t.Context(), reason("object_damaged"))
	picture := sqlstoretest.Digests()[0]
	if err := h.objects.Delete(t.Context(), picture); err != nil {
		t.Fatal(err)
	}
	try("a missing object", func(*backup.What) {}, t.Context(), reason("object_missing"))
}

// A restore that ends in the middle leaves nothing, or what the next one
// clears.
func TestInterruptedRestore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.write()
	from := backup.File{Path: h.out, Unlock: h.unlock()}
	dir := filepath.Join(t.TempDir(), "new")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := into(t, dir)
	in.Progress = func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}
	if _, err := backup.Restore(ctx, from, nil, in); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if got := names(t, dir); len(got) > 0 {
		t.Errorf("an interrupted restore left %v", got)
	}
	// As after a power cut between two names.
	for _, name := range []string{".restoring", "objects/ab"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || !half {
		t.Errorf("unfinished: %v, %v", half, err)
	}
	if _, err := backup.Restore(t.Context(), from, nil, into(t, dir)); err != nil {
		t.Fatal(err)
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || half {
		t.Errorf("unfinished: %v, %v", half, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "objects", "ab")); err == nil {
		t.Error("what an interrupted restore had brought is there still")
	}
	// As after a power cut behind the last name.
	if err := os.Mkdir(filepath.Join(dir, ".restoring"), 0o700); err != nil {
		t.Fatal(err)
	}
	if half, err := backup.Unfinished(dir, layout); err != nil || half || slices.Contains(names(t, dir), ".restoring") {
		t.Errorf("unfinished: %v, %v", half, err)
	}
}
