package state

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// fill stores one of everything.
func fill(t *testing.T, s *Store) playlists.Digest {
	t.Helper()
	for _, n := range names() {
		if err := s.SetDocument(n, []byte("document "+n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.PutObject([]byte("an object")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendPlay(play(1), 10); err != nil {
		t.Fatal(err)
	}
	return playlists.DigestOf([]byte("an object"))
}

func play(n int) wire.Play {
	return wire.Play{ID: playliststest.ID("play"), Rendition: playlists.DigestOf([]byte("r")), StartedAt: int64(n), Clock: wire.ClockTrusted}
}

func exactly(want string) func([]byte) error {
	return func(b []byte) error {
		if string(b) != want {
			return fmt.Errorf("%q", b)
		}
		return nil
	}
}

// holds fails unless every document and object is there.
func holds(t *testing.T, s *Store, object playlists.Digest) {
	t.Helper()
	for _, n := range names() {
		if _, ok := s.Document(n, exactly("document "+string(n))); !ok {
			t.Errorf("document %s is lost", n)
		}
	}
	if b, ok := s.Object(object); !ok || string(b) != "an object" {
		t.Errorf("the object is lost: %q, %v", b, ok)
	}
}

// However the database is damaged, it is set aside, and identity, programmes
// and objects are there as before.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		damage func(path string, b []byte) error
		plays  bool // whether plays survive
	}{
		{"intact", func(string, []byte) error { return nil }, true},
		{"removed", func(p string, _ []byte) error { return os.Remove(p) }, false},
		{"empty", func(p string, _ []byte) error { return os.WriteFile(p, nil, 0o600) }, false},
		{"noise", func(p string, b []byte) error { return os.WriteFile(p, bytes.Repeat([]byte{0xA5}, len(b)), 0o600) }, false},
		{"zeroes", func(p string, b []byte) error { return os.WriteFile(p, make([]byte, len(b)), 0o600) }, false},
		{"cut to its meta pages", func(p string, _ []byte) error { return os.Truncate(p, int64(2*os.Getpagesize())) }, false},
		{"cut in half", func(p string, b []byte) error { return os.Truncate(p, int64(len(b)/2)) }, false},
		{"pages after the meta pages overwritten", func(p string, b []byte) error {
			for i := 2 * os.Getpagesize(); i < len(b); i++ {
				b[i] = 0xFF
			}
			return os.WriteFile(p, b, 0o600)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir)
			object := fill(t, s)
			for i := range 200 { // many pages
				if err := s.PutObject(bytes.Repeat([]byte(fmt.Sprint(i)), 1000)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, fileName)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.damage(path, b); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir)
			holds(t, s, object)
			if !s.Lasting() {
				t.Error("what is written does not last")
			}
			_, plays, err := s.Plays(10, 1<<20)
			if err != nil || (len(plays) == 1) != c.plays {
				t.Errorf("%d plays wait, %v", len(plays), err)
			}
			if aside := s.SetAside() != ""; aside == (c.name == "intact" || c.name == "removed") {
				t.Errorf("set aside: %q", s.SetAside())
			}
			if _, err := s.AppendPlay(play(2), 10); err != nil {
				t.Errorf("the database takes nothing more: %v", err)
			}
		})
	}
}

// Every flipped byte is either harmless or found; none stops the agent or
// loses a document.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	object := fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	step := max(len(good)/150, 1)
	for at := 0; at < len(good); at += step {
		b := bytes.Clone(good)
		b[at] ^= 0x41
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir)
		holds(t, s, object)
		if _, err := s.AppendPlay(play(3), 10); err != nil {
			t.Errorf("byte %d: %v", at, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	aside, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(aside) == 0 || len(aside) > keepDamaged {
		t.Errorf("%d databases are set aside, %v", len(aside), err)
	}
}

// A database that breaks while the agent runs is replaced under it.
func TestDamageWhileRunning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	object := fill(t, s)
	if err := os.Truncate(filepath.Join(dir, fileName), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendPlay(play(4), 10); err != nil {
		t.Fatal(err)
	}
	holds(t, s, object)
	if s.SetAside() == "" {
		t.Error("nothing was set aside")
	}
}

// A document is found as long as one of its two copies is good, and the bad
// file is mended.
func TestDocumentCopies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	object := fill(t, s)
	for _, n := range names() {
		if err := os.WriteFile(s.documentPath(n), []byte("docu"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(s.objectPath(object)); err != nil {
		t.Fatal(err)
	}
	holds(t, s, object)
	for _, n := range names() {
		if b, err := os.ReadFile(s.documentPath(n)); err != nil || string(b) != "document "+string(n) {
			t.Errorf("file of %s is not mended: %q, %v", n, b, err)
		}
	}
	if err := s.SetDocument(Pairing, nil); err != nil {
		t.Fatal(err)
	}
	if b, ok := s.Document(Pairing, func([]byte) error { return nil }); ok {
		t.Errorf("a removed document is back: %q", b)
	}
}

// Where the folder cannot be written the agent works on what is there.
func TestNoDisk(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(file, "data")) // no folder can be made in a file, not even by root
	if s.Lasting() {
		t.Fatal("it says that state lasts")
	}
	if _, err := s.AppendPlay(play(1), 10); err != nil {
		t.Errorf("a play is not taken: %v", err)
	}
	if err := s.SetDocument(Newest, []byte("x")); err == nil {
		t.Error("it says that the document is safe")
	}
	if _, ok := s.Document(Newest, exactly("x")); !ok {
		t.Error("the document is not there for this run")
	}
	scratch := s.scratch
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(scratch); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the scratch folder is left behind: %v", err)
	}
}

func TestSecondAgent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	_, err := Open(dir, slog.New(slog.DiscardHandler), time.Now)
	if err == nil || !strings.Contains(err.Error(), "another agent") {
		t.Fatalf("a second agent got %v", err)
	}
}

func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s)
	for _, f := range []string{filepath.Join(dir, fileName), s.documentPath(DeviceKey), s.documentPath(Identity)} {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for i := range 30 {
		if _, err := s.AppendPlay(play(i), 1000); err != nil {
			t.Fatal(err)
		}
	}
	batch, plays, err := s.Plays(10, 1<<20)
	if err != nil || len(plays) != 10 || plays[0].StartedAt != 0 || plays[9].StartedAt != 9 {
		t.Fatalf("first batch: %d plays, %v", len(plays), err)
	}
	if again, _, _ := s.Plays(10, 1<<20); again != batch {
		t.Errorf("the batch is %d and then %d", batch, again)
	}
	if _, few, _ := s.Plays(10, 400); len(few) != 1 {
		t.Errorf("%d plays in 400 bytes", len(few))
	}
	if err := s.DropPlays(batch); err != nil {
		t.Fatal(err)
	}
	next, plays, err := s.Plays(100, 1<<20)
	if err != nil || len(plays) != 20 || plays[0].StartedAt != 10 || next <= batch {
		t.Fatalf("after the acknowledgement: batch %d, %d plays, %v", next, len(plays), err)
	}
	dropped, err := s.AppendPlay(play(30), 20)
	if err != nil || dropped != 2 { // one too many, and a twentieth in advance
		t.Fatalf("dropped %d, %v", dropped, err)
	}
	if _, plays, _ = s.Plays(100, 1<<20); len(plays) != 19 || plays[0].StartedAt != 12 {
		t.Errorf("%d plays are left, from %d", len(plays), plays[0].StartedAt)
	}
	if n, err := s.Count("c", 5); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := s.Count("c", 2); n != 7 || err != nil || s.Counter("c") != 7 {
		t.Fatal(n, err)
	}
}

// A play that the controller would refuse holds up none after it.
func TestOutboxDropsWhatNobodyTakes(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	endless := play(1)
	endless.DurationMS = 1 << 40
	for _, p := range []wire.Play{play(0), endless, play(2)} {
		if _, err := s.AppendPlay(p, 1000); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // and it is gone for good
		batch, plays, err := s.Plays(10, 1<<20)
		e := wire.Event{Batch: batch, Plays: plays}
		if err != nil || len(plays) != 2 || plays[0].StartedAt != 0 || plays[1].StartedAt != 2 || e.Validate() != nil {
			t.Fatalf("%+v, %v, %v", plays, err, e.Validate())
		}
	}
	if _, plays, err := s.Plays(10, 1<<20); err != nil || len(plays) != 2 {
		t.Fatal(plays, err)
	}
}

func TestKeepObjects(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for _, b := range []string{"a", "b", "c"} {
		if err := s.PutObject([]byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.KeepObjects(map[playlists.Digest]bool{playlists.DigestOf([]byte("b")): true}); err != nil {
		t.Fatal(err)
	}
	for b, want := range map[string]bool{"a": false, "b": true, "c": false} {
		if _, ok := s.Object(playlists.DigestOf([]byte(b))); ok != want {
			t.Errorf("object %s: %v", b, ok)
		}
	}
}
