package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cotmoc/controller/internal/proof"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Plays implements proof.Store.
type Plays struct{ db *DB }

var _ proof.Store = Plays{}

// Plays gives the part of the database that knows what was shown.
func (d *DB) Plays() Plays { return Plays{d} }

// Add implements proof.Store.
func (s Plays) Add(ctx context.Context, batches []proof.Batch) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, b := range batches {
			for _, p := range b.Event.Plays {
				err := q.AddPlay(ctx, sqlcgen.AddPlayParams{
					ScreenID: string(b.Screen), ID: string(p.ID), Epoch: int64(p.Programme.Epoch & (1<<63 - 1)), Counter: int64(p.Programme.Counter & (1<<63 - 1)),
					EntryID: string(p.Entry), ItemID: string(p.Item), MediaID: string(p.Media), Digest: string(p.Rendition),
					StartedAt: p.StartedAt, DurationMs: p.DurationMS, ClockState: string(p.Clock), Complete: p.Complete, ReceivedAt: millis(b.ReceivedAt), OrderID: string(p.Order), Touched: p.Touched,
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Find implements proof.Store.
func (s Plays) Find(ctx context.Context, f proof.Filter) (proof.Page, error) {
	var out proof.Page
	after, err := keys(f.Cursor, 3)
	if err != nil {
		return out, err
	}
	until, since := int64(1<<63-1), int64(-1<<63)
	if !f.Until.IsZero() {
		until = millis(f.Until)
	}
	if !f.From.IsZero() {
		since = millis(f.From)
	}
	before := until // with empty keys after it: everything begun before
	if f.Cursor != "" {
		if before, err = strconv.ParseInt(after[0], 10, 64); err != nil {
			return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", f.Cursor)
		}
	}
	r := reachOf(f.Reach)
	total, err := s.db.read().CountPlays(ctx, sqlcgen.CountPlaysParams{
		Today: f.Today, Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, Screen: string(f.Screen), Media: string(f.Media),
		Since: since, Until: until, Most: proof.MostCounted,
	})
	if err != nil {
		return out, err
	}
	out.Total = int(total)
	rows, err := s.db.read().FindPlays(ctx, sqlcgen.FindPlaysParams{
		Today: f.Today, Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, Screen: string(f.Screen), Media: string(f.Media),
		Since: since, BeforeAt: before, BeforeScreen: after[1], BeforeID: after[2], Most: int64(f.Limit) + 1,
	})
	if err != nil {
		return out, err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[len(rows)-1]
		out.Next = cursor(strconv.FormatInt(last.StartedAt, 10), last.ScreenID, last.ID)
	}
	for _, row := range rows {
		title := row.Title
		if row.OrderID != "" {
			title = bulletinTitle(row.OrderBody)
		}
		out.Plays = append(out.Plays, proof.Play{
			ID: playlists.ID(row.ID), Screen: playlists.ID(row.ScreenID), ScreenName: row.ScreenName, Media: playlists.ID(row.MediaID), Title: title, Order: playlists.ID(row.OrderID),
			Digest: playlists.Digest(row.Digest), StartedAt: instant(row.StartedAt), DurationMS: row.DurationMs, Clock: wire.ClockState(row.ClockState), Complete: row.Complete, Touched: row.Touched,
		})
	}
	return out, nil
}

// zoneOffset is that of the days by which people count: Vietnam has had no
// other for fifty years.
const zoneOffset = 7 * time.Hour

// Touches implements proof.Store.
func (s Plays) Touches(ctx context.Context, f proof.Filter) ([]proof.Touches, error) {
	until, since := int64(1<<62), int64(0)
	if !f.Until.IsZero() {
		until = millis(f.Until)
	}
	if !f.From.IsZero() {
		since = millis(f.From)
	}
	r := reachOf(f.Reach)
	rows, err := s.db.read().CountTouches(ctx, sqlcgen.CountTouchesParams{
		ZoneMs: zoneOffset.Milliseconds(), Today: f.Today, Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs,
		Screen: string(f.Screen), Media: string(f.Media), Since: since, Until: until, Most: proof.MostTouches,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot count touches: %w", err)
	}
	out := make([]proof.Touches, len(rows))
	for i, row := range rows {
		out[i] = proof.Touches{
			Day: time.UnixMilli(row.Day * 86_400_000).UTC().Format(time.DateOnly), Media: playlists.ID(row.MediaID), Title: row.Title, Count: int(row.Touches), DurationMS: row.DurationMs,
		}
	}
	return out, nil
}

// bulletinTitle gives the title of a bulletin in its first language, "" when its
// order is not known here.
func bulletinTitle(body []byte) string {
	var o programme.Order
	if programme.Unmarshal(body, &o) != nil || len(o.Text) == 0 {
		return ""
	}
	return o.Text[0].Title
}

// Titles implements watch.Titles.
func (s Plays) Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error) {
	out := make(map[playlists.ID]string, len(media))
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			title, err := q.MediaTitle(ctx, string(id))
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = title
		}
		return nil
	})
	return out, err
}
