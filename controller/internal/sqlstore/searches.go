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

// AddSearch implements sources.SearchStore.
func (s Sources) AddSearch(ctx context.Context, x *sources.Search, most int) error {
	query, err := json.Marshal(x.Query)
	if err != nil {
		return fmt.Errorf("cannot keep the search %s: %w", x.ID, err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.CountSearches(ctx, string(x.Unit))
		if err != nil {
			return fmt.Errorf("cannot count the searches of the unit %s: %w", x.Unit, err)
		}
		if n >= int64(most) {
			return playlists.Errorf(playlists.Conflict, "searches_full", playlists.Params{"max": most}, "cannot save more than %d searches: delete one first", most)
		}
		err = q.AddSearch(ctx, sqlcgen.AddSearchParams{
			ID: string(x.ID), UnitID: string(x.Unit), Name: x.Name, Query: string(query), EveryHours: int64(x.Every / time.Hour),
			PersonID: string(x.By), CreatedAt: millis(x.Created), NextAt: millis(x.Next),
		})
		if err != nil {
			return fmt.Errorf("cannot keep the search %s: %w", x.ID, err)
		}
		return nil
	})
}

// Search implements sources.SearchStore.
func (s Sources) Search(ctx context.Context, id playlists.ID) (x *sources.Search, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		x, err = getSearch(ctx, q, string(id))
		return err
	})
	return x, err
}

func getSearch(ctx context.Context, q *sqlcgen.Queries, id string) (*sources.Search, error) {
	row, err := q.GetSearch(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, sources.SearchMissing(playlists.ID(id))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the search %s: %w", id, err)
	}
	r := row.Search
	x := &sources.Search{
		ID: playlists.ID(r.ID), Unit: playlists.ID(r.UnitID), Name: r.Name, Every: time.Duration(r.EveryHours) * time.Hour,
		Paused: r.Paused, Deleted: r.Deleted, By: playlists.ID(r.PersonID), ByName: row.PersonName, Created: instant(r.CreatedAt),
		Next: instant(r.NextAt), Last: instant(r.LastAt), Found: int(r.Found), Missed: int(r.Missed), Waiting: int(row.Waiting), Failures: int(r.Failures),
	}
	err = json.Unmarshal([]byte(r.Query), &x.Query)
	if r.Trouble != "" {
		err = errors.Join(err, json.Unmarshal([]byte(r.Trouble), &x.Trouble))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the search %s: %w", id, err)
	}
	return x, nil
}

// ListSearches implements sources.SearchStore.
func (s Sources) ListSearches(ctx context.Context, r playlists.Reach) (out []*sources.Search, err error) {
	in := unitReach(r)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		ids, err := q.ListSearches(ctx, sqlcgen.ListSearchesParams{Every: in.every, Units: in.units})
		if err != nil {
			return fmt.Errorf("cannot list the searches: %w", err)
		}
		for _, id := range ids {
			x, err := getSearch(ctx, q, id)
			if err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// DueSearch implements sources.SearchStore.
func (s Sources) DueSearch(ctx context.Context, now time.Time) (x *sources.Search, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		id, err := q.DueSearch(ctx, millis(now))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot find the search that is due: %w", err)
		}
		x, err = getSearch(ctx, q, id)
		return err
	})
	return x, err
}

// ChangeSearch implements sources.SearchStore.
func (s Sources) ChangeSearch(ctx context.Context, x *sources.Search) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.ChangeSearch(ctx, sqlcgen.ChangeSearchParams{
			ID: string(x.ID), Paused: x.Paused, Deleted: x.Deleted, NextAt: millis(x.Next), Failures: int64(x.Failures),
		})
		if err != nil {
			return fmt.Errorf("cannot change the search %s: %w", x.ID, err)
		}
		return nil
	})
}

// SearchRun implements sources.SearchStore.
func (s Sources) SearchRun(ctx context.Context, x *sources.Search, tried map[string]int) error {
	trouble := ""
	if x.Trouble != nil {
		b, err := json.Marshal(x.Trouble)
		if err != nil {
			return fmt.Errorf("cannot keep what became of the search %s: %w", x.ID, err)
		}
		trouble = string(b)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.SetSearchRun(ctx, sqlcgen.SetSearchRunParams{
			ID: string(x.ID), NextAt: millis(x.Next), LastAt: millis(x.Last), Found: int64(x.Found), Missed: int64(x.Missed), Failures: int64(x.Failures), Trouble: trouble,
		})
		for key, times := range tried {
			err = errors.Join(err, q.AddSearchMiss(ctx, sqlcgen.AddSearchMissParams{SearchID: string(x.ID), PageKey: key, Times: int64(times)}))
		}
		if err != nil {
			return fmt.Errorf("cannot keep what became of the search %s: %w", x.ID, err)
		}
		return nil
	})
}

// Tried implements sources.SearchStore.
func (s Sources) Tried(ctx context.Context, id playlists.ID) (map[string]int, error) {
	out := map[string]int{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.SearchMisses(ctx, string(id))
		if err != nil {
			return fmt.Errorf("cannot read what the search %s tried: %w", id, err)
		}
		for _, r := range rows {
			out[r.PageKey] = int(r.Times)
		}
		return nil
	})
	return out, err
}
