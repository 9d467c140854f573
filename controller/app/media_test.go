package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

const password = "a long enough passphrase 7"

// passphrase seals the keys of a controller under test.
const passphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// addresses is a log handler that tells where the console and the agents'
// listener are.
type addresses struct {
	slog.Handler
	console chan string
	agents  chan string
}

func (a addresses) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "listening" {
		return nil
	}
	var part, address string
	r.Attrs(func(at slog.Attr) bool {
		switch at.Key {
		case "part":
			part = at.Value.String()
		case "address":
			address = at.Value.String()
		}
		return true
	})
	switch part {
	case "console":
		a.console <- address
	case "agents":
		a.agents <- address
	}
	return nil
}

func (a addresses) WithAttrs([]slog.Attr) slog.Handler { return a }
func (a addresses) WithGroup(string) slog.Handler      { return a }

// start runs a whole controller over a data folder.
func start(t testing.TB, data string) (root string, stop func()) {
	t.Helper()
	root, _, stop = startWithAgents(t, data)
	return root, stop
}

// startWithAgents is start that also tells where agents go.
func startWithAgents(t testing.TB, data string) (root, agents string, stop func()) {
	t.Helper()
	sqlstoretest.Prepare(t, filepath.Join(data, "cotmoc.db"))
	log := addresses{slog.NewTextHandler(io.Discard, nil), make(chan string, 1), make(chan string, 1)}
	a, err := app.New(t.Context(), app.Config{Data: data, Listen: "127.0.0.1:0", AgentListen: "127.0.0.1:0", MQTTListen: "127.0.0.1:0", KeyPassphrase: passphrase, ScanURL: "https://quet.example", Chromium: os.Getenv("COTMOC_CHROMIUM")}, "test", slog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			if err := a.Stop(); err != nil {
				t.Errorf("Stop = %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return "http://" + <-log.console, "https://" + <-log.agents, stop
}

// person adds somebody before the controller runs.
func person(t *testing.T, data, login string, role playlists.Role) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), filepath.Join(data, "cotmoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	people, err := identity.New(identity.Config{Store: db.Identity(), Audit: audit.New(audit.Config{Store: db.Audit(), Now: time.Now}), Now: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	unit, err := people.AddUnit(t.Context(), identity.Operator(), "Sở Văn hóa "+login, login, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = people.AddPerson(t.Context(), identity.Operator(), identity.NewPerson{Login: login, Name: login, Unit: unit.ID, Grants: []playlists.Grant{{Role: role}}, Password: password})
	if err != nil {
		t.Fatal(err)
	}
}

// editor logs in and takes a token for plain requests.
func editor(t *testing.T, root, login string) (c *apiclient.Client, token string) {
	t.Helper()
	c, err := apiclient.New(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), login, password); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Secret string `json:"secret"`
	}
	if err := c.Post(t.Context(), "/tokens", map[string]string{"password": password, "name": "test"}, &out); err != nil {
		t.Fatal(err)
	}
	return c, out.Secret
}

func fetch(t *testing.T, url, token string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, b
}

// mediaAnswer is what the console reads of a media.
type mediaAnswer struct {
	apiclient.Media
	Thumbnail string  `json:"thumbnail_url"`
	ValidFrom *string `json:"valid_from"`
	May       struct {
		Edit   bool `json:"edit"`
		Delete bool `json:"delete"`
	} `json:"may"`
}

func upload(t *testing.T, c *apiclient.Client, name, title string, b []byte) playlists.ID {
	t.Helper()
	id, err := c.Upload(t.Context(), name, title, int64(len(b)), bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestMediaThroughTheAPI(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Editor)
	person(t, data, "binh", playlists.WatchOfficer)
	root, _ := start(t, data)
	c, token := editor(t, root, "an")
	_, watcher := editor(t, root, "binh")
	id := upload(t, c, "IMG_1.jpg", "Cầu Treo", mediatest.JPEG(t, mediatest.Picture(320, 240)))
	at := "/media/" + string(id)
	if _, err := c.AwaitRenditions(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	var m mediaAnswer
	if err := c.Get(t.Context(), at, &m); err != nil || !m.May.Edit || !m.May.Delete || len(m.Renditions) != 2 {
		t.Fatalf("media %+v, %v", m, err)
	}

	resp, whole := fetch(t, root+m.Renditions[0].URL, token)
	if resp.StatusCode != 200 || playlists.DigestOf(whole) != m.Renditions[0].Digest || resp.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("rendition: %d %v", resp.StatusCode, resp.Header)
	}
	if resp, b := fetch(t, root+m.Renditions[0].URL, token, "Range", "bytes=100-199"); resp.StatusCode != 206 || !bytes.Equal(b, whole[100:200]) {
		t.Errorf("range: %d, %d bytes", resp.StatusCode, len(b))
	}
	if resp, _ := fetch(t, root+m.Thumbnail, token, "If-None-Match", fetchTag(t, root+m.Thumbnail, token)); resp.StatusCode != 304 {
		t.Errorf("unchanged thumbnail: %d", resp.StatusCode)
	}
	if resp, _ := fetch(t, root+"/api/v1"+at+"/source-preview", token); resp.StatusCode != 200 || strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("preview: %d %v", resp.StatusCode, resp.Header)
	}
	for who, c := range map[string]struct {
		token  string
		status int
	}{"nobody": {"", 401}, "watch officer before approval": {watcher, 404}} {
		if resp, _ := fetch(t, root+m.Thumbnail, c.token); resp.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", who, resp.StatusCode, c.status)
		}
	}

	patch := func(body string) error {
		return c.Patch(t.Context(), at, json.RawMessage(body), &m)
	}
	if err := patch(`{"revision":1,"title":"Lễ hội","valid_from":"2026-09-02T00:00:00Z"}`); err != nil || m.Title != "Lễ hội" || m.ValidFrom == nil {
		t.Fatalf("PATCH = %+v, %v", m, err)
	}
	if err := patch(`{"revision":2,"valid_from":null}`); err != nil || m.ValidFrom != nil || m.Title != "Lễ hội" {
		t.Errorf("PATCH with null = %+v, %v", m, err)
	}
	if err := patch(`{"revision":1,"title":"x"}`); playlists.ReasonOf(err) != "media_changed" {
		t.Errorf("PATCH of an old revision = %v", err)
	}
	var found struct {
		Items []mediaAnswer `json:"items"`
		Total int           `json:"total"`
	}
	if err := c.Get(t.Context(), "/media?q=le%20hoi&state=draft,approved&kind=image&author=me&sort=title", &found); err != nil || found.Total != 1 || found.Items[0].ID != id {
		t.Errorf("search = %+v, %v", found, err)
	}
	if err := c.Delete(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := c.Get(t.Context(), at, &m); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("a deleted media = %v", err)
	}
	if err := c.Post(t.Context(), at+"/restore", nil, &m); err != nil || m.State != playlists.Draft {
		t.Errorf("restore = %+v, %v", m, err)
	}
	if _, err := c.Upload(t.Context(), "a.jpg", "", 9, strings.NewReader("#!/bin/sh")); playlists.ReasonOf(err) != "file_executable" {
		t.Errorf("a script = %v", err)
	}
}

func fetchTag(t *testing.T, url, token string) string {
	t.Helper()
	resp, _ := fetch(t, url, token)
	return resp.Header.Get("ETag")
}

// The controller stops while it renders; the next one finishes the work.
func TestRenderingSurvivesARestart(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Editor)
	root, stop := start(t, data)
	c, _ := editor(t, root, "an")
	id := upload(t, c, "a.mp4", "", mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=640x360:r=25:d=2")))
	stop()
	root, _ = start(t, data)
	c, _ = editor(t, root, "an")
	var m mediaAnswer
	if err := c.Get(t.Context(), "/media/"+string(id), &m); err != nil || m.State != playlists.Processing {
		t.Fatalf("after the restart: %+v, %v; the clip must be long enough to be caught at work", m, err)
	}
	if _, err := c.AwaitRenditions(t.Context(), id); err != nil {
		t.Error(err)
	}
}
