package restored_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/restored"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

var screen = playliststest.ID("screen")

// books is a store, and what was given, in memory.
type books struct {
	mu       sync.Mutex
	rows     map[playlists.ID]restored.Waiting
	given    restored.Held
	released int
	acts     []playlists.ActKind
	broken   bool
}

func (b *books) Waiting(context.Context) ([]restored.Waiting, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Values(b.rows)), nil
}

func (b *books) keep(ctx context.Context) error {
	if b.broken {
		return errors.New("disk full")
	}
	if a := playlists.ActOf(ctx); a != nil {
		b.acts = append(b.acts, a.Kind)
	}
	return nil
}

func (b *books) SaveWaiting(ctx context.Context, w restored.Waiting) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.keep(ctx); err != nil {
		return err
	}
	b.rows[w.Screen] = w
	return nil
}

func (b *books) DropWaiting(ctx context.Context, s playlists.ID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.keep(ctx); err != nil {
		return err
	}
	delete(b.rows, s)
	return nil
}

func (b *books) Given(context.Context, playlists.ID) (restored.Held, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.given, nil
}

func (b *books) release(context.Context, playlists.ID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.released++
	return nil
}

func at(epoch, counter uint64) wire.ProgrammeRef {
	return wire.ProgrammeRef{Epoch: epoch, Counter: counter}
}

func report(ref wire.ProgrammeRef, charter uint64) *wire.Reported {
	return &wire.Reported{Received: &ref, Trust: wire.Trusted{Charter: charter}}
}

func (b *books) open(t *testing.T) *restored.Service {
	t.Helper()
	s, err := restored.Open(t.Context(), restored.Config{Store: b, Given: b, Released: b.release, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx) // never fails
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

func (b *books) give(h restored.Held) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.given = h
}

// A screen that holds more than was given is told nothing new, however high
// the counter climbs, until the epoch is raised and the screen has taken it.
func TestAScreenAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{rows: map[playlists.ID]restored.Waiting{}, given: restored.Held{Programme: at(1, 4)}}
		s := b.open(t)
		hear := func(s *restored.Service, r *wire.Reported) {
			s.Hear(screen, r, true)
			synctest.Wait()
		}
		hear(s, report(at(1, 4), 0))
		if s.Withhold(screen, at(1, 5)) || s.Ahead() != 0 {
			t.Fatal("a screen that follows is kept waiting")
		}
		hear(s, report(at(1, 9), 0))
		if s.Ahead() != 1 {
			t.Fatal("nobody notices that a screen holds number 9 of 4")
		}
		for ref, want := range map[wire.ProgrammeRef]bool{at(1, 4): false, at(1, 5): true, at(1, 9): true, at(1, 10): true, at(1, 1000): true, at(2, 1): false} {
			if got := s.Withhold(screen, ref); got != want {
				t.Errorf("%v is withheld: %v, want %v", ref, got, want)
			}
		}
		if s.Withhold(playliststest.ID("other"), at(1, 5)) {
			t.Error("another screen waits too")
		}
		b.give(restored.Held{Programme: at(1, 12)}) // as editors go on publishing
		hear(s, report(at(1, 9), 0))
		s = b.open(t) // as after a restart
		hear(s, report(at(1, 9), 0))
		if s.Ahead() != 1 || !s.Withhold(screen, at(1, 12)) {
			t.Error("the counter has caught up, and the other past goes out")
		}
		b.give(restored.Held{Programme: at(2, 13), Charter: 1})
		hear(s, report(at(1, 9), 0))
		if b.released != 1 || s.Ahead() != 1 {
			t.Errorf("after the charter: announced %d times, %d wait, want once and one", b.released, s.Ahead())
		}
		hear(s, report(at(2, 13), 1))
		if s.Ahead() != 0 || len(b.rows) != 0 || s.Withhold(screen, at(2, 14)) {
			t.Errorf("the screen has taken the next epoch and waits still: %+v", s.List())
		}
		if want := []playlists.ActKind{playlists.ScreenAhead, playlists.ScreenLevel}; !slices.Equal(b.acts, want) {
			t.Errorf("written down: %v, want %v", b.acts, want)
		}
	})
}

// After a restore nothing new goes out to a screen before it has said itself
// what it holds.
func TestUnheardScreens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unheard := restored.Waiting{Screen: screen, State: restored.Unheard, Ours: at(1, 4)}
		for name, c := range map[string]struct {
			says     wire.ProgrammeRef
			live     bool
			ahead    int
			withheld bool
		}{
			"level":                      {says: at(1, 4), live: true},
			"behind":                     {says: at(1, 2), live: true},
			"level by a kept report":     {says: at(1, 4), withheld: true},
			"ahead":                      {says: at(1, 5), live: true, ahead: 1, withheld: true},
			"ahead by a kept report":     {says: at(1, 5), ahead: 1, withheld: true},
			"at another past's number 6": {says: at(1, 6), live: true, ahead: 1, withheld: true},
		} {
			// Published since the restore: 5 and 6 are other programmes than the
			// screen's.
			b := &books{rows: map[playlists.ID]restored.Waiting{screen: unheard}, given: restored.Held{Programme: at(1, 6)}}
			s := b.open(t)
			if !s.Withhold(screen, at(1, 5)) || !s.Withhold(screen, at(2, 7)) || s.Withhold(screen, at(1, 4)) || s.Ahead() != 0 {
				t.Errorf("%s: before it is heard: %+v", name, s.List())
			}
			s.Hear(screen, report(c.says, 0), c.live)
			synctest.Wait()
			if s.Ahead() != c.ahead || s.Withhold(screen, at(1, 6)) != c.withheld {
				t.Errorf("%s: %d ahead, withheld %v; want %d, %v", name, s.Ahead(), s.Withhold(screen, at(1, 6)), c.ahead, c.withheld)
			}
			if want := map[bool]int{false: 1}[c.withheld]; b.released != want {
				t.Errorf("%s: announced %d times, want %d", name, b.released, want)
			}
		}
	})
}

func TestALostCharter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{rows: map[playlists.ID]restored.Waiting{}, given: restored.Held{Programme: at(1, 4), Charter: 2}}
		s := b.open(t)
		s.Hear(screen, report(at(1, 4), 3), true)
		synctest.Wait()
		if s.Ahead() != 1 {
			t.Fatal("a screen holds charter 3 of 2, and nobody notices")
		}
		b.give(restored.Held{Programme: at(1, 4), Charter: 3}) // brought back
		s.Hear(screen, report(at(1, 4), 3), true)
		synctest.Wait()
		if s.Ahead() != 0 || b.released != 1 {
			t.Errorf("%d ahead, announced %d times", s.Ahead(), b.released)
		}
	})
}

// What cannot be stored is tried again; a revoked screen waits no longer.
func TestStoreThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &books{rows: map[playlists.ID]restored.Waiting{}, given: restored.Held{Programme: at(1, 4)}, broken: true}
		s := b.open(t)
		s.Hear(screen, report(at(1, 9), 0), true)
		synctest.Wait()
		b.mu.Lock()
		b.broken = false
		b.mu.Unlock()
		time.Sleep(3 * time.Second) // of the bubble
		synctest.Wait()
		if s.Ahead() != 1 {
			t.Error("a report is forgotten when the store fails once")
		}
		s.Gone(t.Context(), screen)
		if s.Ahead() != 0 || len(b.rows) != 0 {
			t.Error("a revoked screen waits still")
		}
	})
}
