package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"path/filepath"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"golang.org/x/sync/errgroup"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
)

// device is a simulated screen's identity.
type device struct {
	id  playlists.ID
	tls *tls.Config
}

// enrol makes simulated screens in the folder of a controller that is stopped:
// pairing them by hand, code by code, is what the controller slows down.
func enrol(t stage.T, s *stage.Stage, count int) []device {
	t.Helper()
	authority, err := ca.Open(filepath.Join(s.Data, "keys"), []byte(stage.KeyPassphrase), time.Now)
	if err != nil {
		t.Fatalf("%v", err)
	}
	db, err := sqlstore.Open(t.Context(), filepath.Join(s.Data, "cotmoc.db"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	devices := make([]device, count)
	for i := range devices {
		if devices[i], err = enrolOne(t.Context(), authority, db.Fleet(), s.Cluster, i); err != nil {
			t.Fatalf("cannot make the simulated screen %d: %v", i, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return devices
}

func enrolOne(ctx context.Context, authority *ca.Authority, store fleet.Store, cluster string, i int) (device, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return device{}, err
	}
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		return device{}, err
	}
	certificate, err := authority.IssueScreen(id, public)
	if err != nil {
		return device{}, err
	}
	now := time.Now()
	pairing := fleet.Pairing{ID: id, DeviceKey: public, Nonce: make([]byte, 32), CreatedAt: now, ExpiresAt: now.Add(time.Minute)}
	if err := store.AddPairing(ctx, pairing); err != nil {
		return device{}, err
	}
	screen := playlists.Screen{ID: id, Name: fmt.Sprintf("Màn hình %04d", i), Cluster: playlists.ID(cluster), Profile: playlists.Landscape1080,
		TimeZone: playlists.DefaultTimeZone, DeviceKey: public, CreatedAt: now}
	if err := store.Claim(ctx, pairing.ID, pairing.ExpiresAt, screen, certificate); err != nil {
		return device{}, err
	}
	return device{id: id, tls: &tls.Config{RootCAs: authority.Pool(), MinVersion: tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}}, nil
}

// dialAtOnce bounds the handshakes that go on at a time.
const dialAtOnce = 16

// connectAll connects the devices to a broker; got is called with what comes
// in at each, by its number.
func connectAll(t stage.T, address string, devices []device, got func(i int, c mqtt.Client, m mqtt.Message)) []mqtt.Client {
	t.Helper()
	clients := make([]mqtt.Client, len(devices))
	var g errgroup.Group
	g.SetLimit(dialAtOnce)
	for i, d := range devices {
		g.Go(func() error {
			c, err := dial(address, string(d.id), d.tls)
			if err != nil {
				return err
			}
			clients[i] = c
			token := c.Subscribe("cotmoc/v1/s/"+string(d.id)+"/down/#", 1, func(c mqtt.Client, m mqtt.Message) { got(i, c, m) })
			if !token.WaitTimeout(connectTime) || token.Error() != nil {
				return fmt.Errorf("cannot subscribe: %w", token.Error())
			}
			return nil
		})
	}
	err := g.Wait()
	t.Cleanup(func() {
		for _, c := range clients {
			if c != nil {
				c.Disconnect(0)
			}
		}
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return clients
}

const connectTime = 30 * time.Second

func dial(address, name string, config *tls.Config) (mqtt.Client, error) {
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker("tls://" + address).SetClientID(name).SetUsername(name).SetTLSConfig(config).
		SetProtocolVersion(4).SetCleanSession(true).SetAutoReconnect(false).SetKeepAlive(time.Minute).SetConnectTimeout(connectTime).SetOrderMatters(false))
	token := c.Connect()
	if !token.WaitTimeout(connectTime) {
		return nil, fmt.Errorf("cannot connect %s: no answer", name)
	}
	return c, token.Error()
}
