package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Sources implements sources.Store.
type Sources struct{ db *DB }

var _ sources.Store = Sources{}

// Sources gives the part of the database that knows sites and what was found on
// them.
func (d *DB) Sources() Sources { return Sources{d} }

// Sites implements sources.Store.
func (s Sources) Sites(ctx context.Context) (map[string]sources.SiteText, error) {
	out := map[string]sources.SiteText{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.SiteTexts(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the site descriptions: %w", err)
		}
		for _, r := range rows {
			out[r.SiteID] = sources.SiteText{Text: r.Text, Version: int(r.Version)}
		}
		return nil
	})
	return out, err
}

// SaveSite implements sources.Store.
func (s Sources) SaveSite(ctx context.Context, id string, t sources.SiteText, by playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var n int64
		var err error
		if t.Version == 1 {
			n, err = q.AddSiteText(ctx, sqlcgen.AddSiteTextParams{SiteID: id, Text: t.Text, Version: 1, PersonID: string(by), ChangedAt: millis(at)})
		} else {
			n, err = q.ChangeSiteText(ctx, sqlcgen.ChangeSiteTextParams{SiteID: id, Text: t.Text, Version: int64(t.Version), PersonID: string(by), ChangedAt: millis(at)})
		}
		if err != nil {
			return fmt.Errorf("cannot save the site description %s: %w", id, err)
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "site_changed", playlists.Params{"id": id}, "cannot save the description of %s: somebody has changed it since; open it again", id)
		}
		return nil
	})
}

// Tests implements sources.Store.
func (s Sources) Tests(ctx context.Context) (map[string]map[string]sources.Tested, error) {
	out := map[string]map[string]sources.Tested{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.SiteTests(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the tests of site descriptions: %w", err)
		}
		for _, r := range rows {
			if out[r.SiteID] == nil {
				out[r.SiteID] = map[string]sources.Tested{}
			}
			out[r.SiteID][r.Kind] = sources.Tested{Version: int(r.Version), Address: r.Address, By: playlists.ID(r.PersonID), ByName: r.PersonName, At: instant(r.TestedAt)}
		}
		return nil
	})
	return out, err
}

// SaveTest implements sources.Store.
func (s Sources) SaveTest(ctx context.Context, site, kind string, t sources.Tested) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.PutSiteTest(ctx, sqlcgen.PutSiteTestParams{
			SiteID: site, Kind: kind, Version: int64(t.Version), Address: t.Address, PersonID: string(t.By), TestedAt: millis(t.At),
		})
		if err != nil {
			return fmt.Errorf("cannot keep the test of %s: %w", site, err)
		}
		return nil
	})
}

// PutFind implements sources.Store.
func (s Sources) PutFind(ctx context.Context, f *sources.Find) (out *sources.Find, err error) {
	article, err1 := json.Marshal(f.Article)
	mix, err2 := json.Marshal(f.Mix)
	origin, err3 := json.Marshal(f.Origin)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("cannot keep the page %s: %w", f.Origin.Canonical, err)
	}
	err = s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.PutFind(ctx, sqlcgen.PutFindParams{
			ID: string(f.ID), SiteID: f.Site, PageKey: f.Key, Canonical: f.Origin.Canonical, Language: f.Language, UnitID: string(f.Unit),
			Article: string(article), Mix: string(mix), Origin: string(origin), Etag: f.ETag, Modified: f.Modified, State: string(f.State),
			PersonID: string(f.By), FetchedAt: millis(f.Origin.Fetched), SearchID: string(f.Search),
		})
		if err != nil {
			return fmt.Errorf("cannot keep the page %s: %w", f.Origin.Canonical, err)
		}
		id, err := q.FindOfPage(ctx, sqlcgen.FindOfPageParams{UnitID: string(f.Unit), Canonical: f.Origin.Canonical})
		if err != nil {
			return fmt.Errorf("cannot read the page %s: %w", f.Origin.Canonical, err)
		}
		out, err = getFind(ctx, q, id)
		return err
	})
	return out, err
}

// Find implements sources.Store.
func (s Sources) Find(ctx context.Context, id playlists.ID) (f *sources.Find, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		f, err = getFind(ctx, q, string(id))
		return err
	})
	return f, err
}

func getFind(ctx context.Context, q *sqlcgen.Queries, id string) (*sources.Find, error) {
	row, err := q.GetFind(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, sources.FindMissing(playlists.ID(id))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the find %s: %w", id, err)
	}
	r := row.Find
	f := &sources.Find{
		ID: playlists.ID(r.ID), Site: r.SiteID, Key: r.PageKey, Language: r.Language, Unit: playlists.ID(r.UnitID), ETag: r.Etag, Modified: r.Modified,
		State: sources.State(r.State), Reason: r.Reason, By: playlists.ID(r.PersonID), ByName: row.PersonName, DecidedAt: instant(r.DecidedAt),
		Search: playlists.ID(r.SearchID), SearchName: row.SearchName,
	}
	err = errors.Join(json.Unmarshal([]byte(r.Article), &f.Article), json.Unmarshal([]byte(r.Mix), &f.Mix), json.Unmarshal([]byte(r.Origin), &f.Origin))
	if err != nil {
		return nil, fmt.Errorf("cannot read the find %s: %w", id, err)
	}
	media, err := q.MediaOfFind(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("cannot read what was made of the find %s: %w", id, err)
	}
	for _, m := range media {
		f.Media = append(f.Media, playlists.ID(m))
	}
	return f, nil
}

// ListFinds implements sources.Store.
func (s Sources) ListFinds(ctx context.Context, r playlists.Reach, state sources.State, search playlists.ID, limit int) (out []*sources.Find, err error) {
	in := unitReach(r)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		ids, err := q.ListFinds(ctx, sqlcgen.ListFindsParams{State: string(state), Search: string(search), Every: in.every, Units: in.units, Most: int64(limit)})
		if err != nil {
			return fmt.Errorf("cannot list the tray: %w", err)
		}
		for _, id := range ids {
			f, err := getFind(ctx, q, id)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// Marks implements sources.Store.
func (s Sources) Marks(ctx context.Context, r playlists.Reach, keys []string) (map[string]sources.Mark, error) {
	in := unitReach(r)
	out := map[string]sources.Mark{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, key := range keys {
			row, err := q.MarkOf(ctx, sqlcgen.MarkOfParams{PageKey: key, Every: in.every, Units: in.units})
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return fmt.Errorf("cannot look for what is known of %s: %w", key, err)
			}
			out[key] = sources.Mark{Find: playlists.ID(row.ID), State: sources.State(row.State), Upstream: sources.Upstream(row.Upstream)}
		}
		return nil
	})
	return out, err
}

// InLanguages implements sources.Store.
func (s Sources) InLanguages(ctx context.Context, r playlists.Reach, key string) (out []sources.InLanguage, err error) {
	in := unitReach(r)
	rows, err := s.db.read().PagesOfKey(ctx, sqlcgen.PagesOfKeyParams{PageKey: key, Every: in.every, Units: in.units})
	if err != nil {
		return nil, fmt.Errorf("cannot look for the languages of %s: %w", key, err)
	}
	for _, row := range rows {
		if !slices.ContainsFunc(out, func(x sources.InLanguage) bool { return x.Language == row.Language }) {
			out = append(out, sources.InLanguage{Language: row.Language, Address: row.Canonical})
		}
	}
	return out, nil
}

// DecideFind implements sources.Store.
func (s Sources) DecideFind(ctx context.Context, f *sources.Find, media []sources.Draft) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.DecideFind(ctx, sqlcgen.DecideFindParams{
			ID: string(f.ID), State: string(f.State), Reason: f.Reason, PersonID: string(f.By), DecidedAt: millis(f.DecidedAt),
		})
		if err != nil {
			return fmt.Errorf("cannot change the find %s: %w", f.ID, err)
		}
		for _, m := range media {
			if err := q.AddFindMedia(ctx, sqlcgen.AddFindMediaParams{FindID: string(f.ID), MediaID: string(m.Media), Place: int64(m.Place)}); err != nil {
				return fmt.Errorf("cannot keep what was made of the find %s: %w", f.ID, err)
			}
		}
		return nil
	})
}
