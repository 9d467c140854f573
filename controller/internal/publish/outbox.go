package publish

import (
	"cmp"
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of the outbox.
const (
	outboxBatch = 2048
	outboxRetry = 2 * time.Second
	outboxPoll  = 30 * time.Second // for rows that a crash left
)

// Run tells the observer what is wanted, then announces what waits in the
// outbox until ctx ends. A row leaves the outbox only after the broker has
// taken the programme, so a crash repeats an announcement at worst, which
// changes nothing.
func (s *Service) Run(ctx context.Context) error {
	latest, err := s.cfg.Store.LatestProgrammes(ctx)
	if err != nil {
		return err
	}
	for screen := range latest {
		s.observe(ctx, screen)
	}
	for ctx.Err() == nil {
		pause := outboxPoll
		more, err := s.drain(ctx)
		switch {
		case err != nil:
			s.cfg.Log.Warn("announcing programmes failed", "error", err)
			pause = outboxRetry
		case more:
			continue
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// drain announces one batch and tells whether there may be more. A failure of
// one screen does not keep back the others.
func (s *Service) drain(ctx context.Context) (more bool, failed error) {
	batch, err := s.cfg.Store.Outgoing(ctx, outboxBatch)
	if err != nil {
		return false, err
	}
	type outcome struct {
		out Outgoing
		err error
	}
	outcomes := make(chan outcome, len(batch))
	for _, o := range batch {
		// The announcer bounds how long it waits; together they share one
		// round trip to the broker instead of one each.
		go func() { outcomes <- outcome{o, s.cfg.Announcer.Announce(ctx, &o)} }()
	}
	var done []Outgoing
	for range batch {
		o := <-outcomes
		if o.err != nil {
			failed = o.err
			continue
		}
		done = append(done, o.out)
	}
	if len(done) > 0 {
		failed = cmp.Or(s.cfg.Store.Announced(ctx, done), failed)
	}
	return failed == nil && len(batch) == outboxBatch, failed
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
