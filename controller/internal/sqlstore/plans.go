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
)

// Planning implements planning.Store.
type Planning struct{ db *DB }

var _ planning.Store = Planning{}

// Planning gives the part of the database that keeps plans.
func (d *DB) Planning() Planning { return Planning{d} }

// storedItem is an item as it is kept.
type storedItem struct {
	ID         playlists.ID         `json:"id"`
	Media      playlists.ID         `json:"media"`
	DurationMS int64                `json:"duration_ms"`
	Transition playlists.Transition `json:"transition"`
}

func packItems(items []playlists.Item) (string, error) {
	out := make([]storedItem, len(items))
	for i, it := range items {
		out[i] = storedItem{it.ID, it.Media, it.Duration.Milliseconds(), it.Transition}
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func unpackItems(text string) ([]playlists.Item, error) {
	var in []storedItem
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, fmt.Errorf("cannot read the items of a playlist: %w", err)
	}
	out := make([]playlists.Item, len(in))
	for i, it := range in {
		out[i] = playlists.Item{ID: it.ID, Media: it.Media, Duration: time.Duration(it.DurationMS) * time.Millisecond, Transition: it.Transition}
	}
	return out, nil
}

// Playlists implements planning.Store.
func (s Planning) Playlists(ctx context.Context, in playlists.Reach, p planning.Page) (planning.Listed[planning.Playlist], error) {
	var out planning.Listed[planning.Playlist]
	after, err := keys(p.Cursor, 2)
	if err != nil {
		return out, err
	}
	r := unitReach(in)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		total, err := q.CountPlaylists(ctx, sqlcgen.CountPlaylistsParams{Pattern: pattern(p.Text), Every: r.every, Units: r.units})
		if err != nil {
			return err
		}
		rows, err := q.PlaylistIDs(ctx, sqlcgen.PlaylistIDsParams{Pattern: pattern(p.Text), Every: r.every, Units: r.units, AfterTitle: after[0], AfterID: after[1], Most: int64(p.Limit)})
		if err != nil {
			return err
		}
		out.Total = int(total)
		for _, row := range rows {
			list, err := getPlaylist(ctx, q, playlists.ID(row.ID))
			if err != nil {
				return err
			}
			out.Items = append(out.Items, list)
		}
		if n := len(rows); n == p.Limit && n > 0 {
			out.Next = cursor(rows[n-1].TitleFolded, rows[n-1].ID)
		}
		return nil
	})
	return out, err
}

// Playlist implements planning.Store.
func (s Planning) Playlist(ctx context.Context, id playlists.ID) (planning.Playlist, error) {
	var out planning.Playlist
	err := s.db.view(ctx, func(q *sqlcgen.Queries) (err error) {
		out, err = getPlaylist(ctx, q, id)
		return err
	})
	return out, err
}

func getPlaylist(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (planning.Playlist, error) {
	r, err := q.GetPlaylist(ctx, string(id))
	if err != nil {
		return planning.Playlist{}, missing(err, planning.NoPlaylist(id))
	}
	items, err := unpackItems(r.Items)
	if err != nil {
		return planning.Playlist{}, err
	}
	out := planning.Playlist{
		Playlist: playlists.Playlist{
			ID: playlists.ID(r.ID), Title: r.Title, Unit: playlists.ID(r.UnitID), Version: int(r.Version), Items: items,
			UpdatedAt: instant(r.UpdatedAt), UpdatedBy: playlists.ID(r.UpdatedBy),
		},
		UpdatedByName: r.SavedByName, UnitName: r.UnitName,
	}
	rows, err := q.EntriesOfPlaylist(ctx, string(id))
	if err != nil {
		return out, err
	}
	for _, row := range rows {
		e, err := entryOf(sqlcgen.EntryRow(row))
		if err != nil {
			return out, err
		}
		out.UsedBy = append(out.UsedBy, e)
	}
	return out, nil
}

// Versions implements planning.Store.
func (s Planning) Versions(ctx context.Context, id playlists.ID, p planning.Page) (planning.Listed[planning.Version], error) {
	var out planning.Listed[planning.Version]
	after, err := keys(p.Cursor, 1)
	if err != nil {
		return out, err
	}
	before := int64(1) << 62
	if after[0] != "" {
		if before, err = strconv.ParseInt(after[0], 10, 64); err != nil {
			return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", p.Cursor)
		}
	}
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		total, err := q.CountPlaylistVersions(ctx, string(id))
		if err != nil {
			return err
		}
		rows, err := q.PlaylistVersions(ctx, sqlcgen.PlaylistVersionsParams{PlaylistID: string(id), Before: before, Most: int64(p.Limit)})
		if err != nil {
			return err
		}
		out.Total = int(total)
		for _, row := range rows {
			v, err := versionOf(row)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, v)
		}
		if n := len(rows); n == p.Limit && n > 0 {
			out.Next = cursor(strconv.FormatInt(rows[n-1].Version, 10))
		}
		return nil
	})
	return out, err
}

func versionOf(r sqlcgen.PlaylistVersion) (planning.Version, error) {
	items, err := unpackItems(r.Items)
	return planning.Version{Playlist: playlists.Playlist{
		ID: playlists.ID(r.PlaylistID), Title: r.Title, Version: int(r.Version), Items: items,
		UpdatedAt: instant(r.SavedAt), UpdatedBy: playlists.ID(r.SavedBy),
	}, UpdatedByName: r.SavedByName}, err
}

// Version implements planning.Store.
func (s Planning) Version(ctx context.Context, id playlists.ID, version int) (planning.Version, error) {
	r, err := s.db.read().PlaylistVersion(ctx, sqlcgen.PlaylistVersionParams{PlaylistID: string(id), Version: int64(version)})
	if err != nil {
		return planning.Version{}, missing(err, playlists.Errorf(playlists.NotFound, "version_missing", playlists.Params{"version": version}, "cannot find version %d of this playlist: choose one from its list", version))
	}
	return versionOf(r)
}

// AddPlaylist implements planning.Store.
func (s Planning) AddPlaylist(ctx context.Context, p planning.Playlist) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.AddPlaylist(ctx, sqlcgen.AddPlaylistParams{
			ID: string(p.ID), UnitID: string(p.Unit), Title: p.Title, TitleFolded: playlists.Fold(p.Title), Version: int64(p.Version),
			UpdatedAt: millis(p.UpdatedAt), UpdatedBy: string(p.UpdatedBy),
		}); err != nil {
			return err
		}
		return addVersion(ctx, q, &p)
	})
}

// addVersion stores a playlist's items as a version and as what it names now.
func addVersion(ctx context.Context, q *sqlcgen.Queries, p *planning.Playlist) error {
	items, err := packItems(p.Items)
	if err != nil {
		return err
	}
	if err := q.AddPlaylistVersion(ctx, sqlcgen.AddPlaylistVersionParams{
		PlaylistID: string(p.ID), Version: int64(p.Version), Title: p.Title, Items: items,
		SavedAt: millis(p.UpdatedAt), SavedBy: string(p.UpdatedBy), SavedByName: p.UpdatedByName,
	}); err != nil {
		return err
	}
	if err := q.ClearPlaylistMedia(ctx, string(p.ID)); err != nil {
		return err
	}
	for _, it := range p.Items {
		if err := q.AddPlaylistMedia(ctx, sqlcgen.AddPlaylistMediaParams{MediaID: string(it.Media), PlaylistID: string(p.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// SavePlaylist implements planning.Store.
func (s Planning) SavePlaylist(ctx context.Context, id playlists.ID, change func(p *planning.Playlist) (bool, error)) (planning.Playlist, error) {
	var p planning.Playlist
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var err error
		if p, err = getPlaylist(ctx, q, id); err != nil {
			return err
		}
		old := p.Version
		forget, err := change(&p)
		if err != nil {
			return err
		}
		if err := q.UpdatePlaylist(ctx, sqlcgen.UpdatePlaylistParams{
			Title: p.Title, TitleFolded: playlists.Fold(p.Title), Version: int64(p.Version), UpdatedAt: millis(p.UpdatedAt), UpdatedBy: string(p.UpdatedBy), ID: string(id),
		}); err != nil {
			return err
		}
		if err := addVersion(ctx, q, &p); err != nil || !forget {
			return err
		}
		return q.ForgetPlaylistVersion(ctx, sqlcgen.ForgetPlaylistVersionParams{PlaylistID: string(id), Version: int64(old)})
	})
	return p, err
}

// DeletePlaylist implements planning.Store.
func (s Planning) DeletePlaylist(ctx context.Context, id playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		p, err := getPlaylist(ctx, q, id)
		if err != nil {
			return err
		}
		if n := len(p.UsedBy); n > 0 {
			return playlists.Errorf(playlists.Conflict, "playlist_in_use", playlists.Params{"title": p.Title, "count": n, "entry": p.UsedBy[0].Title}, "cannot delete %q: %d schedule entries play it; take it out of them first", p.Title, n)
		}
		if err := q.ClearPlaylistMedia(ctx, string(id)); err != nil {
			return err
		}
		return q.DeletePlaylist(ctx, sqlcgen.DeletePlaylistParams{DeletedAt: millis(at), ID: string(id)})
	})
}

// UsedIn implements planning.Store.
func (s Planning) UsedIn(ctx context.Context, media []playlists.ID) (map[playlists.ID][]playlists.Playlist, error) {
	out := make(map[playlists.ID][]playlists.Playlist, len(media))
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			rows, err := q.PlaylistsWithMedia(ctx, string(id))
			if err != nil {
				return err
			}
			for _, r := range rows {
				out[id] = append(out[id], playlists.Playlist{ID: playlists.ID(r.ID), Title: r.Title})
			}
		}
		return nil
	})
	return out, err
}

// Media implements planning.Store.
func (s Planning) Media(ctx context.Context, media []playlists.ID) (map[playlists.ID]planning.Media, error) {
	out := make(map[playlists.ID]planning.Media, len(media))
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			if _, ok := out[id]; ok {
				continue
			}
			m, err := plannedMedia(ctx, q, id)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = m
		}
		return nil
	})
	return out, err
}

// plannedMedia reads a media as planning sees it: the approved version's
// terms and renditions when there is one, else what stands there now.
func plannedMedia(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (planning.Media, error) {
	r, err := q.PlannedMedia(ctx, string(id))
	if err != nil {
		return planning.Media{}, err
	}
	m := planning.Media{
		ID: id, Title: r.Title, Kind: playlists.Kind(r.Kind), State: playlists.MediaState(r.State), Unit: playlists.ID(r.UnitID), Author: playlists.ID(r.AuthorID),
		Duration: time.Duration(r.DurationMs) * time.Millisecond, ValidUntil: instant(r.ValidUntil), Deleted: r.DeletedAt != 0, Small: playlists.Digest(r.Preview),
	}
	if err := json.Unmarshal([]byte(r.Territory), &m.Territory); err != nil {
		return m, fmt.Errorf("cannot read the territory of media %s: %w", id, err)
	}
	small, err := q.PlannedThumbnails(ctx, string(id))
	if err != nil {
		return m, err
	}
	for _, t := range small {
		m.Ready = append(m.Ready, playlists.Profile(t.Profile))
		if m.Thumbnail == "" && t.Thumbnail != "" {
			m.Thumbnail, m.Small = playlists.Profile(t.Profile), playlists.Digest(t.Thumbnail)
		}
	}
	if r.Approved == "" {
		return m, nil
	}
	var approved playlists.Media
	if err := json.Unmarshal([]byte(r.Approved), &approved); err != nil {
		return m, fmt.Errorf("cannot read the approved version of %s: %w", id, err)
	}
	m.Approved, m.Territory, m.ValidUntil, m.Ready = true, approved.Terms.Territory, approved.Terms.ValidUntil, nil
	for _, rendition := range approved.Renditions {
		m.Ready = append(m.Ready, rendition.Profile)
	}
	return m, nil
}
