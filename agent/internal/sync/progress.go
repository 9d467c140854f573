package sync

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// verifyDelay leaves the disk to the first frames after a start.
const (
	verifyDelay = 20 * time.Second
	verifyEvery = 24 * time.Hour
)

func (s *Sync) count(n int) {
	s.mu.Lock()
	second := s.meter.second
	s.meter.add(n, s.o.Now())
	step := s.meter.second != second
	s.mu.Unlock()
	if step {
		s.o.Changed() // progress is told once a second
	}
}

func (s *Sync) fetched() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.meter.total
}

// Delivery gives the progress of the newest programme's renditions. Before its
// documents are here there is nothing to count.
func (s *Sync) Delivery() wire.Delivery {
	s.mu.Lock()
	l, rate := s.loaded, s.meter.rate(s.o.Now())
	s.mu.Unlock()
	if l == nil {
		return wire.Delivery{BytesPerS: rate}
	}
	d := wire.Delivery{BytesPerS: rate}
	for _, show := range l.Showings() {
		d.BytesTotal += show.Size
		d.BytesDone += s.o.Cache.Held(show.Rendition)
	}
	return d
}

// Verify reads what the held programmes need in the background, so that
// damage is found and mended before its turn comes, and again every day.
func (s *Sync) Verify(ctx context.Context) error {
	for wait := verifyDelay; ; wait = verifyEvery {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		if wait == verifyEvery {
			s.o.Cache.Distrust()
		}
		if current := s.Current(); current != nil {
			var order []playlists.Digest
			for _, show := range s.order(current) {
				order = append(order, show.Rendition)
			}
			s.o.Cache.VerifyAll(ctx, order)
		}
	}
}
