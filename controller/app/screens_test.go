package app_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/gorilla/websocket"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// deadline is how long a test waits for what must happen.
const deadline = 20 * time.Second

// screenPC is a screen PC before and after it was claimed.
type screenPC struct {
	root     string // of the agents' listener
	key      ed25519.PrivateKey
	pairing  wire.Pairing
	code     string
	identity *wire.Identity
}

// pair begins a pairing as an agent does: it sees the authority's certificate
// at the end of the chain.
func pair(t *testing.T, root string) *screenPC {
	t.Helper()
	return pairAs(t, root, playliststest.Key(7))
}

func pairAs(t *testing.T, root string, key ed25519.PrivateKey) *screenPC {
	t.Helper()
	p := &screenPC{root: root, key: key}
	public := p.key.Public().(ed25519.PublicKey)
	var authority [32]byte
	client := &http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify: true, // nothing is known yet: the code binds what was seen
		VerifyConnection: func(cs tls.ConnectionState) error {
			authority = sha256.Sum256(cs.PeerCertificates[len(cs.PeerCertificates)-1].Raw)
			return nil
		},
	}}}
	body, err := json.Marshal(wire.PairingRequest{DeviceKey: public, Facts: wire.Facts{Hostname: "pc"}})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Post(root+wire.PathPairings, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&p.pairing); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("pairing answered %d, %v", resp.StatusCode, err)
	}
	p.code = wire.PairingCode(public, authority, p.pairing.Nonce)
	return p
}

// poll asks whether the screen is claimed.
func (p *screenPC) poll(t *testing.T) wire.PairingState {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.root+wire.PathPairings+"/"+string(p.pairing.Pairing), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set(wire.ProofHeader, base64.StdEncoding.EncodeToString(ed25519.Sign(p.key, wire.PollProof(p.pairing.Pairing, p.pairing.Nonce))))
	client := &http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var state wire.PairingState
	if err := json.NewDecoder(resp.Body).Decode(&state); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("poll answered %d, %v", resp.StatusCode, err)
	}
	return state
}

// tls is the configuration of a claimed screen.
func (p *screenPC) tls(t *testing.T) *tls.Config {
	t.Helper()
	authority, err := x509.ParseCertificate(p.identity.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{p.identity.Certificate}, PrivateKey: p.key}}}
}

// object asks for an object and gives the status, 0 when the connection is
// refused.
func (p *screenPC) object(t *testing.T, config *tls.Config, d playlists.Digest) int {
	t.Helper()
	client := &http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	resp, err := client.Get(p.root + wire.PathObjects + string(d))
	if err != nil {
		return 0
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// live is what the console's live connection says.
type live struct {
	Type    string      `json:"type"`
	Screens []liveState `json:"screens"`
	Screen  liveState   `json:"screen"`
	ID      string      `json:"id"`
}

type liveState struct {
	ID    playlists.ID `json:"id"`
	State string       `json:"state"`
}

func nextLive(t *testing.T, conn *websocket.Conn, until func(live) bool) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	for {
		var l live
		if err := conn.ReadJSON(&l); err != nil {
			t.Fatal(err)
		}
		if until(l) {
			return
		}
	}
}

func TestAScreenFromItsCodeToTheWatchListAndOut(t *testing.T) {
	t.Parallel()
	for name, mqttURL := range map[string]func(*screenPC) string{
		"on the broker's port": func(p *screenPC) string { return p.identity.MQTTURL },
		"on the HTTPS port":    func(p *screenPC) string { return strings.Replace(p.root, "https://", "wss://", 1) + wire.PathMQTT },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fromCodeToWatchListAndOut(t, mqttURL)
		})
	}
}

func fromCodeToWatchListAndOut(t *testing.T, mqttURL func(*screenPC) string) {
	t.Helper()
	data := t.TempDir()
	person(t, data, "admin", playlists.Administrator)
	root, agents, _ := startWithAgents(t, data)
	c, token := editor(t, root, "admin")

	var units struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := c.Get(t.Context(), "/units", &units); err != nil {
		t.Fatal(err)
	}
	var cluster struct {
		ID string `json:"id"`
	}
	if err := c.Post(t.Context(), "/clusters", map[string]string{"name": "Cầu Treo", "unit_id": units.Items[0].ID, "place": "Sơn Kim 1"}, &cluster); err != nil {
		t.Fatal(err)
	}

	pc := pair(t, agents)
	if st := pc.poll(t); st.State != "waiting" {
		t.Fatalf("before the claim %q", st.State)
	}
	var screen struct {
		ID playlists.ID `json:"id"`
	}
	claim := map[string]any{"code": pc.code, "name": "Cổng chính", "cluster_id": cluster.ID, "profile": "1080p-landscape", "tags": []string{}}
	if err := c.Post(t.Context(), "/screens/claim", claim, &screen); err != nil {
		t.Fatal(err)
	}
	pc.identity = pc.poll(t).Grant
	if pc.identity == nil || pc.identity.Screen != screen.ID || len(pc.identity.ProgrammeKeys) != 1 {
		t.Fatalf("granted %+v", pc.identity)
	}

	config := pc.tls(t)
	bare := config.Clone()
	bare.Certificates = nil
	if got := pc.object(t, bare, playlists.DigestOf(nil)); got != http.StatusUnauthorized {
		t.Errorf("an object without a certificate: %d", got)
	}
	if got := pc.object(t, config, playlists.DigestOf([]byte("nothing of this screen's"))); got != http.StatusNotFound {
		t.Errorf("an object of no programme: %d", got)
	}

	resp, err := (&http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}).Post(agents+wire.PathCertificate, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	var renewal wire.Renewal
	if err := json.NewDecoder(resp.Body).Decode(&renewal); err != nil || !bytes.Equal(renewal.Certificate, pc.identity.Certificate) {
		t.Errorf("asked for the next certificate on the first day: %d, %v", resp.StatusCode, err)
	}
	_ = resp.Body.Close()

	header := http.Header{"Authorization": {"Bearer " + token}}
	address := strings.Replace(root, "http://", "ws://", 1) + "/api/v1/watch/live"
	foreign := header.Clone()
	foreign.Set("Origin", "https://evil.example")
	if conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, foreign); err == nil {
		_ = conn.Close()
		t.Error("a foreign page may follow the screens")
	} else if resp == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign page is refused with %v", err)
	}
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), address, header)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	nextLive(t, conn, func(l live) bool { return l.Type == "snapshot" && len(l.Screens) == 1 && l.Screens[0].State == "never" })

	lost := make(chan struct{})
	acks := make(chan wire.Ack, 10)
	o := mqtt.NewClientOptions().AddBroker(mqttURL(pc)).SetClientID(string(screen.ID)).SetTLSConfig(config).SetProtocolVersion(4).
		SetCleanSession(true).SetAutoReconnect(false).SetKeepAlive(30 * time.Second)
	o.SetConnectionLostHandler(func(mqtt.Client, error) { close(lost) })
	o.SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
		var a wire.Ack
		if _, leaf, _ := wire.ParseTopic(m.Topic()); leaf == wire.DownAck && wire.Decode(m.Payload(), &a) == nil {
			acks <- a
		}
	})
	agent := mqtt.NewClient(o)
	if token := agent.Connect(); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot connect: %v", token.Error())
	}
	defer agent.Disconnect(0)
	if token := agent.Subscribe(wire.DownFilter(screen.ID), 1, nil); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot subscribe: %v", token.Error())
	}
	say := func(leaf string, retained bool, v any) {
		t.Helper()
		payload, err := wire.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if token := agent.Publish(wire.Topic(screen.ID, leaf), 1, retained, payload); !token.WaitTimeout(deadline) || token.Error() != nil {
			t.Fatalf("cannot publish %s: %v", leaf, token.Error())
		}
	}
	report := wire.Reported{
		At: time.Now().UnixMilli(), Boot: "boot", Session: 1, Seq: 1, Clock: wire.Clock{State: wire.ClockTrusted},
		Showing: wire.Showing{Kind: wire.ShowSlate, LastFrame: time.Now().UnixMilli()}, Problems: []wire.Problem{},
	}
	say(wire.UpStatus, true, wire.Status{Online: true, Boot: "boot", Session: 1})
	say(wire.UpReported, true, report)
	nextLive(t, conn, func(l live) bool { return l.Screen.ID == screen.ID && l.Screen.State == "slate" })

	played := wire.Event{Batch: 3, Plays: []wire.Play{{
		ID: playliststest.ID("play"), Rendition: playlists.DigestOf(nil), StartedAt: time.Now().UnixMilli(), DurationMS: 10_000, Clock: wire.ClockTrusted, Complete: true,
	}, {
		ID: playliststest.ID("told"), Order: playliststest.ID("storm"), Rendition: playlists.DigestOf(nil), StartedAt: time.Now().Add(-time.Minute).UnixMilli(), DurationMS: 20_000, Clock: wire.ClockTrusted,
	}}}
	for range 2 {
		say(wire.UpEvent, false, played)
		select {
		case a := <-acks:
			if a.Batch != 3 {
				t.Errorf("batch %d acknowledged", a.Batch)
			}
		case <-time.After(deadline):
			t.Fatal("plays were not acknowledged")
		}
	}
	var plays struct {
		Items []struct {
			DurationMS int64 `json:"duration_ms"`
			Media      *struct{ ID playlists.ID }
			Bulletin   *struct{ ID playlists.ID }
		} `json:"items"`
		Total int `json:"total"`
	}
	if err := c.Get(t.Context(), "/screens/"+string(screen.ID)+"/plays", &plays); err != nil || plays.Total != 2 || len(plays.Items) != 2 || plays.Items[0].DurationMS != 10_000 {
		t.Fatalf("plays %+v, %v", plays, err)
	}
	if b := plays.Items[1]; plays.Items[0].Media == nil || plays.Items[0].Bulletin != nil || b.Media != nil || b.Bulletin == nil || b.Bulletin.ID != playliststest.ID("storm") {
		t.Errorf("a bulletin is listed as %+v beside %+v", b, plays.Items[0])
	}

	if err := c.Delete(t.Context(), "/screens/"+string(screen.ID)); err != nil {
		t.Fatal(err)
	}
	nextLive(t, conn, func(l live) bool { return l.Type == "gone" && l.ID == string(screen.ID) })
	select {
	case <-lost:
	case <-time.After(deadline):
		t.Error("a revoked screen kept its connection")
	}
	if got := pc.object(t, config, playlists.DigestOf(nil)); got != 0 {
		t.Errorf("a revoked screen is answered %d", got)
	}
}
