// Package proof keeps what screens say they have shown: plays come in, each is
// stored once and acknowledged when it is stored, and lists of them go out.
package proof

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Batch is plays as a screen handed them over.
type Batch struct {
	Screen     playlists.ID
	Event      wire.Event
	ReceivedAt time.Time
}

// Play is one showing as its screen told it.
type Play struct {
	ID         playlists.ID
	Screen     playlists.ID
	ScreenName string
	Media      playlists.ID
	Order      playlists.ID     // of a bulletin; then there is no media
	Title      string           // of the media now, or of the bulletin
	Digest     playlists.Digest // of the rendition, or of the order's bytes
	StartedAt  time.Time        // by the screen's clock
	DurationMS int64
	Clock      wire.ClockState
	Complete   bool
	Touched    bool // a visitor had opened it
}

// Touches is how often visitors have opened one media on one day.
type Touches struct {
	Day        string // local date
	Media      playlists.ID
	Title      string // now
	Count      int
	DurationMS int64 // that it was looked at, in all
}

// MostTouches is how many counts a list has at most.
const MostTouches = 500

// Filter chooses plays. A zero time, id or cursor leaves the choice open.
type Filter struct {
	Reach  playlists.Reach
	Today  string    // local date by which units operate clusters
	From   time.Time // inclusive
	Until  time.Time // exclusive
	Screen playlists.ID
	Media  playlists.ID
	Cursor string
	Limit  int
}

// Page is a page of plays, the newest first.
type Page struct {
	Plays []Play
	Next  string // cursor of the next page, "" when this is the last
	Total int    // of all pages, at most MostCounted
}

// MostCounted is where counting ends: there are millions of plays, and
// nobody reads a page further down.
const MostCounted = 10_000

// Store keeps plays.
type Store interface {
	// Add stores the plays that are not there yet, all or nothing: a screen's
	// play is known by its id.
	Add(ctx context.Context, batches []Batch) error
	Find(ctx context.Context, f Filter) (Page, error)
	// Touches counts what visitors have opened, the newest day first; no more
	// than MostTouches. Cursor and limit of the filter do not matter.
	Touches(ctx context.Context, f Filter) ([]Touches, error)
}

// Service takes plays in and lists them. It is safe for concurrent use.
type Service struct {
	store Store
	known func(playlists.ID) bool // tells the screens that are trusted
	today func() string
}

// New makes a Service. today gives the local date by which units operate
// clusters.
func New(store Store, known func(playlists.ID) bool, today func() string) *Service {
	return &Service{store: store, known: known, today: today}
}

// Plays stores batches of screens; when it returns nil they may be
// acknowledged. What a screen sends that is trusted no longer is dropped.
func (s *Service) Plays(ctx context.Context, batches []Batch) error {
	kept := make([]Batch, 0, len(batches))
	for _, b := range batches {
		if s.known(b.Screen) {
			kept = append(kept, b)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return s.store.Add(ctx, kept)
}

// List gives the plays that the actor may read. Those who watch a screen may
// read what it showed, those who read reports too.
func (s *Service) List(ctx context.Context, a playlists.Actor, f Filter) (Page, error) {
	f, err := s.reached(a, f)
	if err != nil {
		return Page{}, err
	}
	return s.store.Find(ctx, f)
}

// Touches counts what visitors have opened, on the screens whose plays the
// actor may read. Nothing of the visitors is kept.
func (s *Service) Touches(ctx context.Context, a playlists.Actor, f Filter) ([]Touches, error) {
	f, err := s.reached(a, f)
	if err != nil {
		return nil, err
	}
	return s.store.Touches(ctx, f)
}

// reached narrows a filter to what the actor may read.
func (s *Service) reached(a playlists.Actor, f Filter) (Filter, error) {
	f.Reach = a.Reach(playlists.ReadReports)
	watched := a.Reach(playlists.Watch)
	f.Reach.All = f.Reach.All || watched.All
	f.Reach.Units = append(f.Reach.Units, watched.Units...)
	f.Reach.Clusters = append(f.Reach.Clusters, watched.Clusters...)
	f.Reach.Pairs = append(f.Reach.Pairs, watched.Pairs...)
	if f.Reach.None() {
		return f, a.Require(playlists.ReadReports, playlists.Scope{})
	}
	if !f.From.IsZero() && !f.Until.IsZero() && !f.From.Before(f.Until) {
		return f, playlists.Errorf(playlists.Invalid, "span_empty", nil, "cannot list plays until %s: that is not after the beginning", f.Until.UTC().Format(time.RFC3339))
	}
	f.Today = s.today()
	return f, nil
}
