package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"cotmoc/controller/internal/shortlink"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// ShortLinks implements shortlink.Store.
type ShortLinks struct{ db *DB }

var _ shortlink.Store = ShortLinks{}

// ShortLinks gives the part of the database that knows where codes lead.
func (d *DB) ShortLinks() ShortLinks { return ShortLinks{d} }

// KeepLink implements shortlink.Store.
func (s ShortLinks) KeepLink(ctx context.Context, l *shortlink.Link, source playlists.Digest) error {
	pages, err := json.Marshal(l.Pages)
	if err != nil {
		return fmt.Errorf("cannot keep the code %s: %w", l.Code, err)
	}
	want := sqlcgen.ShortLink{Code: l.Code, Language: l.Language, Page: l.Page, Pages: string(pages)}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.AddShortLink(ctx, sqlcgen.AddShortLinkParams(want))
		if err != nil {
			return fmt.Errorf("cannot keep the code %s: %w", l.Code, err)
		}
		kept, err := q.ShortLink(ctx, l.Code)
		if err != nil {
			return fmt.Errorf("cannot read the code %s: %w", l.Code, err)
		}
		if kept != want {
			return playlists.Errorf(playlists.Conflict, "code_taken", nil, "cannot let the code %s lead elsewhere: it leads somewhere already; try again", l.Code)
		}
		if err := q.AddShortSource(ctx, sqlcgen.AddShortSourceParams{Code: l.Code, Source: string(source)}); err != nil {
			return fmt.Errorf("cannot keep what names the code %s: %w", l.Code, err)
		}
		return nil
	})
}

// Known implements shortlink.Store.
func (s ShortLinks) Known(ctx context.Context, code string) (bool, error) {
	_, err := s.db.read().ShortLink(ctx, code)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot look for the code %s: %w", code, err)
	}
	return true, nil
}

// Live implements shortlink.Store.
func (s ShortLinks) Live(ctx context.Context, code string) (*shortlink.Link, error) {
	row, err := s.db.read().LiveShortLink(ctx, code)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot look for the code %s: %w", code, err)
	}
	l := &shortlink.Link{Code: row.Code, Language: row.Language, Page: row.Page}
	if err := json.Unmarshal([]byte(row.Pages), &l.Pages); err != nil {
		return nil, fmt.Errorf("cannot read the code %s: %w", code, err)
	}
	return l, nil
}

// AddScans implements shortlink.Store.
func (s ShortLinks) AddScans(ctx context.Context, counts []shortlink.Count) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, c := range counts {
			err := q.AddScans(ctx, sqlcgen.AddScansParams{Code: c.Code, Day: c.Day, Language: c.Language, Scans: int64(c.Scans)})
			if err != nil {
				return fmt.Errorf("cannot count the scans of %s: %w", c.Code, err)
			}
		}
		return nil
	})
}

// Uses implements shortlink.Store.
func (s ShortLinks) Uses(ctx context.Context, media playlists.ID, v shortlink.Viewer, since string, limit int) (out []shortlink.Used, err error) {
	in := unitReach(v.Reach)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		found, err := q.MediaWithCodes(ctx, sqlcgen.MediaWithCodesParams{
			Media: string(media), Every: in.every, Units: in.units, Person: string(v.Person), Most: int64(limit),
		})
		if err != nil {
			return fmt.Errorf("cannot list the media that have codes: %w", err)
		}
		for _, m := range found {
			u := shortlink.Used{Media: playlists.ID(m.ID), Title: m.Title, State: playlists.MediaState(m.State)}
			rows, err := q.ScansOfMedia(ctx, sqlcgen.ScansOfMediaParams{Since: since, Media: m.ID})
			if err != nil {
				return fmt.Errorf("cannot count the scans of %s: %w", m.ID, err)
			}
			for _, r := range rows {
				u.Counts = append(u.Counts, shortlink.Count{Day: r.Day, Language: r.Language, Scans: int(r.Scans)})
			}
			out = append(out, u)
		}
		return nil
	})
	return out, err
}
