package thief

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Impostor joins the broker, whoever's it is now, with what was copied off a
// screen PC's disk.
func Impostor(t stage.T, s *stage.Stage, screen playlists.ID, data string) mqtt.Client {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("the impostor fails: %v", err)
		}
	}
	text, err := os.ReadFile(filepath.Join(data, "documents", "device.key"))
	must(err)
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatalf("the device key is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	must(err)
	var id wire.Identity
	b, err := os.ReadFile(filepath.Join(data, "documents", "identity.json"))
	must(err)
	must(json.Unmarshal(b, &id))
	authority, err := x509.ParseCertificate(id.CA)
	must(err)
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	config := &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool, ServerName: "localhost",
		Certificates: []tls.Certificate{{Certificate: [][]byte{id.Certificate}, PrivateKey: parsed.(ed25519.PrivateKey)}}}
	o := mqtt.NewClientOptions().AddBroker("tls://" + s.Broker).SetClientID(string(screen)).SetUsername(string(screen)).SetTLSConfig(config).SetAutoReconnect(false)
	c := mqtt.NewClient(o)
	token := c.Connect()
	if !token.WaitTimeout(10 * time.Second) {
		t.Fatalf("the impostor cannot reach the broker")
	}
	must(token.Error())
	t.Cleanup(func() { c.Disconnect(100) })
	return c
}

// Impostor joins the thief's own broker.
func (th *Thief) Impostor(screen playlists.ID, data string) mqtt.Client {
	th.t.Helper()
	return Impostor(th.t, th.s, screen, data)
}

// Retained gives what a topic holds, nil for nothing within a moment.
func (th *Thief) Retained(topic string) []byte {
	got := make(chan []byte, 1)
	token := th.client.Subscribe(topic, 1, func(_ mqtt.Client, m mqtt.Message) {
		select {
		case got <- m.Payload():
		default:
		}
	})
	if !token.WaitTimeout(5 * time.Second) {
		return nil
	}
	select {
	case b := <-got:
		return b
	case <-time.After(time.Second):
		return nil
	}
}
