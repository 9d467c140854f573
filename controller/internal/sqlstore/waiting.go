package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"cotmoc/controller/internal/restored"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Restored implements restored.Store.
type Restored struct{ db *DB }

var _ restored.Store = Restored{}

// Restored gives the part of the database that keeps which screens wait since
// a restore.
func (d *DB) Restored() Restored { return Restored{d} }

// Waiting implements restored.Store.
func (s Restored) Waiting(ctx context.Context) ([]restored.Waiting, error) {
	rows, err := s.db.read().WaitingScreens(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]restored.Waiting, len(rows))
	for i, r := range rows {
		out[i] = restored.Waiting{
			Screen: playlists.ID(r.ScreenID), State: restored.State(r.State), Ours: ref(r.OursEpoch, r.OursCounter), Since: instant(r.Since),
			Held: restored.Held{Programme: ref(r.HeldEpoch, r.HeldCounter), Orders: ref(r.HeldOrdersEpoch, r.HeldOrdersCounter), Charter: uint64(r.HeldCharter)},
		}
	}
	return out, nil
}

func ref(epoch, counter int64) wire.ProgrammeRef {
	return wire.ProgrammeRef{Epoch: uint64(epoch), Counter: uint64(counter)}
}

// Orders gives the number of a screen's newest set of orders, zero for none.
func (s Restored) Orders(ctx context.Context, screen playlists.ID) (wire.ProgrammeRef, error) {
	row, err := s.db.read().OrdersNumber(ctx, string(screen))
	if errors.Is(err, sql.ErrNoRows) {
		return wire.ProgrammeRef{}, nil
	}
	return ref(row.Epoch, row.Counter), err
}

// SaveWaiting implements restored.Store.
func (s Restored) SaveWaiting(ctx context.Context, w restored.Waiting) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.SaveWaiting(ctx, sqlcgen.SaveWaitingParams{
			ScreenID: string(w.Screen), State: string(w.State), OursEpoch: int64(w.Ours.Epoch), OursCounter: int64(w.Ours.Counter),
			HeldEpoch: int64(w.Held.Programme.Epoch), HeldCounter: int64(w.Held.Programme.Counter), HeldCharter: int64(w.Held.Charter),
			HeldOrdersEpoch: int64(w.Held.Orders.Epoch), HeldOrdersCounter: int64(w.Held.Orders.Counter), Since: millis(w.Since),
		})
	})
}

// DropWaiting implements restored.Store.
func (s Restored) DropWaiting(ctx context.Context, screen playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DropWaiting(ctx, string(screen)) })
}
