package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"cotmoc/controller/internal/inventory"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Inventory implements inventory.Store.
type Inventory struct{ db *DB }

var _ inventory.Store = Inventory{}

// Inventory gives the part of the database that knows devices.
func (d *DB) Inventory() Inventory { return Inventory{d} }

// Facts implements inventory.Store.
func (s Inventory) Facts(ctx context.Context) (map[playlists.ID]inventory.Facts, error) {
	rows, err := s.db.read().ScreenFacts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[playlists.ID]inventory.Facts, len(rows))
	for _, r := range rows {
		f := inventory.Facts{HeardAt: instant(r.HeardAt)}
		// Facts of an older version that no longer read are as good as none: the
		// screen tells them again.
		if wire.Decode([]byte(r.Facts), &f.Inventory) == nil {
			out[playlists.ID(r.ScreenID)] = f
		}
	}
	return out, nil
}

const mostChanges = 200 // of a screen

// SaveFacts implements inventory.Store.
func (s Inventory) SaveFacts(ctx context.Context, screen playlists.ID, f inventory.Facts, changes []inventory.Change) error {
	facts, err := wire.Encode(f.Inventory)
	if err != nil {
		return fmt.Errorf("cannot keep facts: %w", err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.SetScreenFacts(ctx, sqlcgen.SetScreenFactsParams{ScreenID: string(screen), Facts: string(facts), HeardAt: millis(f.HeardAt)}); err != nil {
			return err
		}
		return addChanges(ctx, q, screen, changes)
	})
}

// AddChanges implements inventory.Store.
func (s Inventory) AddChanges(ctx context.Context, screen playlists.ID, changes []inventory.Change) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return addChanges(ctx, q, screen, changes) })
}

func addChanges(ctx context.Context, q *sqlcgen.Queries, screen playlists.ID, changes []inventory.Change) error {
	for _, c := range changes {
		if err := q.AddFactChange(ctx, sqlcgen.AddFactChangeParams{ScreenID: string(screen), At: millis(c.At), Field: c.Field, Before: c.Before, After: c.After}); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return q.DropOldFactChanges(ctx, sqlcgen.DropOldFactChangesParams{ScreenID: string(screen), Most: mostChanges})
}

// Changes implements inventory.Store.
func (s Inventory) Changes(ctx context.Context, screen playlists.ID, limit int) ([]inventory.Change, error) {
	rows, err := s.db.read().FactChanges(ctx, sqlcgen.FactChangesParams{ScreenID: string(screen), Most: int64(limit)})
	if err != nil {
		return nil, err
	}
	out := make([]inventory.Change, len(rows))
	for i, r := range rows {
		out[i] = inventory.Change{At: instant(r.At), Field: r.Field, Before: r.Before, After: r.After}
	}
	return out, nil
}

// Notes implements inventory.Store.
func (s Inventory) Notes(ctx context.Context) (map[playlists.ID]inventory.Notes, error) {
	rows, err := s.db.read().ScreenNotes(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[playlists.ID]inventory.Notes, len(rows))
	for _, r := range rows {
		n := inventory.Notes{ChangedAt: instant(r.ChangedAt), ChangedBy: r.ChangedBy}
		if err := json.Unmarshal([]byte(r.Notes), &n); err != nil {
			return nil, fmt.Errorf("cannot read what is written about screen %s: %w", r.ScreenID, err)
		}
		out[playlists.ID(r.ScreenID)] = n
	}
	return out, nil
}

// SaveNotes implements inventory.Store.
func (s Inventory) SaveNotes(ctx context.Context, screen playlists.ID, n inventory.Notes) error {
	notes, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("cannot keep notes: %w", err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.SetScreenNotes(ctx, sqlcgen.SetScreenNotesParams{ScreenID: string(screen), Notes: string(notes), ChangedAt: millis(n.ChangedAt), ChangedBy: n.ChangedBy})
	})
}

// LatestChecks implements inventory.Store.
func (s Inventory) LatestChecks(ctx context.Context) ([]inventory.Check, error) {
	rows, err := s.db.read().LatestScreenChecks(ctx)
	if err != nil {
		return nil, err
	}
	return screenChecksOf(rows)
}

// AddCheck implements inventory.Store.
func (s Inventory) AddCheck(ctx context.Context, c inventory.Check) error {
	done, err := json.Marshal(c.Done)
	if err != nil {
		return fmt.Errorf("cannot keep a checklist: %w", err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddScreenCheck(ctx, sqlcgen.AddScreenCheckParams{
			ID: string(c.ID), ScreenID: string(c.Screen), List: c.List, At: millis(c.At), ByID: string(c.By), ByName: c.ByName, Done: string(done), Note: c.Note,
		})
	})
}

// Checks implements inventory.Store.
func (s Inventory) Checks(ctx context.Context, screen playlists.ID, limit int) ([]inventory.Check, error) {
	rows, err := s.db.read().ScreenChecks(ctx, sqlcgen.ScreenChecksParams{ScreenID: string(screen), Most: int64(limit)})
	if err != nil {
		return nil, err
	}
	return screenChecksOf(rows)
}

func screenChecksOf(rows []sqlcgen.ScreenCheck) ([]inventory.Check, error) {
	out := make([]inventory.Check, len(rows))
	for i, r := range rows {
		out[i] = inventory.Check{ID: playlists.ID(r.ID), Screen: playlists.ID(r.ScreenID), List: r.List, At: instant(r.At), By: playlists.ID(r.ByID), ByName: r.ByName, Note: r.Note}
		if err := json.Unmarshal([]byte(r.Done), &out[i].Done); err != nil {
			return nil, fmt.Errorf("cannot read the checklist %s: %w", r.ID, err)
		}
	}
	return out, nil
}
