package app

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// dead is a controller that nobody reaches.
func dead(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

func hasProblem(a *App, code string) func() bool {
	return func() bool {
		for _, p := range a.Status().Report.Problems {
			if p.Code == code {
				return true
			}
		}
		return false
	}
}

// What is not to be believed is refused under its own code, the screen plays
// on, and the next good programme clears the list.
func TestRefusals(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	a, _ := enrolled(t, c, t.TempDir())
	good := signed(t, 5, "anh")
	c.Publish(good)
	c.Await("programme 5", plays(a, 5))

	other := playliststest.Screen()
	other.ID = playliststest.ID("another")
	stranger := good.Programme
	stranger.Counter = 6
	forged, err := programme.Sign(&stranger, playliststest.Key(9))
	if err != nil {
		t.Fatal(err)
	}
	// One person's decisions twice are no approval: signed, and still refused.
	alone := playliststest.Approved(t, "mot", []byte("one person"), playlists.Terms{})
	unapproved := playliststest.Programme(t, playliststest.Screen(), 6, schedule.Rule{}, false, alone)
	show := *good.Programme.Slate
	show.Rendition, show.Size = alone.Media.Renditions[0].Digest, alone.Media.Renditions[0].Size
	show.Chunks = alone.Media.Renditions[0].Chunks
	unapproved.Programme.Slate = &show
	if unapproved.Envelope, err = programme.Sign(&unapproved.Programme, playliststest.Key(1)); err != nil {
		t.Fatal(err)
	}
	c.Serve(unapproved)

	for _, r := range []struct {
		envelope []byte
		code     programme.Refusal
	}{
		{[]byte("{}"), programme.Malformed},
		{forged, programme.BadSignature},
		{playliststest.Programme(t, other, 6, schedule.Rule{}, false, playliststest.Approved(t, "anh", []byte("x"), playlists.Terms{})).Envelope, programme.OtherScreen},
		{signed(t, 4, "anh").Envelope, programme.RolledBack},
		{signed(t, 5, "bien").Envelope, programme.Forked},
		{unapproved.Envelope, programme.NotApproved},
	} {
		c.Announce(playliststest.Screen().ID, r.envelope)
		c.Await("refusal "+string(r.code), hasProblem(a, string(r.code)))
		if !plays(a, 5)() {
			t.Fatalf("after %s the screen plays %+v", r.code, a.Status().Report.Playing)
		}
	}
	c.Publish(signed(t, 7, "anh", "bien"))
	c.Await("programme 7", plays(a, 7))
	c.Await("an empty list", func() bool { return len(a.Status().Report.Problems) == 0 })
}

// A withdrawal holds from the moment its programme is accepted, while the rest
// of that programme cannot be had.
func TestWithdrawnBeforeFetched(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	a, _ := enrolled(t, c, t.TempDir())
	bad := playliststest.Approved(t, "rut", []byte("to be withdrawn"), playlists.Terms{})
	c.Publish(playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, false, bad))
	rendition := bad.Media.Renditions[0].Digest
	c.Await("the item", func() bool { _, ok := a.playout.Serves(rendition); return plays(a, 1)() && ok })
	next := signed(t, 2, "anh")
	next.Programme.Withdrawn = []playlists.ID{bad.Media.ID}
	envelope, err := programme.Sign(&next.Programme, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	c.Announce(playliststest.Screen().ID, envelope) // its objects are not served
	c.Await("the item gone", func() bool { _, ok := a.playout.Serves(rendition); return !ok })
	c.Await("what is missing", hasProblem(a, string(programme.MissingObject)))
	if !plays(a, 1)() {
		t.Errorf("the screen plays %+v", a.Status().Report.Playing)
	}
}

// A download that is cut again and again goes on where it was, over restarts
// of the agent, and fetches no chunk twice.
func TestCutDownloads(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	dir := t.TempDir()
	_, stop := enrolled(t, c, dir)
	stop()
	film := bytes.Repeat([]byte("phim"), (3*programme.ChunkSize+1000)/4)
	b := playliststest.Approved(t, "phim", film, playlists.Terms{})
	s := playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, true, b)
	rendition := b.Media.Renditions[0].Digest
	var cuts atomic.Int32
	c.Fault(func(w http.ResponseWriter, r *http.Request, real http.Handler) {
		if strings.HasSuffix(r.URL.Path, string(rendition)) && cuts.Add(1) <= 4 {
			w = &short{ResponseWriter: w, left: programme.ChunkSize/2 + 1000}
		}
		real.ServeHTTP(w, r)
	})
	c.Publish(s)
	for range 3 { // a kill leaves the same files as this, at the latest moment
		a, stop := start(t, nil, dir)
		c.Await("some bytes", func() bool { return a.Status().Report.Delivery.BytesDone > 0 })
		stop()
	}
	a, _ := start(t, nil, dir)
	c.Await("the programme", plays(a, 1))
	c.Await("all bytes", func() bool { d := a.Status().Report.Delivery; return d.BytesDone == d.BytesTotal })
	if extra := c.Served(rendition) - int64(len(film)); extra > 8*programme.ChunkSize {
		t.Errorf("%d bytes too many were fetched in %d requests", extra, cuts.Load())
	}
}

// short cuts the connection after some bytes.
type short struct {
	http.ResponseWriter
	left int
}

func (s *short) Write(b []byte) (int, error) {
	if len(b) > s.left {
		panic(http.ErrAbortHandler)
	}
	s.left -= len(b)
	return s.ResponseWriter.Write(b)
}

// Sources that answer wrongly are no end: the partial file is kept or begun
// anew as the fault asks, and the programme comes when the fault is gone.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	film := bytes.Repeat([]byte("x"), programme.ChunkSize+10)
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request, real http.Handler){
		"not found":       func(w http.ResponseWriter, r *http.Request, _ http.Handler) { http.NotFound(w, r) },
		"our fault":       func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(500) },
		"another range":   func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(416) },
		"another size":    func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = w.Write([]byte("short")) },
		"another content": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { _, _ = w.Write(make([]byte, len(film))) },
		"a redirect": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, "https://example.org/", http.StatusFound)
		},
		"nothing": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			w.Header().Set("Content-Length", strconv.Itoa(len(film)))
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := controllertest.New(t)
			a, _ := enrolled(t, c, t.TempDir())
			b := playliststest.Approved(t, "phim", film, playlists.Terms{})
			var asked atomic.Bool
			c.Fault(func(w http.ResponseWriter, r *http.Request, real http.Handler) {
				if !strings.HasSuffix(r.URL.Path, string(b.Media.Renditions[0].Digest)) {
					real.ServeHTTP(w, r)
					return
				}
				asked.Store(true)
				fault(w, r, real)
			})
			c.Publish(playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, true, b))
			c.Await("a problem", func() bool { return asked.Load() && len(a.Status().Report.Problems) > 0 })
			if r := a.Status().Report; r.Playing != nil {
				t.Errorf("it plays %+v without its bytes", r.Playing)
			}
			c.Fault(nil)
			a.screen.Load().sync.Kick()
			c.Await("the programme", plays(a, 1))
			c.Await("no problem", func() bool { return len(a.Status().Report.Problems) == 0 })
		})
	}
}

// Whatever stands in the data folder after a power cut, the agent starts
// without a network with the approved programme, and shows no damaged byte.
func TestDamagedFolder(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	dir := t.TempDir()
	a, stop := enrolled(t, c, dir)
	s := signed(t, 3, "anh", "bien")
	c.Publish(s)
	c.Await("programme 3", plays(a, 3))
	c.Await("the last good programme on disk", func() bool {
		_, err := os.Stat(filepath.Join(dir, "documents", string(state.Current)))
		return err == nil
	})
	stop()
	for _, d := range []struct {
		name   string
		damage func(dir string) error
		refill bool // bytes must come again before the item shows
	}{
		{"corrupt database", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "state.db"), bytes.Repeat([]byte{7}, 1<<16), 0o600)
		}, false},
		{"documents lost", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "documents")) }, false},
		{"cache lost", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "cache")) }, true},
		{"objects flipped", func(dir string) error {
			return each(filepath.Join(dir, "cache", "ready"), func(p string, b []byte) error { b[0] ^= 1; return os.WriteFile(p, b, 0o600) })
		}, true},
		{"objects truncated", func(dir string) error {
			return each(filepath.Join(dir, "cache", "ready"), func(p string, b []byte) error { return os.Truncate(p, int64(len(b)/2)) })
		}, true},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			if err := d.damage(copied); err != nil {
				t.Fatal(err)
			}
			want := s.Programme.Slate.Rendition
			held, err := os.ReadFile(filepath.Join(copied, "cache", "ready", string(want)))
			if whole := err == nil && playlists.DigestOf(held) == want; whole == d.refill {
				t.Fatalf("the slate is whole before the start: %t", whole)
			}
			a, _ := start(t, nil, copied)
			if !plays(a, 3)() {
				t.Fatalf("it plays %+v", a.Status().Report.Playing)
			}
			if f, _, err := a.cache.Open(want); err == nil {
				b := make([]byte, s.Programme.Slate.Size)
				n, readErr := f.Read(b)
				if readErr == nil && playlists.DigestOf(b[:n]) != want {
					t.Error("damaged bytes were given")
				}
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}
			c.Await("the bytes again", func() bool {
				delivery := a.Status().Report.Delivery
				f, _, err := a.cache.Open(want)
				if err == nil {
					err = f.Close()
				}
				return err == nil && delivery.BytesDone == delivery.BytesTotal
			})
		})
	}
}

func each(dir string, do func(path string, b []byte) error) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		b, readErr := os.ReadFile(filepath.Join(dir, e.Name()))
		if readErr != nil {
			return readErr
		}
		if err := do(filepath.Join(dir, e.Name()), b); err != nil {
			return err
		}
	}
	return err
}

// A broker that lost everything finds a birth, a report and the plays again,
// and its programme reaches the screen.
func TestBrokerForgets(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	a, _ := enrolled(t, c, t.TempDir())
	c.Publish(signed(t, 1, "anh"))
	c.Await("programme 1", plays(a, 1))
	c.StopBroker()
	c.Await("the loss", func() bool { return !a.Status().Connected })
	births := len(c.Statuses())
	c.StartBroker()
	c.Await("the session", func() bool { return a.Status().Connected })
	c.Await("a birth with a new session", func() bool {
		all := c.Statuses()[births:]
		return len(all) > 0 && all[len(all)-1].Online && all[len(all)-1].Session > 1
	})
	c.Publish(signed(t, 2, "bien"))
	c.Await("programme 2", plays(a, 2))
}

// Plays are handed over until they are acknowledged, over lost connections and
// restarts, and then forgotten.
func TestPlaysReachTheController(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	dir := t.TempDir()
	c.Mute(true)
	a, stop := enrolled(t, c, dir)
	one := wire.Play{ID: playliststest.ID("play"), Rendition: playlists.DigestOf([]byte("r")), StartedAt: 1, DurationMS: 10000, Clock: wire.ClockTrusted, Complete: true}
	a.plays.Record(one)
	c.Await("the play", func() bool { return len(c.Events()) == 1 })
	stop()
	c.Mute(false)
	again, _ := start(t, nil, dir)
	c.Await("the play again", func() bool { e := c.Events(); return len(e) >= 2 && e[1].Plays[0] == one })
	c.Await("an empty outbox", func() bool {
		_, waiting, err := again.store.Plays(1, 1000)
		return err == nil && len(waiting) == 0
	})
}

// With the clock at 1970 the agent still trusts its controller and plays.
func TestLostClock(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	dir := t.TempDir()
	_, stop := enrolled(t, c, dir)
	stop()
	a, err := newWithClock(t, dir, time.Date(1970, 1, 1, 0, 0, 9, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	c.Await("the session", func() bool { return a.Status().Connected })
	c.Publish(signed(t, 1, "anh"))
	c.Await("the programme", plays(a, 1))
	c.Await("the floor at its issue", func() bool {
		r, ok := c.Reported()
		return ok && r.Clock.State == wire.ClockLost && r.Clock.Floor >= playliststest.Now.UnixMilli() && r.At >= playliststest.Now.UnixMilli()
	})
}
