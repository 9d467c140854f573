package sqlstore

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// AddBatch implements fleet.Store.
func (s Fleet) AddBatch(ctx context.Context, b fleet.Batch) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.AddEnrolBatch(ctx, sqlcgen.AddEnrolBatchParams{
			ID: string(b.ID), ClusterID: string(b.Cluster), Profile: string(b.Profile), Secret: hex.EncodeToString(b.Secret[:]), Confirm: b.Confirm,
			CreatedBy: string(b.CreatedBy), CreatedAt: millis(b.CreatedAt), ValidUntil: millis(b.Until),
		})
		if err != nil {
			return err
		}
		for _, seat := range b.Seats {
			marks, err := json.Marshal(seat.Marks)
			if err != nil {
				return fmt.Errorf("cannot keep a ticket: %w", err)
			}
			if err := q.AddEnrolSeat(ctx, sqlcgen.AddEnrolSeatParams{BatchID: string(b.ID), Number: int64(seat.Number), Name: seat.Name, Marks: string(marks)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Batches implements fleet.Store.
func (s Fleet) Batches(ctx context.Context, since time.Time) ([]fleet.Batch, error) {
	var out []fleet.Batch
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.EnrolBatches(ctx, millis(since))
		if err != nil {
			return err
		}
		for _, r := range rows {
			b := fleet.Batch{
				ID: playlists.ID(r.ID), Cluster: playlists.ID(r.ClusterID), Profile: playlists.Profile(r.Profile), Confirm: r.Confirm,
				CreatedBy: playlists.ID(r.CreatedBy), CreatedAt: instant(r.CreatedAt), Until: instant(r.ValidUntil), RevokedAt: instant(r.RevokedAt),
			}
			secret, err := hex.DecodeString(r.Secret)
			if err != nil || len(secret) != len(b.Secret) {
				return fmt.Errorf("cannot read the ticket %s: its secret is no digest", r.ID)
			}
			b.Secret = [32]byte(secret)
			seats, err := q.EnrolSeats(ctx, r.ID)
			if err != nil {
				return err
			}
			for _, v := range seats {
				seat := fleet.BatchSeat{Number: int(v.Number), Name: v.Name, Screen: playlists.ID(v.ScreenID), TakenAt: instant(v.TakenAt)}
				if err := json.Unmarshal([]byte(v.Marks), &seat.Marks); err != nil {
					return fmt.Errorf("cannot read the ticket %s: %w", r.ID, err)
				}
				b.Seats = append(b.Seats, seat)
			}
			out = append(out, b)
		}
		return nil
	})
	return out, err
}

// RevokeBatch implements fleet.Store.
func (s Fleet) RevokeBatch(ctx context.Context, id playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.RevokeEnrolBatch(ctx, sqlcgen.RevokeEnrolBatchParams{At: millis(at), ID: string(id)})
		if err == nil && n == 0 {
			err = playlists.Errorf(playlists.Conflict, "ticket_over", nil, "cannot revoke this ticket: it is revoked already")
		}
		return err
	})
}

// ClaimSeat implements fleet.Store.
func (s Fleet) ClaimSeat(ctx context.Context, pairing playlists.ID, until time.Time, screen playlists.Screen, certificate []byte, batch playlists.ID, seat int, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.TakeEnrolSeat(ctx, sqlcgen.TakeEnrolSeatParams{ScreenID: string(screen.ID), At: millis(at), BatchID: string(batch), Number: int64(seat)})
		if err != nil {
			return err
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "ticket_over", nil, "cannot join by this ticket: it is over, or the screen was taken meanwhile")
		}
		return claim(ctx, q, pairing, until, screen, certificate)
	})
}
