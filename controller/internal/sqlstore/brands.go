package sqlstore

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/slides"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Brands implements slides.Brands.
type Brands struct{ db *DB }

var _ slides.Brands = Brands{}

// Brands gives the part of the database that knows how units' slides look.
func (d *DB) Brands() Brands { return Brands{d} }

// Kit implements slides.Brands.
func (b Brands) Kit(ctx context.Context, unit playlists.ID) (*slides.Kit, error) {
	k := &slides.Kit{}
	err := b.db.view(ctx, func(q *sqlcgen.Queries) error {
		row, err := q.UnitBrand(ctx, string(unit))
		if errors.Is(err, sql.ErrNoRows) {
			return playlists.Errorf(playlists.NotFound, "unit_missing", playlists.Params{"id": string(unit)}, "cannot find the unit %.40q: choose one from the list of units", string(unit))
		}
		if err != nil {
			return fmt.Errorf("cannot read the brand of %s: %w", unit, err)
		}
		k.Brand, k.Version = slides.Brand{Name: row.Name, Main: row.Main, Accent: row.Accent}, int(row.Version)
		if row.Emblem == "" {
			return nil
		}
		if k.Picture, err = base64.StdEncoding.DecodeString(row.Emblem); err != nil {
			return fmt.Errorf("cannot read the emblem of %s: %w", unit, err)
		}
		k.Emblem = playlists.DigestOf(k.Picture)
		return nil
	})
	return k, err
}

// SaveKit implements slides.Brands.
func (b Brands) SaveKit(ctx context.Context, unit playlists.ID, k slides.Kit, by playlists.ID, at time.Time) error {
	emblem := base64.StdEncoding.EncodeToString(k.Picture)
	return b.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var n int64
		var err error
		if k.Version == 1 {
			n, err = q.AddUnitBrand(ctx, sqlcgen.AddUnitBrandParams{
				UnitID: string(unit), Name: k.Name, Main: k.Main, Accent: k.Accent, Emblem: emblem, PersonID: string(by), ChangedAt: millis(at),
			})
		} else {
			n, err = q.ChangeUnitBrand(ctx, sqlcgen.ChangeUnitBrandParams{
				UnitID: string(unit), Name: k.Name, Main: k.Main, Accent: k.Accent, Emblem: emblem, PersonID: string(by), ChangedAt: millis(at), Was: int64(k.Version - 1),
			})
		}
		if err != nil {
			return fmt.Errorf("cannot save the brand of %s: %w", unit, err)
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "brand_changed", nil, "cannot save the brand of %s: somebody has changed it since; open it again", unit)
		}
		return nil
	})
}
