package orders_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/orders"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

const many = 300

// crowded is a desk with many screens, of which the last are there.
func crowded(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.screens = nil
	for i := range many {
		word := fmt.Sprintf("s%c%c", 'a'+i/26, 'a'+i%26)
		d.screens = append(d.screens, orders.Screen{ID: playliststest.ID(word), Name: word, Cluster: here, Unit: playliststest.ID("unit"), Online: i >= many-100})
	}
	return d
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not in a minute: %s", what)
		}
	}
}

func (d *desk) count(of func() int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return of()
}

// The first screens are told before the sets of the last ones are stored, and
// screens that are there come first. When they are told, the receipts are open.
func TestTheFirstAreToldWhileOthersAreStillMade(t *testing.T) {
	t.Parallel()
	d := crowded(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	eventually(t, "the service runs", func() bool { return d.count(func() int { return len(d.standing) }) == many })
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for range many {
			<-d.heard
		}
	}()
	saves := 0
	d.onSave = func() error {
		if saves++; saves == 2 {
			eventually(t, "the first are told", func() bool { return d.count(func() int { return len(d.announced) }) > 0 })
		}
		return nil
	}
	down := d.order(approver, takedown(d.media("flag")))
	<-heard
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	there := map[playlists.ID]bool{}
	for _, s := range d.screens {
		there[s.ID] = s.Online
	}
	for i, o := range d.announced {
		if there[o.Screen] != (i < 100) {
			t.Fatalf("announcement %d is for %s, which is there: %v", i, o.Screen, there[o.Screen])
		}
	}
	if saves < 2 {
		t.Errorf("stored at once: %d transactions", saves)
	}
	listed, err := d.List(approver, orders.InForce)
	if err != nil || len(listed) != 1 || listed[0].ID != down.ID || len(listed[0].Receipts) != many {
		t.Errorf("listed %d orders, %v", len(listed), err)
	}
}

// What fails or crashes after the first screens is one order still: the others
// are told once it is possible, and nobody is told twice.
func TestAFailureBetweenScreensIsMadeGood(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"by the service that goes on": false, "by the next one": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := crowded(t)
			var cut atomic.Bool
			saves := 0
			d.onSave = func() error {
				if saves++; cut.Load() && saves > 1 {
					return errCut
				}
				return nil
			}
			cut.Store(true)
			down, err := d.try(approver, takedown(d.media("flag")))
			if err != nil {
				t.Fatalf("an order that stands was refused: %v", err)
			}
			told := func() int {
				sets, err := d.DB.Orders().Sets(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return len(sets)
			}
			if n := told(); n == 0 || n == many {
				t.Fatalf("%d screens have their set, want some", n)
			}
			cut.Store(false)
			if restart {
				d.restart()
			}
			d.run(many)
			if n := told(); n != many || len(d.announced) != many {
				t.Errorf("%d screens have their set after %d announcements, want %d", n, len(d.announced), many)
			}
			listed, err := d.List(approver, orders.InForce)
			if err != nil || len(listed) != 1 || len(listed[0].Receipts) != many {
				t.Errorf("listed %d orders, %v", len(listed), err)
			}
			entries, err := d.DB.Audit().After(t.Context(), 0, 100)
			acts := 0
			for _, e := range entries {
				if e.Subject == down.ID {
					acts++
				}
			}
			if err != nil || acts != 1 {
				t.Errorf("the audit log has it %d times, %v", acts, err)
			}
		})
	}
}
