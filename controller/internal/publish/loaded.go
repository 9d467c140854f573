package publish

import (
	"context"
	"crypto/ed25519"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// current is the newest programme of a screen, verified once.
type current struct {
	epoch, counter uint64
	loaded         *programme.Loaded
}

// Loaded gives what previews ask: a screen's published programme, or, with
// draft, what it would be if the plan were published now. Items of a draft
// that are not approved are left out.
func (s *Service) Loaded(ctx context.Context, screen playlists.ID, draft bool) (*programme.Loaded, error) {
	if !draft {
		c, err := s.current(ctx, screen)
		if err != nil {
			return nil, err
		}
		return c.loaded, nil
	}
	plan, err := s.cfg.Plans.Plan(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	media, err := s.cfg.Content.Approved(ctx, plan.Media())
	if err != nil {
		return nil, err
	}
	approved := plan.Only(func(id playlists.ID) bool { _, ok := media[id]; return ok })
	for _, sc := range st.screens {
		if sc.ID == screen {
			m, err := s.compile(st, sc, &approved, media, s.cfg.Now())
			if err != nil {
				return nil, err
			}
			return s.load(ctx, m)
		}
	}
	return nil, playlists.Errorf(playlists.NotFound, "screen_missing", nil, "cannot find screen %s: it may have been revoked", screen)
}

// current loads the newest programme of a screen once.
func (s *Service) current(ctx context.Context, screen playlists.ID) (*current, error) {
	p, err := s.cfg.Store.LatestProgramme(ctx, screen)
	if err != nil {
		return nil, err
	}
	s.loadedMu.Lock()
	c := s.loaded[screen]
	s.loadedMu.Unlock()
	if c != nil && c.epoch == p.Epoch && c.counter == p.Counter {
		return c, nil
	}
	c = &current{epoch: p.Epoch, counter: p.Counter}
	c.loaded, err = s.reread(screen, p.Envelope, func(d playlists.Digest) ([]byte, error) { return s.object(ctx, d) })
	if err != nil {
		return nil, err
	}
	s.keep(screen, c)
	return c, nil
}

func (s *Service) keep(screen playlists.ID, c *current) {
	s.loadedMu.Lock()
	defer s.loadedMu.Unlock()
	s.loaded[screen] = c
}

// observe tells what a screen is wanted to play.
func (s *Service) observe(ctx context.Context, screen playlists.ID) {
	c, err := s.current(ctx, screen)
	if err != nil {
		s.cfg.Log.Error("stored programme cannot be read back", "screen", screen, "error", err)
		return
	}
	s.cfg.Observer.Wanted(screen, c.loaded)
}

func publicKey(key ed25519.PrivateKey) programme.PublicKey {
	return programme.NewPublicKey(key.Public().(ed25519.PublicKey))
}
