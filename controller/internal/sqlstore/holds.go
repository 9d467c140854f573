package sqlstore

import (
	"context"
	"fmt"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Policies implements sources.HoldStore.
func (s Sources) Policies(ctx context.Context) (map[string]sources.Policy, error) {
	rows, err := s.db.read().SitePolicies(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read what sites' changes mean: %w", err)
	}
	out := make(map[string]sources.Policy, len(rows))
	for _, r := range rows {
		out[r.SiteID] = sources.Policy(r.Policy)
	}
	return out, nil
}

// SetPolicy implements sources.HoldStore.
func (s Sources) SetPolicy(ctx context.Context, site string, p sources.Policy, by playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.SetSitePolicy(ctx, sqlcgen.SetSitePolicyParams{SiteID: site, Policy: string(p), PersonID: string(by), SetAt: millis(at)})
		if err != nil {
			return fmt.Errorf("cannot keep what changes of %s mean: %w", site, err)
		}
		return nil
	})
}

// HoldWatched implements sources.HoldStore.
func (s Sources) HoldWatched(ctx context.Context, w *sources.Watched, ask sources.Ask) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		stored, err := setWatched(ctx, q, w)
		if err != nil {
			return err
		}
		act := playlists.ActOf(ctx)
		if !stored {
			act.Kind = ""
			return nil
		}
		has, err := q.HoldsOfSite(ctx, sqlcgen.HoldsOfSiteParams{SiteID: ask.Site, After: millis(ask.Since)})
		if err != nil {
			return fmt.Errorf("cannot count what is held for %s: %w", ask.Site, err)
		}
		fresh := 0
		for _, m := range w.Media {
			if !m.Held {
				fresh++
			}
		}
		w.Flooded = int(has.Placed)+fresh > ask.MostSince || int(has.Standing)+fresh > ask.MostAtATime
		if err := q.SetFlooded(ctx, sqlcgen.SetFloodedParams{ID: string(w.ID), Flooded: w.Flooded}); err != nil {
			return fmt.Errorf("cannot keep that too much of %s has changed: %w", ask.Site, err)
		}
		if w.Flooded {
			act.Kind = playlists.SourceFlood
			return nil
		}
		for i, m := range w.Media {
			err := q.AddHold(ctx, sqlcgen.AddHoldParams{
				ID: string(ask.IDs[i]), MediaID: string(m.ID), PageID: string(w.ID), SiteID: ask.Site, Why: string(ask.Why), Since: millis(ask.At),
			})
			if err != nil {
				return fmt.Errorf("cannot hold %s: %w", m.ID, err)
			}
		}
		return nil
	})
}

// Holds implements sources.HoldStore.
func (s Sources) Holds(ctx context.Context) (map[playlists.ID]sources.Hold, error) {
	rows, err := s.db.read().StandingHolds(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read what is held: %w", err)
	}
	out := make(map[playlists.ID]sources.Hold, len(rows))
	for _, r := range rows {
		id := playlists.ID(r.MediaID)
		if _, ok := out[id]; !ok {
			out[id] = sources.Hold{Page: playlists.ID(r.PageID), Why: sources.Upstream(r.Why), Since: instant(r.Since)}
		}
	}
	return out, nil
}

// Untold implements sources.HoldStore.
func (s Sources) Untold(ctx context.Context) ([]sources.Untold, error) {
	rows, err := s.db.read().UntoldHolds(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read what is held: %w", err)
	}
	out := make([]sources.Untold, 0, len(rows))
	for _, r := range rows {
		out = append(out, sources.Untold{ID: playlists.ID(r.ID), Title: r.Title, Ended: instant(r.EndedAt)})
	}
	return out, nil
}

// Told implements sources.HoldStore.
func (s Sources) Told(ctx context.Context, all []sources.Untold) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, u := range all {
			if err := q.HoldTold(ctx, sqlcgen.HoldToldParams{ID: string(u.ID), EndedAt: millis(u.Ended)}); err != nil {
				return fmt.Errorf("cannot keep that screens were told of a hold: %w", err)
			}
		}
		return nil
	})
}

// Held implements publish.Content.
func (s Approval) Held(ctx context.Context) ([]playlists.ID, error) {
	return ids(s.db.read().HeldMedia(ctx))
}
