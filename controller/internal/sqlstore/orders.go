package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Orders implements orders.Store.
type Orders struct{ db *DB }

var _ orders.Store = Orders{}

// Orders gives the part of the database that keeps what screens are to obey.
func (d *DB) Orders() Orders { return Orders{d} }

// Load implements orders.Store.
func (s Orders) Load(ctx context.Context) (*orders.Kept, error) {
	kept := &orders.Kept{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		var err error
		if kept.Records, err = orderRecords(ctx, q); err != nil {
			return err
		}
		if kept.Calls, err = safeCalls(ctx, q); err != nil {
			return err
		}
		sets, err := q.OrderSets(ctx)
		if err != nil {
			return err
		}
		for _, r := range sets {
			set := orderSetOf(r)
			set.Envelope = nil
			kept.Sets = append(kept.Sets, set)
		}
		receipts, err := q.OrderReceipts(ctx)
		for _, r := range receipts {
			kept.Receipts = append(kept.Receipts, orders.Receipt{
				Order: playlists.ID(r.OrderID), Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter),
				Told: instant(r.ToldAt), State: orders.ReceiptState(r.State), At: instant(r.At),
			})
		}
		return err
	})
	return kept, err
}

func orderRecords(ctx context.Context, q *sqlcgen.Queries) ([]orders.Record, error) {
	rows, err := q.Orders(ctx)
	if err != nil {
		return nil, err
	}
	signatures, err := q.OrderHands(ctx)
	if err != nil {
		return nil, err
	}
	hands := map[string][]orders.Hand{}
	for _, r := range signatures {
		h := orders.Hand{PersonName: r.PersonName, At: instant(r.At)}
		if err := json.Unmarshal([]byte(r.Signature), &h.Signature); err != nil {
			return nil, fmt.Errorf("cannot read a signature under order %s: %w", r.OrderID, err)
		}
		hands[r.OrderID] = append(hands[r.OrderID], h)
	}
	var out []orders.Record
	for _, r := range rows {
		record := orders.Record{Number: r.Number, Bytes: r.Body, Title: r.Title, Hands: hands[r.ID], At: instant(r.At), Stands: instant(r.StandingAt)}
		if err := programme.Unmarshal(r.Body, &record.Order); err != nil {
			return nil, fmt.Errorf("cannot read order %s: %w", r.ID, err)
		}
		out = append(out, record)
	}
	return out, nil
}

func safeCalls(ctx context.Context, q *sqlcgen.Queries) ([]orders.Call, error) {
	rows, err := q.Safes(ctx)
	if err != nil {
		return nil, err
	}
	var out []orders.Call
	for _, r := range rows {
		c := orders.Call{ID: playlists.ID(r.ID), By: playlists.ID(r.PersonID), ByName: r.PersonName, At: instant(r.At)}
		if err := json.Unmarshal([]byte(r.Clusters), &c.Clusters); err != nil {
			return nil, fmt.Errorf("cannot read the call for the slate %s: %w", r.ID, err)
		}
		if err := json.Unmarshal([]byte(r.Screens), &c.Screens); err != nil {
			return nil, fmt.Errorf("cannot read the call for the slate %s: %w", r.ID, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func orderSetOf(r sqlcgen.OrderSet) orders.Set {
	return orders.Set{
		Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), IssuedAt: instant(r.IssuedAt),
		Content: playlists.Digest(r.Content), Envelope: r.Envelope,
	}
}

// Save implements orders.Store.
func (s Orders) Save(ctx context.Context, ch *orders.Change) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if r := ch.Record; r != nil {
			if err := addOrder(ctx, q, r); err != nil {
				return err
			}
		}
		if err := addHands(ctx, q, ch.To, ch.Hands); err != nil {
			return err
		}
		if !ch.Stands.IsZero() {
			if err := q.AddOrderStanding(ctx, sqlcgen.AddOrderStandingParams{OrderID: string(ch.To), At: millis(ch.Stands)}); err != nil {
				return err
			}
		}
		if c := ch.Call; c != nil {
			if err := addCall(ctx, q, c); err != nil {
				return err
			}
		}
		for i := range ch.Sets {
			if err := setOrders(ctx, q, &ch.Sets[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func addOrder(ctx context.Context, q *sqlcgen.Queries, r *orders.Record) error {
	id := string(r.Order.ID)
	err := q.AddOrder(ctx, sqlcgen.AddOrderParams{ID: id, Body: r.Bytes, Title: r.Title, At: millis(r.At)})
	if err != nil {
		return taken(err, playlists.Errorf(playlists.Conflict, "order_known", playlists.Params{"id": id}, "cannot take another order with the id %s: prepare it again", id))
	}
	if err := addHands(ctx, q, r.Order.ID, r.Hands); err != nil || r.Stands.IsZero() {
		return err
	}
	return q.AddOrderStanding(ctx, sqlcgen.AddOrderStandingParams{OrderID: id, At: millis(r.Stands)})
}

func addHands(ctx context.Context, q *sqlcgen.Queries, to playlists.ID, hands []orders.Hand) error {
	for _, h := range hands {
		signature, err := json.Marshal(h.Signature)
		if err != nil {
			return fmt.Errorf("cannot keep a signature: %w", err)
		}
		if err := q.AddOrderHand(ctx, sqlcgen.AddOrderHandParams{
			OrderID: string(to), PersonID: string(h.Signature.Person), PersonName: h.PersonName, Signature: string(signature), At: millis(h.At),
		}); err != nil {
			return err
		}
	}
	return nil
}

func addCall(ctx context.Context, q *sqlcgen.Queries, c *orders.Call) error {
	clusters, err := json.Marshal(c.Clusters)
	if err != nil {
		return fmt.Errorf("cannot keep a call for the slate: %w", err)
	}
	screens, err := json.Marshal(c.Screens)
	if err != nil {
		return fmt.Errorf("cannot keep a call for the slate: %w", err)
	}
	return q.AddSafe(ctx, sqlcgen.AddSafeParams{
		ID: string(c.ID), PersonID: string(c.By), PersonName: c.ByName, At: millis(c.At), Clusters: string(clusters), Screens: string(screens),
	})
}

func setOrders(ctx context.Context, q *sqlcgen.Queries, set *orders.Set) error {
	n, err := q.SetOrderSet(ctx, sqlcgen.SetOrderSetParams{
		ScreenID: string(set.Screen), Epoch: int64(set.Epoch), Counter: int64(set.Counter), IssuedAt: millis(set.IssuedAt), Content: string(set.Content), Envelope: set.Envelope,
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return playlists.Errorf(playlists.Conflict, "orders_number_taken", nil, "cannot store the orders of screen %s: others were given meanwhile; try again", set.Screen)
	}
	set.Row, err = q.AddOutgoingOrders(ctx, sqlcgen.AddOutgoingOrdersParams{ScreenID: string(set.Screen), CreatedAt: millis(set.IssuedAt)})
	return err
}

// SaveReceipts implements orders.Store.
func (s Orders) SaveReceipts(ctx context.Context, receipts []orders.Receipt) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, r := range receipts {
			if err := q.SaveOrderReceipt(ctx, sqlcgen.SaveOrderReceiptParams{
				ScreenID: string(r.Screen), OrderID: string(r.Order), Epoch: int64(r.Epoch), Counter: int64(r.Counter),
				ToldAt: millis(r.Told), State: string(r.State), At: millis(r.At),
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sets implements orders.Store.
func (s Orders) Sets(ctx context.Context) ([]orders.Set, error) {
	rows, err := s.db.read().OrderSets(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]orders.Set, len(rows))
	for i, r := range rows {
		out[i] = orderSetOf(r)
	}
	return out, nil
}

// Media implements orders.Store. Its renditions are those of now and those
// that anybody ever decided about.
func (s Orders) Media(ctx context.Context, id playlists.ID) (orders.Media, error) {
	var out orders.Media
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		row, err := q.OrderedMedia(ctx, string(id))
		if err != nil {
			return missing(err, playlists.Errorf(playlists.NotFound, "media_missing", playlists.Params{"id": string(id)}, "cannot find the media %.40q: choose one from the list", string(id)))
		}
		out.Title, out.Unit = row.Title, playlists.ID(row.UnitID)
		add := func(d playlists.Digest) {
			if !slices.Contains(out.Renditions, d) {
				out.Renditions = append(out.Renditions, d)
			}
		}
		now, err := q.OrderedRenditions(ctx, string(id))
		if err != nil {
			return err
		}
		for _, d := range now {
			add(playlists.Digest(d))
		}
		statements, err := q.OrderedStatements(ctx, string(id))
		if err != nil {
			return err
		}
		for _, b := range statements {
			st, err := programme.ParseStatement(b)
			if err != nil {
				return fmt.Errorf("cannot read a decision about %s: %w", id, err)
			}
			for _, subject := range st.Subject {
				add(subject.Digest.SHA256)
			}
		}
		return nil
	})
	return out, err
}

// Outgoing implements orders.Store.
func (s Orders) Outgoing(ctx context.Context, limit int) ([]orders.Outgoing, error) {
	rows, err := s.db.read().OutgoingOrders(ctx, int64(limit))
	if err != nil {
		return nil, err
	}
	out := make([]orders.Outgoing, 0, len(rows))
	for _, r := range rows {
		out = append(out, orders.Outgoing{Row: r.ID, Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), Envelope: r.Envelope})
	}
	return out, nil
}

// Announced implements orders.Store.
func (s Orders) Announced(ctx context.Context, done []orders.Outgoing) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range done {
			if err := q.ForgetOutgoingOrders(ctx, sqlcgen.ForgetOutgoingOrdersParams{ScreenID: string(done[i].Screen), UpTo: done[i].Row}); err != nil {
				return err
			}
		}
		return nil
	})
}
