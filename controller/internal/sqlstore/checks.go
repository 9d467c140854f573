package sqlstore

import (
	"context"
	"fmt"
	"strconv"

	"cotmoc/controller/internal/checks"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Checks implements checks.Store.
type Checks struct{ db *DB }

var _ checks.Store = Checks{}

// Checks gives the part of the database that knows what to look out for.
func (d *DB) Checks() Checks { return Checks{d} }

// Words implements checks.Store.
func (c Checks) Words(ctx context.Context) (out []checks.Word, err error) {
	err = c.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.WatchWords(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the words to look out for: %w", err)
		}
		for _, r := range rows {
			out = append(out, checks.Word{Text: r.Text, Note: r.Note, By: playlists.ID(r.PersonID), ByName: r.PersonName, At: instant(r.AddedAt)})
		}
		return nil
	})
	return out, err
}

// AddWord implements checks.Store.
func (c Checks) AddWord(ctx context.Context, w checks.Word) error {
	return c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.PutWatchWord(ctx, sqlcgen.PutWatchWordParams{Text: w.Text, Note: w.Note, PersonID: string(w.By), AddedAt: millis(w.At)})
		if err != nil {
			return fmt.Errorf("cannot keep the word %q: %w", w.Text, err)
		}
		return nil
	})
}

// DropWord implements checks.Store.
func (c Checks) DropWord(ctx context.Context, text string) error {
	return c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.DropWatchWord(ctx, text); err != nil {
			return fmt.Errorf("cannot forget the word %q: %w", text, err)
		}
		return nil
	})
}

// SavePrint implements checks.Store.
func (c Checks) SavePrint(ctx context.Context, media playlists.ID, of playlists.Digest, hash uint64) error {
	return c.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.PutPrint(ctx, sqlcgen.PutPrintParams{MediaID: string(media), Preview: string(of), Hash: fmt.Sprintf("%016x", hash)})
		if err != nil {
			return fmt.Errorf("cannot keep the print of %s: %w", media, err)
		}
		return nil
	})
}

// Prints implements checks.Store.
func (c Checks) Prints(ctx context.Context) (out []checks.Print, err error) {
	err = c.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.ListPrints(ctx)
		if err != nil {
			return fmt.Errorf("cannot read the prints: %w", err)
		}
		for _, r := range rows {
			hash, err := strconv.ParseUint(r.Hash, 16, 64)
			if err != nil {
				return fmt.Errorf("cannot read the print of %s: %w", r.MediaID, err)
			}
			out = append(out, checks.Print{Media: playlists.ID(r.MediaID), Hash: hash, Title: r.Title, State: playlists.MediaState(r.State), Unit: playlists.ID(r.UnitID)})
		}
		return nil
	})
	return out, err
}

// Unprinted implements checks.Store.
func (c Checks) Unprinted(ctx context.Context, limit int) (out []checks.Preview, err error) {
	err = c.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Unprinted(ctx, int64(limit))
		if err != nil {
			return fmt.Errorf("cannot look for pictures without a print: %w", err)
		}
		for _, r := range rows {
			out = append(out, checks.Preview{Media: playlists.ID(r.ID), Digest: playlists.Digest(r.Preview)})
		}
		return nil
	})
	return out, err
}
