package publish

import (
	"context"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Run tells the observer what is wanted, then announces what waits in the
// outbox until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	latest, err := s.cfg.Store.LatestProgrammes(ctx)
	if err != nil {
		return err
	}
	for screen := range latest {
		s.observe(ctx, screen)
	}
	return s.outbox.Run(ctx)
}

// outgoing gives what was just stored as it is announced.
func outgoing(programmes []Programme) []Outgoing {
	out := make([]Outgoing, len(programmes))
	for i, p := range programmes {
		out[i] = Outgoing{Row: p.Row, Screen: p.Screen, Epoch: p.Epoch, Counter: p.Counter, Envelope: p.Envelope}
	}
	return out
}

// Desired calls yield with the newest programme of each screen that is
// trusted, so that a broker which lost everything can be filled again.
func (s *Service) Desired(ctx context.Context, yield func(p *Programme) error) error {
	st, err := s.read(ctx)
	if err != nil {
		return err
	}
	for _, screen := range st.screens {
		if p, ok := st.latest[screen.ID]; ok {
			if err := yield(&p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Publications lists publications, newest first.
func (s *Service) Publications(ctx context.Context, a playlists.Actor, before playlists.ID, limit int) ([]Publication, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Publications(ctx, before, limit)
}

// Publication gives one.
func (s *Service) Publication(ctx context.Context, a playlists.Actor, id playlists.ID) (*Publication, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Publication(ctx, id)
}

// PublicKey is what agents pin.
func (s *Service) PublicKey() programme.PublicKey { return publicKey(s.cfg.Key()) }
