package watch

import (
	"context"
	"sync"

	"cotmoc/playlists"
)

// maxSubscriptions bounds how many watch at once.
const maxSubscriptions = 500

// Update is what has changed since the last one. The first one holds all.
type Update struct {
	Snapshot bool
	Screens  []View
	Gone     []playlists.ID
}

// Subscription follows the board for one person. What changes while nobody
// asks is kept as the screens' ids alone, so that a slow reader costs little
// and gets the newest when it asks.
type Subscription struct {
	board *Board
	actor playlists.Actor
	ready chan struct{}

	mu      sync.Mutex
	pending map[playlists.ID]bool
	seen    map[playlists.ID]bool // nil until the first update
}

// Subscribe begins to follow the screens that the actor may watch.
func (b *Board) Subscribe(a playlists.Actor) (*Subscription, error) {
	if a.Reach(playlists.Watch).None() {
		return nil, a.Require(playlists.Watch, playlists.Scope{})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.subs) >= maxSubscriptions {
		return nil, playlists.Errorf(playlists.Unavailable, "watchers_too_many", playlists.Params{"max": maxSubscriptions}, "cannot follow the screens live: %d people do already; close a window and try again", maxSubscriptions)
	}
	s := &Subscription{board: b, actor: a, ready: make(chan struct{}, 1), pending: map[playlists.ID]bool{}}
	s.ready <- struct{}{}
	b.subs[s] = struct{}{}
	return s, nil
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	delete(s.board.subs, s)
}

// announce tells the subscriptions that a screen has changed. The board's
// lock is held.
func (b *Board) announce(screen playlists.ID) {
	for s := range b.subs {
		s.mu.Lock()
		s.pending[screen] = true
		s.mu.Unlock()
		select {
		case s.ready <- struct{}{}:
		default:
		}
	}
}

// Next waits for something to tell. It is for one goroutine.
func (s *Subscription) Next(ctx context.Context) (Update, error) {
	for {
		select {
		case <-ctx.Done():
			return Update{}, ctx.Err()
		case <-s.ready:
		}
		if u := s.collect(); u.Snapshot || len(u.Screens)+len(u.Gone) > 0 {
			return u, nil
		}
	}
}

func (s *Subscription) collect() Update {
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	s.mu.Lock()
	pending := s.pending
	s.pending = map[playlists.ID]bool{}
	s.mu.Unlock()
	if s.seen == nil {
		u := Update{Snapshot: true, Screens: s.board.snapshot(s.actor)}
		s.seen = map[playlists.ID]bool{}
		for _, v := range u.Screens {
			s.seen[v.ID] = true
		}
		return u
	}
	var u Update
	for id := range pending {
		e := s.board.screens[id]
		switch {
		case e != nil && e.mayWatch(s.actor):
			u.Screens = append(u.Screens, e.shown)
			s.seen[id] = true
		case s.seen[id]: // never tell of what the actor could not see
			u.Gone = append(u.Gone, id)
			delete(s.seen, id)
		}
	}
	return u
}
