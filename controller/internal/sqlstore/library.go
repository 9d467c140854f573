package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Library implements library.Store.
type Library struct{ db *DB }

var _ library.Store = Library{}

// Library gives the part of the database that knows how media are arranged.
func (d *DB) Library() Library { return Library{d} }

// Folders implements library.Store.
func (l Library) Folders(ctx context.Context, in playlists.Reach) (out []library.Folder, err error) {
	r := unitReach(in)
	err = l.db.view(ctx, func(q *sqlcgen.Queries) error {
		out, err = readFolders(ctx, q, sqlcgen.FoldersParams{Every: r.every, Units: r.units})
		return err
	})
	return out, err
}

func readFolders(ctx context.Context, q *sqlcgen.Queries, p sqlcgen.FoldersParams) ([]library.Folder, error) {
	rows, err := q.Folders(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("cannot read the folders: %w", err)
	}
	out := make([]library.Folder, len(rows))
	for i, r := range rows {
		out[i] = folderOf(sqlcgen.FolderRow(r))
	}
	return out, nil
}

func folderOf(r sqlcgen.FolderRow) library.Folder {
	return library.Folder{ID: playlists.ID(r.ID), Unit: playlists.ID(r.UnitID), Parent: playlists.ID(r.ParentID), Name: r.Name, Uses: int(r.Uses)}
}

// Tags implements library.Store.
func (l Library) Tags(ctx context.Context, person playlists.ID, in playlists.Reach, limit int) (out []library.Tag, err error) {
	r := unitReach(in)
	err = l.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Tags(ctx, sqlcgen.TagsParams{Every: r.every, Person: string(person), Units: r.units, Most: int64(limit)})
		if err != nil {
			return fmt.Errorf("cannot read the tags: %w", err)
		}
		for _, t := range rows {
			out = append(out, library.Tag{Key: t.TagKey, Text: t.Tag, Uses: int(t.Uses)})
		}
		return nil
	})
	return out, err
}

// Labels implements library.Store.
func (l Library) Labels(ctx context.Context, ids []playlists.ID) (map[playlists.ID]library.Labels, error) {
	out := make(map[playlists.ID]library.Labels, len(ids))
	return out, l.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range ids {
			folder, err := q.FolderOf(ctx, string(id))
			if err != nil {
				return fmt.Errorf("cannot read the folder of %s: %w", id, err)
			}
			labels, err := labelsOf(ctx, q, id)
			if err != nil {
				return err
			}
			labels.Folder = playlists.ID(folder)
			out[id] = labels
		}
		return nil
	})
}

// labelsOf gives tags and themes.
func labelsOf(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (out library.Labels, err error) {
	tags, err := q.TagsOf(ctx, string(id))
	if err != nil {
		return out, fmt.Errorf("cannot read the tags of %s: %w", id, err)
	}
	for _, t := range tags {
		out.Tags = append(out.Tags, library.Tag{Key: t.TagKey, Text: t.Tag})
	}
	themes, err := q.ThemesOf(ctx, string(id))
	if err != nil {
		return out, fmt.Errorf("cannot read the themes of %s: %w", id, err)
	}
	for _, t := range themes {
		out.Themes = append(out.Themes, playlists.ID(t))
	}
	return out, nil
}

// Edits implements library.Store.
func (l Library) Edits(ctx context.Context, person playlists.ID, since time.Time) (out []library.Edit, err error) {
	err = l.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Edits(ctx, sqlcgen.EditsParams{PersonID: string(person), Since: millis(since)})
		if err != nil {
			return fmt.Errorf("cannot read the edits of %s: %w", person, err)
		}
		for _, r := range rows {
			e, err := editOf(r)
			if err != nil {
				return err
			}
			out = append(out, *e)
		}
		return nil
	})
	return out, err
}

func editOf(r sqlcgen.MediaEdit) (*library.Edit, error) {
	e := &library.Edit{ID: playlists.ID(r.ID), Person: playlists.ID(r.PersonID), At: instant(r.MadeAt), Changed: int(r.Changed), Undone: instant(r.UndoneAt)}
	if err := json.Unmarshal([]byte(r.What), &e.What); err != nil {
		return nil, fmt.Errorf("cannot read the edit %s: %w", r.ID, err)
	}
	return e, nil
}

// Within implements library.Store.
func (l Library) Within(ctx context.Context, fn func(library.Desk) error) error {
	return l.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return fn(&libraryDesk{q: q, tags: map[string]string{}})
	})
}
