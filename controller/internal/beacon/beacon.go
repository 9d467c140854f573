// Package beacon answers screens that ask for the time: the controller's clock
// and the highest numbers it has given them, signed, so that what is withheld
// or rolled back shows.
package beacon

import (
	"context"
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Charters tells which charter counts, nil before the first.
type Charters interface {
	Current() *programme.HeldCharter
}

// Programmes knows what screens were given and what they have reported.
type Programmes interface {
	// Newest gives the numbers of a screen's newest programme, zero before the
	// first.
	Newest(ctx context.Context, screen playlists.ID) (programme.Numbers, error)
	// Reported gives the newest that the screen has ever reported.
	Reported(ctx context.Context, screen playlists.ID) (programme.Numbers, error)
}

// Orders tells how many sets of orders a screen was given in the epoch.
type Orders interface {
	Counter(screen playlists.ID) uint64
}

// Settings tells which settings a screen was given last, zero for none.
type Settings interface {
	Settings(screen playlists.ID) programme.Numbers
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Charters   Charters
	Programmes Programmes
	Orders     Orders
	Settings   Settings
	Key        func() ed25519.PrivateKey // the programme key that counts now
	Now        func() time.Time
}

// Service answers. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg} }

// firstEpoch is the one before the first charter.
const firstEpoch = programme.FirstEpoch

// Answer gives the envelope of a beacon for a screen's nonce.
func (s *Service) Answer(ctx context.Context, screen playlists.ID, nonce []byte) ([]byte, error) {
	b := programme.Beacon{Screen: screen, Nonce: nonce, Epoch: firstEpoch, Orders: s.cfg.Orders.Counter(screen)}
	if h := s.cfg.Charters.Current(); h != nil {
		b.Epoch, b.Charter = h.Epoch, h.Number
	}
	newest, err := s.cfg.Programmes.Newest(ctx, screen)
	if err != nil {
		return nil, err
	}
	if newest.Epoch == b.Epoch {
		b.Programme = newest.Counter
	}
	if given := s.cfg.Settings.Settings(screen); given.Epoch == b.Epoch {
		b.Settings = given.Counter
	}
	if b.Reported, err = s.cfg.Programmes.Reported(ctx, screen); err != nil {
		return nil, err
	}
	b.Time = s.cfg.Now().UnixMilli() // last: it is the answer's freshness
	return programme.SignBeacon(&b, s.cfg.Key())
}
