package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Unwatched implements sources.UpstreamStore.
func (s Sources) Unwatched(ctx context.Context, limit int) (out []*sources.Watched, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.UnwatchedPages(ctx, int64(limit))
		if err != nil {
			return fmt.Errorf("cannot find the pages of approved media: %w", err)
		}
		for _, r := range rows {
			w := &sources.Watched{Unit: playlists.ID(r.UnitID), Address: r.Canonical, Taken: playlists.Digest(r.Taken)}
			found, err := q.FoundAs(ctx, sqlcgen.FoundAsParams(r))
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("cannot read how the page %s was found: %w", r.Canonical, err)
			}
			w.ETag, w.Modified = found.Etag, found.Modified
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

// AddWatched implements sources.UpstreamStore.
func (s Sources) AddWatched(ctx context.Context, w *sources.Watched) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.AddWatched(ctx, sqlcgen.AddWatchedParams{
			ID: string(w.ID), UnitID: string(w.Unit), Canonical: w.Address, Taken: string(w.Taken), Baseline: string(w.Baseline),
			Etag: w.ETag, Modified: w.Modified, State: string(w.State), NoticedAt: millis(w.Noticed), NextAt: millis(w.Next),
		})
		if err != nil {
			return fmt.Errorf("cannot look after the page %s: %w", w.Address, err)
		}
		return nil
	})
}

// DueWatched implements sources.UpstreamStore.
func (s Sources) DueWatched(ctx context.Context, now time.Time) (w *sources.Watched, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		id, err := q.DueWatched(ctx, millis(now))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot find the page that is due: %w", err)
		}
		w, err = getWatched(ctx, q, id)
		return err
	})
	return w, err
}

// Watched implements sources.UpstreamStore.
func (s Sources) Watched(ctx context.Context, id playlists.ID) (w *sources.Watched, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		w, err = getWatched(ctx, q, string(id))
		return err
	})
	return w, err
}

func getWatched(ctx context.Context, q *sqlcgen.Queries, id string) (*sources.Watched, error) {
	r, err := q.GetWatched(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, sources.ChangesMissing(playlists.ID(id))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the watched page %s: %w", id, err)
	}
	w := &sources.Watched{
		ID: playlists.ID(r.ID), Unit: playlists.ID(r.UnitID), Address: r.Canonical, Taken: playlists.Digest(r.Taken), Baseline: playlists.Digest(r.Baseline),
		ETag: r.Etag, Modified: r.Modified, State: sources.Upstream(r.State), Now: playlists.Digest(r.Now),
		Noticed: instant(r.NoticedAt), Checked: instant(r.CheckedAt), Next: instant(r.NextAt), Failures: int(r.Failures), Flooded: r.Flooded,
	}
	if r.Trouble != "" {
		if err := json.Unmarshal([]byte(r.Trouble), &w.Trouble); err != nil {
			return nil, fmt.Errorf("cannot read the watched page %s: %w", id, err)
		}
	}
	media, err := q.MediaOfWatched(ctx, sqlcgen.MediaOfWatchedParams{UnitID: r.UnitID, Canonical: r.Canonical, Taken: r.Taken})
	if err != nil {
		return nil, fmt.Errorf("cannot read what came from the page %s: %w", r.Canonical, err)
	}
	for _, m := range media {
		w.Media = append(w.Media, sources.WatchedMedia{ID: playlists.ID(m.ID), Title: m.Title, Preview: playlists.Digest(m.Preview), Held: m.Held})
	}
	return w, nil
}

// ListWatched implements sources.UpstreamStore.
func (s Sources) ListWatched(ctx context.Context, r playlists.Reach, limit int) (out []*sources.Watched, err error) {
	in := unitReach(r)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		ids, err := q.ListWatched(ctx, sqlcgen.ListWatchedParams{Every: in.every, Units: in.units, Most: int64(limit)})
		if err != nil {
			return fmt.Errorf("cannot list the pages that have changed: %w", err)
		}
		for _, id := range ids {
			w, err := getWatched(ctx, q, id)
			if err != nil {
				return err
			}
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

// WatchedOf implements sources.UpstreamStore.
func (s Sources) WatchedOf(ctx context.Context, media playlists.ID) (w *sources.Watched, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		id, err := q.WatchedOfMedia(ctx, string(media))
		if errors.Is(err, sql.ErrNoRows) {
			return sources.ChangesMissing(media)
		}
		if err != nil {
			return fmt.Errorf("cannot find the page that %s came from: %w", media, err)
		}
		w, err = getWatched(ctx, q, id)
		return err
	})
	return w, err
}

// SetWatched implements sources.UpstreamStore.
func (s Sources) SetWatched(ctx context.Context, w *sources.Watched) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		_, err := setWatched(ctx, q, w)
		return err
	})
}

// setWatched tells whether it stored anything: not when a person has decided
// since.
func setWatched(ctx context.Context, q *sqlcgen.Queries, w *sources.Watched) (bool, error) {
	trouble := ""
	if w.Trouble != nil {
		b, err := json.Marshal(w.Trouble)
		if err != nil {
			return false, fmt.Errorf("cannot keep what became of the page %s: %w", w.Address, err)
		}
		trouble = string(b)
	}
	n, err := q.SetWatched(ctx, sqlcgen.SetWatchedParams{
		ID: string(w.ID), Baseline: string(w.Baseline), Etag: w.ETag, Modified: w.Modified, State: string(w.State), Now: string(w.Now),
		NoticedAt: millis(w.Noticed), CheckedAt: millis(w.Checked), NextAt: millis(w.Next), Failures: int64(w.Failures), Trouble: trouble,
	})
	if err != nil {
		return false, fmt.Errorf("cannot keep what became of the page %s: %w", w.Address, err)
	}
	return n > 0, nil
}

// KeepWatched implements sources.UpstreamStore.
func (s Sources) KeepWatched(ctx context.Context, w *sources.Watched, then playlists.Digest) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.KeepWatched(ctx, sqlcgen.KeepWatchedParams{
			ID: string(w.ID), State: string(w.State), Baseline: string(w.Baseline), NoticedAt: millis(w.Noticed), Seen: string(then),
		})
		if err != nil {
			return fmt.Errorf("cannot keep the media of the page %s: %w", w.Address, err)
		}
		if n == 0 {
			return sources.ChangeNewer(w.ID)
		}
		if err := q.EndHoldsOfPage(ctx, sqlcgen.EndHoldsOfPageParams{At: millis(w.Noticed), PageID: string(w.ID)}); err != nil {
			return fmt.Errorf("cannot end what is held for the page %s: %w", w.Address, err)
		}
		return nil
	})
}
