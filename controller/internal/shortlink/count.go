package shortlink

import (
	"context"
	"maps"
	"slices"
	"time"
)

// flushEach is how often counts are written down. A crash loses those since;
// in return nobody can keep the disk busy by scanning.
const flushEach = 10 * time.Second

func (s *Service) count(c Count) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[c]++ // codes are live ones: there are no more than slides
}

// Flush writes down what was counted since the last time. Whoever reads counts
// afterwards finds those that somebody else was writing, too.
func (s *Service) Flush(ctx context.Context) error {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	s.mu.Lock()
	taken := s.pending
	s.pending = map[Count]int{}
	s.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	counts := slices.Collect(maps.Keys(taken))
	for i := range counts {
		counts[i].Scans = taken[counts[i]]
	}
	err := s.cfg.Store.AddScans(ctx, counts)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		for c, n := range taken {
			s.pending[c] += n
		}
	}
	return err
}

// Run writes counts down from time to time, and at the end.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEach)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				s.cfg.Log.ErrorContext(ctx, "scans are not written down", "error", err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			return s.Flush(last)
		}
	}
}
