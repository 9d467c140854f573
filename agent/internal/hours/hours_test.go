package hours_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"cotmoc/agent/internal/hours"
	"cotmoc/playlists"
	week "cotmoc/playlists/hours"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// wall is a display with what decides about it.
type wall struct {
	mu       sync.Mutex
	table    week.Table
	waking   bool
	clock    wire.ClockState
	fails    bool
	switched []string
	problem  string
	changed  chan struct{}
}

func (w *wall) Power(_ context.Context, on bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails {
		return errors.New("cannot reach the display")
	}
	what := "off"
	if on {
		what = "on"
	}
	w.switched = append(w.switched, what)
	return nil
}
func (w *wall) Set(_, code, _ string) { w.problem = code }
func (w *wall) Clear(string)          { w.problem = "" }

// set changes something, as the agent's other parts do.
func (w *wall) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *wall) took(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.switched, want) {
		t.Fatalf("the display was switched %v, want %v", w.switched, want)
	}
	w.switched = nil
}

func run(t *testing.T, w *wall, test func(h *hours.Hours, stop func())) {
	synctest.Test(t, func(t *testing.T) {
		w.changed, w.clock = make(chan struct{}), wire.ClockTrusted
		locked := func() func() { w.mu.Lock(); return w.mu.Unlock }
		h := hours.New(hours.Options{
			Settings: func() programme.Settings {
				defer locked()()
				s := programme.UsualSettings()
				s.TimeZone, s.Hours = playlists.DefaultTimeZone, w.table
				return s
			},
			Waking: func() bool { defer locked()(); return w.waking }, Changed: func() <-chan struct{} { defer locked()(); return w.changed },
			Power: w, Now: func() (time.Time, wire.ClockState) { defer locked()(); return time.Now(), w.clock },
			Rested: func() {}, Problems: w, Log: slog.New(slog.DiscardHandler),
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- h.Run(ctx) }()
		test(h, func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	})
}

// The bubble's clock begins at midnight UTC, 07:00 in Hà Tĩnh, on a Saturday.
func TestTheDisplayKeepsItsHours(t *testing.T) {
	w := &wall{table: week.Daily(6*60, 22*60)}
	run(t, w, func(h *hours.Hours, stop func()) {
		w.took(t, "on")
		time.Sleep(15*time.Hour - time.Second) // 21:59:59
		w.took(t)
		time.Sleep(time.Second)
		w.took(t, "off")
		if !h.Resting() {
			t.Error("it is off and does not say so")
		}
		w.set(func() { w.waking = true })
		w.took(t, "on")
		w.set(func() { w.waking = false })
		w.took(t, "off")
		w.set(func() { w.clock = wire.ClockLost })
		w.took(t, "on")
		w.set(func() { w.clock = wire.ClockPlausible })
		w.took(t, "off")
		time.Sleep(8 * time.Hour) // 06:00
		w.took(t, "on")
		time.Sleep(16 * time.Hour)
		w.took(t, "off")
		w.set(func() { w.table = week.Always() })
		w.took(t, "on")
		if h.Resting() {
			t.Error("it is on and rests")
		}
		time.Sleep(48 * time.Hour)
		stop()
		w.took(t)
	})
}

func TestADisplayThatCannotBeSwitched(t *testing.T) {
	w := &wall{table: week.Daily(8*60, 22*60), fails: true}
	run(t, w, func(h *hours.Hours, stop func()) {
		w.took(t)
		if h.Resting() || w.problem != "display_not_switched" {
			t.Errorf("resting %t, problem %q", h.Resting(), w.problem)
		}
		w.mu.Lock()
		w.fails = false
		w.mu.Unlock()
		time.Sleep(time.Minute)
		w.took(t, "off")
		if !h.Resting() || w.problem != "" {
			t.Errorf("resting %t, problem %q", h.Resting(), w.problem)
		}
		stop()
		w.took(t, "on")
	})
}
