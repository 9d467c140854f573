package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// tile is what the watch view says of a screen's glass.
type tile struct {
	Type   string `json:"type"`
	Screen struct {
		ID      playlists.ID
		Capture *struct {
			Witness, Finding, URL string
			At                    time.Time
			Width                 int
		}
	}
}

// TestACaptureOfTheGlassAppearsOnItsTile posts a capture with a screen's
// certificate: it is on the live view at once, its bytes are given to who may
// watch and to no screen, and a restart keeps it.
func TestACaptureOfTheGlassAppearsOnItsTile(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "admin", playlists.Administrator)
	root, agents, stop := startWithAgents(t, data)
	c, token := editor(t, root, "admin")
	var units struct {
		Items []struct{ ID string }
	}
	if err := c.Get(t.Context(), "/units", &units); err != nil {
		t.Fatal(err)
	}
	var cluster struct{ ID string }
	if err := c.Post(t.Context(), "/clusters", map[string]string{"name": "Cầu Treo", "unit_id": units.Items[0].ID, "place": ""}, &cluster); err != nil {
		t.Fatal(err)
	}
	pc := pair(t, agents)
	var screen struct{ ID playlists.ID }
	if err := c.Post(t.Context(), "/screens/claim", map[string]any{"code": pc.code, "name": "Cổng", "cluster_id": cluster.ID, "profile": "1080p-landscape", "tags": []string{}}, &screen); err != nil {
		t.Fatal(err)
	}
	pc.identity = pc.poll(t).Grant
	config := pc.tls(t)

	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(root, "http://", "ws://", 1)+"/api/v1/watch/live", http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	picture := mediatest.JPEG(t, mediatest.Picture(480, 270))
	client := &http.Client{Timeout: deadline, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	resp, err := client.Post(fmt.Sprintf("%s%s?witness=browser&finding=wrong&at=%d", agents, wire.PathCaptures, time.Now().UnixMilli()), "image/jpeg", bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("posted: %d %s", resp.StatusCode, answer)
	}
	if err := conn.SetReadDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	var on tile
	for on.Screen.Capture == nil {
		on = tile{}
		if err := conn.ReadJSON(&on); err != nil {
			t.Fatal(err)
		}
	}
	seen := on.Screen.Capture
	if seen.Witness != "browser" || seen.Finding != "wrong" || seen.Width != 480 || time.Since(seen.At).Abs() > time.Minute || !strings.HasSuffix(seen.URL, string(playlists.DigestOf(picture))) {
		t.Errorf("on the tile is %+v", seen)
	}

	got, b := fetch(t, root+seen.URL, token, "Accept", "text/html")
	if got.StatusCode != http.StatusOK || !bytes.Equal(b, picture) {
		t.Errorf("the picture: %d, %d bytes", got.StatusCode, len(b))
	}
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment", "Cache-Control": "private, max-age=31536000, immutable",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if h := got.Header.Get(name); h != want {
			t.Errorf("%s is %q, want %q", name, h, want)
		}
	}
	if got, _ := fetch(t, root+seen.URL, ""); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", got.StatusCode)
	}
	if status := pc.object(t, config, playlists.DigestOf(picture)); status != http.StatusNotFound {
		t.Errorf("a screen gets a capture as an object: %d", status)
	}

	stop()
	root, _ = start(t, data)
	_, token = editor(t, root, "admin")
	_, b = fetch(t, root+"/api/v1/screens/"+string(screen.ID)+"/captures", token)
	var kept struct {
		Newest, Items []struct{ URL, Finding string }
		Total         int
	}
	if err := json.Unmarshal(b, &kept); err != nil || kept.Total != 1 || len(kept.Newest) != 1 || kept.Newest[0].URL != seen.URL || kept.Items[0].Finding != "wrong" {
		t.Errorf("after a restart %s, %v", b, err)
	}
	if got, _ := fetch(t, root+seen.URL, token); got.StatusCode != http.StatusOK {
		t.Errorf("after a restart the picture is answered %d", got.StatusCode)
	}
}
