package sqlstore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// ListMedia implements media.Store.
func (m Media) ListMedia(ctx context.Context, f media.Filter) (items []*media.Record, total int, err error) {
	err = m.db.view(ctx, func(q *sqlcgen.Queries) error {
		p, err := listParams(ctx, q, f)
		if err != nil {
			return err
		}
		count, err := q.CountMedia(ctx, p)
		if err != nil {
			return fmt.Errorf("cannot count media: %w", err)
		}
		total = int(count)
		places, err := listPlaces(ctx, q, f, p)
		if err != nil {
			return fmt.Errorf("cannot list media: %w", err)
		}
		for _, x := range places {
			r, err := getMedia(ctx, q, x.ID)
			if err != nil {
				return err
			}
			items = append(items, r)
		}
		return nil
	})
	return items, total, err
}

// OrderMedia implements media.Store.
func (m Media) OrderMedia(ctx context.Context, f media.Filter) (out []media.Place, err error) {
	err = m.db.view(ctx, func(q *sqlcgen.Queries) error {
		p, err := listParams(ctx, q, f)
		if err != nil {
			return err
		}
		places, err := listPlaces(ctx, q, f, p)
		if err != nil {
			return fmt.Errorf("cannot list media: %w", err)
		}
		out = make([]media.Place, len(places))
		for i, x := range places {
			out[i] = media.Place{ID: playlists.ID(x.ID), Mark: int(x.Mark)}
		}
		return nil
	})
	return out, err
}

// SomeMedia implements media.Store.
func (m Media) SomeMedia(ctx context.Context, ids []playlists.ID) (out []*media.Record, err error) {
	err = m.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range ids {
			r, err := getMedia(ctx, q, string(id))
			if playlists.CodeOf(err) == playlists.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if r.DeletedAt.IsZero() {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

// listParams gives each filter a value that matches everything when unused.
func listParams(ctx context.Context, q *sqlcgen.Queries, f media.Filter) (sqlcgen.CountMediaParams, error) {
	in := unitReach(f.Viewer.Reach)
	p := sqlcgen.CountMediaParams{Every: in.every, Person: string(f.Viewer.Person), Units: in.units, Author: string(f.Author), States: ",", Kind: string(f.Kind),
		Tag: f.Tag, Validity: string(f.Validity), At: millis(f.At), Soon: millis(f.At.Add(media.Soon))}
	for _, s := range f.States {
		p.States += string(s) + ","
	}
	if f.Language != "" {
		p.Language = "%," + likeable(f.Language) + ",%"
	}
	words := []*string{&p.Word1, &p.Word2, &p.Word3, &p.Word4, &p.Word5, &p.Word6, &p.Word7, &p.Word8}
	for i, w := range f.Words[:min(len(f.Words), len(words))] {
		*words[i] = "% " + likeable(w) + "%"
	}
	var err error
	if p.Themes, err = withBelow(f.Theme, func() (map[string][]string, error) {
		rows, err := q.ThemeParents(ctx)
		below := map[string][]string{}
		for _, r := range rows {
			below[r.ParentID] = append(below[r.ParentID], r.ID)
		}
		return below, err
	}); err != nil {
		return p, fmt.Errorf("cannot read the themes: %w", err)
	}
	if p.Folders, err = withBelow(f.Folder, func() (map[string][]string, error) {
		rows, err := q.FolderParents(ctx)
		below := map[string][]string{}
		for _, r := range rows {
			below[r.ParentID] = append(below[r.ParentID], r.ID)
		}
		return below, err
	}); err != nil {
		return p, fmt.Errorf("cannot read the folders: %w", err)
	}
	return p, nil
}

// withBelow gives the list of an id and all that is below it; media.Nowhere
// and "" stay as they are.
func withBelow(id string, tree func() (map[string][]string, error)) (string, error) {
	if id == "" || id == media.Nowhere {
		return id, nil
	}
	below, err := tree()
	if err != nil {
		return "", err
	}
	ids := []string{id}
	for i := 0; i < len(ids); i++ {
		for _, x := range below[ids[i]] {
			if !slices.Contains(ids, x) {
				ids = append(ids, x)
			}
		}
	}
	return "," + strings.Join(ids, ",") + ",", nil
}

// likeable takes the wildcards out of what a pattern is to find.
func likeable(s string) string { return strings.NewReplacer("%", "", "_", "").Replace(s) }

func listPlaces(ctx context.Context, q *sqlcgen.Queries, f media.Filter, p sqlcgen.CountMediaParams) ([]sqlcgen.MediaByAgeRow, error) {
	after := sqlcgen.MediaPlaceRow{CreatedAt: math.MaxInt64}
	if f.After != "" {
		var err error
		if after, err = q.MediaPlace(ctx, string(f.After)); err != nil {
			return nil, missing(err, media.Missing(f.After))
		}
	}
	if f.Sort != media.ByTitle {
		return q.MediaByAge(ctx, sqlcgen.MediaByAgeParams{Every: p.Every, Person: p.Person, Units: p.Units, Author: p.Author, States: p.States, Kind: p.Kind, Language: p.Language,
			Themes: p.Themes, Folders: p.Folders, Tag: p.Tag, Validity: p.Validity, At: p.At, Soon: p.Soon,
			Word1: p.Word1, Word2: p.Word2, Word3: p.Word3, Word4: p.Word4, Word5: p.Word5, Word6: p.Word6, Word7: p.Word7, Word8: p.Word8,
			AfterAge: after.CreatedAt, AfterID: string(f.After), Most: int64(f.Limit)})
	}
	rows, err := q.MediaByTitle(ctx, sqlcgen.MediaByTitleParams{Every: p.Every, Person: p.Person, Units: p.Units, Author: p.Author, States: p.States, Kind: p.Kind, Language: p.Language,
		Themes: p.Themes, Folders: p.Folders, Tag: p.Tag, Validity: p.Validity, At: p.At, Soon: p.Soon,
		Word1: p.Word1, Word2: p.Word2, Word3: p.Word3, Word4: p.Word4, Word5: p.Word5, Word6: p.Word6, Word7: p.Word7, Word8: p.Word8,
		AfterKey: after.TitleKey, AfterID: string(f.After), Most: int64(f.Limit)})
	out := make([]sqlcgen.MediaByAgeRow, len(rows))
	for i, r := range rows {
		out[i] = sqlcgen.MediaByAgeRow(r)
	}
	return out, err
}
