package player_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/player"
)

// dog is a watchdog whose deeds are noted with their second.
type dog struct {
	mu     sync.Mutex
	began  time.Time
	last   time.Time
	deeds  []string
	w      *player.Watchdog
	cancel context.CancelFunc
}

func newDog(t *testing.T, browser bool) *dog {
	d := &dog{began: time.Now()}
	note := func(what string) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.deeds = append(d.deeds, what+"@"+time.Since(d.began).String())
	}
	d.w = &player.Watchdog{
		LastFrame: func() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.last },
		Reload:    func() { note("reload") }, Monotonic: time.Now, Wall: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	if browser {
		d.w.Restart = func(string) { note("restart") }
	}
	var ctx context.Context
	ctx, d.cancel = context.WithCancel(t.Context())
	go func() {
		if err := d.w.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	return d
}

// frames makes frames each second for a while.
func (d *dog) frames(for_ time.Duration) {
	for end := time.Now().Add(for_); time.Now().Before(end); time.Sleep(time.Second) {
		d.mu.Lock()
		d.last = time.Now()
		d.mu.Unlock()
	}
}

func (d *dog) check(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.deeds) != len(want) {
		t.Fatalf("did %v, want %v", d.deeds, want)
	}
	for i := range want {
		if d.deeds[i] != want[i] {
			t.Fatalf("did %v, want %v", d.deeds, want)
		}
	}
}

func TestWatchdogReloadsThenRestartsEverMoreRarely(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDog(t, true)
		defer d.cancel()
		d.frames(60 * time.Second)
		d.check(t)
		if p := d.w.Problems(); p != nil {
			t.Fatalf("problems %v", p)
		}
		time.Sleep(15 * time.Second)
		d.check(t, "reload@1m14s")
		if p := d.w.Problems(); len(p) != 1 || p[0].Code != "no_frame" {
			t.Fatalf("problems %v", p)
		}
		time.Sleep(80 * time.Second)
		d.check(t, "reload@1m14s", "restart@1m29s", "reload@1m59s", "restart@2m29s")
		d.frames(10 * time.Second)
		synctest.Wait()
		if p := d.w.Problems(); p != nil {
			t.Fatalf("problems %v", p)
		}
		time.Sleep(16 * time.Second)
		synctest.Wait()
		if n := len(d.deeds); n != 5 {
			t.Fatalf("did %v: frames that came back do not count", d.deeds)
		}
	})
}

func TestWatchdogWithoutABrowserOnlyAsks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDog(t, false)
		defer d.cancel()
		time.Sleep(2 * time.Minute)
		d.check(t, "reload@15s", "reload@45s", "reload@1m45s")
	})
}
