// Package restored notices that screens hold more than this controller knows
// of, as after a restore of an earlier backup, and keeps from them what was
// made since, until a signed charter has raised the epoch.
//
// Without that, the counters of a restored controller would rise past those
// that the screens hold and another past would take the place of the real one,
// with nobody having decided so.
package restored

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// State is why a screen waits.
type State string

// The states.
const (
	// Unheard screens have said nothing since the data were restored: nobody
	// knows what they hold.
	Unheard State = "unheard"
	// Ahead screens hold more than we have given.
	Ahead State = "ahead"
)

// Held is what a screen holds, or what we have given it.
type Held struct {
	Programme wire.ProgrammeRef
	Orders    wire.ProgrammeRef
	Charter   uint64
}

// Waiting is a screen that is told nothing new.
type Waiting struct {
	Screen playlists.ID
	State  State
	Ours   wire.ProgrammeRef // the newest programme when it began
	Held   Held              // that the screen reports; zero while unheard
	Since  time.Time
}

// Store keeps who waits.
type Store interface {
	Waiting(ctx context.Context) ([]Waiting, error)
	SaveWaiting(ctx context.Context, w Waiting) error
	DropWaiting(ctx context.Context, screen playlists.ID) error
}

// Given tells what we have given out, from what is stored.
type Given interface {
	Given(ctx context.Context, screen playlists.ID) (Held, error)
}

// Config is what a Service needs.
type Config struct {
	Store Store
	Given Given
	// Released has a screen's newest programme announced: it waits no longer,
	// or what it waited for is there.
	Released func(ctx context.Context, screen playlists.ID) error
	Now      func() time.Time
	Log      *slog.Logger
}

// Service is safe for concurrent use.
type Service struct {
	cfg  Config
	wake chan struct{}

	mu      sync.RWMutex
	waiting map[playlists.ID]Waiting
	given   map[playlists.ID]Held           // as far as it is known
	heard   map[playlists.ID]*wire.Reported // to be looked at
	live    map[playlists.ID]bool           // of those heard: from the screen itself, just now
}

// Open loads who waits.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: cfg, wake: make(chan struct{}, 1), waiting: map[playlists.ID]Waiting{}, given: map[playlists.ID]Held{},
		heard: map[playlists.ID]*wire.Reported{}, live: map[playlists.ID]bool{},
	}
	all, err := cfg.Store.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		s.waiting[w.Screen] = w
	}
	return s, nil
}

// Withhold tells whether a programme must not be announced to a screen: it was
// made since, and not in an epoch that a charter has raised above what the
// screen holds.
func (s *Service) Withhold(screen playlists.ID, ref wire.ProgrammeRef) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	w, ok := s.waiting[screen]
	if !ok || !above(ref, w.Ours) {
		return false // what it had before is refused or held already
	}
	return w.State == Unheard || ref.Epoch <= w.Held.Programme.Epoch
}

// Hear takes what a screen reports. live says that it is there itself; what a
// broker had kept tells what it holds, not that this is all. Hear only notes
// what is worth a look, since every report comes by.
func (s *Service) Hear(screen playlists.ID, r *wire.Reported, live bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, waits := s.waiting[screen]
	given, known := s.given[screen]
	if !waits && known && !ahead(held(r), given) {
		return
	}
	s.heard[screen] = r
	s.live[screen] = live || s.live[screen]
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Gone forgets a screen that is trusted no longer.
func (s *Service) Gone(ctx context.Context, screen playlists.ID) {
	s.mu.Lock()
	_, waits := s.waiting[screen]
	delete(s.waiting, screen)
	delete(s.given, screen)
	s.mu.Unlock()
	if waits {
		if err := s.cfg.Store.DropWaiting(ctx, screen); err != nil {
			s.cfg.Log.Error("revoked screen still waits", "screen", screen, "error", err)
		}
	}
}

// List gives who waits, in the order of their ids.
func (s *Service) List() []Waiting {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.waiting), func(a, b Waiting) int { return strings.Compare(string(a.Screen), string(b.Screen)) })
}

// Ahead counts the screens that wait for an act of people.
func (s *Service) Ahead() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := 0
	for _, w := range s.waiting {
		if w.State == Ahead {
			n++
		}
	}
	return n
}

// retry is how long a failure of the store is waited out.
const retry = 2 * time.Second

// Run looks at what was heard until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	for {
		var again <-chan time.Time
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("reports not compared with what was given", "error", err)
			again = time.After(retry)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-again:
		}
	}
}

func (s *Service) look(ctx context.Context) error {
	s.mu.Lock()
	heard, live := s.heard, s.live
	s.heard, s.live = map[playlists.ID]*wire.Reported{}, map[playlists.ID]bool{}
	s.mu.Unlock()
	var failed error
	for screen, r := range heard {
		if err := s.judge(ctx, screen, held(r), live[screen]); err != nil {
			failed = err
			s.keep(screen, r, live[screen])
		}
	}
	return failed
}

// keep puts back what could not be judged, unless the screen has said more.
func (s *Service) keep(screen playlists.ID, r *wire.Reported, live bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.heard[screen] == nil {
		s.heard[screen] = r
	}
	s.live[screen] = live || s.live[screen]
}

// judge compares a report with what is stored, which a publication has reached
// before any screen could.
func (s *Service) judge(ctx context.Context, screen playlists.ID, h Held, live bool) error {
	given, err := s.cfg.Given.Given(ctx, screen)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.given[screen] = given
	w, waits := s.waiting[screen]
	s.mu.Unlock()
	switch {
	case !waits && !ahead(h, given):
		return nil
	case !waits:
		return s.wait(ctx, Waiting{Screen: screen, State: Ahead, Ours: given.Programme, Held: h, Since: s.cfg.Now()}, given)
	case w.State == Unheard && ahead(h, Held{Programme: w.Ours, Orders: given.Orders, Charter: given.Charter}):
		w.State, w.Held, w.Since = Ahead, h, s.cfg.Now()
		if err := s.wait(ctx, w, given); err != nil {
			return err
		}
		return s.judge(ctx, screen, h, live) // it may be healed already
	case w.State == Unheard && live:
		return s.release(ctx, w, h)
	case w.State == Ahead && h.Charter <= given.Charter && w.healed(h):
		return s.release(ctx, w, h)
	case w.State == Ahead && given.Programme.Epoch > w.Held.Programme.Epoch && above(given.Programme, h.Programme):
		return s.cfg.Released(ctx, screen) // healed by us; it has yet to take it
	}
	return nil
}

// healed tells whether the screen has taken what a charter has raised above
// all it held, or never held more than a charter which is here by now.
func (w *Waiting) healed(h Held) bool {
	if !above(w.Held.Programme, w.Ours) && w.Held.Orders == (wire.ProgrammeRef{}) {
		return true
	}
	return h.Programme.Epoch > max(w.Held.Programme.Epoch, w.Held.Orders.Epoch)
}

// written is what the audit log keeps.
type written struct {
	Programme wire.ProgrammeRef `json:"programme"` // that the screen holds
	Charter   uint64            `json:"charter"`
	Ours      wire.ProgrammeRef `json:"ours"`
}

func (s *Service) act(ctx context.Context, kind playlists.ActKind, w Waiting, h Held) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{At: s.cfg.Now(), Kind: kind, Subject: w.Screen, Detail: written{Programme: h.Programme, Charter: h.Charter, Ours: w.Ours}})
}

func (s *Service) wait(ctx context.Context, w Waiting, given Held) error {
	if !above(w.Held.Orders, given.Orders) {
		w.Held.Orders = wire.ProgrammeRef{} // only what is ahead has to be healed
	}
	if err := s.cfg.Store.SaveWaiting(s.act(ctx, playlists.ScreenAhead, w, w.Held), w); err != nil {
		return err
	}
	s.mu.Lock()
	s.waiting[w.Screen] = w
	s.mu.Unlock()
	s.cfg.Log.Warn("a screen holds more than this controller has given: it is told nothing new before a charter raises the epoch",
		"screen", w.Screen, "held_epoch", w.Held.Programme.Epoch, "held_counter", w.Held.Programme.Counter, "held_charter", w.Held.Charter,
		"epoch", w.Ours.Epoch, "counter", w.Ours.Counter)
	return nil
}

func (s *Service) release(ctx context.Context, w Waiting, h Held) error {
	if w.State == Ahead {
		ctx = s.act(ctx, playlists.ScreenLevel, w, h)
	}
	if err := s.cfg.Store.DropWaiting(ctx, w.Screen); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.waiting, w.Screen)
	s.mu.Unlock()
	return s.cfg.Released(ctx, w.Screen)
}

func held(r *wire.Reported) Held {
	h := Held{Charter: r.Trust.Charter}
	for _, ref := range []*wire.ProgrammeRef{r.Received, r.Playing} {
		if ref != nil && above(*ref, h.Programme) {
			h.Programme = *ref
		}
	}
	if r.Trust.Orders != nil {
		h.Orders = *r.Trust.Orders
	}
	return h
}

func ahead(h, given Held) bool {
	return above(h.Programme, given.Programme) || above(h.Orders, given.Orders) || h.Charter > given.Charter
}

func above(a, b wire.ProgrammeRef) bool {
	return a.Epoch > b.Epoch || a.Epoch == b.Epoch && a.Counter > b.Counter
}
