// Package mqttlink joins the controller to MQTT: an embedded broker for those
// who run none of their own, and the controller's one client, which is the
// same for the embedded and for any other broker.
//
// The broker is never trusted and keeps nothing that matters: what a screen
// should play stands in SQL and is published again on every connect, what a
// screen reports is reported again.
package mqttlink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Limits bound what clients may cost the embedded broker. The shipped
// configuration of mosquitto has the same figures.
type Limits struct {
	Connections int           // at once
	PerScreen   int           // of these, of one screen
	Returns     int           // that one screen may open in a row,
	Return      time.Duration // and then one each
	Handshakes  int           // at once, of those that are not connected yet
	Opening     time.Duration // from TCP connect to MQTT CONNECT
	Packet      uint32        // bytes of any packet
	KeepAlive   uint16        // the longest a client may ask for, in seconds
	Rate        float64       // packets a second from one screen, held back beyond
	Burst       int           // packets that a screen may send at once
	Bytes       float64       // a second from one screen, held back beyond
	BytesBurst  int           // bytes that a screen may send at once
	// Patience is how long a screen may be held back on end before it is cut
	// off.
	Patience time.Duration
	// Pending is how many messages wait for one client before they are
	// dropped. Each costs eight bytes a client even when none waits.
	Pending int32
	// Waiting is how many bytes wait for one screen that reads too slowly
	// before it is cut off.
	Waiting int
}

// DefaultLimits suit some thousand screens on a small machine.
func DefaultLimits() Limits {
	return Limits{
		Connections: 12_000,
		PerScreen:   4, // the next one comes before the last one is missed
		Returns:     30,
		Return:      2 * time.Second,
		Handshakes:  256,
		Opening:     10 * time.Second,
		Packet:      programme.MaxEnvelope + wire.MaxPayload,
		KeepAlive:   300,
		Rate:        100,
		Burst:       400,
		Bytes:       512 << 10,
		BytesBurst:  4 << 20,
		Patience:    30 * time.Second,
		Pending:     2048,
		Waiting:     4 << 20,
	}
}

// Admission says whether a screen's certificate is still good. It is asked
// often and must answer from memory.
type Admission interface {
	Admits(screen playlists.ID) bool
	// Holds tells whether a certificate is for the key of the PC that its screen
	// has now.
	Holds(screen playlists.ID, certificate *x509.Certificate) bool
}

// Broker is the embedded broker. It keeps everything in memory.
type Broker struct {
	server *mochi.Server
	door   *door
	gate   *gate
}

// NewBroker makes a broker on a TCP listener. config must demand client
// certificates and verify them; their common name is the client's identity.
func NewBroker(listener net.Listener, config *tls.Config, admission Admission, limits Limits, log *slog.Logger) (*Broker, error) {
	if config.ClientAuth != tls.RequireAndVerifyClientCert {
		return nil, errors.New("cannot start the broker: its TLS configuration lets clients in without a certificate")
	}
	capabilities := mochi.NewDefaultServerCapabilities()
	capabilities.MaximumClients = int64(limits.Connections)
	capabilities.MaximumPacketSize = limits.Packet
	capabilities.MaximumClientWritesPending = limits.Pending
	capabilities.MaximumQos = 1
	capabilities.MinimumProtocolVersion = mqtt311
	capabilities.SharedSubAvailable = 0
	// Sessions are clean, so messages in flight end with their connection;
	// retained ones never expire, or a screen that comes back after a day
	// would find nothing.
	capabilities.MaximumSessionExpiryInterval = 0
	capabilities.MaximumMessageExpiryInterval = 0
	server := mochi.New(&mochi.Options{
		Capabilities: capabilities,
		// Its log shows payloads and warns of every closed connection: what
		// matters is logged by the gate.
		Logger:                 slog.New(slog.DiscardHandler),
		SysTopicResendInterval: 3600,
	})
	b := &Broker{server: server, gate: newGate(server, admission, limits, log)}
	b.door = newDoor(listener, config, limits, b.farewell, log)
	if err := server.AddHook(b.gate, nil); err != nil {
		return nil, fmt.Errorf("cannot guard the broker: %w", err)
	}
	if err := server.AddListener(b.door); err != nil {
		return nil, fmt.Errorf("cannot open the broker: %w", err)
	}
	return b, nil
}

// Run serves until the context ends, then closes every connection.
func (b *Broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		return fmt.Errorf("cannot start the broker: %w", err)
	}
	<-ctx.Done()
	b.gate.close()
	// A polite end waits for clients that no longer read; they are cut off.
	cut := time.AfterFunc(2*time.Second, b.door.cut)
	defer cut.Stop()
	if err := b.server.Close(); err != nil {
		return fmt.Errorf("cannot close the broker: %w", err)
	}
	return nil
}

// farewell ends every client. The broker's own way to look for them takes a
// lock twice, and stands still for ever when a client leaves in between.
func (b *Broker) farewell() {
	for _, client := range b.server.Clients.GetAll() {
		if !client.Closed() {
			_ = b.server.DisconnectClient(client, packets.ErrServerShuttingDown) // it gives the reason back
		}
	}
}

// Kick ends a screen's connection at once. Together with an Admission that
// refuses it, the screen stays out.
func (b *Broker) Kick(screen playlists.ID) {
	if client, ok := b.server.Clients.Get(string(screen)); ok {
		client.Stop(errRevoked)
	}
}

// Connected counts the clients that are connected, the controller's included.
func (b *Broker) Connected() int {
	n := 0
	for _, c := range b.server.Clients.GetAll() {
		if !c.Closed() {
			n++
		}
	}
	return n
}
