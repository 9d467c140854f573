package controllertest

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// SetCharter gives the charter that screens are enrolled under.
func (c *Controller) SetCharter(envelope []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.charter = envelope
}

// Charters serves charters and announces them as a chain.
func (c *Controller) Charters(screen playlists.ID, first uint64, envelopes ...[]byte) {
	c.t.Helper()
	chain := wire.Chain{First: first}
	c.mu.Lock()
	for _, e := range envelopes {
		d := playlists.DigestOf(e)
		c.objects[d] = e
		chain.Envelopes = append(chain.Envelopes, d)
	}
	c.mu.Unlock()
	b, err := wire.Encode(chain)
	if err != nil {
		c.t.Fatal(err)
	}
	c.Retain(wire.Topic(screen, wire.DownCharter), b)
}

// Object serves any bytes by their digest.
func (c *Controller) Object(b []byte) playlists.Digest {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := playlists.DigestOf(b)
	c.objects[d] = b
	return d
}

// Orders signs a set of orders for a screen and announces it.
func (c *Controller) Orders(o programme.Orders) {
	c.t.Helper()
	if o.IssuedAt == 0 {
		o.IssuedAt = playliststest.Now.UnixMilli()
	}
	if o.Orders == nil {
		o.Orders = []programme.SignedOrder{}
	}
	if o.Safe == nil {
		o.Safe = []programme.Safe{}
	}
	b, err := programme.SignOrders(&o, playliststest.Key(1))
	if err != nil {
		c.t.Fatal(err)
	}
	c.Retain(wire.Topic(o.Screen, wire.DownOrders), b)
}

// Command publishes the envelope of a command, as good as it is.
func (c *Controller) Command(screen playlists.ID, envelope []byte) {
	c.t.Helper()
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if err := broker.Publish(wire.Topic(screen, wire.DownCommand), envelope, false, 1); err != nil {
		c.t.Fatal(err)
	}
}

// Beacons has the controller answer questions with what change makes of a
// beacon with the true time; nil has it say nothing.
func (c *Controller) Beacons(change func(*programme.Beacon)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beacons = change
}

// answer answers a question. The caller holds the lock.
func (c *Controller) answer(screen playlists.ID, payload []byte) {
	var q wire.Question
	if err := wire.Decode(payload, &q); err != nil {
		c.t.Errorf("question %s: %v", payload, err)
		return
	}
	if c.beacons == nil {
		return
	}
	beacon := programme.Beacon{Screen: screen, Nonce: q.Nonce, Time: time.Now().UnixMilli(), Epoch: 1}
	c.beacons(&beacon)
	b, err := programme.SignBeacon(&beacon, playliststest.Key(1))
	if err != nil {
		c.t.Error(err)
		return
	}
	broker := c.broker
	go func() { _ = broker.Publish(wire.Topic(screen, wire.DownBeacon), b, false, 1) }()
}
