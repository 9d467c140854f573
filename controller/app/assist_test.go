package app_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// helped is what GET /screens/{id}/help says.
type helped struct {
	Items []struct {
		ID     playlists.ID `json:"id"`
		Kind   string       `json:"kind"`
		State  string       `json:"state"`
		By     string       `json:"by"`
		Why    string       `json:"why"`
		HasLog bool         `json:"has_log"`
	} `json:"items"`
}

// A command is asked for by a person, signed for one screen, lost on the way
// and sent again when the screen says that it is there, until it has answered;
// the person sees each step, and the log that came.
func TestRemoteHelp(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{"root": {playlists.Administrator}, "reviewer": {playlists.Reviewer}, "tech": {playlists.Technician}, "officer": {playlists.WatchOfficer}})
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

	came := make(chan []byte, 20)
	connect := func() mqtt.Client {
		c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(pc.identity.MQTTURL).SetClientID(string(screen.ID)).SetTLSConfig(pc.tls(t)).SetProtocolVersion(4).SetCleanSession(true).SetAutoReconnect(false))
		if token := c.Connect(); !token.WaitTimeout(deadline) || token.Error() != nil {
			t.Fatalf("cannot connect: %v", token.Error())
		}
		if token := c.Subscribe(wire.Topic(screen.ID, wire.DownCommand), 1, func(_ mqtt.Client, m mqtt.Message) { came <- m.Payload() }); !token.WaitTimeout(deadline) || token.Error() != nil {
			t.Fatalf("cannot subscribe: %v", token.Error())
		}
		return c
	}
	say := func(c mqtt.Client, leaf string, v any) {
		t.Helper()
		payload, err := wire.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if token := c.Publish(wire.Topic(screen.ID, leaf), 1, leaf == wire.UpStatus, payload); !token.WaitTimeout(deadline) || token.Error() != nil {
			t.Fatalf("cannot publish: %v", token.Error())
		}
	}
	next := func() *programme.Command {
		t.Helper()
		select {
		case envelope := <-came:
			c, err := programme.VerifyCommand(envelope, programme.Trust{Screen: screen.ID, Charter: o.held, Now: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			return c
		case <-time.After(deadline):
			t.Fatal("no command came")
			return nil
		}
	}
	get := func(path string, out any) {
		t.Helper()
		if err := o.as("tech").Get(t.Context(), path, out); err != nil {
			t.Fatal(err)
		}
	}
	help := "/screens/" + string(screen.ID) + "/help"
	state := func(want string) helped {
		t.Helper()
		var h helped
		for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			h = helped{}
			get(help, &h)
			if len(h.Items) > 0 && h.Items[0].State == want {
				return h
			}
		}
		t.Fatalf("it is %+v, want %s", h, want)
		return h
	}

	// Nobody is there: it waits.
	var asked struct {
		ID playlists.ID `json:"id"`
	}
	o.post("tech", help, map[string]any{"kind": "logs", "amount": 20}, &asked)
	state("waiting")
	c := connect()
	say(c, wire.UpStatus, wire.Status{Online: true, Boot: "one", Session: 1})
	if got := next(); got.ID != asked.ID || got.Kind != programme.CommandLogs || got.Amount != 20 || got.By != state("waiting").Items[0].By {
		t.Fatalf("came %+v", got)
	}
	say(c, wire.UpResult, wire.Result{ID: asked.ID, Outcome: wire.OutcomeTaken})
	state("taken")
	// The screen goes before it has said what became of it, and comes again.
	c.Disconnect(0)
	c = connect()
	defer func() { c.Disconnect(0) }()
	say(c, wire.UpStatus, wire.Status{Online: true, Boot: "two", Session: 1})
	if got := next(); got.ID != asked.ID {
		t.Fatalf("came %+v", got)
	}
	packed, err := wire.PackLog([][]byte{[]byte("line one"), []byte("line two")})
	if err != nil {
		t.Fatal(err)
	}
	say(c, wire.UpResult, wire.Result{ID: asked.ID, Outcome: wire.OutcomeDone, Log: packed})
	if h := state("done"); !h.Items[0].HasLog {
		t.Errorf("it is %+v", h)
	}
	var log struct {
		Text string `json:"text"`
	}
	get(help+"/"+string(asked.ID)+"/log", &log)
	if log.Text != "line one\nline two\n" {
		t.Errorf("the log is %q", log.Text)
	}
	if err := o.as("officer").Post(t.Context(), help, map[string]any{"kind": "restart_pc"}, nil); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("an officer restarts the PC: %v", err)
	}
	o.post("officer", help, map[string]any{"kind": "capture"}, nil)
	capture := next()
	say(c, wire.UpResult, wire.Result{ID: capture.ID, Outcome: wire.OutcomeFailed, Why: "no_eyes"})
	if h := state("failed"); h.Items[0].Why != "no_eyes" || capture.Kind != programme.CommandCapture {
		t.Errorf("it is %+v", h)
	}
	// What is answered does not come again.
	say(c, wire.UpStatus, wire.Status{Online: true, Boot: "two", Session: 2})
	o.post("tech", help, map[string]any{"kind": "refresh"}, nil)
	if got := next(); got.Kind != programme.CommandRefresh {
		t.Errorf("came %+v", got)
	}
}
