package player

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"cotmoc/playlists/wire"
)

// Watchdog sees to it that the page produces frames: it asks the page to load
// again, then has the browser restarted, ever more rarely.
type Watchdog struct {
	LastFrame func() time.Time // monotonic, of the newest frame; zero before the first
	Reload    func()           // asks the page to load again
	Restart   func(why string) // restarts the browser; nil when it is not ours
	Resting   func() bool      // the display is off on purpose: nothing is painted; nil for never
	Monotonic func() time.Time
	Wall      func() time.Time // for people
	Log       *slog.Logger

	mu    sync.Mutex
	since time.Time // wall, of the trouble; zero when there is none
}

const (
	// frameDue is how long a screen may be without a frame.
	frameDue = 15 * time.Second
	// slowest is how rarely the browser is restarted at last.
	slowest = 10 * time.Minute
)

// Run watches until ctx ends.
func (w *Watchdog) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	quiet := w.Monotonic() // since when there was no frame, or the last measure
	reloaded, wait := false, frameDue
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if last := w.LastFrame(); last.After(quiet) {
			quiet, reloaded, wait = last, false, frameDue
			w.trouble(false)
		}
		now := w.Monotonic()
		if w.Resting != nil && w.Resting() {
			quiet, reloaded, wait = now, false, frameDue
			w.trouble(false)
			continue
		}
		if now.Sub(quiet) < wait {
			continue
		}
		quiet = now
		w.trouble(true)
		if w.Restart == nil || !reloaded {
			w.Log.Warn("player page makes no frames and is asked to load again")
			w.Reload()
			if reloaded = true; w.Restart == nil {
				wait = min(wait*2, slowest)
			}
			continue
		}
		w.Log.Error("player page makes no frames and its browser is restarted")
		w.Restart("no frame")
		reloaded, wait = false, min(wait*2, slowest)
	}
}

func (w *Watchdog) trouble(is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case !is:
		w.since = time.Time{}
	case w.since.IsZero():
		w.since = w.Wall()
	}
}

// Problems names the trouble while there is one.
func (w *Watchdog) Problems() []wire.Problem {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since.IsZero() {
		return nil
	}
	return []wire.Problem{{Code: "no_frame", Detail: "cannot see the player page make frames: look at the screen and its browser", Since: w.since.UnixMilli()}}
}
