package publish

import (
	"context"
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// current is the newest programme of a screen, ready to be asked.
type current struct {
	counter  uint64
	issuedAt time.Time
	loaded   *programme.Loaded
	resolver *schedule.Resolver
}

// Due is what a screen is to show at an instant.
type Due struct {
	Playing   bool // false: the slate, because nothing is due
	Entry     playlists.ID
	Item      playlists.ID
	Media     playlists.ID // of the slate when not Playing; "" without one
	Rendition playlists.Digest
	Start     time.Time
	End       time.Time
}

// Wanted gives the number of the newest programme of a screen: NotFound, reason
// "programme_missing", when it has none.
func (s *Service) Wanted(ctx context.Context, screen playlists.ID) (epoch, counter uint64, issuedAt time.Time, err error) {
	p, err := s.cfg.Store.LatestProgramme(ctx, screen)
	if err != nil {
		return 0, 0, time.Time{}, err
	}
	return p.Epoch, p.Counter, p.IssuedAt, nil
}

// Due tells what the newest programme of a screen shows at t.
func (s *Service) Due(ctx context.Context, screen playlists.ID, t time.Time) (Due, error) {
	c, err := s.current(ctx, screen)
	if err != nil {
		return Due{}, err
	}
	return dueAt(c, t), nil
}

func dueAt(c *current, t time.Time) Due {
	slot := c.resolver.At(t)
	d := Due{Playing: slot.Playing, Start: slot.Start, End: slot.End}
	switch {
	case slot.Playing:
		it := c.loaded.Item(slot.Entry, slot.Item)
		d.Entry, d.Item = c.loaded.Entries[slot.Entry].ID, it.ID
		d.Media, d.Rendition = it.Showing.Media, it.Showing.Rendition
	case c.loaded.Slate != nil:
		d.Media, d.Rendition = c.loaded.Slate.Media, c.loaded.Slate.Rendition
	}
	return d
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
	if c != nil && c.counter == p.Counter {
		return c, nil
	}
	c = &current{counter: p.Counter, issuedAt: p.IssuedAt}
	if c.loaded, err = s.verify(ctx, screen, p.Envelope, nil); err != nil {
		return nil, err
	}
	plan, err := c.loaded.Plan()
	if err != nil {
		return nil, err
	}
	if c.resolver, err = schedule.NewResolver(plan); err != nil {
		return nil, err
	}
	s.loadedMu.Lock()
	s.loaded[screen] = c
	s.loadedMu.Unlock()
	return c, nil
}

func publicKey(key ed25519.PrivateKey) programme.PublicKey {
	return programme.NewPublicKey(key.Public().(ed25519.PublicKey))
}
