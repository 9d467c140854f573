package programme

import (
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
)

// OrdersType is the DSSE payload type of the orders of a screen.
const OrdersType = "application/vnd.cotmoc.orders.v1+json"

const (
	maxStanding = 200
	maxSafe     = 50
)

// Orders is everything beside the programme that one screen is to obey:
// signed orders in force and lifts of those ended, with a counter of its own.
// Leaving the set lifts nothing: a screen latches what it has obeyed.
type Orders struct {
	Screen   playlists.ID  `json:"screen"`
	Epoch    uint64        `json:"epoch"`
	Counter  uint64        `json:"counter"`
	IssuedAt int64         `json:"issued_at"`
	Charter  uint64        `json:"charter"` // the least number it goes with
	Orders   []SignedOrder `json:"orders"`
	Safe     []Safe        `json:"safe"`
}

// Safe puts a screen on its slate until a lift names it. It needs no personal
// signature: whoever holds the programme key can hide things anyway.
type Safe struct {
	ID playlists.ID `json:"id"`
	By string       `json:"by"` // name, for people
	At int64        `json:"at"` // Unix milliseconds
}

// AcceptedOrders is a set of orders that the screen's trust has let through.
type AcceptedOrders struct {
	Orders
	Payload playlists.Digest
	// Obeyed are the orders in it that hold, in their order.
	Obeyed []ObeyedOrder
	// Refused are the orders in it that do not, and why. One bad order takes
	// no good one with it: hiding a takedown must not be that easy.
	Refused []error
}

// ObeyedOrder is an order with the bytes to keep it by.
type ObeyedOrder struct {
	Order
	Signed SignedOrder
}

// VerifyOrders reads the orders of a screen under a charter. Every refusal of
// the whole has its own code; the same set again is accepted.
func VerifyOrders(envelope []byte, trust Trust) (*AcceptedOrders, error) {
	if trust.Charter == nil {
		return nil, refuse(CharterMissing, "cannot obey orders without a charter")
	}
	a, err := RereadOrders(envelope, trust.Screen, trust.Charter.ProgrammeKeys)
	if err != nil {
		return nil, err
	}
	o := &a.Orders
	if err := trust.admit(o.Charter, o.Epoch, o.Counter, a.Payload, trust.HeldOrders, "orders"); err != nil {
		return nil, err
	}
	// One name for two things would let the lift of one lift the other.
	names := map[playlists.ID]bool{}
	for _, s := range o.Safe {
		if names[s.ID] {
			return nil, refuse(InternallyWrong, "cannot read orders %d.%d: two calls for the slate are named %s", o.Epoch, o.Counter, s.ID)
		}
		names[s.ID] = true
	}
	for _, s := range o.Orders {
		order, err := trust.Charter.CheckOrder(&s)
		if err == nil && names[order.ID] {
			err = refuse(InternallyWrong, "cannot obey order %s: something else in the set has its name", order.ID)
		}
		if err != nil {
			a.Refused = append(a.Refused, err)
			continue
		}
		names[order.ID] = true
		a.Obeyed = append(a.Obeyed, ObeyedOrder{Order: *order, Signed: s})
	}
	return a, nil
}

// RereadOrders reads a set that was accepted before, under keys that counted
// then, for its numbers. It obeys nothing.
func RereadOrders(envelope []byte, screen playlists.ID, keys []PublicKey) (*AcceptedOrders, error) {
	payload, err := open(envelope, OrdersType, keys)
	if err != nil {
		return nil, err
	}
	a := &AcceptedOrders{Payload: playlists.DigestOf(payload)}
	if err := Unmarshal(payload, &a.Orders); err != nil {
		return nil, err
	}
	o := &a.Orders
	if o.Screen != screen {
		return nil, refuse(OtherScreen, "cannot obey the orders of screen %.40s on screen %s", string(o.Screen), screen)
	}
	if o.Counter == 0 || !isInstant(o.IssuedAt) || len(o.Orders) > maxStanding || len(o.Safe) > maxSafe {
		return nil, refuse(Malformed, "cannot read orders %d.%d: a bound is broken", o.Epoch, o.Counter)
	}
	for _, s := range o.Safe {
		if s.ID.Validate() != nil || len(s.By) > 400 || !isBound(s.At) {
			return nil, refuse(Malformed, "cannot read orders %d.%d: a call for the slate is unusable", o.Epoch, o.Counter)
		}
	}
	return a, nil
}

// SignOrders gives the envelope of a screen's orders.
func SignOrders(o *Orders, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(o)
	if err != nil {
		return nil, err
	}
	return Seal(OrdersType, payload, key)
}

// Issued gives when the set was made, by the controller's clock.
func (o *Orders) Issued() time.Time { return time.UnixMilli(o.IssuedAt).UTC() }
