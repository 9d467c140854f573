package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
)

var _ polite.Memory = Sources{}

// Rest implements polite.Memory.
func (s Sources) Rest(ctx context.Context, host string) (polite.Rest, error) {
	r, err := s.db.read().HostRest(ctx, host)
	if errors.Is(err, sql.ErrNoRows) {
		return polite.Rest{}, nil
	}
	if err != nil {
		return polite.Rest{}, fmt.Errorf("cannot read whether %s has asked for a rest: %w", host, err)
	}
	return polite.Rest{Until: instant(r.Until), Noes: int(r.Noes)}, nil
}

// KeepRest implements polite.Memory.
func (s Sources) KeepRest(ctx context.Context, host string, r polite.Rest) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var err error
		if r.Noes == 0 {
			err = q.EndHostRest(ctx, host)
		} else {
			err = q.SetHostRest(ctx, sqlcgen.SetHostRestParams{Host: host, Until: millis(r.Until), Noes: int64(r.Noes)})
		}
		if err != nil {
			return fmt.Errorf("cannot keep that %s has asked for a rest: %w", host, err)
		}
		return nil
	})
}
