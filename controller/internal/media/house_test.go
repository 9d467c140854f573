package media_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/render"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// house is the feature over its real stores and tools.
type house struct {
	*media.Service
	store   sqlstore.Media
	path    string // of the database
	objects *objectstore.Dir
	plain   plain
	wanted  []playlists.Profile
	mu      sync.Mutex
	now     time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Tools{"ffmpeg": "", "ffprobe": ""})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cotmoc.db")
	sqlstoretest.Prepare(t, path)
	db, err := sqlstore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	mediatest.People(t, path)
	objects, err := objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	prober := probe.New(box, probe.DefaultLimits(), log)
	h := &house{store: db.Media(), path: path, objects: objects, now: time.Date(2026, 9, 2, 7, 0, 0, 0, time.UTC), wanted: playlists.Profiles()}
	assets := os.DirFS(filepath.Join("..", "console", "dist"))
	h.Service = media.New(media.Config{
		Store: h.store, Objects: objects, Prober: prober, Renderer: render.New(box, prober, assets), Quiet: render.New(box.Quiet(), prober, assets),
		Composed: map[string]media.Renderer{plainMIME: &h.plain}, Wanted: func(context.Context) ([]playlists.Profile, error) { return h.wanted, nil }, Work: t.TempDir(),
		Wake: func() {}, Now: h.clock, Random: rand.Reader, Log: log,
	})
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func person(id, unit playlists.ID, roles ...playlists.Role) playlists.Actor {
	a := playlists.Actor{ID: id, Unit: unit}
	for _, r := range roles {
		a.Grants = append(a.Grants, playlists.Grant{Role: r, Unit: unit})
	}
	return a
}

var (
	an   = person(mediatest.An, mediatest.UnitA, playlists.Contributor)
	binh = person(mediatest.Binh, mediatest.UnitB, playlists.Editor)
)

func (h *house) accept(t *testing.T, a playlists.Actor, name string, b []byte) *media.Receipt {
	t.Helper()
	got, err := h.Accept(t.Context(), a, media.File{Path: mediatest.File(t, "upload", b), Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// process does what the job worker does.
func (h *house) process(t *testing.T, id playlists.ID, profiles ...playlists.Profile) *media.Record {
	t.Helper()
	last := -1.0
	err := h.Process(t.Context(), media.Task{Media: id, Profiles: profiles}, func(stage string, p float64) {
		if p < last || p > 1 || stage == "" {
			t.Errorf("progress %g at %q after %g", p, stage, last)
		}
		last = p
	})
	if err != nil {
		t.Fatal(err)
	}
	return h.get(t, id)
}

func (h *house) get(t *testing.T, id playlists.ID) *media.Record {
	t.Helper()
	r, err := h.store.Media(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// photo is a draft of An's, rendered.
func (h *house) photo(t *testing.T) *media.Record {
	t.Helper()
	id := h.accept(t, an, "ảnh.jpg", mediatest.JPEG(t, mediatest.Picture(320, 240))).Media.ID
	return h.process(t, id, playlists.Profiles()...)
}

func (h *house) object(t *testing.T, d playlists.Digest) []byte {
	t.Helper()
	r, _, err := h.objects.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil || playlists.DigestOf(b) != d {
		t.Fatalf("object %s: %v", d, err)
	}
	return b
}
