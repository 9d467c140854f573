// Package link keeps the agent's MQTT session: it connects and connects again,
// says when the screen is there and leaves a will for when it is not, hands
// down what the controller publishes, and sends up what the screen has to say.
//
// No message is precious: the session is clean, everything down is retained or
// asked for again, and what goes up is either replaced by the next of its kind
// or sent again by its owner until it is acknowledged.
package link

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Timing of a session, as paho needs it for a device that stays for years.
const (
	keepAlive      = 30 * time.Second
	pingTimeout    = 10 * time.Second
	writeTimeout   = 20 * time.Second
	connectTimeout = 20 * time.Second
	quiesce        = 250 * time.Millisecond
	// A subscription is asked for again until it is granted.
	subscribeTimeout = 10 * time.Second
	subscribeRetry   = 5 * time.Second
	// The birth is repeated once: a broker may still publish the will of the
	// session before, after the birth of this one.
	birthAgain    = 5 * time.Second
	complainEvery = 5 * time.Minute
	// publishTimeout is how long a sender waits for the broker.
	publishTimeout = 20 * time.Second
)

// Options of a Link. The handlers must return at once.
type Options struct {
	URL string // tls://host:port
	// WebSocket is tried when URL cannot be reached: wss://host:port/path,
	// through the port that every site has open. "" for none.
	WebSocket string
	Screen    playlists.ID
	Boot      string
	TLS       *tls.Config
	Log       *slog.Logger

	// Programme takes an envelope, at most programme.MaxEnvelope bytes.
	Programme func(envelope []byte)
	// Charters takes the chain of charters, Orders, Beacon and Roster an envelope of at
	// most programme.MaxEnvelope bytes.
	Charters func(wire.Chain)
	Orders   func(envelope []byte)
	Beacon   func(envelope []byte)
	// Settings takes an envelope of the same size.
	Settings func(envelope []byte)
	// Command takes an envelope, likewise.
	Command func(envelope []byte)
	// Release takes the envelope of an offer.
	Release func(envelope []byte)
	Roster  func(envelope []byte)
	// Ack takes an acknowledgement.
	Ack func(wire.Ack)
	// Changed is called when the session comes, goes or is refused.
	Changed func()

	// retryInterval of the first connect; tests shorten it.
	retryInterval time.Duration
}

// Link is one screen's session. Make it, Run it once, and make another after
// that. Its methods are safe for concurrent use.
type Link struct {
	o       Options
	client  mqtt.Client
	session atomic.Uint64
	// listening is the session that is connected and subscribed, 0 before the first.
	listening atomic.Uint64
	refused   atomic.Bool // the broker refuses our subscription
	// complained is when a failure was last logged, in Unix seconds.
	complained atomic.Int64
	up         chan struct{}
	down       chan struct{} // stale death seen

}

// New prepares a link.
func New(o Options) *Link {
	if o.retryInterval == 0 {
		o.retryInterval = 5 * time.Second
	}
	l := &Link{o: o, up: make(chan struct{}, 1), down: make(chan struct{}, 1)}
	l.session.Store(1)
	l.client = mqtt.NewClient(l.options())
	return l
}

func (l *Link) options() *mqtt.ClientOptions {
	o := mqtt.NewClientOptions()
	o.AddBroker(l.o.URL)
	if l.o.WebSocket != "" {
		o.AddBroker(l.o.WebSocket)
	}
	// The controller is pinned: nobody stands between, whatever the
	// environment says.
	o.SetWebsocketOptions(&mqtt.WebsocketOptions{Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }})
	o.SetClientID(string(l.o.Screen))
	o.SetUsername(string(l.o.Screen))
	o.SetTLSConfig(l.o.TLS)
	o.SetProtocolVersion(4)
	o.SetCleanSession(true)
	o.SetStore(mqtt.NewMemoryStore())
	o.SetOrderMatters(false)
	o.SetKeepAlive(keepAlive)
	o.SetPingTimeout(pingTimeout)
	o.SetWriteTimeout(writeTimeout)
	o.SetConnectTimeout(connectTimeout)
	o.SetConnectRetry(true)
	o.SetConnectRetryInterval(l.o.retryInterval + rand.N(l.o.retryInterval))
	o.SetAutoReconnect(true)
	o.SetMaxReconnectInterval(time.Minute + rand.N(time.Minute))
	o.SetDefaultPublishHandler(l.receive)
	l.setWill(o)
	o.SetReconnectingHandler(func(_ mqtt.Client, o *mqtt.ClientOptions) {
		l.session.Add(1)
		l.setWill(o)
	})
	o.SetConnectionLostHandler(func(_ mqtt.Client, err error) {
		// It may come when there is another session already.
		l.o.Log.Warn("connection to the broker lost", "error", err)
		l.o.Changed()
	})
	o.SetOnConnectHandler(func(mqtt.Client) { signal(l.up) })
	o.SetConnectionNotificationHandler(func(_ mqtt.Client, n mqtt.ConnectionNotification) {
		if failed, ok := n.(mqtt.ConnectionNotificationFailed); ok {
			l.complain(failed.Reason)
		}
	})
	return o
}

// complain logs why there is no session, once a while: a screen may be without
// one for weeks.
func (l *Link) complain(why error) {
	now := time.Now().Unix()
	if last := l.complained.Load(); now-last >= int64(complainEvery.Seconds()) && l.complained.CompareAndSwap(last, now) {
		l.o.Log.Warn("cannot connect to the broker", "broker", l.o.URL, "error", why)
	}
}

func (l *Link) setWill(o *mqtt.ClientOptions) {
	o.SetBinaryWill(wire.Topic(l.o.Screen, wire.UpStatus), l.status(false), 1, true)
}

func (l *Link) status(online bool) []byte {
	b, err := wire.Encode(wire.Status{Online: online, Boot: l.o.Boot, Session: l.session.Load()})
	if err != nil {
		return nil // a struct of plain fields always encodes
	}
	return b
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Open tells whether the session is there and listening.
func (l *Link) Open() bool { return l.listens() && l.client.IsConnectionOpen() }

func (l *Link) listens() bool { return l.listening.Load() == l.session.Load() }

// Refused tells whether the broker refuses to let the screen listen.
func (l *Link) Refused() bool { return l.refused.Load() }

// Session is the number that renews with each connection of this boot.
func (l *Link) Session() uint64 { return l.session.Load() }

// Run connects and keeps the session until ctx ends.
func (l *Link) Run(ctx context.Context) error {
	l.client.Connect() // with ConnectRetry its token waits for ever
	defer func() {
		if l.client.IsConnectionOpen() {
			// A clean end says so itself: no will is sent for it.
			l.client.Publish(wire.Topic(l.o.Screen, wire.UpStatus), 1, true, l.status(false)).WaitTimeout(time.Second)
		}
		l.client.Disconnect(uint(quiesce.Milliseconds()))
		l.listening.Store(0)
	}()
	again := time.NewTimer(time.Hour)
	again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.up:
			if !l.subscribe() {
				again.Reset(subscribeRetry)
				continue
			}
			l.birth()
			again.Reset(birthAgain)
		case <-again.C:
			switch {
			case !l.client.IsConnectionOpen():
			case !l.listens():
				signal(l.up)
			default:
				l.birth()
			}
		case <-l.down:
			l.birth()
		}
	}
}

// subscribe asks for all that goes down to the screen, and for its own status.
// A broker answers a refused subscription with 0x80 inside a SUBACK that is
// otherwise good.
func (l *Link) subscribe() bool {
	session := l.session.Load()
	if err := l.subscribeTo(wire.DownTopics(l.o.Screen)...); err != nil {
		l.o.Log.Error("cannot subscribe", "error", err)
		if refused := errors.Is(err, errRefused); l.refused.Swap(refused) != refused {
			l.o.Changed()
		}
		return false
	}
	// Access control may not let a screen read its own status; then the birth
	// that is repeated mends a stale death.
	if err := l.subscribeTo(wire.Topic(l.o.Screen, wire.UpStatus)); err != nil {
		l.o.Log.Debug("cannot watch own status", "error", err)
	}
	l.refused.Store(false)
	if l.listening.Swap(session) != session {
		l.complained.Store(0)
		l.o.Log.Info("connected to the broker", "broker", l.o.URL, "session", session)
		l.o.Changed()
	}
	return true
}

var errRefused = errors.New("the broker refuses the subscription: is this screen still enrolled?")

func (l *Link) subscribeTo(topics ...string) error {
	filters := map[string]byte{}
	for _, topic := range topics {
		filters[topic] = 1
	}
	token := l.client.SubscribeMultiple(filters, nil)
	if !token.WaitTimeout(subscribeTimeout) {
		return fmt.Errorf("cannot subscribe to %s: no answer within %s", topics[0], subscribeTimeout)
	}
	if granted, ok := token.(*mqtt.SubscribeToken); ok {
		for _, topic := range topics {
			if granted.Result()[topic] == 0x80 {
				return fmt.Errorf("cannot subscribe to %s: %w", topic, errRefused)
			}
		}
	}
	return token.Error()
}

func (l *Link) birth() {
	if err := l.publish(wire.UpStatus, 1, true, l.status(true)); err != nil {
		l.o.Log.Warn("cannot publish the birth", "error", err)
	}
}

// receive is called by paho in a goroutine of its own for each message.
func (l *Link) receive(_ mqtt.Client, m mqtt.Message) {
	screen, leaf, ok := wire.ParseTopic(m.Topic())
	if !ok || screen != l.o.Screen {
		return
	}
	switch leaf {
	case wire.DownProgramme:
		l.envelope(m, l.o.Programme)
	case wire.DownOrders:
		l.envelope(m, l.o.Orders)
	case wire.DownSettings:
		l.envelope(m, l.o.Settings)
	case wire.DownBeacon:
		l.envelope(m, l.o.Beacon)
	case wire.DownCommand:
		if !m.Retained() { // one that the broker keeps would come at every connect
			l.envelope(m, l.o.Command)
		}
	case wire.DownRelease:
		l.envelope(m, l.o.Release)
	case wire.DownRoster:
		l.envelope(m, l.o.Roster)
	case wire.DownCharter:
		if len(m.Payload()) == 0 {
			return
		}
		var c wire.Chain
		if err := wire.Decode(m.Payload(), &c); err != nil {
			l.o.Log.Warn("cannot read the chain of charters", "error", err)
			return
		}
		l.o.Charters(c)
	case wire.DownAck:
		var a wire.Ack
		if err := wire.Decode(m.Payload(), &a); err != nil {
			l.o.Log.Warn("cannot read an acknowledgement", "error", err)
			return
		}
		l.o.Ack(a)
	case wire.UpStatus:
		var s wire.Status
		if wire.Decode(m.Payload(), &s) == nil && !s.Online {
			signal(l.down)
		}
	}
}

// envelope hands an envelope on unless it is too large; an empty message only
// clears a retained one.
func (l *Link) envelope(m mqtt.Message, take func([]byte)) {
	switch n := len(m.Payload()); {
	case n > programme.MaxEnvelope:
		l.o.Log.Warn("document too large", "topic", m.Topic(), "bytes", n)
	case n > 0:
		take(m.Payload())
	}
}

// Ask asks the controller for a beacon.
func (l *Link) Ask(q wire.Question) error { return l.send(wire.UpBeacon, 1, false, q) }

// Report publishes what the screen has and does.
func (l *Link) Report(r wire.Reported) error { return l.send(wire.UpReported, 1, true, r) }

// Event publishes a batch of plays.
func (l *Link) Event(e wire.Event) error { return l.send(wire.UpEvent, 1, false, e) }

// Result publishes what became of a command.
func (l *Link) Result(r wire.Result) error { return l.send(wire.UpResult, 1, false, r) }

// Telemetry publishes facts that nobody waits for.
func (l *Link) Telemetry(t wire.Telemetry) error { return l.send(wire.UpTelemetry, 0, false, t) }

// Peer says where this screen is found at its site.
func (l *Link) Peer(p wire.Peer) error { return l.send(wire.UpPeer, 0, false, p) }

// Facts publishes what the screen PC is.
func (l *Link) Facts(v wire.Inventory) error { return l.send(wire.UpFacts, 1, false, v) }

// ErrClosed says that there is no session now.
var ErrClosed = errors.New("cannot publish: there is no connection to the broker")

func (l *Link) send(leaf string, qos byte, retained bool, v any) error {
	if !l.Open() {
		return ErrClosed
	}
	b, err := wire.Encode(v)
	if err != nil {
		return fmt.Errorf("cannot encode %T: %w", v, err)
	}
	if len(b) > wire.MaxPayload {
		return fmt.Errorf("cannot publish %T of %d bytes: the most is %d", v, len(b), wire.MaxPayload)
	}
	return l.publish(leaf, qos, retained, b)
}

// publish hands a message to the broker and waits for its acknowledgement. A
// broker acknowledges what its access control drops, too.
func (l *Link) publish(leaf string, qos byte, retained bool, payload []byte) error {
	token := l.client.Publish(wire.Topic(l.o.Screen, leaf), qos, retained, payload)
	if !token.WaitTimeout(publishTimeout) {
		return fmt.Errorf("cannot publish %s: no answer within %s", leaf, publishTimeout)
	}
	return token.Error()
}
