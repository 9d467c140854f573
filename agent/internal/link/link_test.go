package link_test

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/link"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

type desk struct {
	c          *controllertest.Controller
	l          *link.Link
	programmes chan string
	changes    atomic.Int32
}

func newDesk(t *testing.T, prepare func(*controllertest.Controller)) *desk {
	t.Helper()
	return newDeskLogging(t, slog.DiscardHandler, prepare)
}

func newDeskLogging(t *testing.T, log slog.Handler, prepare func(*controllertest.Controller)) *desk {
	t.Helper()
	d := &desk{c: controllertest.New(t), programmes: make(chan string, 16)}
	if prepare != nil {
		prepare(d.c)
	}
	screen := playliststest.Screen().ID
	key := playliststest.Key(3)
	id := d.c.Identity(screen, key.Public().(ed25519.PublicKey))
	config, err := trust.Pinned(id, key, func() (time.Time, wire.ClockState) { return time.Now(), wire.ClockTrusted })
	if err != nil {
		t.Fatal(err)
	}
	d.l = link.New(link.Options{
		URL: id.MQTTURL, Screen: screen, Boot: "boot", TLS: config, Log: slog.New(log),
		Programme: func(b []byte) { d.programmes <- string(b) }, Ack: func(wire.Ack) {},
		Charters: func(wire.Chain) {}, Orders: func([]byte) {}, Beacon: func([]byte) {},
		Changed: func() { d.changes.Add(1) },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) lastStatus() wire.Status {
	all := d.c.Statuses()
	if len(all) == 0 {
		return wire.Status{}
	}
	return all[len(all)-1]
}

// What is retained reaches a screen that connects later; others' is not asked
// for, and an empty message clears and says nothing.
func TestRetained(t *testing.T) {
	t.Parallel()
	screen := playliststest.Screen().ID
	d := newDesk(t, func(c *controllertest.Controller) { c.Announce(screen, []byte("held")) })
	if got := <-d.programmes; got != "held" {
		t.Fatalf("got %q", got)
	}
	d.c.Announce(screen, nil)
	d.c.Announce(screen, []byte("next"))
	if got := <-d.programmes; got != "next" {
		t.Fatalf("got %q", got)
	}
}

// A cut connection leaves the will of its session, and comes back with a birth
// of the next.
func TestCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.c.Await("a birth", func() bool { return d.lastStatus() == wire.Status{Online: true, Boot: "boot", Session: 1} })
	d.c.Cut(playliststest.Screen().ID)
	d.c.Await("the will", func() bool {
		for _, s := range d.c.Statuses() {
			if s == (wire.Status{Online: false, Boot: "boot", Session: 1}) {
				return true
			}
		}
		return false
	})
	d.c.Await("a birth of the next session", func() bool {
		s := d.lastStatus()
		return s.Online && s.Session > 1 && s.Session == d.l.Session() && d.l.Open()
	})
}

// slowly is a log that is told of a lost connection no sooner than wanted.
type slowly struct {
	slog.Handler
	until chan struct{}
}

func (slowly) Enabled(context.Context, slog.Level) bool { return true }

func (h slowly) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "connection to the broker lost" {
		<-h.until
	}
	return nil
}

// TestLateLoss: the end of a session that is told of when the next is there
// already does not count against that one.
func TestLateLoss(t *testing.T) {
	t.Parallel()
	until := make(chan struct{})
	d := newDeskLogging(t, slowly{slog.DiscardHandler, until}, nil)
	d.c.Await("session", d.l.Open)
	d.c.Cut(playliststest.Screen().ID)
	d.c.Await("another session", func() bool { return d.l.Session() == 2 && d.l.Open() })
	before := d.changes.Load()
	close(until)
	d.c.Await("the loss to be told of", func() bool { return d.changes.Load() > before })
	if !d.l.Open() {
		t.Error("the loss of the first session closed the second")
	}
}

// A death that is not true any more is mended as soon as it is read.
func TestStaleDeath(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.c.Await("the session", d.l.Open)
	d.c.Await("a birth", func() bool { return d.lastStatus().Online })
	births := len(d.c.Statuses())
	stale, err := wire.Encode(wire.Status{Boot: "boot before", Session: 9})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	d.c.Retain(wire.Topic(playliststest.Screen().ID, wire.UpStatus), stale)
	d.c.Await("another birth", func() bool {
		// The broker may tell us of the birth before it tells of the death.
		return slices.ContainsFunc(d.c.Statuses()[births:], func(s wire.Status) bool { return s.Online })
	})
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %s: the repeated birth mended it, not the reading", took)
	}
}

// A refused subscription (0x80 in a good SUBACK) is no session, is told, and
// is asked for again until it is granted.
func TestRefusedSubscription(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *controllertest.Controller) { c.RefuseSubscriptions(true) })
	d.c.Await("the refusal, told", func() bool { return d.l.Refused() && d.changes.Load() > 0 })
	if d.l.Open() {
		t.Error("a refused session counts as open")
	}
	if err := d.l.Report(wire.Reported{}); err != link.ErrClosed {
		t.Errorf("a report into a refused session: %v", err)
	}
	d.c.RefuseSubscriptions(false)
	d.c.Await("the session", func() bool { return d.l.Open() && !d.l.Refused() })
	d.c.Announce(playliststest.Screen().ID, []byte("now"))
	if got := <-d.programmes; got != "now" {
		t.Fatalf("got %q", got)
	}
}

// A screen whose broker is not there yet goes on asking.
func TestNoBrokerAtBoot(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *controllertest.Controller) { c.StopBroker() })
	if d.l.Open() {
		t.Fatal("open without a broker")
	}
	d.c.StartBroker()
	d.c.Await("the session", d.l.Open)
}

// sendings notes when reports were sent.
type sendings struct {
	mu    sync.Mutex
	began time.Time
	at    []time.Duration
	fail  bool // the next one
}

func (s *sendings) send(wire.Reported) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, time.Since(s.began))
	if s.fail {
		s.fail = false
		return context.DeadlineExceeded
	}
	return nil
}

func (s *sendings) all() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.at)
}

// Changes close together go in one report; without any there is one a beat; a
// failed one is tried again soon.
func TestReporter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sendings{began: time.Now()}
		r := link.NewReporter(func() wire.Reported { return wire.Reported{} }, s.send, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		synctest.Wait()
		time.Sleep(time.Second)
		for range 20 {
			r.Kick()
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second)
		at := s.all()
		if len(at) != 2 || at[1] != time.Second+link.Coalesce {
			t.Fatalf("reports at %v", at)
		}
		time.Sleep(10 * time.Minute)
		at = s.all()
		if n := len(at) - 2; n < 17 || n > 23 {
			t.Errorf("%d beats in ten minutes", n)
		}
		for i := 3; i < len(at); i++ {
			if gap := at[i] - at[i-1]; gap < link.Beat*9/10 || gap > link.Beat*11/10 {
				t.Errorf("a beat of %s", gap)
			}
		}
		s.mu.Lock()
		s.fail = true
		s.mu.Unlock()
		r.Kick()
		time.Sleep(5 * time.Second)
		if n := len(s.all()) - len(at); n != 2 {
			t.Errorf("%d reports after a failure", n)
		}
		cancel()
		<-done
	})
}

// The link says nothing that the broker would have to refuse for its size.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.c.Await("the session", d.l.Open)
	err := d.l.Report(wire.Reported{Version: strings.Repeat("x", wire.MaxPayload)})
	if err == nil || !strings.Contains(err.Error(), "cannot publish") {
		t.Errorf("an oversized report: %v", err)
	}
}
