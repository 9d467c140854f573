package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/restored"
	"cotmoc/playlists"
)

// Restored tells which screens hold more than this controller knows of, as
// after a restore of an earlier backup, or may.
type Restored struct {
	Waiting bool            `json:"waiting" doc:"A screen is ahead: until a signed charter raises the epoch it is told nothing new."`
	Ahead   []WaitingScreen `json:"ahead"`
	Unheard []WaitingScreen `json:"unheard" doc:"Screens that have not reported since the data were restored; they are told nothing new before."`
}

// WaitingScreen is a screen that is told nothing new.
type WaitingScreen struct {
	ID      playlists.ID  `json:"id"`
	Name    string        `json:"name"`
	Cluster string        `json:"cluster"`
	Since   time.Time     `json:"since"`
	Ours    NumbersShape  `json:"ours" doc:"The newest programme this controller knew when it noticed."`
	Held    *NumbersShape `json:"held" doc:"What the screen holds; null while it has not said."`
	Charter uint64        `json:"charter" doc:"Number of the charter that the screen holds, 0 for none."`
}

// NumbersShape is the number of a programme.
type NumbersShape struct {
	Epoch   uint64 `json:"epoch"`
	Counter uint64 `json:"counter"`
}

func (s *Server) registerRestored() {
	handle(s, http.MethodGet, "/restored", "restored", "Screens that hold more than this controller knows of, and wait for a charter of the next epoch", func(_ context.Context, a playlists.Actor, _ *none) (Restored, error) {
		if a.Reach(playlists.Watch).None() {
			return Restored{}, a.Require(playlists.Watch, playlists.Scope{})
		}
		out := Restored{Ahead: []WaitingScreen{}, Unheard: []WaitingScreen{}}
		waiting := map[playlists.ID]restored.Waiting{}
		for _, w := range s.Restored.List() {
			waiting[w.Screen] = w
		}
		if len(waiting) == 0 {
			return out, nil
		}
		for _, v := range s.Board.Snapshot(a) { // those that the person may watch, in their order
			w, ok := waiting[v.ID]
			if !ok {
				continue
			}
			one := WaitingScreen{ID: v.ID, Name: v.Name, Cluster: v.Cluster.Name, Since: w.Since, Ours: NumbersShape(w.Ours), Charter: w.Held.Charter}
			if w.State == restored.Unheard {
				out.Unheard = append(out.Unheard, one)
				continue
			}
			one.Held = &NumbersShape{Epoch: w.Held.Programme.Epoch, Counter: w.Held.Programme.Counter}
			out.Ahead = append(out.Ahead, one)
		}
		out.Waiting = len(out.Ahead) > 0
		return out, nil
	})
}
