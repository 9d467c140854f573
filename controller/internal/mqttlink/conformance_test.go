package mqttlink_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/proof"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// desk is the features behind a link: it gives programmes and hears screens.
type desk struct {
	mu         sync.Mutex
	programmes []mqttlink.Document
	charters   []mqttlink.Charters
	revoked    []playlists.ID
	refuse     error // of Plays

	onDocuments func()

	statuses chan heard[wire.Status]
	reports  chan heard[*wire.Reported]
	plays    chan proof.Batch

	questions chan heard[[]byte]
	peers     chan heard[*wire.Peer]
	results   chan heard[*wire.Result]
}

type heard[T any] struct {
	screen playlists.ID
	what   T
	kept   bool
}

func newDesk(programmes ...mqttlink.Document) *desk {
	return &desk{
		programmes: programmes, statuses: make(chan heard[wire.Status], 100),
		reports: make(chan heard[*wire.Reported], 100), plays: make(chan proof.Batch, 100), questions: make(chan heard[[]byte], 100), peers: make(chan heard[*wire.Peer], 100), results: make(chan heard[*wire.Result], 200),
	}
}

func (d *desk) Documents(_ context.Context, yield func(mqttlink.Document) error) error {
	if d.onDocuments != nil {
		d.onDocuments()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.programmes {
		if err := yield(p); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) Revoked(context.Context) ([]playlists.ID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.revoked, nil
}

func (d *desk) Charters(_ context.Context, yield func(mqttlink.Charters) error) error {
	d.mu.Lock()
	all := slices.Clone(d.charters)
	d.mu.Unlock()
	for _, c := range all {
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

func (d *desk) Telemetry(context.Context, playlists.ID, wire.Telemetry, time.Time) {}

func (d *desk) Facts(context.Context, playlists.ID, *wire.Inventory, time.Time) {}

func (d *desk) Question(_ context.Context, screen playlists.ID, nonce []byte) {
	d.questions <- heard[[]byte]{screen, nonce, false}
}

func (d *desk) Peer(_ context.Context, screen playlists.ID, p *wire.Peer, _ time.Time) {
	d.peers <- heard[*wire.Peer]{screen, p, false}
}

func (d *desk) Result(_ context.Context, screen playlists.ID, r *wire.Result, _ time.Time) {
	d.results <- heard[*wire.Result]{screen, r, false}
}

func (d *desk) Status(_ context.Context, screen playlists.ID, s wire.Status, _ time.Time, kept bool) {
	d.statuses <- heard[wire.Status]{screen, s, kept}
}

func (d *desk) Reported(_ context.Context, screen playlists.ID, r *wire.Reported, _ time.Time, kept bool) {
	d.reports <- heard[*wire.Reported]{screen, r, kept}
}

func (d *desk) Plays(_ context.Context, batches []proof.Batch) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, b := range batches {
		d.plays <- b
	}
	return d.refuse
}

func next[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(deadline):
		t.Fatalf("no %s arrived", what)
		panic("unreachable")
	}
}

// link runs the controller's client against the site's broker.
func (s *site) link(t *testing.T, d *desk) *mqttlink.Link {
	t.Helper()
	l, _ := s.linkUntil(t, d)
	return l
}

// linkUntil is link with an end before the test's.
func (s *site) linkUntil(t *testing.T, d *desk) (*mqttlink.Link, func()) {
	t.Helper()
	leaf, err := s.authority.Controller()
	if err != nil {
		t.Fatal(err)
	}
	l := mqttlink.New(mqttlink.Options{
		Broker: s.broker.controllerURL, TLS: s.authority.ClientTLS(leaf), Source: d, Inbox: d,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) })
	running.Go(func() { _ = l.Inbound(ctx) })
	stop := func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	eventually(t, "the link is up", l.Connected)
	return l, stop
}

func programmeFor(word string, counter uint64, text string) mqttlink.Document {
	return mqttlink.Document{Screen: playliststest.ID(word), Leaf: wire.DownProgramme, Ref: wire.ProgrammeRef{Epoch: 1, Counter: counter}, Envelope: []byte(text)}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := wire.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestScreenReadsAndWritesItsOwnTopics(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		l := s.link(t, d)
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		if code := c.subscribe(t, wire.DownFilter(gate.id)); code != 1 {
			t.Fatalf("own subscription answered %#x", code)
		}
		c.Publish(wire.Topic(gate.id, wire.UpStatus), 1, true, encode(t, wire.Status{Online: true, Boot: "b", Session: 3}))
		if got := next(t, "status", d.statuses); got.screen != gate.id || got.what.Session != 3 || got.kept {
			t.Errorf("status heard as %+v", got)
		}
		if err := l.Announce(t.Context(), programmeFor("gate", 1, "one"))[0]; err != nil {
			t.Fatal(err)
		}
		if m := c.next(t); m.Topic() != wire.Topic(gate.id, wire.DownProgramme) || string(m.Payload()) != "one" {
			t.Errorf("programme arrived as %s %q", m.Topic(), m.Payload())
		}
	})
}

func TestProgrammeIsRetainedForWhoComesLater(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		l := s.link(t, newDesk(programmeFor("gate", 1, "one")))
		if err := l.Announce(t.Context(), programmeFor("gate", 2, "two"))[0]; err != nil {
			t.Fatal(err)
		}
		if err := l.Announce(t.Context(), programmeFor("gate", 1, "one"))[0]; err != nil {
			t.Fatal(err)
		}
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		c.subscribe(t, wire.DownFilter(gate.id))
		if m := c.next(t); !m.Retained() || string(m.Payload()) != "two" {
			t.Errorf("retained %v %q, want the newest", m.Retained(), m.Payload())
		}
	})
}

// Each kind of document has numbers of its own: a programme with a higher one
// does not hold orders back.
func TestOrdersAreNumberedApart(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		orders := programmeFor("gate", 2, "orders")
		orders.Leaf = wire.DownOrders
		l := s.link(t, newDesk(programmeFor("gate", 9, "nine")))
		if err := l.Announce(t.Context(), orders)[0]; err != nil {
			t.Fatal(err)
		}
		older := orders
		older.Ref.Counter, older.Envelope = 1, []byte("older")
		if err := l.Announce(t.Context(), older)[0]; err != nil {
			t.Fatal(err)
		}
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		c.subscribe(t, wire.DownFilter(gate.id))
		got := map[string]string{}
		for range 2 {
			m := c.next(t)
			got[m.Topic()] = string(m.Payload())
		}
		if got[wire.Topic(gate.id, wire.DownProgramme)] != "nine" || got[wire.Topic(gate.id, wire.DownOrders)] != "orders" {
			t.Errorf("retained are %v", got)
		}
	})
}

func TestForeignTopicsAreOutOfReach(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		l := s.link(t, d)
		gate, other := s.device(t, "gate"), s.device(t, "other")
		for _, filter := range []string{"#", "cotmoc/#", "cotmoc/v1/s/+/down/#", wire.DownFilter(other.id), wire.Topic(other.id, wire.DownProgramme), wire.Topic(gate.id, "#"), wire.UpFilter, "$SYS/#", "$share/x/" + wire.DownFilter(other.id)} {
			c := s.mustConnect(t, gate)
			c.subscribe(t, filter)
			// The broker may grant it and deliver nothing: what arrives counts.
			c.subscribe(t, wire.DownFilter(gate.id))
			if err := l.Announce(t.Context(), programmeFor("other", 1, "foreign"))[0]; err != nil {
				t.Fatal(err)
			}
			if err := l.Announce(t.Context(), programmeFor("gate", 1, "own"))[0]; err != nil {
				t.Fatal(err)
			}
			for m := c.next(t); string(m.Payload()) != "own"; m = c.next(t) {
				t.Errorf("%s let through %s", filter, m.Topic())
			}
			c.Disconnect(0)
		}
		for _, topic := range []string{wire.Topic(other.id, wire.UpStatus), wire.Topic(gate.id, wire.DownProgramme), wire.Topic(other.id, wire.DownProgramme)} {
			c := s.mustConnect(t, gate)
			c.Publish(topic, 1, true, encode(t, wire.Status{Boot: "forged"})).WaitTimeout(time.Second)
			c.Disconnect(0)
		}
		c := s.mustConnect(t, other)
		c.subscribe(t, wire.DownFilter(other.id))
		if m := c.next(t); string(m.Payload()) != "foreign" {
			t.Errorf("a screen published as the controller: %q", m.Payload())
		}
		c.Publish(wire.Topic(other.id, wire.UpStatus), 1, true, encode(t, wire.Status{Boot: "true"}))
		if got := next(t, "status", d.statuses); got.what.Boot != "true" {
			t.Errorf("a screen published as another: %+v", got)
		}
	})
}

func TestCertificateDecidesWhoAClientIs(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		l := s.link(t, newDesk())
		gate, other := s.device(t, "gate"), s.device(t, "other")
		victim := s.mustConnect(t, other)
		victim.subscribe(t, wire.DownFilter(other.id))

		thief, err := s.connect(t, s.options(gate).SetClientID(string(other.id)).SetUsername(string(other.id)))
		if err == nil {
			thief.subscribe(t, wire.DownFilter(other.id))
		}
		forged, err := s.connect(t, s.options(gate).SetClientID(ca.ControllerName).SetUsername(ca.ControllerName))
		if err == nil {
			forged.subscribe(t, wire.DownFilter(other.id))
			forged.Publish(wire.Topic(other.id, wire.DownProgramme), 1, true, "forged").WaitTimeout(time.Second)
		}
		if err := l.Announce(t.Context(), programmeFor("other", 1, "secret"))[0]; err != nil {
			t.Fatal(err)
		}
		if m := victim.next(t); string(m.Payload()) != "secret" {
			t.Errorf("victim got %q", m.Payload())
		}
		select {
		case <-victim.lost:
			t.Error("another's certificate took over the session")
		default:
		}
		for _, c := range []*client{thief, forged} {
			select {
			case m := <-c.got:
				t.Errorf("another's certificate read %s", m.Topic())
			default:
			}
		}

		bare := s.options(gate)
		bare.SetTLSConfig(&tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12})
		if _, err := s.connect(t, bare); err == nil {
			t.Error("a client without a certificate came in")
		}
		stranger, err := ca.Open(t.TempDir(), []byte(passphrase), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		foreign := (&site{authority: stranger}).device(t, "gate")
		o := s.options(gate)
		foreign.tls.RootCAs = s.authority.Pool()
		o.SetTLSConfig(foreign.tls)
		if _, err := s.connect(t, o); err == nil {
			t.Error("a certificate of another authority came in")
		}
	})
}

func TestWillMustPassAccessControl(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		s.link(t, d)
		gate, other := s.device(t, "gate"), s.device(t, "other")
		o := s.options(gate).SetBinaryWill(wire.Topic(other.id, wire.UpStatus), encode(t, wire.Status{Boot: "forged"}), 1, true)
		// Some brokers refuse it at once, others when they would publish it.
		if _, err := s.connect(t, o); err == nil {
			s.mustConnect(t, gate)
		}
		own := s.options(gate).SetBinaryWill(wire.Topic(gate.id, wire.UpStatus), encode(t, wire.Status{Boot: "own"}), 1, true)
		// Connecting again as the same client ends the first one without
		// farewell, which sends its will.
		if _, err := s.connect(t, own); err != nil {
			t.Fatal(err)
		}
		s.mustConnect(t, gate)
		if got := next(t, "will", d.statuses); got.screen != gate.id || got.what.Boot != "own" || got.what.Online {
			t.Errorf("will heard as %+v", got)
		}
	})
}

func TestBrokerThatLostEverythingIsRefilled(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk(programmeFor("gate", 1, "one"), programmeFor("other", 7, "seven"))
		l := s.link(t, d)
		d.mu.Lock()
		d.programmes[0] = programmeFor("gate", 2, "two") // published while the broker is away
		d.mu.Unlock()
		s.broker.restart(t)
		for word, want := range map[string]string{"gate": "two", "other": "seven"} {
			dev := s.device(t, word)
			c := s.mustConnect(t, dev)
			c.subscribe(t, wire.DownFilter(dev.id))
			if m := c.next(t); string(m.Payload()) != want {
				t.Errorf("%s got %q after the restart, want %q", word, m.Payload(), want)
			}
		}
		eventually(t, "the link is up again", l.Connected)
	})
}

func TestOversizedPacketEndsItsOwnConnectionOnly(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		s.link(t, d)
		gate, other := s.device(t, "gate"), s.device(t, "other")
		big, small := s.mustConnect(t, gate), s.mustConnect(t, other)
		big.Publish(wire.Topic(gate.id, wire.UpReported), 1, true, bytes.Repeat([]byte{' '}, 3<<20))
		next(t, "end of the connection", big.lost)
		small.Publish(wire.Topic(other.id, wire.UpStatus), 1, true, encode(t, wire.Status{Boot: "b"}))
		if got := next(t, "status", d.statuses); got.screen != other.id {
			t.Errorf("status heard as %+v", got)
		}
	})
}

func TestRevokedScreenIsOut(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk(programmeFor("gate", 1, "one"))
		l, stop := s.linkUntil(t, d)
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		c.Publish(wire.Topic(gate.id, wire.UpStatus), 1, true, encode(t, wire.Status{Online: true}))
		next(t, "status", d.statuses)
		d.mu.Lock()
		d.programmes, d.revoked = nil, []playlists.ID{gate.id}
		d.mu.Unlock()
		s.broker.revoke(t, gate.id, gate.certificate)
		next(t, "end of the connection", c.lost)
		l.Forget(gate.id)
		eventually(t, "the revoked screen is refused", func() bool {
			again, err := s.connect(t, s.options(gate))
			if err == nil {
				// TLS 1.3 tells the client only after its handshake.
				again.Disconnect(0)
			}
			return err != nil
		})
		if err := l.Announce(t.Context(), programmeFor("gate", 9, "nine"))[0]; err != nil {
			t.Fatal(err)
		}
		// A controller that comes anew is told of nothing that is kept.
		fresh := newDesk()
		stop()
		s.link(t, fresh)
		other := s.device(t, "other")
		s.mustConnect(t, other).Publish(wire.Topic(other.id, wire.UpStatus), 1, false, encode(t, wire.Status{}))
		if got := next(t, "status", fresh.statuses); got.screen != other.id {
			t.Errorf("still kept for the revoked screen: %+v", got)
		}
	})
}

func TestPlaysAreAcknowledgedWhenStored(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		d := newDesk()
		d.refuse = errors.New("disk full")
		s.link(t, d)
		gate := s.device(t, "gate")
		c := s.mustConnect(t, gate)
		c.subscribe(t, wire.DownFilter(gate.id))
		event := wire.Event{Batch: 5, Plays: []wire.Play{{ID: playliststest.ID("play"), Rendition: playlists.DigestOf(nil), Clock: wire.ClockTrusted}}}
		topic := wire.Topic(gate.id, wire.UpEvent)
		c.Publish(topic, 1, false, encode(t, event))
		next(t, "batch", d.plays)
		d.mu.Lock()
		d.refuse = nil
		d.mu.Unlock()
		event.Batch = 6
		c.Publish(topic, 1, false, encode(t, event))
		var ack wire.Ack
		if err := wire.Decode(c.next(t).Payload(), &ack); err != nil {
			t.Fatal(err)
		}
		if ack.Batch != 6 {
			t.Errorf("batch %d acknowledged first, want the stored 6", ack.Batch)
		}
	})
}
