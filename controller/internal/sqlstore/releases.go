package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"cotmoc/controller/internal/releases"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Releases implements releases.Store.
type Releases struct{ db *DB }

var _ releases.Store = Releases{}

// Releases gives the part of the database that keeps releases of the agent.
func (d *DB) Releases() Releases { return Releases{d} }

// keptPlans is how many plans are remembered.
const keptPlans = 50

// Load implements releases.Store.
func (s Releases) Load(ctx context.Context) (*releases.Kept, error) {
	kept := &releases.Kept{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Releases(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			signed, _, err := programme.ReadRelease(r.Envelope)
			if err != nil {
				return fmt.Errorf("cannot read release %s: %w", r.Version, err)
			}
			kept.Releases = append(kept.Releases, releases.Release{SignedRelease: *signed, Envelope: r.Envelope, At: instant(r.At), By: playlists.ID(r.PersonID), ByName: r.PersonName})
		}
		plans, err := q.ReleasePlans(ctx, keptPlans)
		if err != nil {
			return err
		}
		for _, r := range plans {
			var p releases.Plan
			if err := json.Unmarshal([]byte(r.Body), &p); err != nil {
				return fmt.Errorf("cannot read the plan %s: %w", r.ID, err)
			}
			kept.Plans = append(kept.Plans, p)
		}
		offers, err := q.ReleaseOffers(ctx)
		for _, r := range offers {
			o := offerOf(r)
			o.Envelope = nil
			kept.Offers = append(kept.Offers, o)
		}
		return err
	})
	return kept, err
}

func offerOf(r sqlcgen.ReleaseOffer) releases.Offer {
	return releases.Offer{
		Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), IssuedAt: instant(r.IssuedAt),
		Release: playlists.Digest(r.Payload), Object: playlists.Digest(r.Object), Signer: r.Signer, Envelope: r.Envelope,
	}
}

// Save implements releases.Store.
func (s Releases) Save(ctx context.Context, ch *releases.Change) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if r := ch.Release; r != nil {
			if err := q.PutRelease(ctx, sqlcgen.PutReleaseParams{
				Payload: string(r.Payload), Version: string(r.Version), Envelope: r.Envelope, At: millis(r.At), PersonID: string(r.By), PersonName: r.ByName,
			}); err != nil {
				return err
			}
		}
		if p := ch.Plan; p != nil {
			body, err := json.Marshal(p)
			if err != nil {
				return fmt.Errorf("cannot keep the plan %s: %w", p.ID, err)
			}
			if err := q.PutReleasePlan(ctx, sqlcgen.PutReleasePlanParams{ID: string(p.ID), State: string(p.State), Body: string(body)}); err != nil {
				return err
			}
		}
		for i := range ch.Offers {
			if err := setOffer(ctx, q, &ch.Offers[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func setOffer(ctx context.Context, q *sqlcgen.Queries, o *releases.Offer) error {
	n, err := q.SetReleaseOffer(ctx, sqlcgen.SetReleaseOfferParams{
		ScreenID: string(o.Screen), Epoch: int64(o.Epoch), Counter: int64(o.Counter), IssuedAt: millis(o.IssuedAt),
		Payload: string(o.Release), Object: string(o.Object), Signer: o.Signer, Envelope: o.Envelope,
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return playlists.Errorf(playlists.Conflict, "release_offer_taken", nil, "cannot store the offer to screen %s: another was made meanwhile; try again", o.Screen)
	}
	o.Row, err = q.AddOutgoingOffer(ctx, sqlcgen.AddOutgoingOfferParams{ScreenID: string(o.Screen), CreatedAt: millis(o.IssuedAt)})
	return err
}

// Offers implements releases.Store.
func (s Releases) Offers(ctx context.Context) ([]releases.Offer, error) {
	rows, err := s.db.read().ReleaseOffers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]releases.Offer, len(rows))
	for i, r := range rows {
		out[i] = offerOf(r)
	}
	return out, nil
}

// Outgoing implements releases.Store.
func (s Releases) Outgoing(ctx context.Context, limit int) ([]releases.Outgoing, error) {
	rows, err := s.db.read().OutgoingOffers(ctx, int64(limit))
	if err != nil {
		return nil, err
	}
	out := make([]releases.Outgoing, 0, len(rows))
	for _, r := range rows {
		out = append(out, releases.Outgoing{Row: r.ID, Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), Envelope: r.Envelope})
	}
	return out, nil
}

// Announced implements releases.Store.
func (s Releases) Announced(ctx context.Context, done []releases.Outgoing) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range done {
			if err := q.ForgetOutgoingOffers(ctx, sqlcgen.ForgetOutgoingOffersParams{ScreenID: string(done[i].Screen), UpTo: done[i].Row}); err != nil {
				return err
			}
		}
		return nil
	})
}
