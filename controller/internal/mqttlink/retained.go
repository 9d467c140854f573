package mqttlink

import (
	"errors"
	"strings"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

var errSlow = errors.New("it does not take what is sent to it")

// The broker hands retained messages to a new subscriber all at once: those
// that do not fit into its queue are lost, which the controller's subscription
// to every screen meets from some thousand messages on. And it looks for them
// in a tree that others change meanwhile. So the gate does it: it takes them
// from the table of retained messages and writes them one by one, as fast as
// the subscriber reads.

// maxUnanswered is how many retained messages may be on their way to the
// controller without an answer. The broker keeps no more than 8,192.
const maxUnanswered = 1024

// OnSubscribe keeps the broker from handing out retained messages, and from
// taking its own packet numbers for the subscriber's: it refuses a
// subscription that has the number of a message on the way to the client.
// Nothing on the way is ever sent again, since sessions are clean, so the
// number may be forgotten.
func (g *gate) OnSubscribe(client *mochi.Client, pk packets.Packet) packets.Packet {
	client.State.Inflight.Delete(pk.PacketID)
	for i := range pk.Filters {
		pk.Filters[i].RetainHandling = neverRetained
	}
	return pk
}

// neverRetained is how MQTT 5 says that no retained messages are wanted.
const neverRetained = 2

// OnPacketProcessed hands retained messages to whoever has subscribed.
func (g *gate) OnPacketProcessed(client *mochi.Client, pk packets.Packet, err error) {
	if pk.FixedHeader.Type != packets.Subscribe || err != nil {
		return
	}
	for _, f := range pk.Filters {
		if _, granted := client.State.Subscriptions.Get(f.Filter); !granted {
			continue
		}
		if client.ID == ca.ControllerName {
			go g.handAll(client, f) // beside its acknowledgements, which it waits for
			continue
		}
		for _, topic := range candidates(playlists.ID(client.ID), f.Filter) {
			if g.hand(client, f, topic) != nil {
				return
			}
		}
	}
}

// candidates gives the topics that a screen's filter may mean and that are
// retained.
func candidates(screen playlists.ID, filter string) []string {
	if !strings.ContainsAny(filter, "+#") {
		return []string{filter}
	}
	var out []string
	for _, leaf := range []string{wire.DownCharter, wire.DownOrders, wire.DownProgramme, wire.DownSettings, wire.DownRoster, wire.DownRelease} {
		if topic := wire.Topic(screen, leaf); matches(filter, topic) {
			out = append(out, topic)
		}
	}
	return out
}

// handAll hands everything that a filter of the controller means.
func (g *gate) handAll(client *mochi.Client, f packets.Subscription) {
	pause := time.NewTicker(time.Millisecond)
	defer pause.Stop()
	for topic := range g.server.Topics.Retained.GetAll() {
		if !matches(f.Filter, topic) {
			continue
		}
		for client.State.Inflight.Len() >= maxUnanswered && !client.Closed() {
			<-pause.C
		}
		if g.hand(client, f, topic) != nil {
			return
		}
	}
}

// hand writes one retained message, if there is one.
func (g *gate) hand(client *mochi.Client, f packets.Subscription, topic string) error {
	kept, ok := g.server.Topics.Retained.Get(topic)
	if !ok || !g.OnACLCheck(client, topic, false) {
		return nil
	}
	out := kept.Copy(false)
	out.FixedHeader.Retain = true
	out.FixedHeader.Qos = min(out.FixedHeader.Qos, f.Qos, 1)
	if out.FixedHeader.Qos > 0 {
		id, err := client.NextPacketID()
		if err != nil {
			return err
		}
		out.PacketID = uint16(id)
		client.State.Inflight.Set(out)
	}
	return client.WritePacket(out)
}

// matches tells whether a topic is one that a filter means.
func matches(filter, topic string) bool {
	for {
		f, restOfFilter, more := strings.Cut(filter, "/")
		if f == "#" {
			return true
		}
		t, restOfTopic, deeper := strings.Cut(topic, "/")
		if f != "+" && f != t {
			return false
		}
		if !more || !deeper {
			return more == deeper || more && restOfFilter == "#"
		}
		filter, topic = restOfFilter, restOfTopic
	}
}

// OnPublishDropped ends the connection of a client that does not take what is
// sent to it: what was dropped would be missing until it connects again, and
// nobody would know.
func (g *gate) OnPublishDropped(client *mochi.Client, pk packets.Packet) {
	if pk.FixedHeader.Qos == 0 || client.Closed() {
		return
	}
	g.log.Warn("mqtt client cut off", "client_id", client.ID, "remote", client.Net.Remote, "error", errSlow)
	go client.Stop(errSlow) // apart: it may wait for the client, and others publish
}
