// Package captures keeps the pictures that screens send of their glass: the
// newest of each witness, and those that show anything else than what was due
// for ninety days, as evidence. They are nobody's programme and are never
// given to screens.
package captures

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Capture is a picture of a screen's glass.
type Capture struct {
	Screen  playlists.ID
	Digest  playlists.Digest
	Witness wire.Witness
	Finding wire.Finding
	Wanted  playlists.ID // the media that was due, "" for the slate or nothing
	At      time.Time    // when the witness looked, by our clock
	Size    int64        // bytes
	Width   int
	Height  int
}

// evidence tells that a capture is kept: it shows what may have to be proved.
func (c *Capture) evidence() bool { return c.Finding != wire.FindingRight }

// Bounds of what is kept as evidence.
type Bounds struct {
	Count int   // of one screen
	Bytes int64 // of one screen
}

// Loose are the names that may have nothing behind them any more.
type Loose []playlists.Digest

// Store is the index.
type Store interface {
	// KeepCapture makes a capture the newest of its witness unless that looked
	// later already, and keeps it as evidence. What is over the bounds goes:
	// what nobody could tell anything from first, then the oldest.
	KeepCapture(ctx context.Context, c *Capture, evidence bool, b Bounds) (newest bool, loose Loose, err error)
	// NewestCaptures lists the newest of every screen and witness.
	NewestCaptures(ctx context.Context) ([]Capture, error)
	// CapturesOf gives the newest of a screen, of each witness, and a page of
	// its evidence that is older than before, with how much there is of it.
	CapturesOf(ctx context.Context, screen playlists.ID, before time.Time, limit int) (newest, evidence []Capture, total int, err error)
	// CaptureOf finds a capture of a screen. It answers NotFound.
	CaptureOf(ctx context.Context, screen playlists.ID, d playlists.Digest) (Capture, error)
	// DropCaptures forgets the newest of a screen.
	DropCaptures(ctx context.Context, screen playlists.ID) (Loose, error)
	// DropEvidence forgets evidence from before a time, and of the rest the
	// oldest while all of it has more bytes than most.
	DropEvidence(ctx context.Context, before time.Time, most int64) (Loose, error)
	// UsedCaptures tells which of some names are in the index.
	UsedCaptures(ctx context.Context, of Loose) (map[playlists.Digest]bool, error)
	// AllCaptures lists every name in the index.
	AllCaptures(ctx context.Context) (map[playlists.Digest]bool, error)
	// LoseCapture forgets a name whose picture is not there.
	LoseCapture(ctx context.Context, d playlists.Digest) error
}

// Files keep the pictures.
type Files interface {
	Put(ctx context.Context, r io.Reader) (d playlists.Digest, size int64, err error)
	Open(ctx context.Context, d playlists.Digest) (r io.ReadSeekCloser, size int64, err error)
	Delete(ctx context.Context, d playlists.Digest) error
}

// Screens knows where screens stand.
type Screens interface {
	// Place gives where a trusted screen stands.
	Place(screen playlists.ID) (playlists.Scope, bool)
	// Ahead gives how far a screen's clock is ahead of ours.
	Ahead(screen playlists.ID) time.Duration
}

// Config is what a Service needs.
type Config struct {
	Store   Store
	Files   Files
	Stored  func(ctx context.Context) ([]playlists.Digest, error) // all that Files has
	Screens Screens
	// Captured is told each capture that is the newest of its witness.
	Captured func(Capture)
	Now      func() time.Time
	Log      *slog.Logger
}

// Limits of one screen and of all.
const (
	kept          = 90 * 24 * time.Hour
	maxEvidence   = 2 << 30 // bytes of all screens
	tidyEvery     = 5 * time.Minute
	each          = 4 * time.Second // a capture of one screen, on the whole
	burst         = 10
	decodedAtOnce = 2
)

// ofScreen bounds one screen's evidence.
var ofScreen = Bounds{Count: 400, Bytes: 24 << 20}

// Service takes, keeps and gives captures. It is safe for concurrent use.
type Service struct {
	cfg     Config
	decodes chan struct{}

	// Pictures are named under the lock shared and deleted under it alone, so
	// that none goes between being stored and being named.
	naming sync.RWMutex

	mu     sync.Mutex
	rates  map[playlists.ID]*rate.Limiter
	loose  map[playlists.Digest]bool
	losing map[playlists.ID]bool // screens whose newest captures are to be forgotten
}

// Open makes a Service over what is kept, and tells the newest of all screens.
// The index comes from a backup and pictures do not, so each is made to fit
// the other.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: cfg, decodes: make(chan struct{}, decodedAtOnce), rates: map[playlists.ID]*rate.Limiter{},
		loose: map[playlists.Digest]bool{}, losing: map[playlists.ID]bool{},
	}
	if err := s.reconcile(ctx); err != nil {
		return nil, err
	}
	newest, err := cfg.Store.NewestCaptures(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range newest {
		if _, ok := cfg.Screens.Place(c.Screen); ok {
			cfg.Captured(c)
		} else {
			s.losing[c.Screen] = true
		}
	}
	return s, nil
}

// Take keeps a capture that a screen sends.
func (s *Service) Take(ctx context.Context, screen playlists.ID, of wire.Capture, picture []byte) error {
	if err := of.Validate(); err != nil {
		return err
	}
	now := s.cfg.Now()
	if !s.limiter(screen).AllowN(now, 1) {
		return playlists.Errorf(playlists.RateLimited, "too_many_attempts", nil, "cannot take that many captures of one screen: send one each %v", each)
	}
	width, height, err := s.look(ctx, picture)
	if err != nil {
		return err
	}
	c := Capture{Screen: screen, Witness: of.Witness, Finding: of.Finding, Wanted: of.Wanted, Width: width, Height: height}
	// The screen says when it looked, by its own clock; nothing is newer than now.
	if c.At = time.UnixMilli(of.At).Add(-s.cfg.Screens.Ahead(screen)); c.At.After(now) {
		c.At = now
	}
	newest, err := s.keep(ctx, &c, picture)
	if err != nil {
		return err
	}
	if newest {
		s.cfg.Captured(c)
	}
	return nil
}

func (s *Service) keep(ctx context.Context, c *Capture, picture []byte) (newest bool, err error) {
	s.naming.RLock()
	defer s.naming.RUnlock()
	if c.Digest, c.Size, err = s.cfg.Files.Put(ctx, bytes.NewReader(picture)); err != nil {
		return false, err
	}
	newest, loose, err := s.cfg.Store.KeepCapture(ctx, c, c.evidence(), ofScreen)
	s.loosen(append(loose, c.Digest)) // when it was not kept at all
	return newest, err
}

func (s *Service) limiter(screen playlists.ID) *rate.Limiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.rates[screen]
	if l == nil {
		l = rate.NewLimiter(rate.Every(each), burst)
		s.rates[screen] = l
	}
	return l
}

// Gone forgets the newest captures of a screen that is trusted no longer, with
// the next tidying. Its evidence stays.
func (s *Service) Gone(screen playlists.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rates, screen)
	s.losing[screen] = true
}
