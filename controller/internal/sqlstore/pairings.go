package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// AddPairing implements fleet.Store.
func (s Fleet) AddPairing(ctx context.Context, p fleet.Pairing) error {
	facts, err := json.Marshal(p.Facts)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.AddPairing(ctx, sqlcgen.AddPairingParams{
			ID: string(p.ID), DeviceKey: p.DeviceKey, Nonce: p.Nonce, Facts: string(facts), Address: p.Address,
			CreatedAt: millis(p.CreatedAt), ExpiresAt: millis(p.ExpiresAt),
		})
		if err != nil || p.Batch == "" {
			return err
		}
		return q.SeatPairing(ctx, sqlcgen.SeatPairingParams{BatchID: string(p.Batch), Seat: int64(p.Seat), ID: string(p.ID)})
	})
}

// OpenPairings implements fleet.Store.
func (s Fleet) OpenPairings(ctx context.Context, now time.Time) ([]fleet.Pairing, error) {
	rows, err := s.db.read().OpenPairings(ctx, millis(now))
	if err != nil {
		return nil, err
	}
	out := make([]fleet.Pairing, 0, len(rows))
	for _, r := range rows {
		p, err := pairingOf(r)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Pairing implements fleet.Store.
func (s Fleet) Pairing(ctx context.Context, id playlists.ID) (fleet.Pairing, error) {
	row, err := s.db.read().Pairing(ctx, string(id))
	if err != nil {
		return fleet.Pairing{}, missing(err, fleet.NoPairing(id))
	}
	return pairingOf(row)
}

func pairingOf(r sqlcgen.Pairing) (fleet.Pairing, error) {
	p := fleet.Pairing{
		ID: playlists.ID(r.ID), DeviceKey: r.DeviceKey, Nonce: r.Nonce, Address: r.Address,
		CreatedAt: instant(r.CreatedAt), ExpiresAt: instant(r.ExpiresAt), Screen: playlists.ID(r.ScreenID),
		Batch: playlists.ID(r.BatchID), Seat: int(r.Seat),
	}
	if err := json.Unmarshal([]byte(r.Facts), &p.Facts); err != nil {
		return p, fmt.Errorf("cannot read the facts of pairing %s: %w", r.ID, err)
	}
	return p, nil
}

// DropPairings implements fleet.Store.
func (s Fleet) DropPairings(ctx context.Context, expiredBefore time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DropPairings(ctx, millis(expiredBefore)) })
}

// Claim implements fleet.Store.
func (s Fleet) Claim(ctx context.Context, pairing playlists.ID, until time.Time, screen playlists.Screen, certificate []byte) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return claim(ctx, q, pairing, until, screen, certificate) })
}

func claim(ctx context.Context, q *sqlcgen.Queries, pairing playlists.ID, until time.Time, screen playlists.Screen, certificate []byte) error {
	tags, err := tagsOf(screen)
	if err != nil {
		return err
	}
	if err := claimPairing(ctx, q, pairing, until, screen.ID); err != nil {
		return err
	}
	err = q.AddScreen(ctx, sqlcgen.AddScreenParams{
		ID: string(screen.ID), Name: screen.Name, NameFolded: playlists.Fold(screen.Name), ClusterID: string(screen.Cluster), Profile: string(screen.Profile),
		Tags: tags, TimeZone: screen.TimeZone, DeviceKey: screen.DeviceKey, Certificate: certificate, CreatedAt: millis(screen.CreatedAt),
	})
	return taken(err, playlists.Errorf(playlists.Conflict, "device_claimed", nil, "cannot claim this screen PC: it is a screen already; remove that screen first"))
}

func claimPairing(ctx context.Context, q *sqlcgen.Queries, pairing playlists.ID, until time.Time, screen playlists.ID) error {
	n, err := q.ClaimPairing(ctx, sqlcgen.ClaimPairingParams{ScreenID: string(screen), ExpiresAt: millis(until), ID: string(pairing)})
	if err == nil && n == 0 {
		err = playlists.Errorf(playlists.Conflict, "pairing_claimed", nil, "cannot claim this screen: somebody has just claimed it; look for it in the list of screens")
	}
	return err
}

// Heard implements fleet.Store.
func (s Fleet) Heard(ctx context.Context) ([]fleet.Heard, error) {
	rows, err := s.db.read().Heard(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]fleet.Heard, 0, len(rows))
	for _, r := range rows {
		h := fleet.Heard{Screen: playlists.ID(r.ScreenID), ReportedAt: instant(r.ReportedAt), SeenAt: instant(r.SeenAt), Online: r.Online, Boot: r.Boot, Session: uint64(r.Session)}
		if r.Payload != "" {
			h.Report = new(wire.Reported)
			// A report of an older version that no longer reads is as good as
			// none: the screen reports again.
			if wire.Decode([]byte(r.Payload), h.Report) != nil {
				h.Report = nil
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// SaveHeard implements fleet.Store.
func (s Fleet) SaveHeard(ctx context.Context, heard []fleet.Heard, progress []fleet.Progress) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, h := range heard {
			var payload []byte
			if h.Report != nil {
				var err error
				if payload, err = wire.Encode(h.Report); err != nil {
					return err
				}
			}
			err := q.SaveHeard(ctx, sqlcgen.SaveHeardParams{
				ScreenID: string(h.Screen), Payload: string(payload), Boot: h.Boot, Session: int64(h.Session & (1<<63 - 1)), Online: h.Online,
				ReportedAt: millis(h.ReportedAt), SeenAt: millis(h.SeenAt),
			})
			if err != nil {
				return err
			}
		}
		for _, p := range progress {
			row := sqlcgen.SaveDeliveryParams{ScreenID: string(p.Screen), Epoch: int64(p.Programme.Epoch & (1<<63 - 1)), Counter: int64(p.Programme.Counter & (1<<63 - 1))}
			for stage, at := range map[fleet.Stage]*int64{fleet.Received: &row.ReceivedAt, fleet.Cached: &row.CachedAt, fleet.Scheduled: &row.ScheduledAt, fleet.Shown: &row.ShownAt} {
				if p.Stage >= stage {
					*at = millis(p.At)
				}
			}
			if err := q.SaveDelivery(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
}
