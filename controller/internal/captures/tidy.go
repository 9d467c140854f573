package captures

import (
	"context"
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
)

// Run deletes what is kept no longer until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := s.Tidy(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("captures not tidied", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Tidy forgets what is over the bounds, and deletes pictures that nothing
// names.
func (s *Service) Tidy(ctx context.Context) error {
	s.mu.Lock()
	losing := slices.Collect(maps.Keys(s.losing))
	s.mu.Unlock()
	for _, screen := range losing {
		if _, back := s.cfg.Screens.Place(screen); !back {
			loose, err := s.cfg.Store.DropCaptures(ctx, screen)
			s.loosen(loose)
			if err != nil {
				return err
			}
		}
		s.mu.Lock()
		delete(s.losing, screen)
		s.mu.Unlock()
	}
	loose, err := s.cfg.Store.DropEvidence(ctx, s.cfg.Now().Add(-kept), maxEvidence)
	s.loosen(loose)
	if err != nil {
		return err
	}
	return s.deleteLoose(ctx)
}

func (s *Service) loosen(l Loose) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range l {
		s.loose[d] = true
	}
}

func (s *Service) deleteLoose(ctx context.Context) error {
	s.naming.Lock()
	defer s.naming.Unlock()
	s.mu.Lock()
	loose := slices.Collect(maps.Keys(s.loose))
	s.mu.Unlock()
	used, err := s.cfg.Store.UsedCaptures(ctx, loose)
	if err != nil {
		return err
	}
	for _, d := range loose {
		if !used[d] {
			if err := s.cfg.Files.Delete(ctx, d); err != nil {
				return err
			}
		}
		s.mu.Lock()
		delete(s.loose, d)
		s.mu.Unlock()
	}
	return nil
}

// reconcile forgets names without a picture and deletes pictures without a
// name.
func (s *Service) reconcile(ctx context.Context) error {
	named, err := s.cfg.Store.AllCaptures(ctx)
	if err != nil {
		return err
	}
	stored, err := s.cfg.Stored(ctx)
	if err != nil {
		return err
	}
	for _, d := range stored {
		if !named[d] {
			if err := s.cfg.Files.Delete(ctx, d); err != nil {
				return err
			}
		}
		delete(named, d)
	}
	for _, d := range slices.Sorted(maps.Keys(named)) {
		if err := s.cfg.Store.LoseCapture(ctx, d); err != nil {
			return err
		}
	}
	if n := len(named); n > 0 {
		s.cfg.Log.Warn("captures are named and not there, as after a restore", "captures", n)
	}
	return nil
}

// Missing is the answer for a capture that is not kept.
func Missing(d playlists.Digest) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "capture_missing", playlists.Params{"digest": string(d)}, "cannot find the capture %.12s of this screen: only the newest are kept, and evidence for 90 days", string(d))
}
