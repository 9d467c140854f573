// Package sqlstoretest fills a real database for tests of what stands above
// it: units, people of every role, clusters, screens and media.
package sqlstoretest

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"database/sql"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// Password is everybody's.
const Password = "một mật khẩu đủ dài"

// Cost makes passwords cheap.
var Cost = identity.Cost{MemoryKiB: 64, Passes: 1}

// Site is where people open the console.
var Site = identity.Site{Origin: "https://man-hinh.example", Name: "man-hinh.example"}

// Clock is a time that a test sets. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now gives the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the time on.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// World is a database with two units, "unit" and "other", each operating a
// cluster with one landscape screen: "cautreo" with "screen", "vungang" with
// "screenb".
type World struct {
	*sqlstore.DB
	Clock  *Clock
	People *identity.Service
	Audit  *audit.Service
	raw    *sql.DB
	tb     testing.TB
}

// New makes a World that ends with the test.
func New(tb testing.TB) *World {
	tb.Helper()
	return At(tb, filepath.Join(tb.TempDir(), "test.db"))
}

// At makes a World in a file, beside which others may have it open too.
func At(tb testing.TB, path string) *World {
	tb.Helper()
	Prepare(tb, path)
	db, err := sqlstore.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { raw.Close(); db.Close() })
	w := &World{DB: db, Clock: &Clock{at: playliststest.Now}, raw: raw, tb: tb}
	w.Audit = audit.New(audit.Config{Store: db.Audit(), Now: w.Clock.Now, Sign: func(payloadType string, payload []byte) ([]byte, error) {
		return programme.Seal(payloadType, payload, playliststest.Key(1))
	}})
	if w.People, err = identity.New(identity.Config{Store: db.Identity(), Audit: w.Audit, Now: w.Clock.Now, Random: rand.Reader, Cost: Cost, Site: Site, Seal: make([]byte, identity.SealKeySize)}); err != nil {
		tb.Fatal(err)
	}
	for _, place := range []struct{ unit, cluster, screen string }{{"unit", "cautreo", "screen"}, {"other", "vungang", "screenb"}} {
		u := identity.Unit{Unit: playlists.Unit{ID: playliststest.ID(place.unit), Names: []playlists.DatedName{{Name: place.unit, From: "2020-01-01"}}}, ShortName: place.unit}
		if err := db.Identity().AddUnit(tb.Context(), u, w.Clock.Now()); err != nil {
			tb.Fatal(err)
		}
		w.Exec(`insert into clusters (id, name, name_folded, place, created_at) values (?, ?, ?, '', 1)`, playliststest.ID(place.cluster), place.cluster, place.cluster)
		w.Exec(`insert into tenures (cluster_id, valid_from, unit_id) values (?, '2020-01-01', ?)`, playliststest.ID(place.cluster), u.ID)
		w.Screen(place.screen, place.cluster, playlists.Landscape1080)
	}
	return w
}

// Exec runs a statement past the store, as somebody with the file could.
func (w *World) Exec(statement string, args ...any) {
	w.tb.Helper()
	if err := w.TryExec(statement, args...); err != nil {
		w.tb.Fatal(err)
	}
}

// TryExec is Exec for statements that should fail.
func (w *World) TryExec(statement string, args ...any) error {
	for i, a := range args {
		if id, ok := a.(playlists.ID); ok {
			args[i] = string(id)
		}
	}
	_, err := w.raw.ExecContext(w.tb.Context(), statement, args...)
	return err
}

// Screen adds a screen to a cluster.
func (w *World) Screen(word, cluster string, p playlists.Profile, tags ...string) playlists.ID {
	w.tb.Helper()
	list := "[]"
	if len(tags) > 0 {
		list = `["` + tags[0] + `"]`
	}
	w.Exec(`insert into screens (id, name, name_folded, cluster_id, profile, tags, time_zone, device_key, certificate, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, x'00', 1)`,
		playliststest.ID(word), word, word, playliststest.ID(cluster), string(p), list, playlists.DefaultTimeZone, []byte(word))
	return playliststest.ID(word)
}

// Person adds somebody of a unit whose login is the word, with roles over
// everything.
func (w *World) Person(word, unit string, roles ...playlists.Role) playlists.Actor {
	w.tb.Helper()
	grants := make([]playlists.Grant, len(roles))
	for i, r := range roles {
		grants[i].Role = r
	}
	return w.Granted(word, unit, grants...)
}

// Granted adds somebody with exactly these grants.
func (w *World) Granted(word, unit string, grants ...playlists.Grant) playlists.Actor {
	w.tb.Helper()
	p, err := w.People.AddPerson(w.tb.Context(), identity.Operator(), identity.NewPerson{Login: word, Name: "Ông " + word, Unit: playliststest.ID(unit), Grants: grants, Password: Password})
	if err != nil {
		w.tb.Fatal(err)
	}
	return p.Actor()
}

// Enter logs somebody in.
func (w *World) Enter(login, password, address string) error {
	_, err := w.People.Login(w.tb.Context(), identity.Attempt{Login: login, Password: password, Address: address})
	return err
}

// Media adds a draft of somebody's with a rendition for each profile. All
// media look the same: their renditions are those of Digests.
func (w *World) Media(word string, author playlists.Actor, terms playlists.Terms) playlists.ID {
	w.tb.Helper()
	b := playliststest.Approved(w.tb, word, []byte(picture), terms)
	m := *b.Media
	m.Author, m.Unit, m.State, m.CreatedAt, m.UpdatedAt = author.ID, author.Unit, playlists.Draft, w.Clock.Now(), w.Clock.Now()
	m.Source = playlists.Source{FileName: word + ".jpg", Size: 1, SHA256: playlists.DigestOf([]byte(word)), MIME: "image/jpeg", Width: 1, Height: 1}
	m.Terms.RightsBasis = cmp.Or(m.Terms.RightsBasis, "Tự sản xuất")
	m.Origin = playlists.Origin{Publisher: m.Origin.Publisher} // no page of it is kept here
	renditions := m.Renditions
	m.Renditions = nil
	if err := w.DB.Media().AddMedia(w.tb.Context(), &media.Record{Media: m}, nil); err != nil {
		w.tb.Fatal(err)
	}
	_, err := w.DB.Media().ChangeMedia(w.tb.Context(), m.ID, func(r *media.Record) (*media.Task, error) {
		r.Renditions = renditions
		return nil, nil
	})
	if err != nil {
		w.tb.Fatal(err)
	}
	return m.ID
}

// ContestEntry has a media come from a contest's page, with what is said of its author
// and rights.
func (w *World) ContestEntry(id playlists.ID, author, rights string) {
	w.tb.Helper()
	_, err := w.DB.Media().ChangeMedia(w.tb.Context(), id, func(r *media.Record) (*media.Task, error) {
		r.Origin.Canonical, r.Origin.Author, r.Terms.RightsBasis = "https://happy.vietnam.vn/bai-du-thi", author, rights
		return nil, nil
	})
	if err != nil {
		w.tb.Fatal(err)
	}
}

// Widen gives a media a rendition for another profile, in place of one that it
// has for it, as the background does.
func (w *World) Widen(id playlists.ID, p playlists.Profile, picture []byte) playlists.Digest {
	w.tb.Helper()
	digest, size, chunks, err := programme.NewChunks(bytes.NewReader(picture))
	if err != nil {
		w.tb.Fatal(err)
	}
	width, height := p.Size()
	_, err = w.DB.Media().ChangeMedia(w.tb.Context(), id, func(r *media.Record) (*media.Task, error) {
		r.Renditions = slices.DeleteFunc(r.Renditions, func(x playlists.Rendition) bool { return x.Profile == p })
		r.Renditions = append(r.Renditions, playlists.Rendition{Profile: p, Digest: digest, Size: size, MIME: "image/jpeg", Width: width, Height: height, Chunks: playlists.DigestOf(chunks)})
		return nil, nil
	})
	if err != nil {
		w.tb.Fatal(err)
	}
	return digest
}

// ForgetRights empties a media's rights basis.
func (w *World) ForgetRights(id playlists.ID) {
	w.tb.Helper()
	_, err := w.DB.Media().ChangeMedia(w.tb.Context(), id, func(r *media.Record) (*media.Task, error) {
		r.Terms.RightsBasis = ""
		return nil, nil
	})
	if err != nil {
		w.tb.Fatal(err)
	}
}

// picture is the bytes of every rendition.
const picture = "a picture"

// Picture gives the bytes of every rendition.
func Picture() []byte { return []byte(picture) }

// Digests gives what somebody who looks at all renditions of a media sees.
func Digests() []playlists.Digest { return []playlists.Digest{playlists.DigestOf([]byte(picture))} }
