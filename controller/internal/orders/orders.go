// Package orders is everything beside the programme that screens are to obey:
// takedowns, bulletins, lifts and placements that people sign, and calls for
// the slate. It keeps them for ever, gives each screen the signed set of those
// that concern it, and follows how each screen obeys.
package orders

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

// Record is an order as people signed it. It never changes; hands are added
// until there are enough.
type Record struct {
	Number int64 // rises in the order of arrival
	Order  programme.Order
	Bytes  []byte // canonical, what is signed
	Title  string // of the media, as it was that day
	Hands  []Hand
	At     time.Time // when it came in
	Stands time.Time // when it had hands enough, zero before
}

// Hand is one person's signature under an order.
type Hand struct {
	Signature  programme.HandSignature
	PersonName string // as it was that day
	At         time.Time
}

// Call puts screens on their slate.
type Call struct {
	ID       playlists.ID
	By       playlists.ID
	ByName   string // as it was that day
	At       time.Time
	Clusters []string
	Screens  []playlists.ID // only these of the clusters; empty for all
}

// Set is the newest signed set of a screen's orders.
type Set struct {
	Screen   playlists.ID
	Epoch    uint64
	Counter  uint64
	IssuedAt time.Time
	Content  playlists.Digest // of what it says, without its numbers
	Envelope []byte
	Row      int64 // in the outbox, once it is saved
}

// Kept is all that is remembered.
type Kept struct {
	Records  []Record // by number
	Calls    []Call   // oldest first
	Sets     []Set    // newest of each screen, without envelopes
	Receipts []Receipt
}

// Change is what happens in one transaction: all of it or nothing.
type Change struct {
	Record *Record // new; its Number is set by the store
	Hands  []Hand  // added to the order To
	To     playlists.ID
	Stands time.Time // of the order To, zero when it does not stand yet
	Call   *Call
	Sets   []Set // replace older ones and are announced
}

// Media is what a takedown needs to know of a media.
type Media struct {
	Title      string
	Unit       playlists.ID
	Renditions []playlists.Digest // of all revisions, newest first
}

// Store keeps orders, calls, sets and the outbox.
type Store interface {
	Load(ctx context.Context) (*Kept, error)
	// Save sets the number of a new record and the rows of sets.
	Save(ctx context.Context, c *Change) error
	// SaveReceipts stores how far screens have obeyed.
	SaveReceipts(ctx context.Context, receipts []Receipt) error
	// Sets gives the newest of each screen.
	Sets(ctx context.Context) ([]Set, error)
	// Media gives a media, deleted or not: NotFound, reason "media_missing".
	Media(ctx context.Context, id playlists.ID) (Media, error)
	// The rows of the outbox, which Save fills.
	outbox.Store
}

// Outgoing is a set that waits in the outbox.
type Outgoing = outbox.Message

// Charters gives the charter in force, nil before the first.
type Charters interface {
	Current() *programme.HeldCharter
}

// Screen is a trusted screen where it stands.
type Screen struct {
	ID      playlists.ID
	Name    string
	Cluster playlists.ID
	Unit    playlists.ID // that operates the cluster now
	Online  bool
}

// Fleet knows the screens.
type Fleet interface {
	Screens() []Screen
	// Operator gives the unit that operates a cluster now; false when there is
	// no such cluster.
	Operator(cluster playlists.ID) (playlists.ID, bool)
	// Report gives what a screen said last, nil before the first.
	Report(screen playlists.ID) *wire.Reported
	// Place moves a screen to another cluster, as a signed order says.
	Place(ctx context.Context, screen, cluster playlists.ID) error
}

// Standing is what a screen is to obey, for people on watch.
type Standing struct {
	Ref     wire.ProgrammeRef // of the set, zero when there is none
	Charter uint64            // number in force
	// Takedowns gives the media of each, Safes the calls for the slate.
	Takedowns map[playlists.ID]playlists.ID
	Safes     []playlists.ID
}

// Observer is told what each screen is to obey: once at the start and after
// each change. It answers fast.
type Observer interface {
	Ordered(screen playlists.ID, s Standing)
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Store     Store
	Charters  Charters
	Fleet     Fleet
	Announcer outbox.Announcer
	Observer  Observer
	Key       func() ed25519.PrivateKey // the programme key in force
	Now       func() time.Time
	Random    io.Reader
	Log       *slog.Logger
}

// Service takes orders and gives each screen its set. It is safe for
// concurrent use.
type Service struct {
	cfg    Config
	outbox *outbox.Box
	making sync.Mutex // one change at a time: counters rise

	mu       sync.RWMutex
	book     *book // replaced, never changed
	sets     map[playlists.ID]Set
	stands   map[playlists.ID]playlists.ID // in which cluster each screen does
	receipts *receipts
	checked  *checked
	composed under // what the sets were last composed under
}

// Open loads what is kept.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	kept, err := cfg.Store.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, outbox: outbox.New(cfg.Store, cfg.Announcer, cfg.Log), book: newBook(kept.Records, kept.Calls),
		sets: map[playlists.ID]Set{}, stands: map[playlists.ID]playlists.ID{}, receipts: newReceipts(kept.Receipts), checked: newChecked(),
	}
	for _, set := range kept.Sets {
		s.sets[set.Screen] = set
	}
	return s, nil
}

// charter gives the charter in force: before the first nobody can sign and no
// screen would obey.
func (s *Service) charter() (*programme.HeldCharter, error) {
	if c := s.cfg.Charters.Current(); c != nil {
		return c, nil
	}
	return nil, playlists.Errorf(playlists.Conflict, "charter_missing", nil, "cannot give orders before there is a charter: have one made and signed first")
}

// Counter gives the least counter of orders that a screen's programme goes
// with, 0 when it has none in this epoch.
func (s *Service) Counter(screen playlists.ID) uint64 {
	c := s.cfg.Charters.Current()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if set, ok := s.sets[screen]; ok && c != nil && set.Epoch == c.Epoch {
		return set.Counter
	}
	return 0
}

// Desired calls yield with the newest set of each screen that is trusted, so
// that a broker which lost everything can be filled again.
func (s *Service) Desired(ctx context.Context, yield func(*Set) error) error {
	sets, err := s.cfg.Store.Sets(ctx)
	if err != nil {
		return err
	}
	trusted := s.cfg.Fleet.Screens()
	for i := range sets {
		if slices.ContainsFunc(trusted, func(screen Screen) bool { return screen.ID == sets[i].Screen }) {
			if err := yield(&sets[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// How often receipts are stored and the rest is looked after.
const (
	flushEvery = time.Second
	tidyEvery  = time.Hour
)

// Run announces sets, stores receipts and composes sets anew when the charter
// changes or something has ended with time, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	var announcing sync.WaitGroup
	announcing.Go(func() { _ = s.outbox.Run(ctx) }) // it ends with ctx, without an error
	defer announcing.Wait()
	flush, tidy := time.NewTicker(flushEvery), time.NewTicker(tidyEvery)
	defer flush.Stop()
	defer tidy.Stop()
	for {
		due := false
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			return s.flush(last)
		case <-flush.C:
			if err := s.flush(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("receipts not stored", "error", err)
			}
			due = s.stale()
		case <-tidy.C:
			due = true
		}
		if due {
			if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("orders not composed", "error", err)
			}
		}
	}
}

// begin finishes what a crash left, placements that were signed and not done
// and sets that a charter of meanwhile changes, and hears what screens have
// said so far.
func (s *Service) begin(ctx context.Context) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	for _, screen := range s.cfg.Fleet.Screens() {
		if report := s.cfg.Fleet.Report(screen.ID); report != nil {
			s.Heard(screen.ID, report, s.cfg.Now())
		}
	}
	return nil
}

// under is a charter and the key that signs for it.
type under struct {
	charter playlists.Digest
	signer  string
}

func (s *Service) under(c *programme.HeldCharter, key ed25519.PrivateKey) under {
	return under{charter: c.Payload, signer: programme.NewPublicKey(key.Public().(ed25519.PublicKey)).ID}
}

// stale tells whether the sets were composed under another charter or key.
func (s *Service) stale() bool {
	c := s.cfg.Charters.Current()
	s.mu.RLock()
	defer s.mu.RUnlock()
	return c != nil && s.under(c, s.cfg.Key()) != s.composed
}
