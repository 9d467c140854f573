package mqttlink

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/proof"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// How long the broker may take. Reconnecting is quick and jittered: there is
// one controller, and every screen waits for it.
const (
	connectTimeout   = 10 * time.Second
	subscribeTimeout = 10 * time.Second
	refillTimeout    = 60 * time.Second
	announceTimeout  = 10 * time.Second
	firstDelay       = 200 * time.Millisecond
	maxDelay         = 5 * time.Second
)

// Document is a signed document on its way to a screen, which keeps it: a
// programme, a set of orders or a roster. Each kind has numbers of its own.
type Document struct {
	Screen   playlists.ID
	Leaf     string // of its topic
	Ref      wire.ProgrammeRef
	Envelope []byte
}

// Charters is the chain of charters on its way to a screen.
type Charters struct {
	Screen playlists.ID
	Chain  wire.Chain
}

// newest gives the number of the last charter of a chain.
func newest(c wire.Chain) uint64 { return c.First + uint64(len(c.Envelopes)) - 1 }

// Source gives what every broker must hold, from SQL.
type Source interface {
	// Charters calls yield with the chain for every screen that is trusted, and
	// stops at its first error. There is none before the first charter.
	Charters(ctx context.Context, yield func(Charters) error) error
	// Documents calls yield with the newest document of each kind of every
	// screen that is trusted, and stops at its first error.
	Documents(ctx context.Context, yield func(Document) error) error
	// Revoked lists the screens whose retained messages must be gone.
	Revoked(ctx context.Context) ([]playlists.ID, error)
}

// Inbox takes what screens say. Payloads are decoded and bounded; the screen
// is the one the broker let publish, and may be unknown.
type Inbox interface {
	// Status and Reported are told the time of arrival, and whether the broker
	// had kept the message: then it may be old. They answer fast.
	Status(ctx context.Context, screen playlists.ID, s wire.Status, at time.Time, kept bool)
	Reported(ctx context.Context, screen playlists.ID, r *wire.Reported, at time.Time, kept bool)
	// Telemetry is facts that a screen sends now and then.
	Telemetry(ctx context.Context, screen playlists.ID, t wire.Telemetry, at time.Time)
	// Peer is where a screen says it is at its site. It answers fast.
	Peer(ctx context.Context, screen playlists.ID, p *wire.Peer, at time.Time)
	// Question is a screen that asks for a beacon, no more often than a screen
	// may; Answer takes it back.
	Question(ctx context.Context, screen playlists.ID, nonce []byte)
	// Facts is what a screen PC has found out about itself. It answers fast.
	Facts(ctx context.Context, screen playlists.ID, v *wire.Inventory, at time.Time)
	// Result is what became of a command; it answers in the time of a write.
	Result(ctx context.Context, screen playlists.ID, r *wire.Result, at time.Time)
	// Plays stores batches; when it returns nil they are acknowledged.
	Plays(ctx context.Context, batches []proof.Batch) error
}

// Options are what a Link needs.
type Options struct {
	Broker func() string // URL, tls://host:port; asked at each connect
	TLS    *tls.Config   // with the controller's client certificate
	Source Source
	Inbox  Inbox
	Now    func() time.Time
	Log    *slog.Logger
}

// Link is the controller's MQTT client. Each connection has a client of its
// own: the library would otherwise send what the last connection left
// unacknowledged, which may be older than what SQL says now.
type Link struct {
	o     Options
	inbox *inbox

	mu      sync.Mutex
	current *connection // nil while there is none
}

// New makes a link. Nothing happens before Run.
func New(o Options) *Link {
	return &Link{o: o, inbox: newInbox(o.Inbox, o.Now, o.Log)}
}

// Run keeps the link until the context ends.
func (l *Link) Run(ctx context.Context) error {
	delay := firstDelay
	for ctx.Err() == nil {
		connected, err := l.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if connected {
			delay = firstDelay
		}
		l.o.Log.Warn("broker connection lost", "error", err, "retry_in", delay.String())
		select {
		case <-ctx.Done():
		case <-time.After(delay/2 + rand.N(delay)):
		}
		delay = min(2*delay, maxDelay)
	}
	return nil
}

// Inbound hands over what has come in. It runs beside Run, and apart from it
// so that a slow store never holds up the connection.
func (l *Link) Inbound(ctx context.Context) error { return l.inbox.run(ctx, l.acknowledge) }

// once connects, refills the broker and waits for the end of the connection.
func (l *Link) once(ctx context.Context) (connected bool, err error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	c := newConnection(ctx)
	options := mqtt.NewClientOptions().
		AddBroker(l.o.Broker()).
		SetClientID(ca.ControllerName).
		SetUsername(ca.ControllerName).
		SetTLSConfig(l.o.TLS).
		SetProtocolVersion(mqtt311).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetKeepAlive(30 * time.Second).
		SetPingTimeout(10 * time.Second).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(20 * time.Second).
		// In order, so that of two reports the newer one wins; the handler
		// only queues and never blocks.
		SetOrderMatters(true).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { end(errors.Join(io.ErrUnexpectedEOF, err)) })
	c.client = mqtt.NewClient(options)
	if err := await(ctx, c.client.Connect(), connectTimeout); err != nil {
		c.client.Disconnect(0)
		return false, fmt.Errorf("cannot connect to the broker %s: %w", l.o.Broker(), err)
	}
	defer c.client.Disconnect(250)

	subscribed := c.client.Subscribe(wire.UpFilter, 1, func(_ mqtt.Client, m mqtt.Message) {
		l.inbox.put(m.Topic(), m.Payload(), m.Retained())
	})
	if err := await(ctx, subscribed, subscribeTimeout); err != nil {
		return true, fmt.Errorf("cannot subscribe at the broker: %w", err)
	}
	if code := subscribed.(*mqtt.SubscribeToken).Result()[wire.UpFilter]; code == 0x80 {
		return true, errors.New("cannot subscribe at the broker: it denies the controller's own client; give the user controller access to all topics")
	}
	go c.pump()
	l.set(c)
	defer l.set(nil)
	if err := l.refill(ctx, c); err != nil {
		return true, err
	}
	<-ctx.Done()
	return true, context.Cause(ctx)
}

// refill publishes every screen's documents and clears what is kept for
// revoked screens, since the broker may have lost all or kept too much.
func (l *Link) refill(ctx context.Context, c *connection) error {
	ctx, cancel := context.WithTimeout(ctx, refillTimeout)
	defer cancel()
	revoked, err := l.o.Source.Revoked(ctx)
	if err != nil {
		return fmt.Errorf("cannot refill the broker: %w", err)
	}
	var all []*delivery
	for _, screen := range revoked {
		all = append(all, c.clear(screen)...)
	}
	// Charters first: a programme that goes with a later one would be refused.
	err = l.o.Source.Charters(ctx, func(ch Charters) error {
		d, err := c.chain(ch)
		all = append(all, d)
		return cmp.Or(err, ctx.Err())
	})
	if err != nil {
		return fmt.Errorf("cannot refill the broker: %w", err)
	}
	err = l.o.Source.Documents(ctx, func(d Document) error {
		all = append(all, c.publish(d))
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("cannot refill the broker: %w", err)
	}
	for _, d := range all {
		if err := d.await(ctx); err != nil {
			return fmt.Errorf("cannot refill the broker: %w", err)
		}
	}
	l.o.Log.Info("broker filled", "messages", len(all))
	return nil
}

// Announce publishes documents to their screens and returns when the broker
// has them: one answer for each, nil when it has. One that is older than what
// was published already is done at once. Without a connection it answers
// Unavailable: the next connect publishes them.
func (l *Link) Announce(ctx context.Context, documents ...Document) []error {
	errs := make([]error, len(documents))
	c := l.connection()
	if c == nil {
		for i := range errs {
			errs[i] = unreachable(nil)
		}
		return errs
	}
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	all := make([]*delivery, len(documents))
	for i, d := range documents {
		all[i] = c.publish(d)
	}
	for i, d := range all {
		if err := d.await(ctx); err != nil {
			errs[i] = unreachable(err)
		}
	}
	return errs
}

// AnnounceCharters publishes chains and returns when the broker has them.
// Without a connection it answers Unavailable: the next connect publishes them.
func (l *Link) AnnounceCharters(ctx context.Context, chains []Charters) error {
	c := l.connection()
	if c == nil {
		return unreachable(nil)
	}
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	var all []*delivery
	for _, ch := range chains {
		d, err := c.chain(ch)
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	for _, d := range all {
		if err := d.await(ctx); err != nil {
			return unreachable(err)
		}
	}
	return nil
}

// Answer publishes a beacon to the screen that asked for it. It does not wait:
// a screen that hears nothing asks again.
func (l *Link) Answer(screen playlists.ID, envelope []byte) {
	if c := l.connection(); c != nil {
		c.send(wire.Topic(screen, wire.DownBeacon), false, envelope)
	}
}

// Command publishes a command to its screen. It does not wait: a command goes
// out again until it is answered.
func (l *Link) Command(screen playlists.ID, envelope []byte) {
	if c := l.connection(); c != nil {
		c.send(wire.Topic(screen, wire.DownCommand), false, envelope)
	}
}

// forgetTime is how long a broker may take to clear what it keeps of a screen.
const forgetTime = 3 * time.Second

// Forget clears what the broker keeps for a revoked screen, waiting for it as
// long as a working one takes, and publishes nothing to it any more. Without a
// connection the next connect clears it.
func (l *Link) Forget(screen playlists.ID) {
	c := l.connection()
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), forgetTime)
	defer cancel()
	for _, d := range c.clear(screen) {
		_ = d.await(ctx) // the next connect clears again
	}
}

// Unsay clears what the broker keeps of what a screen has said: another PC
// speaks for it from now on. Without a connection the next report replaces it.
func (l *Link) Unsay(screen playlists.ID) {
	c := l.connection()
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), forgetTime)
	defer cancel()
	for _, leaf := range []string{wire.UpStatus, wire.UpReported} {
		_ = c.send(wire.Topic(screen, leaf), true, []byte{}).await(ctx) // its own report replaces it
	}
}

// Connected tells whether the broker can be reached now.
func (l *Link) Connected() bool { return l.connection() != nil }

// connection gives the one there is, nil for none.
func (l *Link) connection() *connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current
}

func (l *Link) set(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = c
}

// acknowledge tells a screen that a batch is stored. It does not wait: the
// screen sends again what it hears nothing of.
func (l *Link) acknowledge(screen playlists.ID, batch uint64) {
	c := l.connection()
	if c == nil {
		return
	}
	payload, err := wire.Encode(wire.Ack{Batch: batch})
	if err != nil {
		l.o.Log.Error("acknowledgement not encoded", "error", err)
		return
	}
	c.send(wire.Topic(screen, wire.DownAck), false, payload)
}

func unreachable(cause error) error {
	e := playlists.Errorf(playlists.Unavailable, "broker_unreachable", nil, "cannot reach the broker: what was published is announced when it is back")
	e.Err = cause
	return e
}

// await waits for a token. The library never ends some of them when the
// connection goes, so the time is bounded.
func await(ctx context.Context, token mqtt.Token, most time.Duration) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-token.Done():
		return token.Error()
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fmt.Errorf("no answer in %s", most)
	}
}
