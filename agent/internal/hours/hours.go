// Package hours switches the display off outside the screen's operating hours
// and on again. It touches nothing that is shown: the programme goes on behind
// a display that is off.
package hours

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Power switches the display.
type Power interface {
	Power(ctx context.Context, on bool) error
}

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Options of Hours.
type Options struct {
	Settings func() programme.Settings
	// Waking tells that something is in force that people must see at any hour.
	Waking  func() bool
	Changed func() <-chan struct{} // closed when the answers of these may have changed
	Power   Power                  // nil when the display cannot be switched: then it stays on
	Now     func() (time.Time, wire.ClockState)
	// Rested is called when Resting has changed.
	Rested   func()
	Problems Problems
	Log      *slog.Logger
}

// How long the display may take, when a failure is tried again, and how often
// the clock is looked at, which may have been set.
const (
	switchTime = 30 * time.Second
	retryAfter = time.Minute
	lookEvery  = time.Minute
)

// Hours keeps one display to its hours. It is safe for concurrent use.
type Hours struct {
	o Options

	mu      sync.Mutex
	resting bool
}

// New begins with the display on.
func New(o Options) *Hours { return &Hours{o: o} }

// Resting tells that the display was switched off.
func (h *Hours) Resting() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.resting
}

// Run switches at the right times until ctx ends, and leaves the display on:
// whoever comes after may not know that it was off. Where there are hours it
// begins by switching, since what was before is not known; a display without
// any is left alone, as most cannot be switched.
func (h *Hours) Run(ctx context.Context) error {
	if h.o.Power == nil {
		<-ctx.Done()
		return nil
	}
	known, tried := false, false
	for {
		changed := h.o.Changed()
		on, wait := h.wanted()
		switch timed := h.timed(); {
		case on == h.Resting(), !known && (timed || tried):
			known, tried = h.turn(ctx, on), true
			if !known { // what changes meanwhile does not mend the display
				wait, changed = min(wait, retryAfter), nil
			}
		case !timed && known:
			known, tried = false, false
			h.o.Problems.Clear("display")
		}
		select {
		case <-ctx.Done():
			if h.Resting() {
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
				defer cancel()
				h.turn(last, true)
			}
			return nil
		case <-changed:
		case <-time.After(wait):
		}
	}
}

// timed tells whether the screen has hours at all.
func (h *Hours) timed() bool {
	now, _ := h.o.Now()
	s := h.o.Settings()
	_, ok := s.NextChange(now)
	return ok
}

// wanted tells whether the display is to be on, and how long that is certain.
// With a lost clock it is on: nobody knows the hour.
func (h *Hours) wanted() (on bool, wait time.Duration) {
	now, clock := h.o.Now()
	if clock == wire.ClockLost || h.o.Waking() {
		return true, lookEvery
	}
	s := h.o.Settings()
	if next, ok := s.NextChange(now); ok {
		return s.OnAt(now), min(lookEvery, next.Sub(now))
	}
	return s.OnAt(now), lookEvery
}

// turn switches the display and tells whether it did.
func (h *Hours) turn(ctx context.Context, on bool) bool {
	// Before it goes dark: what looks at frames must know first.
	h.rest(!on)
	within, cancel := context.WithTimeout(ctx, switchTime)
	defer cancel()
	if err := h.o.Power.Power(within, on); err != nil {
		h.rest(false)
		if ctx.Err() == nil {
			h.o.Log.Warn("cannot switch the display", "on", on, "error", err)
			h.o.Problems.Set("display", "display_not_switched", err.Error())
		}
		return false
	}
	h.o.Problems.Clear("display")
	h.o.Log.Info("display switched", "on", on)
	return true
}

func (h *Hours) rest(resting bool) {
	h.mu.Lock()
	changed := h.resting != resting
	h.resting = resting
	h.mu.Unlock()
	if changed {
		h.o.Rested()
	}
}
