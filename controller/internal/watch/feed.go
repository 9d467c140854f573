package watch

import "cotmoc/playlists"

// Feed follows every screen, for the parts of the controller that judge what
// the board shows. It is no person's and not counted among theirs.
func (b *Board) Feed() *Subscription {
	s := &Subscription{
		board: b, actor: playlists.Actor{Grants: []playlists.Grant{{Role: playlists.WatchOfficer}}},
		ready: make(chan struct{}, 1), pending: map[playlists.ID]bool{},
	}
	s.ready <- struct{}{}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs[s] = struct{}{}
	return s
}
