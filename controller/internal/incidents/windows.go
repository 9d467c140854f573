package incidents

import (
	"time"

	"cotmoc/playlists"
)

// Window is a time in which a screen or a cluster is worked on: nothing opens
// and nothing is told.
type Window struct {
	ID      playlists.ID
	Screen  Named // no id: the whole cluster
	Cluster Named
	Unit    playlists.ID
	From    time.Time
	Until   time.Time // exclusive; an early end brings it forward
	Reason  string
	By      Named
	// Suppressed is how many incidents did not open for it.
	Suppressed int
}

// at tells that the window is open.
func (w *Window) at(now time.Time) bool { return !now.Before(w.From) && now.Before(w.Until) }

// quietWindow gives the window in which a track is kept quiet, "" for none. Of
// a cluster's own track only a cluster's window counts.
func (t *tracker) quietWindow(tr *track, now time.Time) playlists.ID {
	for i := range t.windows {
		w := &t.windows[i]
		if w.at(now) && (w.Screen.ID == "" && w.Cluster.ID == tr.place.ID || w.Screen.ID != "" && w.Screen.ID == tr.screen.ID) {
			return w.ID
		}
	}
	return ""
}
