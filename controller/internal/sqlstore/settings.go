package sqlstore

import (
	"context"
	"fmt"

	"cotmoc/controller/internal/settings"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Settings implements settings.Store.
type Settings struct{ db *DB }

var _ settings.Store = Settings{}

// Settings gives the part of the database that knows how screens are run.
func (d *DB) Settings() Settings { return Settings{d} }

// Given implements settings.Store.
func (s Settings) Given(ctx context.Context) ([]settings.Given, error) {
	rows, err := s.db.read().ScreenSettings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]settings.Given, len(rows))
	for i, r := range rows {
		out[i] = settings.Given{Content: playlists.Digest(r.Content), Envelope: r.Envelope}
		if err := programme.Unmarshal([]byte(r.Said), &out[i].Settings); err != nil {
			return nil, fmt.Errorf("cannot read the settings of screen %s: %w", r.ScreenID, err)
		}
	}
	return out, nil
}

// Save implements settings.Store.
func (s Settings) Save(ctx context.Context, g *settings.Given) error {
	said, err := programme.Marshal(g.Settings)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.SetScreenSettings(ctx, sqlcgen.SetScreenSettingsParams{
			ScreenID: string(g.Screen), Epoch: int64(g.Epoch), Counter: int64(g.Counter), IssuedAt: g.IssuedAt, Content: string(g.Content), Said: string(said), Envelope: g.Envelope,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "settings_number_taken", nil, "cannot store the settings of screen %s: others were given meanwhile; try again", g.Screen)
		}
		g.Row, err = q.AddOutgoingSettings(ctx, sqlcgen.AddOutgoingSettingsParams{ScreenID: string(g.Screen), CreatedAt: g.IssuedAt})
		return err
	})
}

// Outgoing implements settings.Store.
func (s Settings) Outgoing(ctx context.Context, limit int) ([]settings.Outgoing, error) {
	rows, err := s.db.read().OutgoingSettings(ctx, int64(limit))
	if err != nil {
		return nil, err
	}
	out := make([]settings.Outgoing, 0, len(rows))
	for _, r := range rows {
		out = append(out, settings.Outgoing{Row: r.ID, Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), Envelope: r.Envelope})
	}
	return out, nil
}

// Announced implements settings.Store.
func (s Settings) Announced(ctx context.Context, done []settings.Outgoing) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range done {
			if err := q.ForgetOutgoingSettings(ctx, sqlcgen.ForgetOutgoingSettingsParams{ScreenID: string(done[i].Screen), UpTo: done[i].Row}); err != nil {
				return err
			}
		}
		return nil
	})
}
