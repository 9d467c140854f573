package app_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// A broken PC is replaced: the new one is the screen, with its settings; the
// one before is out, also on the connections that it has.
func TestAnotherPCForAScreen(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "admin", playlists.Administrator)
	root, agents, _ := startWithAgents(t, data)
	c, _ := editor(t, root, "admin")
	var units struct {
		Items []struct{ ID string } `json:"items"`
	}
	if err := c.Get(t.Context(), "/units", &units); err != nil {
		t.Fatal(err)
	}
	var cluster, screen struct{ ID playlists.ID }
	if err := c.Post(t.Context(), "/clusters", map[string]string{"name": "Cầu Treo", "unit_id": units.Items[0].ID}, &cluster); err != nil {
		t.Fatal(err)
	}
	old := pair(t, agents)
	if err := c.Post(t.Context(), "/screens/claim", map[string]any{"code": old.code, "name": "Cổng chính", "cluster_id": cluster.ID, "profile": "1080p-landscape"}, &screen); err != nil {
		t.Fatal(err)
	}
	old.identity = old.poll(t).Grant

	var set struct {
		Taken bool `json:"taken"`
		Hours struct{ Week []struct{ From int } }
	}
	week := []map[string]int{{"day": 1, "from": 360, "until": 1320}}
	if err := c.Patch(t.Context(), "/screens/"+string(screen.ID)+"/settings", map[string]any{"hours": map[string]any{"always": false, "week": week}}, &set); err != nil || len(set.Hours.Week) != 1 || set.Taken {
		t.Fatalf("set %+v, %v", set, err)
	}
	if err := c.Patch(t.Context(), "/screens/"+string(screen.ID)+"/settings", map[string]any{"camera": "file:///etc/passwd"}, &set); playlists.ReasonOf(err) == "" {
		t.Errorf("a file as a camera: %v", err)
	}

	lost := make(chan struct{})
	before := joined(t, old, func() { close(lost) })
	if n := settingsOf(t, before, old); n != 1 {
		t.Errorf("the screen is given settings %d", n)
	}
	open := &http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: old.tls(t)}} // keeps its connection
	ask := func() int {
		resp, err := open.Get(agents + wire.PathObjects + string(playlists.DigestOf([]byte("x"))))
		if err != nil {
			return 0
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	if got := ask(); got != http.StatusNotFound {
		t.Fatalf("an object for the screen: %d", got)
	}

	next := pairAs(t, agents, playliststest.Key(8))
	if err := c.Post(t.Context(), "/screens/"+string(screen.ID)+"/replace", map[string]string{"code": next.code}, &screen); err != nil {
		t.Fatal(err)
	}
	select {
	case <-lost:
	case <-time.After(deadline):
		t.Error("the PC before kept its session")
	}
	if got := ask(); got != http.StatusForbidden {
		t.Errorf("the PC before on the connection that it had: %d", got)
	}
	if got := old.object(t, old.tls(t), playlists.DigestOf([]byte("x"))); got != 0 {
		t.Errorf("the PC before on a new connection: %d", got)
	}
	next.identity = next.poll(t).Grant
	if next.identity == nil || next.identity.Screen != screen.ID || next.identity.Name != "Cổng chính" {
		t.Fatalf("the new PC is %+v", next.identity)
	}
	if n := settingsOf(t, joined(t, next, func() {}), next); n != 1 {
		t.Errorf("the new PC is given settings %d", n)
	}
}

// joined connects a screen PC to the broker.
func joined(t *testing.T, pc *screenPC, lost func()) mqtt.Client {
	t.Helper()
	o := mqtt.NewClientOptions().AddBroker(pc.identity.MQTTURL).SetClientID(string(pc.identity.Screen)).SetTLSConfig(pc.tls(t)).SetProtocolVersion(4).
		SetCleanSession(true).SetAutoReconnect(false).SetKeepAlive(30 * time.Second)
	o.SetConnectionLostHandler(func(mqtt.Client, error) { lost() })
	client := mqtt.NewClient(o)
	if token := client.Connect(); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot connect: %v", token.Error())
	}
	t.Cleanup(func() { client.Disconnect(0) })
	return client
}

// settingsOf gives the counter of the settings that the broker keeps for a
// screen.
func settingsOf(t *testing.T, client mqtt.Client, pc *screenPC) uint64 {
	t.Helper()
	got := make(chan []byte, 1)
	token := client.Subscribe(wire.Topic(pc.identity.Screen, wire.DownSettings), 1, func(_ mqtt.Client, m mqtt.Message) {
		select {
		case got <- m.Payload():
		default:
		}
	})
	if !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot subscribe: %v", token.Error())
	}
	select {
	case b := <-got:
		s, err := programme.VerifySettings(b, programme.Trust{Screen: pc.identity.Screen, Keys: pc.identity.ProgrammeKeys})
		if err != nil {
			t.Fatal(err)
		}
		return s.Counter
	case <-time.After(deadline):
		t.Fatal("no settings came")
	}
	return 0
}
