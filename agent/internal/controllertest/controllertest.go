// Package controllertest is a small but real controller for the agent's tests:
// its own CA, pairing and objects over HTTPS with client certificates, and an
// MQTT broker over TLS. Faults can be switched on.
package controllertest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"

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

	// Ticket judges a ticket that a PC shows: the screen that it becomes, or the
	// reason of a refusal. Set before any PC calls; nil takes no notice of one.
	Ticket func(*wire.TicketShown) (screen playlists.ID, reason string)

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
	results  []wire.Result
	mute     bool // acknowledges nothing
	sockets  int
	renewals int
	forge    func(*x509.Certificate) []byte // answers renewals in our place
	arrived  chan struct{}
	charter  []byte                  // envelope for Identity
	beacons  func(*programme.Beacon) // nil for none
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
	mux.HandleFunc("GET "+wire.PathMQTT, c.mqtt)
	mux.HandleFunc("POST "+wire.PathCertificate, c.renew)
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
	c.https.TLS = c.tls(tls.RequestClientCert)
	c.https.TLS.VerifyConnection = c.verifyAgent
	c.https.StartTLS()
	t.Cleanup(c.https.Close)
	c.StartBroker()
	t.Cleanup(c.StopBroker)
	return c
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
		ProgrammeKeys: []programme.PublicKey{playliststest.PublicKey(1)}, Cluster: playliststest.Screen().Cluster, Charter: c.charter,
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
