// Package roster tells the screens of a site who stands beside them: it keeps
// where screens say they are and the PIN of each site's page, and gives every
// screen a signed roster that is made anew when any of it changes.
package roster

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/controller/internal/outbox"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Screen is a trusted screen where it stands.
type Screen struct {
	ID          playlists.ID
	Name        string
	Cluster     playlists.ID
	ClusterName string
	Unit        playlists.ID // that operates the cluster now
	Profile     playlists.Profile
	DeviceKey   []byte
}

// Place is where a screen says it is.
type Place struct {
	Screen      playlists.ID
	Addresses   []string
	Pages       []string
	Fingerprint string
	At          time.Time
}

// PIN is the PIN of a site's page as screens get it.
type PIN struct {
	Cluster playlists.ID
	programme.SitePIN
	SetAt time.Time
}

// Set is a screen's roster as it was made.
type Set struct {
	Screen   playlists.ID
	Epoch    uint64
	Counter  uint64
	IssuedAt time.Time
	Content  playlists.Digest // of what it says, without its numbers
	Envelope []byte           // not held in memory
}

// Outgoing is a roster that waits in the outbox.
type Outgoing = outbox.Message

// Outgoing gives the set as it is announced. Its row is its number, which rises
// as its table has one row a screen.
func (set *Set) Outgoing() Outgoing {
	return Outgoing{Row: int64(set.Epoch<<40 | set.Counter&(1<<40-1)), Screen: set.Screen, Epoch: set.Epoch, Counter: set.Counter, Envelope: set.Envelope}
}

// Kept is all that is kept, the sets without their envelopes.
type Kept struct {
	Places []Place
	PINs   []PIN
	Sets   []Set
}

// Store keeps places, PINs and rosters. SetPIN writes the act that the context
// brings.
type Store interface {
	outbox.Store
	Load(ctx context.Context) (*Kept, error)
	SetPlace(ctx context.Context, p Place) error
	SetPIN(ctx context.Context, p PIN) error
	// SetRosters stores rosters that wait to be announced, all or none.
	SetRosters(ctx context.Context, sets []Set) error
	// Rosters gives the newest of each screen.
	Rosters(ctx context.Context) ([]Set, error)
}

// Fleet knows the screens.
type Fleet interface {
	Screens() []Screen
	// Operator gives the unit that operates a cluster now; false when there is
	// no such cluster.
	Operator(cluster playlists.ID) (playlists.ID, bool)
}

// Charters gives the charter in force, nil before the first.
type Charters interface {
	Current() *programme.HeldCharter
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Store     Store
	Fleet     Fleet
	Charters  Charters
	Announcer outbox.Announcer
	Key       func() ed25519.PrivateKey // the programme key in force
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
}

// Service makes rosters. It is safe for concurrent use.
type Service struct {
	cfg    Config
	outbox *outbox.Box
	wake   chan struct{}
	making sync.Mutex // one at a time: counters rise

	mu     sync.RWMutex
	places map[playlists.ID]Place
	pins   map[playlists.ID]PIN // by cluster
	sets   map[playlists.ID]Set
	news   map[playlists.ID]Place         // not stored yet
	moves  map[playlists.ID]*rate.Limiter // of screens that say they are elsewhere
}

// Open loads what is kept.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	kept, err := cfg.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, outbox: outbox.New(cfg.Store, cfg.Announcer, cfg.Log), wake: make(chan struct{}, 1),
		places: map[playlists.ID]Place{}, pins: map[playlists.ID]PIN{}, sets: map[playlists.ID]Set{}, news: map[playlists.ID]Place{}, moves: map[playlists.ID]*rate.Limiter{},
	}
	for _, p := range kept.Places {
		s.places[p.Screen] = p
	}
	for _, p := range kept.PINs {
		s.pins[p.Cluster] = p
	}
	for _, set := range kept.Sets {
		s.sets[set.Screen] = set
	}
	return s, nil
}

// How often a screen may say that it is elsewhere: each time its neighbours are
// told.
const (
	moveEvery   = time.Minute
	movesAtOnce = 3
	maxMoves    = 20_000
)

// Heard takes where a screen says it is. It answers at once.
func (s *Service) Heard(screen playlists.ID, p *wire.Peer, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := Place{Screen: screen, Addresses: slices.Clone(p.Addresses), Pages: slices.Clone(p.Pages), Fingerprint: p.Fingerprint, At: at}
	slices.Sort(next.Addresses)
	slices.Sort(next.Pages)
	was, known := s.places[screen]
	if known && slices.Equal(was.Addresses, next.Addresses) && slices.Equal(was.Pages, next.Pages) && was.Fingerprint == next.Fingerprint {
		return
	}
	l := s.moves[screen]
	if l == nil {
		if len(s.moves) >= maxMoves {
			clear(s.moves) // those that are revoked would stay for ever
		}
		l = rate.NewLimiter(rate.Every(moveEvery), movesAtOnce)
		s.moves[screen] = l
	}
	if !l.AllowN(at, 1) {
		return // it says so again
	}
	s.places[screen], s.news[screen] = next, next
	s.Wake()
}

// Wake has rosters made anew soon. It never blocks.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// How soon what has changed is told: many screens change at once.
const (
	settle = 500 * time.Millisecond
	again  = time.Minute // after a failure, and for what nobody announced
)

// Run makes and announces rosters until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	var announcing sync.WaitGroup
	announcing.Go(func() { _ = s.outbox.Run(ctx) }) // it ends with ctx, without an error
	defer announcing.Wait()
	look := time.NewTimer(0)
	defer look.Stop()
	var soon <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
			if soon == nil {
				soon = time.After(settle)
			}
			continue
		case <-soon:
		case <-look.C:
		}
		soon = nil
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("rosters not made", "error", err)
		}
		look.Reset(again)
	}
}

// Desired calls yield with the newest roster of each screen that is trusted, so
// that a broker which lost everything can be filled again.
func (s *Service) Desired(ctx context.Context, yield func(*Set) error) error {
	sets, err := s.cfg.Store.Rosters(ctx)
	if err != nil {
		return err
	}
	trusted := map[playlists.ID]bool{}
	for _, screen := range s.cfg.Fleet.Screens() {
		trusted[screen.ID] = true
	}
	for i := range sets {
		if trusted[sets[i].Screen] {
			if err := yield(&sets[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
