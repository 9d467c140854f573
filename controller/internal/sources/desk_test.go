package sources_test

import (
	"context"
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// desk is a tray with the stand-in portal behind it.
type desk struct {
	*sources.Service
	*sqlstoretest.World
	portal         *sourcestest.Portal
	objects        *objectstore.Dir
	pulled         []sources.Pulled
	bytes          []string
	refuse         error
	unheard        error    // the programmes cannot be made
	told           []string // what the screens were told of holds
	asked          []polite.Request
	library        []sources.Alike                     // what looks like any picture
	answered       func(status int)                    // may be nil
	instead        func(address string) *polite.Answer // nil, or nil of it: the portal answers
	editor, reader playlists.Actor
	admin, foreign playlists.Actor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	portal, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := objectstore.OpenDir(t.TempDir(), objectstore.DirOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{World: sqlstoretest.New(t), portal: portal, objects: objects}
	d.editor, d.reader = d.Person("editor", "unit", playlists.Editor), d.Person("watcher", "unit", playlists.WatchOfficer)
	d.admin = d.Person("admin", "unit", playlists.Administrator)
	d.foreign = d.Granted("foreign", "other", playlists.Grant{Role: playlists.Editor, Unit: playliststest.ID("other")})
	d.Service = sources.New(sources.Config{
		Store: d.DB.Sources(), Objects: objects, Library: d, Screens: d, Prints: d, Visitor: polite.New(d.fetch, "cotmoc", d.Clock.Now, d.DB.Sources()), Work: t.TempDir(),
		Zone: time.FixedZone("ICT", 7*3600), Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	return d
}

// fetch asks the portal without a network; an hour passes with each request.
func (d *desk) fetch(_ context.Context, r polite.Request) (*polite.Answer, error) {
	d.Clock.Add(time.Hour)
	d.asked = append(d.asked, r)
	if d.instead != nil {
		if a := d.instead(r.URL); a != nil {
			return a, nil
		}
	}
	w := httptest.NewRecorder()
	request := httptest.NewRequest("GET", r.URL, nil)
	if r.ETag != "" {
		request.Header.Set("If-None-Match", r.ETag)
	}
	d.portal.ServeHTTP(w, request)
	at := r.URL
	if to := w.Header().Get("Location"); to != "" {
		if !strings.HasPrefix(to, "/") {
			return nil, errors.New("a redirect out of the site")
		}
		at = "https://" + request.Host + to
		w = httptest.NewRecorder()
		d.portal.ServeHTTP(w, httptest.NewRequest("GET", at, nil))
	}
	if d.answered != nil {
		d.answered(w.Code)
	}
	return &polite.Answer{Status: w.Code, URL: at, Type: w.Header().Get("Content-Type"), ETag: w.Header().Get("ETag"), Body: io.NopCloser(w.Body)}, nil
}

// Bring implements sources.Library.
func (d *desk) Bring(_ context.Context, _ playlists.Actor, f sources.Pulled) (playlists.ID, error) {
	if d.refuse != nil {
		return "", d.refuse
	}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return "", err
	}
	d.pulled, d.bytes = append(d.pulled, f), append(d.bytes, string(b))
	return d.World.Media("taken"+string(rune('a'+len(d.pulled))), d.editor, playlists.Terms{}), nil
}

// Small implements sources.Library.
func (d *desk) Small(_ context.Context, path string) ([]byte, error) { return os.ReadFile(path) }

// Print implements sources.Prints: pictures of the same bytes look the same.
func (d *desk) Print(small []byte) (uint64, error) { return uint64(crc32.ChecksumIEEE(small)), nil }

// Near implements sources.Prints.
func (d *desk) Near(x, y uint64) bool { return x == y }

// Library implements sources.Prints.
func (d *desk) Library(_ context.Context, _ playlists.Actor, prints []uint64) ([][]sources.Alike, error) {
	out := make([][]sources.Alike, len(prints))
	for i := range prints {
		out[i] = d.library
	}
	return out, nil
}

// Hold implements sources.Screens.
func (d *desk) Hold(_ context.Context, title string) error {
	d.told = append(d.told, "hold "+title)
	return d.unheard
}

// Release implements sources.Screens.
func (d *desk) Release(_ context.Context, by playlists.Actor, title string) error {
	d.told = append(d.told, "release "+title+" by "+string(by.ID))
	return d.unheard
}

const gate = "https://www.vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam"
