package app_test

import (
	"bytes"
	"crypto/ed25519"
	"net/http"
	"slices"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// TestAScreenIsGivenTheCharter claims a screen under a charter and has it
// follow the chain, fetch what charters name, and ask for the time.
func TestAScreenIsGivenTheCharter(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{"root": {playlists.Administrator}, "reviewer": {playlists.Reviewer}})
	key := []byte(playliststest.Hand("reviewer").Public().(ed25519.PublicKey))
	o.post("reviewer", "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "USB", "public_key": key}, nil)
	first, _ := o.draft([]map[string]any{o.person("reviewer", programme.Active, "", programme.MayReview)}, nil)
	if err := o.accept(first, "anh", "binh"); err != nil {
		t.Fatal(err)
	}

	pc := pair(t, o.agents)
	var screen struct {
		ID playlists.ID `json:"id"`
	}
	o.post("root", "/screens/claim", map[string]any{"code": pc.code, "name": "Cổng", "cluster_id": playliststest.ID("cautreo"), "profile": "1080p-landscape", "tags": []string{}}, &screen)
	pc.identity = pc.poll(t).Grant
	if pc.identity == nil || pc.identity.Cluster != playliststest.ID("cautreo") {
		t.Fatalf("granted %+v", pc.identity)
	}
	held, err := programme.FirstCharter(pc.identity.Charter)
	if err != nil || held.Payload != o.held.Payload {
		t.Fatalf("granted the charter %v, %v", held, err)
	}

	config := pc.tls(t)
	messages := make(chan mqtt.Message, 100)
	options := mqtt.NewClientOptions().AddBroker(pc.identity.MQTTURL).SetClientID(string(screen.ID)).SetTLSConfig(config).SetProtocolVersion(4).
		SetCleanSession(true).SetAutoReconnect(false).SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { messages <- m })
	client := mqtt.NewClient(options)
	if token := client.Connect(); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot connect: %v", token.Error())
	}
	defer client.Disconnect(0)
	if token := client.Subscribe(wire.DownFilter(screen.ID), 1, nil); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot subscribe: %v", token.Error())
	}
	// next waits for a message of one kind that a test takes.
	next := func(leaf string, take func(payload []byte) bool) {
		t.Helper()
		for timeout := time.After(deadline); ; {
			select {
			case m := <-messages:
				if _, l, _ := wire.ParseTopic(m.Topic()); l == leaf && take(m.Payload()) {
					return
				}
			case <-timeout:
				t.Fatalf("no %s came", leaf)
			}
		}
	}
	var chain wire.Chain
	chainOf := func(n int) {
		t.Helper()
		next(wire.DownCharter, func(payload []byte) bool {
			chain = wire.Chain{}
			return wire.Decode(payload, &chain) == nil && len(chain.Envelopes) == n
		})
	}
	chainOf(1)
	second, _ := o.draft([]map[string]any{o.person("reviewer", programme.Retired, "all_approved", programme.MayReview)}, nil)
	if err := o.accept(second, "anh", "binh"); err != nil {
		t.Fatal(err)
	}
	chainOf(2)
	objects := append(slices.Clone(chain.Envelopes), o.held.KeptSets()...)
	if len(objects) != 3 {
		t.Fatalf("the charters name %v", objects)
	}
	for _, d := range objects {
		if status := pc.object(t, config, d); status != http.StatusOK {
			t.Errorf("object %s of the charters: %d", d, status)
		}
	}

	nonce := bytes.Repeat([]byte{5}, programme.NonceSize)
	question, err := wire.Encode(wire.Question{Nonce: nonce})
	if err != nil {
		t.Fatal(err)
	}
	client.Publish(wire.Topic(screen.ID, wire.UpBeacon), 1, false, question)
	next(wire.DownBeacon, func(payload []byte) bool {
		b, err := programme.VerifyBeacon(payload, nonce, programme.Trust{Screen: screen.ID, Charter: o.held})
		if err != nil {
			t.Fatal(err)
		}
		if b.Charter != 2 || b.Epoch != 1 || time.Since(b.When()).Abs() > time.Minute {
			t.Errorf("beacon %+v", b)
		}
		return true
	})
}
