package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"cotmoc/controller/internal/profiles"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Profiles implements profiles.Store.
type Profiles struct{ db *DB }

var _ profiles.Store = Profiles{}

// Profiles gives the part of the database that knows screen shapes.
func (d *DB) Profiles() Profiles { return Profiles{d} }

// Kept implements profiles.Store.
func (s Profiles) Kept(ctx context.Context) ([]profiles.Kept, error) {
	rows, err := s.db.read().Profiles(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the profiles: %w", err)
	}
	out := make([]profiles.Kept, len(rows))
	for i, r := range rows {
		out[i] = profiles.Kept{Profile: playlists.Profile(r.Profile), Name: r.Name, Chosen: r.Chosen == 1, By: playlists.ID(r.PersonID), ByName: r.PersonName, At: instant(r.ChangedAt)}
	}
	return out, nil
}

// Put implements profiles.Store.
func (s Profiles) Put(ctx context.Context, k profiles.Kept) error {
	p := sqlcgen.PutProfileParams{Profile: string(k.Profile), Name: k.Name, PersonID: string(k.By), ChangedAt: millis(k.At)}
	if k.Chosen {
		p.Chosen = 1
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.PutProfile(ctx, p); err != nil {
			return fmt.Errorf("cannot keep the profile %s: %w", k.Profile, err)
		}
		return nil
	})
}

// Drop implements profiles.Store.
func (s Profiles) Drop(ctx context.Context, p playlists.Profile) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DropProfile(ctx, string(p)) })
}

// Screens implements profiles.Store.
func (s Profiles) Screens(ctx context.Context) (map[playlists.Profile]int, error) {
	rows, err := s.db.read().ScreensByProfile(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot count screens by profile: %w", err)
	}
	out := map[playlists.Profile]int{}
	for _, r := range rows {
		out[playlists.Profile(r.Profile)] = int(r.Screens)
	}
	return out, nil
}

// Progress implements profiles.Store.
func (s Profiles) Progress(ctx context.Context, p playlists.Profile) (out profiles.Progress, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, c := range []struct {
			to    *int
			count func() (int64, error)
		}{
			{&out.Of, func() (int64, error) { return q.LibrarySize(ctx) }},
			{&out.Rendered, func() (int64, error) { return q.ProfileRendered(ctx, string(p)) }},
			{&out.Failed, func() (int64, error) { return q.ProfileFailed(ctx, string(p)) }},
			{&out.Undecided, func() (int64, error) { return q.ProfileUndecided(ctx, string(p)) }},
		} {
			n, err := c.count()
			if err != nil {
				return fmt.Errorf("cannot count the media of %s: %w", p, err)
			}
			*c.to = int(n)
		}
		return nil
	})
	return out, err
}

// Rendering implements profiles.Store.
func (s Profiles) Rendering(ctx context.Context, most int) (out profiles.Rendering, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		waiting, err := q.RerenderUnfinished(ctx)
		if err != nil {
			return fmt.Errorf("cannot count the jobs of the background: %w", err)
		}
		out.Waiting = int(waiting)
		running, err := q.RerenderRunning(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the jobs of the background: %w", err)
		}
		for _, r := range running {
			out.Running = &profiles.Running{Media: playlists.ID(r.Subject), Title: r.Title, Profile: playlists.Profile(r.Stage), Progress: r.Progress}
		}
		failed, err := q.RerenderFailed(ctx, int64(most))
		if err != nil {
			return fmt.Errorf("cannot read what failed in the background: %w", err)
		}
		for _, r := range failed {
			f := profiles.Failure{Media: playlists.ID(r.Subject), Title: r.Title, Reason: r.Reason}
			if err := json.Unmarshal([]byte(r.Params), &f.Params); err != nil {
				return fmt.Errorf("cannot read why %s failed: %w", r.Subject, err)
			}
			out.Failed = append(out.Failed, f)
		}
		return nil
	})
	return out, err
}
