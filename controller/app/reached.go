package app

import (
	"sync"

	"cotmoc/playlists"
)

// reached remembers from which address each screen called last over HTTPS, for
// its pictures and objects: screens of one site come through one line, and are
// lost with it. It is kept in memory alone. It may be used by several
// goroutines.
type reached struct {
	mu   sync.Mutex
	from map[playlists.ID]string
}

func newReached() *reached { return &reached{from: map[playlists.ID]string{}} }

// saw takes that a screen, whose certificate was checked, has called.
func (r *reached) saw(screen playlists.ID, address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.from[screen] = address
}

// forget drops a screen that is gone.
func (r *reached) forget(screen playlists.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.from, screen)
}

// of gives the address, "" when the screen has not called yet.
func (r *reached) of(screen playlists.ID) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.from[screen]
}
