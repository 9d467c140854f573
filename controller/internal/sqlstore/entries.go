package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cotmoc/controller/internal/planning"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

func entryOf(r sqlcgen.EntryRow) (planning.Entry, error) {
	e := planning.Entry{
		ID: playlists.ID(r.ID), Title: r.Title, Playlist: playlists.ID(r.PlaylistID), PlaylistTitle: r.PlaylistTitle, Unit: playlists.ID(r.UnitID),
		Priority: int(r.Priority), Enabled: r.Enabled, Version: int(r.Version),
	}
	err := errors.Join(json.Unmarshal([]byte(r.Target), &e.Target), json.Unmarshal([]byte(r.Rule), &e.Rule))
	if err != nil {
		err = fmt.Errorf("cannot read schedule entry %s: %w", r.ID, err)
	}
	return e, err
}

// packed gives the stored forms of an entry's target and rule.
func packed(e planning.Entry) (target, rule string, err error) {
	t, err := json.Marshal(e.Target)
	if err != nil {
		return "", "", err
	}
	r, err := json.Marshal(e.Rule)
	return string(t), string(r), err
}

// Entries implements planning.Store.
func (s Planning) Entries(ctx context.Context, in playlists.Reach, p planning.Page) (planning.Listed[planning.Entry], error) {
	var out planning.Listed[planning.Entry]
	after, err := keys(p.Cursor, 2)
	if err != nil {
		return out, err
	}
	var at int64
	if after[0] != "" {
		if at, err = strconv.ParseInt(after[0], 10, 64); err != nil {
			return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", p.Cursor)
		}
	}
	r := unitReach(in)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		total, err := q.CountEntries(ctx, sqlcgen.CountEntriesParams{Pattern: pattern(p.Text), Every: r.every, Units: r.units})
		if err != nil {
			return err
		}
		rows, err := q.Entries(ctx, sqlcgen.EntriesParams{Pattern: pattern(p.Text), Every: r.every, Units: r.units, AfterAt: at, AfterID: after[1], Most: int64(p.Limit)})
		if err != nil {
			return err
		}
		out.Total = int(total)
		for _, row := range rows {
			e, err := entryOf(sqlcgen.EntryRow(row))
			if err != nil {
				return err
			}
			out.Items = append(out.Items, e)
		}
		if n := len(rows); n == p.Limit && n > 0 {
			out.Next = cursor(strconv.FormatInt(rows[n-1].CreatedAt, 10), rows[n-1].ID)
		}
		return nil
	})
	return out, err
}

// Entry implements planning.Store.
func (s Planning) Entry(ctx context.Context, id playlists.ID) (planning.Entry, error) {
	r, err := s.db.read().Entry(ctx, string(id))
	if err != nil {
		return planning.Entry{}, missing(err, planning.NoEntry(id))
	}
	return entryOf(r)
}

// AddEntry implements planning.Store.
func (s Planning) AddEntry(ctx context.Context, e planning.Entry, by playlists.ID, at time.Time) error {
	target, rule, err := packed(e)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddEntry(ctx, sqlcgen.AddEntryParams{
			ID: string(e.ID), Title: e.Title, TitleFolded: playlists.Fold(e.Title), PlaylistID: string(e.Playlist), Target: target, Rule: rule,
			Priority: int64(e.Priority), Enabled: e.Enabled, Version: int64(e.Version), At: millis(at), By: string(by),
		})
	})
}

// SaveEntry implements planning.Store.
func (s Planning) SaveEntry(ctx context.Context, e planning.Entry, by playlists.ID, at time.Time) error {
	target, rule, err := packed(e)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.SaveEntry(ctx, sqlcgen.SaveEntryParams{
			Title: e.Title, TitleFolded: playlists.Fold(e.Title), PlaylistID: string(e.Playlist), Target: target, Rule: rule,
			Priority: int64(e.Priority), Enabled: e.Enabled, Version: int64(e.Version), UpdatedAt: millis(at), UpdatedBy: string(by), ID: string(e.ID),
		})
		if err == nil && n == 0 {
			return planning.EntryChanged(e.Title, e.Version)
		}
		return err
	})
}

// DeleteEntry implements planning.Store.
func (s Planning) DeleteEntry(ctx context.Context, id playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DeleteEntry(ctx, string(id)) })
}

// Slate implements planning.Store.
func (s Planning) Slate(ctx context.Context, p playlists.Profile) (planning.Slate, error) {
	media, err := s.db.read().Slate(ctx, string(p))
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return planning.Slate{Profile: p, Media: playlists.ID(media)}, err
}

// SetSlate implements planning.Store.
func (s Planning) SetSlate(ctx context.Context, slate planning.Slate, by playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if slate.Media == "" {
			return q.ClearSlate(ctx, string(slate.Profile))
		}
		return q.SetSlate(ctx, sqlcgen.SetSlateParams{Profile: string(slate.Profile), MediaID: string(slate.Media), SetAt: millis(at), SetBy: string(by)})
	})
}

// Plan implements planning.Store.
func (s Planning) Plan(ctx context.Context) (*programme.Plan, error) {
	plan := &programme.Plan{Slates: map[playlists.Profile]playlists.ID{}}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		slates, err := q.Slates(ctx)
		if err != nil {
			return err
		}
		for _, sl := range slates {
			plan.Slates[playlists.Profile(sl.Profile)] = playlists.ID(sl.MediaID)
		}
		rows, err := q.EnabledEntries(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p, err := getPlaylist(ctx, q, playlists.ID(r.PlaylistID))
			if err != nil {
				return err
			}
			e, err := entryOf(sqlcgen.EntryRow{ID: r.ID, Title: r.Title, PlaylistID: r.PlaylistID, Target: r.Target, Rule: r.Rule, Priority: r.Priority, Enabled: r.Enabled, Version: r.Version})
			if err != nil {
				return err
			}
			plan.Entries = append(plan.Entries, programme.PlanEntry{ID: e.ID, Version: e.Version, Title: e.Title, Target: e.Target, Rule: e.Rule, Priority: e.Priority, Playlist: p.Playlist})
		}
		return nil
	})
	return plan, err
}

// Screens implements planning.Store and publish.Screens.
func (s Planning) Screens(ctx context.Context) ([]playlists.Screen, error) {
	rows, err := s.db.read().PlannedScreens(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]playlists.Screen, len(rows))
	for i, r := range rows {
		out[i] = playlists.Screen{ID: playlists.ID(r.ID), Name: r.Name, Cluster: playlists.ID(r.ClusterID), Profile: playlists.Profile(r.Profile), TimeZone: r.TimeZone}
		if err := json.Unmarshal([]byte(r.Tags), &out[i].Tags); err != nil {
			return nil, fmt.Errorf("cannot read the tags of screen %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// Clusters implements planning.Store.
func (s Planning) Clusters(ctx context.Context) ([]playlists.ID, error) {
	return ids(s.db.read().PlannedClusters(ctx))
}
