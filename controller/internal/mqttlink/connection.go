package mqttlink

import (
	"context"
	"fmt"
	"sync"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// connection is one connection of the link, and what went over it.
type connection struct {
	client mqtt.Client
	ctx    context.Context // ends with the connection
	out    chan *delivery

	mu sync.Mutex
	// newest is what was published to each topic on this connection, so that
	// refilling never follows an announcement with something older.
	newest   map[string]wire.ProgrammeRef // by topic
	charters map[playlists.ID]uint64      // likewise, by the newest number
	gone     map[playlists.ID]bool
}

func newConnection(ctx context.Context) *connection {
	return &connection{
		ctx: ctx, out: make(chan *delivery, 64),
		newest: map[string]wire.ProgrammeRef{}, charters: map[playlists.ID]uint64{}, gone: map[playlists.ID]bool{},
	}
}

// delivery is a message on its way to the broker; nil is one that has nothing
// to deliver.
type delivery struct {
	over     <-chan struct{} // the connection's end
	topic    string
	retained bool
	payload  []byte
	token    chan mqtt.Token // once it is published
}

// pump publishes until the connection ends. It alone waits for the library,
// which keeps whoever publishes on a connection that has just died for as long
// as a write may take.
func (c *connection) pump() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case d := <-c.out:
			d.token <- c.client.Publish(d.topic, 1, d.retained, d.payload)
		}
	}
}

// send hands a message to the pump, in order.
func (c *connection) send(topic string, retained bool, payload []byte) *delivery {
	d := &delivery{over: c.ctx.Done(), topic: topic, retained: retained, payload: payload, token: make(chan mqtt.Token, 1)}
	select {
	case <-c.ctx.Done():
	case c.out <- d:
	}
	return d
}

// await waits until the broker has the message. The library never ends some
// of its tokens when the connection goes, so the connection is watched too.
func (d *delivery) await(ctx context.Context) error {
	if d == nil {
		return nil
	}
	var published mqtt.Token
	select {
	case published = <-d.token:
	case <-d.over:
		return mqtt.ErrNotConnected
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-published.Done():
		return published.Error()
	case <-d.over:
		return mqtt.ErrNotConnected
	case <-ctx.Done():
		return ctx.Err()
	}
}

// publish sends a document unless a newer one went before it.
func (c *connection) publish(d Document) *delivery {
	topic := wire.Topic(d.Screen, d.Leaf)
	c.mu.Lock()
	defer c.mu.Unlock()
	if last, ok := c.newest[topic]; c.gone[d.Screen] || ok && older(d.Ref, last) {
		return nil
	}
	c.newest[topic] = d.Ref
	return c.send(topic, true, d.Envelope)
}

// chain sends charters unless newer ones went before them.
func (c *connection) chain(ch Charters) (*delivery, error) {
	payload, err := wire.Encode(ch.Chain)
	if err != nil {
		return nil, fmt.Errorf("cannot announce charters: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := newest(ch.Chain)
	if c.gone[ch.Screen] || n < c.charters[ch.Screen] {
		return nil, nil
	}
	c.charters[ch.Screen] = n
	return c.send(wire.Topic(ch.Screen, wire.DownCharter), true, payload), nil
}

// clear removes everything that is retained under a screen's topics.
func (c *connection) clear(screen playlists.ID) []*delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[screen] = true
	var all []*delivery
	for _, leaf := range []string{wire.DownCharter, wire.DownOrders, wire.DownProgramme, wire.DownSettings, wire.UpStatus, wire.UpReported, wire.DownRoster, wire.DownRelease} {
		all = append(all, c.send(wire.Topic(screen, leaf), true, []byte{}))
	}
	return all
}

func older(a, b wire.ProgrammeRef) bool {
	return a.Epoch < b.Epoch || a.Epoch == b.Epoch && a.Counter < b.Counter
}
