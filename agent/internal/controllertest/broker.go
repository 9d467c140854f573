package controllertest

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"strings"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// gate is the broker's access control and the controller's ear.
type gate struct {
	mochi.HookBase
	c      *Controller
	refuse bool // answers subscriptions with 0x80
}

func (*gate) ID() string { return "gate" }

func (*gate) Provides(b byte) bool {
	return bytes.Contains([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPublished, mochi.OnWillSent}, []byte{b})
}

func (*gate) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	conn, ok := cl.Net.Conn.(interface{ ConnectionState() tls.ConnectionState })
	return ok && len(conn.ConnectionState().PeerCertificates) > 0 && conn.ConnectionState().PeerCertificates[0].Subject.CommonName == cl.ID
}

func (g *gate) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	if write {
		return wire.MayPublish(cl.ID, topic)
	}
	g.c.mu.Lock()
	defer g.c.mu.Unlock()
	return !g.refuse && wire.MaySubscribe(cl.ID, topic)
}

func (g *gate) OnPublished(cl *mochi.Client, pk packets.Packet) { g.c.hear(pk.TopicName, pk.Payload) }

func (g *gate) OnWillSent(cl *mochi.Client, pk packets.Packet) { g.c.hear(pk.TopicName, pk.Payload) }

// hear notes what a screen says, and acknowledges plays as stored.
func (c *Controller) hear(topic string, payload []byte) {
	screen, leaf, ok := wire.ParseTopic(topic)
	if !ok || !strings.HasPrefix(leaf, "up/") {
		return
	}
	payload = bytes.Clone(payload)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[leaf] = payload
	close(c.arrived)
	c.arrived = make(chan struct{})
	switch leaf {
	case wire.UpStatus:
		var s wire.Status
		if err := wire.Decode(payload, &s); err != nil {
			c.t.Errorf("status %s: %v", payload, err)
		}
		c.statuses = append(c.statuses, s)
	case wire.UpReported:
		if err := wire.Decode(payload, &wire.Reported{}); err != nil {
			c.t.Errorf("report %s: %v", payload, err)
		}
	case wire.UpPeer:
		if err := wire.Decode(payload, &wire.Peer{}); err != nil {
			c.t.Errorf("address %s: %v", payload, err)
		}
	case wire.UpBeacon:
		c.answer(screen, payload)
	case wire.UpResult:
		var r wire.Result
		if err := wire.Decode(payload, &r); err != nil {
			c.t.Errorf("result %s: %v", payload, err)
		}
		c.results = append(c.results, r)
	case wire.UpEvent:
		var e wire.Event
		if err := wire.Decode(payload, &e); err != nil {
			c.t.Errorf("event %s: %v", payload, err)
		}
		c.events = append(c.events, e)
		if broker := c.broker; !c.mute {
			ack, err := wire.Encode(wire.Ack{Batch: e.Batch})
			if err != nil {
				c.t.Error(err)
			}
			go func() { _ = broker.Publish(wire.Topic(screen, wire.DownAck), ack, false, 1) }()
		}
	}
}

// door is the broker's listener. It ends the clients itself: the broker's own
// way to look for them takes a lock twice, and stands still for ever when a
// client leaves in between.
type door struct {
	*listeners.Net
	broker *mochi.Server
}

func (d door) Close(listeners.CloseFn) {
	d.Net.Close(func(string) {
		for _, client := range d.broker.Clients.GetAll() {
			_ = d.broker.DisconnectClient(client, packets.ErrServerShuttingDown) // it gives the reason back
		}
	})
}

// StartBroker starts a broker that knows nothing, at the address of the one
// before.
func (c *Controller) StartBroker() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.address == "" {
		c.address = "127.0.0.1:0"
	}
	l, err := tls.Listen("tcp", c.address, c.tls(tls.RequireAndVerifyClientCert))
	if err != nil {
		c.t.Fatal(err)
	}
	c.address = l.Addr().String()
	broker := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler), InlineClient: true})
	c.gate = &gate{c: c}
	if err := broker.AddHook(c.gate, nil); err != nil {
		c.t.Fatal(err)
	}
	if err := broker.AddListener(door{listeners.NewNet("tls", l), broker}); err != nil {
		c.t.Fatal(err)
	}
	if err := broker.Serve(); err != nil {
		c.t.Fatal(err)
	}
	c.broker = broker
}

// StopBroker ends the broker; what it retained is lost.
func (c *Controller) StopBroker() {
	c.mu.Lock()
	broker := c.broker
	c.broker = nil
	c.mu.Unlock()
	if broker != nil {
		if err := broker.Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// RefuseSubscriptions has the broker answer them with 0x80.
func (c *Controller) RefuseSubscriptions(refuse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate.refuse = refuse
}

// Mute keeps acknowledgements of plays back.
func (c *Controller) Mute(mute bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mute = mute
}

// Retain publishes bytes as if a screen had said them, retained.
func (c *Controller) Retain(topic string, payload []byte) {
	c.t.Helper()
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if err := broker.Publish(topic, payload, true, 1); err != nil {
		c.t.Fatal(err)
	}
}

// Cut drops a screen's connection, as a pulled cable would.
func (c *Controller) Cut(screen playlists.ID) {
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if cl, ok := broker.Clients.Get(string(screen)); ok {
		_ = cl.Net.Conn.Close() // not Stop, after which the broker may say nothing of it
	}
}

// Statuses gives all births and deaths so far.
func (c *Controller) Statuses() []wire.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]wire.Status{}, c.statuses...)
}

// Events gives all batches so far.
func (c *Controller) Events() []wire.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]wire.Event{}, c.events...)
}

// Results gives what was said of a command so far.
func (c *Controller) Results(command playlists.ID) []wire.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []wire.Result
	for _, r := range c.results {
		if r.ID == command {
			out = append(out, r)
		}
	}
	return out
}

// Said gives the newest that any screen has said under a leaf.
func (c *Controller) Said(leaf string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.last[leaf]
	return b, ok
}

// Reported gives the newest report.
func (c *Controller) Reported() (wire.Reported, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r wire.Reported
	b, ok := c.last[wire.UpReported]
	return r, ok && wire.Decode(b, &r) == nil
}
