// Package controllertest is a small but real controller for the agent's tests:
// its own CA, pairing and objects over HTTPS with client certificates, and an
// MQTT broker over TLS. Faults can be switched on.
package controllertest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Controller is one controller with one broker. It stops with the test.
type Controller struct {
	t      testing.TB
	ca     *x509.Certificate
	caKey  *ecdsa.PrivateKey
	server tls.Certificate
	https  *httptest.Server

	mu       sync.Mutex
	broker   *mochi.Server
	address  string // of the broker, the same after a restart
	gate     *gate
	objects  map[playlists.Digest][]byte
	served   map[playlists.Digest]int64 // bytes given, by object
	pairings map[playlists.ID]*pairing
	fault    func(http.ResponseWriter, *http.Request, http.Handler)
	last     map[string][]byte // newest message, by leaf
	events   []wire.Event
	statuses []wire.Status
	mute     bool // acknowledges nothing
	arrived  chan struct{}
}

type pairing struct {
	wire.Pairing
	device  ed25519.PublicKey
	code    string
	grant   *wire.Identity
	expired bool
}

// New starts a controller.
func New(t testing.TB) *Controller {
	t.Helper()
	c := &Controller{t: t, objects: map[playlists.Digest][]byte{}, served: map[playlists.Digest]int64{}, pairings: map[playlists.ID]*pairing{}, last: map[string][]byte{}, arrived: make(chan struct{})}
	c.makeCA()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+wire.PathPairings, c.openPairing)
	mux.HandleFunc("GET "+wire.PathPairings+"/{pairing}", c.pollPairing)
	mux.HandleFunc("GET "+wire.PathObjects+"{digest}", c.object)
	c.https = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		fault := c.fault
		c.mu.Unlock()
		if fault != nil {
			fault(w, r, mux)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	c.https.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	c.https.TLS = c.tls(tls.VerifyClientCertIfGiven)
	c.https.StartTLS()
	t.Cleanup(c.https.Close)
	c.StartBroker()
	t.Cleanup(c.StopBroker)
	return c
}

func (c *Controller) makeCA() {
	var err error
	if c.caKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		c.t.Fatal(err)
	}
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cotmoc test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(10 * 365 * 24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: "cotmoc test CA"}}, c.caKey.Public(), c.caKey)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.ca, err = x509.ParseCertificate(der); err != nil {
		c.t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	leaf := c.issue(pkix.Name{CommonName: "controller"}, key.Public(), x509.ExtKeyUsageServerAuth)
	c.server = tls.Certificate{Certificate: [][]byte{leaf, c.ca.Raw}, PrivateKey: key}
}

func (c *Controller) issue(name pkix.Name, public any, usage x509.ExtKeyUsage) []byte {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		c.t.Fatal(err)
	}
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, Subject: name, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(365 * 24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, c.ca, public, c.caKey)
	if err != nil {
		c.t.Fatal(err)
	}
	return der
}

func (c *Controller) tls(auth tls.ClientAuthType) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(c.ca)
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c.server}, ClientAuth: auth, ClientCAs: pool}
}

// URL is the address of the agents' listener.
func (c *Controller) URL() string { return c.https.URL }

// CASHA256 is the fingerprint of the CA.
func (c *Controller) CASHA256() [32]byte { return sha256.Sum256(c.ca.Raw) }

// Identity gives a screen's identity for a device key, without pairing.
func (c *Controller) Identity(screen playlists.ID, device ed25519.PublicKey) *wire.Identity {
	return &wire.Identity{
		Screen: screen, Name: "Cổng chính", Profile: playlists.Landscape1080,
		Certificate: c.issue(pkix.Name{CommonName: string(screen), OrganizationalUnit: []string{"screen"}}, device, x509.ExtKeyUsageClientAuth),
		CA:          c.ca.Raw, MQTTURL: "tls://" + c.address, Time: time.Now().UnixMilli(),
		ProgrammeKeys: []programme.PublicKey{playliststest.PublicKey(1)},
	}
}

// Fault has handle answer every HTTPS request; nil ends it.
func (c *Controller) Fault(handle func(w http.ResponseWriter, r *http.Request, real http.Handler)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = handle
}

// Serve makes a programme's objects available.
func (c *Controller) Serve(s playliststest.Signed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for d, b := range s.Objects {
		c.objects[d] = b
	}
}

// Served gives how many bytes of an object were given so far.
func (c *Controller) Served(d playlists.Digest) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.served[d]
}

// Publish serves a programme and announces it to its screen.
func (c *Controller) Publish(s playliststest.Signed) {
	c.t.Helper()
	c.Serve(s)
	c.Announce(s.Programme.Screen, s.Envelope)
}

// Announce publishes any bytes as a screen's programme.
func (c *Controller) Announce(screen playlists.ID, envelope []byte) {
	c.t.Helper()
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if err := broker.Publish(wire.Topic(screen, wire.DownProgramme), envelope, true, 1); err != nil {
		c.t.Fatal(err)
	}
}

func (c *Controller) openPairing(w http.ResponseWriter, r *http.Request) {
	var req wire.PairingRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, wire.MaxPairingBody)).Decode(&req); err != nil || len(req.DeviceKey) != ed25519.PublicKeySize {
		http.Error(w, "bad pairing", http.StatusBadRequest)
		return
	}
	nonce := make([]byte, 32)
	if _, err := rand.Read(nonce); err != nil {
		c.t.Error(err)
	}
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		c.t.Error(err)
	}
	p := &pairing{
		Pairing: wire.Pairing{Pairing: id, Nonce: nonce, ExpiresAt: time.Now().Add(15 * time.Minute).UnixMilli(), PollS: 1},
		device:  req.DeviceKey, code: wire.PairingCode(req.DeviceKey, c.CASHA256(), nonce),
	}
	c.mu.Lock()
	c.pairings[id] = p
	c.mu.Unlock()
	answer(w, http.StatusCreated, p.Pairing)
}

// Claim enters a code, as a person would in the console. It tells whether a
// pairing has it.
func (c *Controller) Claim(code string, screen playlists.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairings {
		if p.code == code && !p.expired {
			p.grant = c.Identity(screen, p.device)
			return true
		}
	}
	return false
}

// Expire ends all pairings.
func (c *Controller) Expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairings {
		p.expired = true
	}
}

func (c *Controller) pollPairing(w http.ResponseWriter, r *http.Request) {
	id := playlists.ID(r.PathValue("pairing"))
	c.mu.Lock()
	var p *pairing
	if known := c.pairings[id]; known != nil {
		now := *known // it may be claimed while we answer
		p = &now
	}
	c.mu.Unlock()
	proof, err := base64.StdEncoding.DecodeString(r.Header.Get(wire.ProofHeader))
	switch {
	case p == nil || err != nil || !ed25519.Verify(p.device, wire.PollProof(id, p.Nonce), proof):
		http.NotFound(w, r)
	case p.expired:
		w.WriteHeader(http.StatusGone)
	case p.grant == nil:
		answer(w, http.StatusOK, wire.PairingState{State: "waiting"})
	default:
		answer(w, http.StatusOK, wire.PairingState{State: "claimed", Grant: p.grant})
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return // the agent left
	}
}

func (c *Controller) object(w http.ResponseWriter, r *http.Request) {
	d := playlists.Digest(r.PathValue("digest"))
	c.mu.Lock()
	b, ok := c.objects[d]
	c.mu.Unlock()
	if len(r.TLS.PeerCertificates) == 0 || !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `"`+string(d)+`"`)
	http.ServeContent(&counted{w, c, d}, r, "", time.Time{}, bytes.NewReader(b))
}

// counted counts what is given of an object.
type counted struct {
	http.ResponseWriter
	c *Controller
	d playlists.Digest
}

func (w *counted) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.c.mu.Lock()
	w.c.served[w.d] += int64(n)
	w.c.mu.Unlock()
	return n, err
}

// gate is the broker's access control and the controller's ear.
type gate struct {
	mochi.HookBase
	c      *Controller
	refuse bool // answers subscriptions with 0x80
}

func (*gate) ID() string { return "gate" }

func (*gate) Provides(b byte) bool {
	return bytes.Contains([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnPublished, mochi.OnWillSent}, []byte{b})
}

func (*gate) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	conn, ok := cl.Net.Conn.(*tls.Conn)
	return ok && len(conn.ConnectionState().PeerCertificates) > 0 && conn.ConnectionState().PeerCertificates[0].Subject.CommonName == cl.ID
}

func (g *gate) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	if write {
		return wire.MayPublish(cl.ID, topic)
	}
	g.c.mu.Lock()
	defer g.c.mu.Unlock()
	return !g.refuse && wire.MaySubscribe(cl.ID, topic)
}

func (g *gate) OnPublished(cl *mochi.Client, pk packets.Packet) { g.c.hear(pk.TopicName, pk.Payload) }

func (g *gate) OnWillSent(cl *mochi.Client, pk packets.Packet) { g.c.hear(pk.TopicName, pk.Payload) }

// hear notes what a screen says, and acknowledges plays as stored.
func (c *Controller) hear(topic string, payload []byte) {
	screen, leaf, ok := wire.ParseTopic(topic)
	if !ok || !strings.HasPrefix(leaf, "up/") {
		return
	}
	payload = bytes.Clone(payload)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[leaf] = payload
	close(c.arrived)
	c.arrived = make(chan struct{})
	switch leaf {
	case wire.UpStatus:
		var s wire.Status
		if err := wire.Decode(payload, &s); err != nil {
			c.t.Errorf("status %s: %v", payload, err)
		}
		c.statuses = append(c.statuses, s)
	case wire.UpReported:
		if err := wire.Decode(payload, &wire.Reported{}); err != nil {
			c.t.Errorf("report %s: %v", payload, err)
		}
	case wire.UpEvent:
		var e wire.Event
		if err := wire.Decode(payload, &e); err != nil {
			c.t.Errorf("event %s: %v", payload, err)
		}
		c.events = append(c.events, e)
		if broker := c.broker; !c.mute {
			ack, err := wire.Encode(wire.Ack{Batch: e.Batch})
			if err != nil {
				c.t.Error(err)
			}
			go func() { _ = broker.Publish(wire.Topic(screen, wire.DownAck), ack, false, 1) }()
		}
	}
}

// StartBroker starts a broker that knows nothing, at the address of the one
// before.
func (c *Controller) StartBroker() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.address == "" {
		c.address = "127.0.0.1:0"
	}
	l, err := tls.Listen("tcp", c.address, c.tls(tls.RequireAndVerifyClientCert))
	if err != nil {
		c.t.Fatal(err)
	}
	c.address = l.Addr().String()
	broker := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler), InlineClient: true})
	c.gate = &gate{c: c}
	if err := broker.AddHook(c.gate, nil); err != nil {
		c.t.Fatal(err)
	}
	if err := broker.AddListener(listeners.NewNet("tls", l)); err != nil {
		c.t.Fatal(err)
	}
	if err := broker.Serve(); err != nil {
		c.t.Fatal(err)
	}
	c.broker = broker
}

// StopBroker ends the broker; what it retained is lost.
func (c *Controller) StopBroker() {
	c.mu.Lock()
	broker := c.broker
	c.broker = nil
	c.mu.Unlock()
	if broker != nil {
		if err := broker.Close(); err != nil {
			c.t.Error(err)
		}
	}
}

// RefuseSubscriptions has the broker answer them with 0x80.
func (c *Controller) RefuseSubscriptions(refuse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate.refuse = refuse
}

// Mute keeps acknowledgements of plays back.
func (c *Controller) Mute(mute bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mute = mute
}

// Retain publishes bytes as if a screen had said them, retained.
func (c *Controller) Retain(topic string, payload []byte) {
	c.t.Helper()
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if err := broker.Publish(topic, payload, true, 1); err != nil {
		c.t.Fatal(err)
	}
}

// Cut drops a screen's connection, as a pulled cable would.
func (c *Controller) Cut(screen playlists.ID) {
	c.mu.Lock()
	broker := c.broker
	c.mu.Unlock()
	if cl, ok := broker.Clients.Get(string(screen)); ok {
		cl.Stop(net.ErrClosed)
	}
}

// Statuses gives all births and deaths so far.
func (c *Controller) Statuses() []wire.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]wire.Status{}, c.statuses...)
}

// Events gives all batches so far.
func (c *Controller) Events() []wire.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]wire.Event{}, c.events...)
}

// Reported gives the newest report.
func (c *Controller) Reported() (wire.Reported, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r wire.Reported
	b, ok := c.last[wire.UpReported]
	return r, ok && wire.Decode(b, &r) == nil
}

// Await waits until holds is true, looking again whenever a screen has said
// something and at least every tenth of a second.
func (c *Controller) Await(what string, holds func() bool) {
	c.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		c.mu.Lock()
		arrived := c.arrived
		c.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-arrived:
		case <-time.After(100 * time.Millisecond):
		case <-deadline:
			r, _ := c.Reported()
			c.t.Fatalf("waited in vain for: %s; last report %+v", what, r)
		}
	}
}
