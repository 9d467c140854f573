package mqttlink

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

const mqtt311 = 4 // the protocol level of MQTT 3.1.1

var (
	errRevoked = errors.New("the screen is revoked")
	errTooLong = errors.New("its message is too long")
)

// gate decides who may connect to the embedded broker and what they may do.
// Who a client is says its certificate alone: client id and user name must be
// the certificate's common name, so that nobody takes over another's session.
type gate struct {
	mochi.HookBase
	admission Admission
	limits    Limits
	log       *slog.Logger
	server    *mochi.Server

	ctx    context.Context // ends when the broker does: nobody is held back then
	close  context.CancelFunc
	mu     sync.Mutex
	meters map[*mochi.Client]*meter
}

func newGate(server *mochi.Server, admission Admission, limits Limits, log *slog.Logger) *gate {
	g := &gate{server: server, admission: admission, limits: limits, log: log, meters: map[*mochi.Client]*meter{}}
	g.ctx, g.close = context.WithCancel(context.Background())
	return g
}

// ID names the hook to the broker.
func (g *gate) ID() string { return "gate" }

// Provides says which of the broker's questions the gate answers.
func (g *gate) Provides(question byte) bool {
	return slices.Contains([]byte{
		mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPacketRead, mochi.OnSessionEstablished, mochi.OnDisconnect, mochi.OnWill,
		mochi.OnSubscribe, mochi.OnPacketProcessed, mochi.OnPublishDropped,
	}, question)
}

// OnConnectAuthenticate judges a CONNECT.
func (g *gate) OnConnectAuthenticate(client *mochi.Client, pk packets.Packet) bool {
	if why := g.refusal(client, pk); why != "" {
		g.log.Warn("mqtt client refused", "client_id", client.ID, "remote", client.Net.Remote, "reason", why)
		return false
	}
	return true
}

func (g *gate) refusal(client *mochi.Client, pk packets.Packet) string {
	secured, ok := client.Net.Conn.(*known)
	if !ok {
		return "no_certificate"
	}
	name := secured.peer.Subject.CommonName
	screen, isScreen := ca.ScreenOf(secured.peer)
	switch {
	case !isScreen && !ca.IsController(secured.peer):
		return "certificate_for_something_else"
	case isScreen && !g.admission.Holds(screen, secured.peer):
		return "screen_revoked"
	case client.ID != name, len(pk.Connect.Username) > 0 && string(pk.Connect.Username) != name:
		return "name_is_not_the_certificates"
	case pk.ProtocolVersion != mqtt311:
		return "not_mqtt_3_1_1"
	case !pk.Connect.Clean:
		return "session_not_clean"
	case pk.Connect.Keepalive == 0 || pk.Connect.Keepalive > g.limits.KeepAlive:
		return "keep_alive_too_long"
	case pk.Connect.WillFlag && isScreen && (!wire.MayPublish(name, pk.Connect.WillTopic) || len(pk.Connect.WillPayload) > wire.MaxPayload):
		// The broker publishes wills without asking again.
		return "will_not_allowed"
	}
	return ""
}

// OnACLCheck is access control: two patterns for screens, everything of ours
// for the controller.
func (g *gate) OnACLCheck(client *mochi.Client, topic string, write bool) bool {
	switch {
	case client.ID == ca.ControllerName:
		return true
	case write:
		return wire.MayPublish(client.ID, topic)
	default:
		return wire.MaySubscribe(client.ID, topic)
	}
}

// OnSessionEstablished begins to count a screen's packets.
func (g *gate) OnSessionEstablished(client *mochi.Client, _ packets.Packet) {
	if client.ID == ca.ControllerName {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.meters[client] = newMeter(g.limits)
}

// OnDisconnect ends the count.
func (g *gate) OnDisconnect(client *mochi.Client, _ error, _ bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.meters, client)
}

// OnPacketRead holds back a screen that sends too much, and ends the
// connection of one that is revoked, floods or sends too large a payload.
func (g *gate) OnPacketRead(client *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	meter := g.meterOf(client)
	if meter == nil { // the controller, or CONNECT
		return pk, nil
	}
	err := meter.take(g.ctx, pk.FixedHeader.Remaining)
	switch {
	case !g.admission.Admits(playlists.ID(client.ID)): // perhaps while it was held back
		err = errRevoked
	case len(pk.Payload) > wire.MaxPayload:
		err = errTooLong
	}
	if err == nil {
		return pk, nil
	}
	g.log.Warn("mqtt client cut off", "client_id", client.ID, "remote", client.Net.Remote, "error", err)
	return pk, packets.ErrRejectPacket
}

// OnWill keeps the death of a revoked screen from being retained after its
// topics were cleared.
func (g *gate) OnWill(client *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if client.ID != ca.ControllerName && !g.admission.Admits(playlists.ID(client.ID)) {
		will.Retain = false
	}
	return will, nil
}
