package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/assist"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Assist implements assist.Store.
type Assist struct{ db *DB }

var _ assist.Store = Assist{}

// Assist gives the part of the database that keeps what screens were asked.
func (d *DB) Assist() Assist { return Assist{d} }

// Add implements assist.Store.
func (s Assist) Add(ctx context.Context, c *assist.Command) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddCommand(ctx, sqlcgen.AddCommandParams{
			ID: string(c.ID), ScreenID: string(c.Screen), Kind: string(c.Kind), Amount: int64(c.Amount), PersonID: string(c.Person), PersonName: c.By,
			Epoch: int64(c.Epoch), IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt, Envelope: c.Envelope,
		})
	})
}

// Open implements assist.Store.
func (s Assist) Open(ctx context.Context, now time.Time) ([]assist.Command, error) {
	var out []assist.Command
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.OpenCommands(ctx, millis(now))
		if err != nil {
			return fmt.Errorf("cannot read what screens were asked: %w", err)
		}
		for _, r := range rows {
			out = append(out, assist.Command{
				Command: programme.Command{
					Screen: playlists.ID(r.ScreenID), ID: playlists.ID(r.ID), Kind: programme.CommandKind(r.Kind), Amount: int(r.Amount), Person: playlists.ID(r.PersonID), By: r.PersonName,
					Epoch: uint64(r.Epoch), IssuedAt: r.IssuedAt, ExpiresAt: r.ExpiresAt,
				},
				Envelope: r.Envelope, SentAt: instant(r.SentAt), Sends: int(r.Sends), TakenAt: instant(r.TakenAt), Outcome: wire.Outcome(r.Outcome),
			})
		}
		return nil
	})
	return out, err
}

// Recent implements assist.Store.
func (s Assist) Recent(ctx context.Context, screen playlists.ID, most int) ([]assist.Command, error) {
	var out []assist.Command
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.RecentCommands(ctx, sqlcgen.RecentCommandsParams{ScreenID: string(screen), Most: int64(most)})
		if err != nil {
			return fmt.Errorf("cannot read what the screen was asked: %w", err)
		}
		for _, r := range rows {
			out = append(out, assist.Command{
				Command: programme.Command{
					Screen: playlists.ID(r.ScreenID), ID: playlists.ID(r.ID), Kind: programme.CommandKind(r.Kind), Amount: int(r.Amount), Person: playlists.ID(r.PersonID), By: r.PersonName,
					Epoch: uint64(r.Epoch), IssuedAt: r.IssuedAt, ExpiresAt: r.ExpiresAt,
				},
				SentAt: instant(r.SentAt), Sends: int(r.Sends), TakenAt: instant(r.TakenAt), EndedAt: instant(r.EndedAt),
				Outcome: wire.Outcome(r.Outcome), Why: r.Why, Detail: r.Detail, HasLog: r.LogAt > 0,
			})
		}
		return nil
	})
	return out, err
}

// Asked implements assist.Store.
func (s Assist) Asked(ctx context.Context, since time.Time, person, screen playlists.ID) (assist.Asked, error) {
	var out assist.Asked
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		byPerson, err := q.CountCommandsByPerson(ctx, sqlcgen.CountCommandsByPersonParams{PersonID: string(person), Since: millis(since)})
		if err != nil {
			return err
		}
		ofScreen, err := q.CountCommandsOfScreen(ctx, sqlcgen.CountCommandsOfScreenParams{ScreenID: string(screen), Since: millis(since)})
		out = assist.Asked{ByPerson: int(byPerson), OfScreen: int(ofScreen)}
		return err
	})
	return out, err
}

// Sent implements assist.Store.
func (s Assist) Sent(ctx context.Context, id playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.CommandSent(ctx, sqlcgen.CommandSentParams{At: millis(at), ID: string(id)})
	})
}

// Answer implements assist.Store.
func (s Assist) Answer(ctx context.Context, screen playlists.ID, r *wire.Result, at time.Time) (known bool, err error) {
	err = s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if r.Outcome == wire.OutcomeTaken {
			n, err := q.CommandTaken(ctx, sqlcgen.CommandTakenParams{At: millis(at), ID: string(r.ID), ScreenID: string(screen)})
			known = n > 0
			return err
		}
		n, err := q.CommandEnded(ctx, sqlcgen.CommandEndedParams{
			At: millis(at), Outcome: string(r.Outcome), Why: r.Why, Detail: r.Detail, ID: string(r.ID), ScreenID: string(screen),
		})
		if err != nil {
			return err
		}
		if n > 0 && len(r.Log) > 0 {
			if err := q.AddCommandLog(ctx, sqlcgen.AddCommandLogParams{CommandID: string(r.ID), At: millis(at), Log: r.Log}); err != nil {
				return err
			}
		}
		all, err := q.CommandKnown(ctx, sqlcgen.CommandKnownParams{ID: string(r.ID), ScreenID: string(screen)})
		known = all > 0
		return err
	})
	return known, err
}

// Log implements assist.Store.
func (s Assist) Log(ctx context.Context, screen, id playlists.ID) ([]byte, error) {
	var log []byte
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		var err error
		log, err = q.CommandLog(ctx, sqlcgen.CommandLogParams{ID: string(id), ScreenID: string(screen)})
		if errors.Is(err, sql.ErrNoRows) {
			return playlists.Errorf(playlists.NotFound, "log_missing", nil, "cannot find that log: it is kept for a month; ask the screen again")
		}
		return err
	})
	return log, err
}

// DropLogs implements assist.Store.
func (s Assist) DropLogs(ctx context.Context, before time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DropCommandLogs(ctx, millis(before)) })
}
