package proof

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

type problems struct {
	mu   sync.Mutex
	list map[string]string
}

func (p *problems) Set(about, code, detail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list[about] = code + ": " + detail
}

func (p *problems) Clear(about string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.list, about)
}

func play(n int) wire.Play {
	return wire.Play{
		ID: playliststest.ID("play"), Programme: wire.ProgrammeRef{Epoch: 1 << 40, Counter: 1 << 40}, Entry: playliststest.ID("entry"),
		Item: playliststest.ID("item"), Media: playliststest.ID("media"), Rendition: playlists.DigestOf([]byte("r")),
		StartedAt: int64(n), DurationMS: 172800000, Clock: wire.ClockPlausible, Complete: true,
	}
}

type desk struct {
	store *state.Store
	log   *Log
	sent  chan wire.Event
	err   error // what sending gives
	mu    sync.Mutex
	p     *problems
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := state.Open(t.TempDir(), slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{store: s, sent: make(chan wire.Event, 100), p: &problems{list: map[string]string{}}}
	d.log = New(s, func(e wire.Event) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.err == nil {
			d.sent <- e
		}
		return d.err
	}, d.p, slog.New(slog.DiscardHandler))
	return d
}

// run hands plays over inside a bubble of time.
func (d *desk) run(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.log.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Batches are bounded in number and bytes, go one after the other, again until
// they are acknowledged, and an acknowledgement of another one counts for
// nothing.
func TestBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for i := range 450 {
			d.log.Record(play(i))
		}
		d.run(t)
		next := 0
		for next < 450 {
			e := <-d.sent
			b, err := wire.Encode(e)
			if err != nil || e.Validate() != nil || len(b) > wire.MaxPayload {
				t.Fatalf("a batch of %d plays and %d bytes: %v, %v", len(e.Plays), len(b), err, e.Validate())
			}
			for i, p := range e.Plays {
				if p != play(next+i) {
					t.Fatalf("play %d is %+v", next+i, p)
				}
			}
			d.log.Ack(wire.Ack{Batch: e.Batch + 1})
			d.log.Ack(wire.Ack{Batch: e.Batch - 1})
			again := <-d.sent // nothing but time makes it come again
			if again.Batch != e.Batch || len(again.Plays) != len(e.Plays) {
				t.Fatalf("batch %d came again as %d", e.Batch, again.Batch)
			}
			d.log.Ack(wire.Ack{Batch: e.Batch})
			next += len(e.Plays)
		}
		time.Sleep(time.Hour)
		if len(d.sent) != 0 {
			t.Error("there is more after the last")
		}
	})
}

// Without a session nothing is lost, and its return is enough to go on.
func TestSessionReturns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.err = errors.New("no session")
		d.log.Record(play(1))
		d.run(t)
		time.Sleep(time.Minute)
		d.mu.Lock()
		d.err = nil
		d.mu.Unlock()
		began := time.Now()
		d.log.Kick()
		if e := <-d.sent; len(e.Plays) != 1 || time.Since(began) > time.Second {
			t.Errorf("%d plays after %s", len(e.Plays), time.Since(began))
		}
		d.log.Ack(wire.Ack{Batch: 1})
	})
}

// A full outbox drops the oldest, and says how many.
func TestDropped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.log.most = 40
	for i := range 45 {
		d.log.Record(play(i))
	}
	if got := d.p.list["plays_dropped"]; !strings.Contains(got, "plays_dropped: 6 plays") {
		t.Errorf("the problem is %q", got)
	}
	p := &problems{list: map[string]string{}}
	New(d.store, nil, p, slog.New(slog.DiscardHandler))
	if got := p.list["plays_dropped"]; !strings.Contains(got, "6 plays") {
		t.Errorf("after a restart the problem is %q", got)
	}
}
