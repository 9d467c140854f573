package fleet

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Stage is how far a programme has come on its way to the glass.
type Stage int

// The stages, each implying those before it.
const (
	Desired   Stage = iota // the controller wants it
	Received               // the screen has accepted it
	Cached                 // all its bytes are there and verified
	Scheduled              // it is the one that plays
	Shown                  // an item or slate of it was seen on the glass
)

// String gives the stage's name in the API.
func (s Stage) String() string {
	return [...]string{"desired", "received", "cached", "scheduled", "shown"}[s]
}

// Progress says that a screen has reached a stage with a programme.
type Progress struct {
	Screen    playlists.ID
	Programme wire.ProgrammeRef
	Stage     Stage
	At        time.Time
}

// StageOf tells how far a programme has come by a screen's report.
func StageOf(want wire.ProgrammeRef, r *wire.Reported) Stage {
	switch {
	case r == nil || !reached(r.Received, want):
		return Desired
	case reached(r.Shown, want):
		return Shown
	case reached(r.Playing, want):
		return Scheduled
	case *r.Received == want && r.Delivery.BytesDone >= r.Delivery.BytesTotal:
		return Cached
	}
	return Received
}

// reached tells whether a screen is at a programme or beyond it.
func reached(held *wire.ProgrammeRef, want wire.ProgrammeRef) bool {
	return held != nil && (held.Epoch > want.Epoch || held.Epoch == want.Epoch && held.Counter >= want.Counter)
}

// maxStages bounds the programmes of one screen that are followed at once.
const maxStages = 8

// advance gives the stages that a report reaches for the first time.
func (m *member) advance(r *wire.Reported, at time.Time) []Progress {
	var out []Progress
	for _, ref := range []*wire.ProgrammeRef{r.Received, r.Playing, r.Shown} {
		if ref == nil {
			continue
		}
		if stage := StageOf(*ref, r); stage > m.stages[*ref] {
			if len(m.stages) >= maxStages {
				clear(m.stages)
			}
			m.stages[*ref] = stage
			out = append(out, Progress{Screen: m.screen.ID, Programme: *ref, Stage: stage, At: at})
		}
	}
	return out
}
