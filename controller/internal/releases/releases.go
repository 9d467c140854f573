// Package releases brings signed releases of the agent to screens in stages:
// one screen first, then cluster by cluster, each only while those before show
// their picture with the new version. It chooses among what the holders of the
// charter's release keys have signed; it can sign none.
package releases

import (
	"context"
	"crypto/ed25519"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cotmoc/controller/internal/outbox"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Release is a release as it was taken in.
type Release struct {
	programme.SignedRelease
	Envelope []byte
	At       time.Time
	By       playlists.ID
	ByName   string // as it was that day
}

// Object names the envelope as an object.
func (r *Release) Object() playlists.Digest { return playlists.DigestOf(r.Envelope) }

// Offer is the newest that a screen was told about its release.
type Offer struct {
	Screen   playlists.ID
	Epoch    uint64
	Counter  uint64
	IssuedAt time.Time
	Release  playlists.Digest // payload, "" to stay
	Object   playlists.Digest // envelope of the release, "" likewise
	Signer   string           // id of the programme key
	Envelope []byte           // of the offer; only while it is announced
	Row      int64            // in the outbox, once it is saved
}

// Kept is all that is remembered.
type Kept struct {
	Releases []Release // oldest first
	Plans    []Plan    // newest first
	Offers   []Offer
}

// Change is what happens in one transaction: all of it or nothing.
type Change struct {
	Release *Release // new, or signed again
	Plan    *Plan
	Offers  []Offer // replace older ones and are announced
}

// Store keeps releases, plans, offers and the outbox.
type Store interface {
	Load(ctx context.Context) (*Kept, error)
	// Save sets the rows of offers.
	Save(ctx context.Context, c *Change) error
	// Offers gives the newest of each screen with its envelope.
	Offers(ctx context.Context) ([]Offer, error)
	outbox.Store
}

// Outgoing is an offer that waits in the outbox.
type Outgoing = outbox.Message

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (d playlists.Digest, size int64, err error)
	Stat(ctx context.Context, d playlists.Digest) (size int64, err error)
	Delete(ctx context.Context, d playlists.Digest) error
}

// Charters gives the charter in force, nil before the first.
type Charters interface {
	Current() *programme.HeldCharter
}

// Screen is a trusted screen where it stands.
type Screen struct {
	ID          playlists.ID
	Name        string
	Cluster     playlists.ID
	ClusterName string
	Unit        playlists.ID // that operates the cluster now
	Online      bool
	Report      *wire.Reported // nil before the first
}

// Fleet knows the screens.
type Fleet interface {
	Screens() []Screen
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Store     Store
	Objects   Objects
	Charters  Charters
	Fleet     Fleet
	Announcer outbox.Announcer
	Key       func() ed25519.PrivateKey // the programme key in force
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
	// Dark is how long a screen may be away, or without a picture, with a new
	// release before its plan halts; zero for DefaultDark.
	Dark time.Duration
}

// DefaultDark leaves time for a PC that starts.
const DefaultDark = 5 * time.Minute

// Service takes releases in and brings them to screens. It is safe for
// concurrent use.
type Service struct {
	cfg    Config
	outbox *outbox.Box
	making sync.Mutex // one change at a time: counters rise

	mu       sync.RWMutex
	releases []Release // replaced, never changed
	plans    []Plan    // newest first; replaced, never changed
	offers   map[playlists.ID]Offer
	names    map[playlists.Digest]bool // objects that every screen may have
	dark     map[playlists.ID]time.Time
}

// Open loads what is kept.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.Dark == 0 {
		cfg.Dark = DefaultDark
	}
	kept, err := cfg.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, outbox: outbox.New(cfg.Store, cfg.Announcer, cfg.Log), plans: kept.Plans,
		offers: map[playlists.ID]Offer{}, dark: map[playlists.ID]time.Time{},
	}
	s.hold(kept.Releases)
	for _, o := range kept.Offers {
		s.offers[o.Screen] = o
	}
	return s, nil
}

// hold makes a list of releases the one that counts.
func (s *Service) hold(all []Release) {
	s.releases, s.names = all, map[playlists.Digest]bool{}
	for i := range all {
		s.names[all[i].Object()] = true
		for _, b := range all[i].Builds {
			s.names[b.Digest] = true
		}
	}
}

// Serves tells whether every screen may have an object: the envelope of a
// release, or a program of one. Neither is a secret.
func (s *Service) Serves(d playlists.Digest) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.names[d]
}

// find gives a release by its payload, nil when there is none. The caller
// holds a lock.
func (s *Service) find(payload playlists.Digest) *Release {
	i := slices.IndexFunc(s.releases, func(r Release) bool { return r.Payload == payload })
	if i < 0 {
		return nil
	}
	return &s.releases[i]
}

// charter gives the charter in force: without one nobody can have signed.
func (s *Service) charter() (*programme.HeldCharter, error) {
	if c := s.cfg.Charters.Current(); c != nil {
		return c, nil
	}
	return nil, playlists.Errorf(playlists.Conflict, "charter_missing", nil, "cannot take releases before there is a charter: have one made and signed first")
}

// Run announces offers and goes on with the plan until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	var announcing sync.WaitGroup
	announcing.Go(func() { _ = s.outbox.Run(ctx) }) // it ends with ctx, without an error
	defer announcing.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("releases not brought on", "error", err)
		}
	}
}

const lookEvery = time.Second
