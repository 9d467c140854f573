package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/controller/internal/themes"
	"cotmoc/playlists"
)

// Themes implements themes.Store.
type Themes struct{ db *DB }

var _ themes.Store = Themes{}

// Themes gives the part of the database that keeps the tree of themes.
func (d *DB) Themes() Themes { return Themes{d} }

// Themes implements themes.Store.
func (t Themes) Themes(ctx context.Context) (out []themes.Theme, err error) {
	err = t.db.view(ctx, func(q *sqlcgen.Queries) error {
		out, err = readThemes(ctx, q)
		return err
	})
	return out, err
}

func readThemes(ctx context.Context, q *sqlcgen.Queries) ([]themes.Theme, error) {
	rows, err := q.Themes(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read the themes: %w", err)
	}
	out := make([]themes.Theme, len(rows))
	for i, r := range rows {
		out[i] = themes.Theme{ID: playlists.ID(r.ID), Parent: playlists.ID(r.ParentID), Name: r.Name, English: r.NameEn, Lao: r.NameLo, Retired: instant(r.RetiredAt), Uses: int(r.Uses)}
	}
	return out, nil
}

// ChangeThemes implements themes.Store.
func (t Themes) ChangeThemes(ctx context.Context, change func(*themes.Tree) error) error {
	return t.db.tx(ctx, func(q *sqlcgen.Queries) error {
		before, err := readThemes(ctx, q)
		if err != nil {
			return err
		}
		tree := &themes.Tree{All: slices.Clone(before)}
		if err := change(tree); err != nil {
			return err
		}
		positions := map[playlists.ID]int64{}
		for _, x := range tree.All {
			positions[x.Parent]++
			err := q.PutTheme(ctx, sqlcgen.PutThemeParams{
				ID: string(x.ID), ParentID: string(x.Parent), Position: positions[x.Parent],
				Name: x.Name, NameEn: x.English, NameLo: x.Lao, RetiredAt: millis(x.Retired),
			})
			if err != nil {
				return fmt.Errorf("cannot keep the theme %q: %w", x.Name, err)
			}
		}
		for _, x := range before {
			if slices.ContainsFunc(tree.All, func(y themes.Theme) bool { return y.ID == x.ID }) {
				continue
			}
			if into := tree.Merged[x.ID]; into != "" {
				if err := q.CarryTheme(ctx, sqlcgen.CarryThemeParams{IntoID: string(into), FromID: string(x.ID)}); err != nil {
					return fmt.Errorf("cannot merge the theme %q: %w", x.Name, err)
				}
			}
			if err := q.ClearTheme(ctx, string(x.ID)); err != nil { // of deleted media too
				return fmt.Errorf("cannot take the theme %q from media: %w", x.Name, err)
			}
			if err := q.DropTheme(ctx, string(x.ID)); err != nil {
				return fmt.Errorf("cannot delete the theme %q: %w", x.Name, err)
			}
		}
		return nil
	})
}
