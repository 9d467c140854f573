package mqttlink_test

import (
	"testing"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists/wire"
)

// Where a screen says it is comes in, the newest of each, and nothing that is
// no private address; its roster is retained for it and for nobody else.
func TestRostersAndPlaces(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		l := s.link(t, d)
		gate, other := s.device(t, "gate"), s.device(t, "other")
		c := s.mustConnect(t, gate)
		c.Publish(wire.Topic(gate.id, wire.UpPeer), 0, false, encode(t, wire.Peer{Addresses: []string{"8.8.8.8:9444"}}))
		c.Publish(wire.Topic(other.id, wire.UpPeer), 0, false, encode(t, wire.Peer{Addresses: []string{"10.0.0.9:9444"}}))
		c.Publish(wire.Topic(gate.id, wire.UpPeer), 0, false, encode(t, wire.Peer{Addresses: []string{"10.0.0.7:9444"}}))
		if p := next(t, "place", d.peers); p.screen != gate.id || len(p.what.Addresses) != 1 || p.what.Addresses[0] != "10.0.0.7:9444" {
			t.Errorf("heard %s at %+v", p.screen, p.what)
		}
		roster := mqttlink.Document{Screen: gate.id, Leaf: wire.DownRoster, Ref: wire.ProgrammeRef{Epoch: 1, Counter: 9}, Envelope: []byte("nine")}
		older := roster
		older.Ref.Counter, older.Envelope = 8, []byte("eight")
		for _, err := range l.Announce(t.Context(), roster, older) {
			if err != nil {
				t.Fatal(err)
			}
		}
		again := s.mustConnect(t, gate)
		again.subscribe(t, wire.DownFilter(gate.id))
		if m := again.next(t); m.Topic() != wire.Topic(gate.id, wire.DownRoster) || string(m.Payload()) != "nine" {
			t.Errorf("%s says %q", m.Topic(), m.Payload())
		}
	})
}
