package mqttlink_test

import (
	"bytes"
	"testing"
	"time"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// chainOf is the chain of n charters for a screen.
func chainOf(word string, n int) mqttlink.Charters {
	c := mqttlink.Charters{Screen: playliststest.ID(word), Chain: wire.Chain{First: 1}}
	for i := range n {
		c.Chain.Envelopes = append(c.Chain.Envelopes, playlists.DigestOf([]byte{byte(i)}))
	}
	return c
}

func TestChartersAreRetainedAndNeverOlder(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		d.charters = []mqttlink.Charters{chainOf("gate", 1), chainOf("other", 1)}
		l := s.link(t, d)
		gate := s.device(t, "gate")
		held := func() int {
			t.Helper()
			c := s.mustConnect(t, gate)
			defer c.Disconnect(0)
			c.subscribe(t, wire.DownFilter(gate.id))
			m := c.next(t)
			var chain wire.Chain
			if err := wire.Decode(m.Payload(), &chain); err != nil || m.Topic() != wire.Topic(gate.id, wire.DownCharter) {
				t.Fatalf("%s: %v", m.Topic(), err)
			}
			return len(chain.Envelopes)
		}
		if got := held(); got != 1 {
			t.Errorf("filled with a chain of %d", got)
		}
		for _, n := range []int{3, 2} {
			if err := l.AnnounceCharters(t.Context(), []mqttlink.Charters{chainOf("gate", n)}); err != nil {
				t.Fatal(err)
			}
		}
		if got := held(); got != 3 {
			t.Errorf("the broker holds a chain of %d, want the newest", got)
		}
		d.mu.Lock()
		d.charters[0] = chainOf("gate", 4) // accepted while the broker is away
		d.mu.Unlock()
		s.broker.restart(t)
		eventually(t, "the link is up again", l.Connected)
		eventually(t, "the broker is filled again", func() bool { return held() == 4 })
	})
}

func TestQuestionsAreHeardAndAnswered(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		l := s.link(t, d)
		gate, other := s.device(t, "gate"), s.device(t, "other")
		c, quiet := s.mustConnect(t, gate), s.mustConnect(t, other)
		c.subscribe(t, wire.DownFilter(gate.id))
		ask := func(c *client, screen playlists.ID, n byte) {
			c.Publish(wire.Topic(screen, wire.UpBeacon), 1, false, encode(t, wire.Question{Nonce: bytes.Repeat([]byte{n}, programme.NonceSize)}))
		}
		begun := time.Now()
		c.Publish(wire.Topic(gate.id, wire.UpBeacon), 1, false, []byte(`{"nonce":"eA=="}`)) // counts, and is no question
		for n := range byte(40) {
			ask(c, gate.id, n)
		}
		if q := next(t, "question", d.questions); q.screen != gate.id || q.what[0] != 0 || len(q.what) != programme.NonceSize {
			t.Errorf("heard %+v", q)
		}
		l.Answer(gate.id, []byte("beacon"))
		if m := c.next(t); m.Topic() != wire.Topic(gate.id, wire.DownBeacon) || string(m.Payload()) != "beacon" || m.Retained() {
			t.Errorf("answered on %s with %q", m.Topic(), m.Payload())
		}
		// One that asks without end keeps nobody else from an answer. What came
		// in before the other's question has been judged when it is heard.
		ask(quiet, other.id, 7)
		heard := 1
		for q := next(t, "question", d.questions); q.screen != other.id; q = next(t, "question", d.questions) {
			heard++
		}
		if most := 5 + int(time.Since(begun)/time.Second) + 1; heard > most {
			t.Errorf("%d questions of one screen were heard, at most %d are", heard, most)
		}
	})
}

// A command reaches a screen that listens, and its results are heard no more
// often than a screen has anything to say.
func TestCommandsAreSentAndResultsHeard(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		l := s.link(t, d)
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		c.subscribe(t, wire.DownFilter(gate.id))
		l.Command(gate.id, []byte("command"))
		if m := c.next(t); m.Topic() != wire.Topic(gate.id, wire.DownCommand) || m.Retained() || string(m.Payload()) != "command" {
			t.Errorf("on %s came %q", m.Topic(), m.Payload())
		}
		c.Publish(wire.Topic(gate.id, wire.UpResult), 1, false, []byte(`{"outcome":"shell"}`))
		result := encode(t, wire.Result{ID: playliststest.ID("one"), Outcome: wire.OutcomeDone, Log: []byte("log")})
		begun := time.Now()
		for range 150 {
			c.Publish(wire.Topic(gate.id, wire.UpResult), 1, false, result)
		}
		other := s.device(t, "other")
		s.mustConnect(t, other).Publish(wire.Topic(other.id, wire.UpResult), 1, false, result)
		n := 0
		for came := false; !came || n == 0; { // in any order: these are two connections
			r := next(t, "result", d.results)
			if r.what.Outcome != wire.OutcomeDone || string(r.what.Log) != "log" {
				t.Fatalf("heard %+v", r.what)
			}
			if came = came || r.screen == other.id; r.screen == gate.id {
				n++
			}
		}
		if most := 70 + 2*(int(time.Since(begun)/time.Second)+1); n > most {
			t.Errorf("%d results of one screen were heard, at most %d are", n, most)
		}
	})
}
