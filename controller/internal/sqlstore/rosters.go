package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"cotmoc/controller/internal/roster"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Rosters implements roster.Store.
type Rosters struct{ db *DB }

var _ roster.Store = Rosters{}

// Rosters gives the part of the database that keeps who stands beside whom.
func (d *DB) Rosters() Rosters { return Rosters{d} }

// Load implements roster.Store.
func (s Rosters) Load(ctx context.Context) (*roster.Kept, error) {
	kept := &roster.Kept{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		places, err := q.SitePlaces(ctx)
		if err != nil {
			return err
		}
		for _, r := range places {
			p := roster.Place{Screen: playlists.ID(r.ScreenID), Fingerprint: r.Fingerprint, At: instant(r.HeardAt)}
			if err := json.Unmarshal([]byte(r.Addresses), &p.Addresses); err != nil {
				return fmt.Errorf("cannot read where screen %s is: %w", r.ScreenID, err)
			}
			if err := json.Unmarshal([]byte(r.Pages), &p.Pages); err != nil {
				return fmt.Errorf("cannot read where screen %s is: %w", r.ScreenID, err)
			}
			kept.Places = append(kept.Places, p)
		}
		pins, err := q.SitePINs(ctx)
		if err != nil {
			return err
		}
		for _, r := range pins {
			kept.PINs = append(kept.PINs, roster.PIN{Cluster: playlists.ID(r.ClusterID), SetAt: instant(r.SetAt), SitePIN: programme.SitePIN{
				Number: uint64(r.Number), Salt: r.Salt, Hash: r.Hash, Time: uint32(r.Passes), MemoryKB: uint32(r.MemoryKb), Threads: uint8(r.Threads),
			}})
		}
		sets, err := q.Rosters(ctx)
		for _, r := range sets {
			set := rosterOf(r)
			set.Envelope = nil
			kept.Sets = append(kept.Sets, set)
		}
		return err
	})
	return kept, err
}

func rosterOf(r sqlcgen.Roster) roster.Set {
	return roster.Set{
		Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), IssuedAt: instant(r.IssuedAt),
		Content: playlists.Digest(r.Content), Envelope: r.Envelope,
	}
}

// SetPlace implements roster.Store.
func (s Rosters) SetPlace(ctx context.Context, p roster.Place) error {
	addresses, err := json.Marshal(p.Addresses)
	if err != nil {
		return fmt.Errorf("cannot keep where a screen is: %w", err)
	}
	pages, err := json.Marshal(p.Pages)
	if err != nil {
		return fmt.Errorf("cannot keep where a screen is: %w", err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.SetSitePlace(ctx, sqlcgen.SetSitePlaceParams{
			ScreenID: string(p.Screen), Addresses: string(addresses), Pages: string(pages), Fingerprint: p.Fingerprint, HeardAt: millis(p.At),
		})
	})
}

// SetPIN implements roster.Store.
func (s Rosters) SetPIN(ctx context.Context, p roster.PIN) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.SetSitePIN(ctx, sqlcgen.SetSitePINParams{
			ClusterID: string(p.Cluster), Number: int64(p.Number), Salt: p.Salt, Hash: p.Hash, Passes: int64(p.Time), MemoryKb: int64(p.MemoryKB), Threads: int64(p.Threads), SetAt: millis(p.SetAt),
		})
	})
}

// SetRosters implements roster.Store.
func (s Rosters) SetRosters(ctx context.Context, sets []roster.Set) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, set := range sets {
			n, err := q.SetRoster(ctx, sqlcgen.SetRosterParams{
				ScreenID: string(set.Screen), Epoch: int64(set.Epoch), Counter: int64(set.Counter), IssuedAt: millis(set.IssuedAt), Content: string(set.Content), Envelope: set.Envelope,
			})
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("cannot store the roster of screen %s: another was given meanwhile", set.Screen)
			}
		}
		return nil
	})
}

// Rosters implements roster.Store.
func (s Rosters) Rosters(ctx context.Context) ([]roster.Set, error) {
	rows, err := s.db.read().Rosters(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]roster.Set, len(rows))
	for i, r := range rows {
		out[i] = rosterOf(r)
	}
	return out, nil
}

// Outgoing implements roster.Store.
func (s Rosters) Outgoing(ctx context.Context, limit int) ([]roster.Outgoing, error) {
	rows, err := s.db.read().OutgoingRosters(ctx, int64(limit))
	if err != nil {
		return nil, err
	}
	out := make([]roster.Outgoing, len(rows))
	for i, r := range rows {
		set := rosterOf(r)
		out[i] = set.Outgoing()
	}
	return out, nil
}

// Announced implements roster.Store.
func (s Rosters) Announced(ctx context.Context, done []roster.Outgoing) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range done {
			if err := q.RosterAnnounced(ctx, sqlcgen.RosterAnnouncedParams{ScreenID: string(done[i].Screen), Epoch: int64(done[i].Epoch), Counter: int64(done[i].Counter)}); err != nil {
				return err
			}
		}
		return nil
	})
}
