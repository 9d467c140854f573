package app

import (
	"bytes"
	"log/slog"
	"os"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	if testing.Verbose() {
		os.Stderr.Write(append([]byte(l.t.Name()+" "), b...))
	}
	return len(b), nil
}

// start runs an agent on a folder and stops it with the test at the latest.
func start(t *testing.T, c *controllertest.Controller, dir string) (*App, func()) {
	t.Helper()
	cfg := Config{Data: dir, PlayerListen: "127.0.0.1:0"}
	if c != nil {
		cfg.Controller = c.URL()
	}
	a, err := New(cfg, "test", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), slog.New(slog.NewTextHandler(testLog{t}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	stopped := false
	stop := func() {
		t.Helper()
		if !stopped {
			stopped = true
			if err := a.Stop(); err != nil {
				t.Errorf("stop: %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return a, stop
}

// newWithClock runs an enrolled agent whose machine believes it is at.
func newWithClock(t *testing.T, dir string, at time.Time) (*App, error) {
	t.Helper()
	began := time.Now()
	source := func() trust.Reading {
		powered := time.Since(began)
		return trust.Reading{Wall: at.Add(powered), Mono: powered}
	}
	a, err := open(Config{Data: dir, PlayerListen: "127.0.0.1:0"}, "test", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), source, slog.New(slog.NewTextHandler(testLog{t}, nil)))
	if err != nil {
		return nil, err
	}
	a.Start()
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return a, nil
}

// enrolled runs an agent and claims it.
func enrolled(t *testing.T, c *controllertest.Controller, dir string) (*App, func()) {
	t.Helper()
	a, stop := start(t, c, dir)
	c.Await("pairing", func() bool {
		st := a.Status()
		return st.State == "enrolled" || st.Pairing.Code != "" && c.Claim(st.Pairing.Code, playliststest.Screen().ID)
	})
	c.Await("enrolment and session", func() bool { return a.Status().Connected })
	return a, stop
}

func signed(t *testing.T, counter uint64, words ...string) playliststest.Signed {
	t.Helper()
	var bundles []playliststest.Bundle
	for _, w := range words {
		bundles = append(bundles, playliststest.Approved(t, w, bytes.Repeat([]byte(w), 1000), playlists.Terms{}))
	}
	return playliststest.Programme(t, playliststest.Screen(), counter, schedule.Rule{}, true, bundles...)
}

func plays(a *App, counter uint64) func() bool {
	return func() bool {
		r := a.Status().Report
		return r.Playing != nil && r.Playing.Counter == counter
	}
}

// The line through every room of the agent: pair, connect, verify, fetch,
// switch, report; and with the controller gone, the same from the start.
func TestLine(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	dir := t.TempDir()
	a, stop := enrolled(t, c, dir)
	s := signed(t, 7, "anh", "bien")
	c.Publish(s)
	c.Await("programme 7 to play", plays(a, 7))
	c.Await("the report of it", func() bool {
		r, ok := c.Reported()
		return ok && r.Received != nil && r.Received.Counter == 7 && r.Playing != nil && r.Playing.Counter == 7 &&
			r.Delivery.BytesDone == r.Delivery.BytesTotal && r.Delivery.BytesTotal == 7000 && r.Boot == a.boot && r.Clock.State != ""
	})
	for _, show := range a.screen.Load().sync.Current().Showings() {
		c.Await("its bytes in the cache", func() bool { return a.cache.Has(show.Rendition) })
		f, size, err := a.cache.Open(show.Rendition)
		if err != nil || size != show.Size {
			t.Fatalf("open %s: %d bytes, %v", show.Rendition, size, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	c.Await("a clean death", func() bool {
		all := c.Statuses()
		return len(all) > 0 && all[len(all)-1] == wire.Status{Online: false, Boot: a.boot, Session: 1}
	})

	c.StopBroker()
	c.Fault(dead)
	again, _ := start(t, nil, dir)
	if !plays(again, 7)() {
		t.Fatalf("without a controller the restarted agent plays %+v", again.Status().Report.Playing)
	}
}
