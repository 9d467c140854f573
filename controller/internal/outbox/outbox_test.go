package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/outbox"
	"cotmoc/playlists"
)

// desk is a table and a broker that a test can break.
type desk struct {
	mu        sync.Mutex
	rows      []outbox.Message
	reads     int
	away      bool // the broker is
	announced []int64
}

func (d *desk) Outgoing(context.Context, int) ([]outbox.Message, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reads++
	newest := map[playlists.ID]outbox.Message{}
	for _, m := range d.rows {
		newest[m.Screen] = m
	}
	var out []outbox.Message
	for _, m := range d.rows {
		if newest[m.Screen].Row == m.Row {
			out = append(out, m)
		}
	}
	return out, nil
}

func (d *desk) Announced(_ context.Context, done []outbox.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range done {
		d.rows = slices.DeleteFunc(d.rows, func(r outbox.Message) bool { return r.Screen == m.Screen && r.Row <= m.Row })
	}
	return nil
}

func (d *desk) Announce(_ context.Context, all []outbox.Message) []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	errs := make([]error, len(all))
	for i, m := range all {
		if d.away {
			errs[i] = errors.New("away")
			continue
		}
		d.announced = append(d.announced, m.Row)
	}
	return errs
}

// store has a feature store a document and put it.
func (d *desk) store(b *outbox.Box, row int64, screen playlists.ID) {
	m := outbox.Message{Row: row, Screen: screen}
	d.mu.Lock()
	d.rows = append(d.rows, m)
	d.mu.Unlock()
	if b != nil {
		b.Put([]outbox.Message{m})
	}
}

func (d *desk) broker(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = away
}

func (d *desk) left() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.rows)
}

func TestBox(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do    func(d *desk, b *outbox.Box)
		want  []int64
		reads int
	}{
		"what is put is announced at once and not read": {func(d *desk, b *outbox.Box) {
			d.store(b, 1, "a")
			d.store(b, 2, "b")
		}, []int64{1, 2}, 1},
		"of two for one screen the newer one": {func(d *desk, b *outbox.Box) {
			d.store(b, 1, "a")
			d.store(b, 2, "b")
			d.store(b, 3, "a")
		}, []int64{3, 2}, 1},
		"what the broker did not take is read again": {func(d *desk, b *outbox.Box) {
			d.broker(true)
			d.store(b, 1, "a")
			synctest.Wait()
			d.broker(false)
			time.Sleep(3 * time.Second)
		}, []int64{1}, 2},
		"what a crash left is found without a call": {func(d *desk, _ *outbox.Box) {
			d.store(nil, 1, "a")
			time.Sleep(time.Minute)
		}, []int64{1}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{}
				b := outbox.New(d, d, slog.New(slog.DiscardHandler))
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- b.Run(ctx) }()
				synctest.Wait()
				c.do(d, b)
				synctest.Wait()
				d.mu.Lock()
				if !slices.Equal(d.announced, c.want) || d.reads != c.reads {
					t.Errorf("announced rows %v after %d reads, want %v after %d", d.announced, d.reads, c.want, c.reads)
				}
				d.mu.Unlock()
				time.Sleep(time.Second)
				synctest.Wait()
				if n := d.left(); n > 0 {
					t.Errorf("%d rows are left", n)
				}
				stop()
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// What was announced just before the end is not announced by the next one.
func TestTheEndForgetsWhatWasAnnounced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		b := outbox.New(d, d, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.Run(ctx) }()
		synctest.Wait()
		d.store(b, 1, "a")
		synctest.Wait()
		if d.left() != 1 {
			t.Fatal("the row is gone while screens answer")
		}
		stop()
		if err := <-ended; err != nil || d.left() != 0 {
			t.Errorf("%d rows are left, %v", d.left(), err)
		}
	})
}
