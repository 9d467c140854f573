// Package wire is the only definition of the protocol between controller and
// agents: MQTT topics and payloads, the pairing exchange and the paths of the
// agents' HTTPS listener.
package wire

import (
	"strings"

	"cotmoc/playlists"
)

// Down is what the controller publishes to a screen, Up what a screen
// publishes. Access control is two patterns: a screen reads all of its own
// down topics and writes all of its own up topics.
const (
	DownCharter   = "down/charter"   // QoS 1, retained: Chain
	DownOrders    = "down/orders"    // QoS 1, retained: the DSSE envelope
	DownProgramme = "down/programme" // QoS 1, retained: the DSSE envelope
	DownBeacon    = "down/beacon"    // QoS 1: the DSSE envelope
	DownAck       = "down/ack"       // QoS 1: Ack
	DownRoster    = "down/roster"    // QoS 1, retained: the DSSE envelope
	DownRelease   = "down/release"   // QoS 1, retained: the DSSE envelope
	DownSettings  = "down/settings"  // QoS 1, retained: the DSSE envelope
	DownCommand   = "down/command"   // QoS 1, sent again until it is answered: the DSSE envelope
	UpStatus      = "up/status"      // QoS 1, retained: Status, birth and will
	UpReported    = "up/reported"    // QoS 1, retained: Reported
	UpEvent       = "up/event"       // QoS 1: Event
	UpBeacon      = "up/beacon"      // QoS 1: Question
	UpTelemetry   = "up/telemetry"   // QoS 0: Telemetry
	UpFacts       = "up/facts"       // QoS 1: Inventory
	UpResult      = "up/result"      // QoS 1: what became of a command
	UpPeer        = "up/peer"        // QoS 0: Peer
)

const prefix = "cotmoc/v1/s/"

// Topic gives the full topic of a screen.
func Topic(screen playlists.ID, leaf string) string { return prefix + string(screen) + "/" + leaf }

// DownTopics is what a screen subscribes to. It names them: the broker in the
// controller (mochi 2.7.9) reads what it keeps for a filter with wildcards
// without a lock, beside whoever publishes.
func DownTopics(screen playlists.ID) []string {
	leaves := []string{DownCharter, DownOrders, DownProgramme, DownBeacon, DownAck, DownRoster, DownRelease, DownSettings, DownCommand}
	for i, leaf := range leaves {
		leaves[i] = Topic(screen, leaf)
	}
	return leaves
}

// DownFilter is all that goes down to a screen, which access control lets it
// subscribe to at once.
func DownFilter(screen playlists.ID) string { return Topic(screen, "down/#") }

// UpFilter is what the controller subscribes to: the up topics of all screens.
const UpFilter = prefix + "+/up/#"

// ParseTopic splits a topic into screen and leaf.
func ParseTopic(topic string) (screen playlists.ID, leaf string, ok bool) {
	rest, ok := strings.CutPrefix(topic, prefix)
	if !ok {
		return "", "", false
	}
	id, leaf, _ := strings.Cut(rest, "/")
	if leaf == "" || playlists.ID(id).Validate() != nil {
		return "", "", false
	}
	return playlists.ID(id), leaf, true
}

// MayPublish and MaySubscribe are the two patterns of access control, for a
// client whose user name is user. The controller's own client may do all.
func MayPublish(user, topic string) bool {
	screen, leaf, _ := ParseTopic(topic) // of no topic both are empty
	return !strings.ContainsAny(topic, "+#") && string(screen) == user && strings.HasPrefix(leaf, "up/")
}

// MaySubscribe: see MayPublish. Beside its down topics a screen may read its
// own status, to find and mend a death that is not true any more.
func MaySubscribe(user, filter string) bool {
	own := prefix + user + "/down/"
	return playlists.ID(user).Validate() == nil && (strings.HasPrefix(filter, own) && len(filter) > len(own) || filter == prefix+user+"/"+UpStatus)
}
