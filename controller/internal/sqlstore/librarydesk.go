package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// libraryDesk is the library within one transaction.
type libraryDesk struct {
	q    *sqlcgen.Queries
	tags map[string]string // as they were first written, of those met
	open map[playlists.ID]bool
}

// Folder implements library.Desk.
func (d *libraryDesk) Folder(ctx context.Context, id playlists.ID) (*library.Folder, error) {
	r, err := d.q.Folder(ctx, string(id))
	if err != nil {
		return nil, missing(err, library.NoFolder(id))
	}
	f := folderOf(r)
	return &f, nil
}

// FoldersOf implements library.Desk.
func (d *libraryDesk) FoldersOf(ctx context.Context, unit playlists.ID) ([]library.Folder, error) {
	return readFolders(ctx, d.q, sqlcgen.FoldersParams{Units: idList([]playlists.ID{unit})})
}

// SaveFolder implements library.Desk.
func (d *libraryDesk) SaveFolder(ctx context.Context, f library.Folder, at time.Time) error {
	err := d.q.PutFolder(ctx, sqlcgen.PutFolderParams{ID: string(f.ID), UnitID: string(f.Unit), ParentID: string(f.Parent), Name: f.Name, NameKey: media.TitleKey(f.Name), CreatedAt: millis(at)})
	if err != nil {
		return fmt.Errorf("cannot keep the folder %q: %w", f.Name, err)
	}
	return nil
}

// DropFolder implements library.Desk. Deleted media may still name it.
func (d *libraryDesk) DropFolder(ctx context.Context, id playlists.ID) error {
	if err := d.q.LeaveFolder(ctx, string(id)); err != nil {
		return fmt.Errorf("cannot empty the folder %s: %w", id, err)
	}
	if err := d.q.DropFolder(ctx, string(id)); err != nil {
		return fmt.Errorf("cannot delete the folder %s: %w", id, err)
	}
	return nil
}

// OpenThemes implements library.Desk.
func (d *libraryDesk) OpenThemes(ctx context.Context) (map[playlists.ID]bool, error) {
	if d.open != nil {
		return d.open, nil
	}
	ids, err := d.q.OpenThemes(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the themes: %w", err)
	}
	d.open = map[playlists.ID]bool{}
	for _, id := range ids {
		d.open[playlists.ID(id)] = true
	}
	return d.open, nil
}

// Item implements library.Desk.
func (d *libraryDesk) Item(ctx context.Context, id playlists.ID) (*library.Item, error) {
	r, err := d.q.Item(ctx, string(id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the media %s: %w", id, err)
	}
	i := &library.Item{
		ID: id, Title: r.Title, Unit: playlists.ID(r.UnitID), Author: playlists.ID(r.AuthorID), State: playlists.MediaState(r.State), Deleted: r.DeletedAt > 0,
		Mark:  int(r.Revision + r.Arranged),
		Terms: playlists.Terms{Languages: languageList(r.Languages), ValidFrom: instant(r.ValidFrom), ValidUntil: instant(r.ValidUntil), RightsBasis: r.RightsBasis},
	}
	if err := json.Unmarshal([]byte(r.Territory), &i.Terms.Territory); err != nil {
		return nil, fmt.Errorf("cannot read the territory of %s: %w", id, err)
	}
	if i.Labels, err = labelsOf(ctx, d.q, id); err != nil {
		return nil, err
	}
	i.Folder = playlists.ID(r.FolderID)
	return i, nil
}

// SaveItem implements library.Desk.
func (d *libraryDesk) SaveItem(ctx context.Context, i *library.Item, s library.Step, at time.Time) error {
	id := string(i.ID)
	for _, t := range s.DroppedTags {
		if err := d.q.TakeTag(ctx, sqlcgen.TakeTagParams{MediaID: id, TagKey: t.Key}); err != nil {
			return fmt.Errorf("cannot take the tag %q from %s: %w", t.Text, id, err)
		}
	}
	for _, t := range s.AddedTags {
		text, err := d.tagText(ctx, t)
		if err != nil {
			return err
		}
		if err := d.q.GiveTag(ctx, sqlcgen.GiveTagParams{MediaID: id, TagKey: t.Key, Tag: text}); err != nil {
			return fmt.Errorf("cannot give the tag %q to %s: %w", t.Text, id, err)
		}
	}
	for _, t := range s.DroppedThemes {
		if err := d.q.TakeTheme(ctx, sqlcgen.TakeThemeParams{MediaID: id, ThemeID: string(t)}); err != nil {
			return fmt.Errorf("cannot take the theme %s from %s: %w", t, id, err)
		}
	}
	for _, t := range s.AddedThemes {
		if err := d.q.GiveTheme(ctx, sqlcgen.GiveThemeParams{MediaID: id, ThemeID: string(t)}); err != nil {
			return fmt.Errorf("cannot give the theme %s to %s: %w", t, id, err)
		}
	}
	if s.Terms != nil {
		err := d.q.ChangeTerms(ctx, sqlcgen.ChangeTermsParams{
			ID: id, Languages: languageText(i.Terms.Languages), ValidFrom: millis(i.Terms.ValidFrom), ValidUntil: millis(i.Terms.ValidUntil),
			RightsBasis: i.Terms.RightsBasis, UpdatedAt: millis(at),
		})
		if err != nil {
			return fmt.Errorf("cannot change the terms of %s: %w", id, err)
		}
	}
	if s.Arranges() {
		if err := d.q.ArrangeItem(ctx, sqlcgen.ArrangeItemParams{ID: id, FolderID: string(i.Folder)}); err != nil {
			return fmt.Errorf("cannot arrange %s: %w", id, err)
		}
	}
	return nil
}

// tagText gives a tag as it was first written.
func (d *libraryDesk) tagText(ctx context.Context, t library.Tag) (string, error) {
	if text, met := d.tags[t.Key]; met {
		return text, nil
	}
	text, err := d.q.TagText(ctx, t.Key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		text = t.Text
	case err != nil:
		return "", fmt.Errorf("cannot read the tag %q: %w", t.Text, err)
	}
	d.tags[t.Key] = text
	return text, nil
}

// AddEdit implements library.Desk.
func (d *libraryDesk) AddEdit(ctx context.Context, e *library.Edit, keep int) error {
	what, err := json.Marshal(e.What)
	if err != nil {
		return fmt.Errorf("cannot keep the edit %s: %w", e.ID, err)
	}
	if err := d.q.AddEdit(ctx, sqlcgen.AddEditParams{ID: string(e.ID), PersonID: string(e.Person), MadeAt: millis(e.At), What: string(what), Changed: int64(e.Changed)}); err != nil {
		return fmt.Errorf("cannot keep the edit %s: %w", e.ID, err)
	}
	for _, s := range e.Steps {
		step, err := json.Marshal(s.Step)
		if err != nil {
			return fmt.Errorf("cannot keep what was done to %s: %w", s.Media, err)
		}
		if err := d.q.AddEditStep(ctx, sqlcgen.AddEditStepParams{EditID: string(e.ID), MediaID: string(s.Media), Step: string(step)}); err != nil {
			return fmt.Errorf("cannot keep what was done to %s: %w", s.Media, err)
		}
	}
	old, err := d.q.OldEdits(ctx, sqlcgen.OldEditsParams{PersonID: string(e.Person), Keep: int64(keep)})
	if err != nil {
		return fmt.Errorf("cannot look for old edits: %w", err)
	}
	for _, id := range old {
		if err := d.q.DropEditSteps(ctx, id); err != nil {
			return fmt.Errorf("cannot forget the edit %s: %w", id, err)
		}
		if err := d.q.DropEdit(ctx, id); err != nil {
			return fmt.Errorf("cannot forget the edit %s: %w", id, err)
		}
	}
	return nil
}

// Edit implements library.Desk.
func (d *libraryDesk) Edit(ctx context.Context, id, person playlists.ID) (*library.Edit, error) {
	row, err := d.q.Edit(ctx, sqlcgen.EditParams{ID: string(id), PersonID: string(person)})
	if err != nil {
		return nil, missing(err, library.NoEdit(id))
	}
	e, err := editOf(row)
	if err != nil {
		return nil, err
	}
	steps, err := d.q.EditSteps(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("cannot read the edit %s: %w", id, err)
	}
	for _, s := range steps {
		m := library.MediaStep{Media: playlists.ID(s.MediaID)}
		if err := json.Unmarshal([]byte(s.Step), &m.Step); err != nil {
			return nil, fmt.Errorf("cannot read what was done to %s: %w", s.MediaID, err)
		}
		e.Steps = append(e.Steps, m)
	}
	return e, nil
}

// Undone implements library.Desk.
func (d *libraryDesk) Undone(ctx context.Context, id playlists.ID, at time.Time) error {
	if err := d.q.EditUndone(ctx, sqlcgen.EditUndoneParams{ID: string(id), UndoneAt: millis(at)}); err != nil {
		return fmt.Errorf("cannot note that %s was undone: %w", id, err)
	}
	return nil
}
