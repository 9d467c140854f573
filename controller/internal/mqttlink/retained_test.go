package mqttlink_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// A controller that comes back hears of every screen, however short its queue.
func TestWhatIsRetainedDoesNotOverflow(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Pending = 1 })
	const screens = 30
	for i := range screens {
		d := s.device(t, word(i))
		c := s.mustConnect(t, d)
		token := c.Publish(wire.Topic(d.id, wire.UpStatus), 1, true, encode(t, wire.Status{Boot: "b"}))
		if !token.WaitTimeout(deadline) || token.Error() != nil {
			t.Fatalf("not taken: %v", token.Error())
		}
	}
	d := newDesk()
	s.link(t, d)
	heard := map[playlists.ID]bool{}
	for len(heard) < screens {
		status := next(t, "status", d.statuses)
		if !status.kept {
			t.Errorf("the status of %s counts as new", status.screen)
		}
		heard[status.screen] = true
	}
}

// A screen that does not read what it is sent keeps nobody back and loses its
// connection, so that it comes again and gets the newest of all.
func TestWhoDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Waiting = 2 << 20 })
	link := s.link(t, newDesk())
	gate := s.device(t, "gate")
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.broker.url(), "tls://"), gate.tls)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	connect := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
	connect.ProtocolName, connect.ProtocolVersion, connect.CleanSession, connect.Keepalive, connect.ClientIdentifier = "MQTT", 4, true, 60, string(gate.id)
	subscribe := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	subscribe.MessageID, subscribe.Topics, subscribe.Qoss = 1, []string{wire.DownFilter(gate.id)}, []byte{1}
	for _, p := range []packets.ControlPacket{connect, subscribe} {
		if err := p.Write(conn); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // CONNACK and SUBACK: it is subscribed
		if _, err := packets.ReadPacket(conn); err != nil {
			t.Fatal(err)
		}
	}
	const newest = 64
	for i := range newest {
		if err := link.Announce(t.Context(), programmeFor("gate", uint64(i+1), strings.Repeat("x", 400<<10)))[0]; err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, conn)
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		t.Fatal("it is still connected, and has not got the newest programme")
	}
	back := s.mustConnect(t, gate)
	back.subscribe(t, wire.DownFilter(gate.id))
	if got := back.next(t); !got.Retained() || len(got.Payload()) != 400<<10 {
		t.Errorf("got %d bytes, retained: %v", len(got.Payload()), got.Retained())
	}
}

// What a screen subscribes to does not depend on the numbers of what is on its
// way to it.
func TestNumbersOfBothSidesAreApart(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	link := s.link(t, newDesk())
	gate := playliststest.ID("gate")
	screen, err := s.connect(t, s.options(s.device(t, "gate")).SetAutoAckDisabled(true))
	if err != nil {
		t.Fatal(err)
	}
	if code := screen.subscribe(t, wire.Topic(gate, wire.DownProgramme)); code != 1 {
		t.Fatalf("the first subscription is answered %#x", code)
	}
	unanswered := map[uint16]mqtt.Message{}
	for i := range 8 {
		if err := link.Announce(t.Context(), programmeFor("gate", uint64(i+1), "x"))[0]; err != nil {
			t.Fatal(err)
		}
		m := screen.next(t)
		unanswered[m.MessageID()] = m
	}
	for range 4 {
		if code := screen.subscribe(t, wire.Topic(gate, wire.DownOrders)); code != 1 {
			t.Errorf("a subscription is answered %#x while %d messages are unanswered", code, len(unanswered))
		}
	}
}
