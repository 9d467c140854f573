package app_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// record is a log at its most talkative, kept whole.
type record struct {
	addresses
	text slog.Handler

	mu   sync.Mutex
	kept bytes.Buffer
}

func newRecord() *record {
	r := &record{addresses: addresses{slog.DiscardHandler, make(chan string, 1), make(chan string, 1)}}
	r.text = slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug})
	return r
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept.Write(b)
}

func (r *record) Enabled(context.Context, slog.Level) bool { return true }
func (r *record) WithAttrs([]slog.Attr) slog.Handler       { return r }
func (r *record) WithGroup(string) slog.Handler            { return r }
func (r *record) Handle(ctx context.Context, line slog.Record) error {
	if err := r.text.Handle(ctx, line); err != nil {
		return err
	}
	return r.addresses.Handle(ctx, line)
}

// Through a whole story, with every line that a log could have, no secret is
// in one: not in clear, not as hex, not as base64.
func TestNoSecretInALog(t *testing.T) {
	t.Parallel()
	const wrongPassword, newPassword = "not the right words at all", "cầu treo mùa nước nổi 8"
	data := t.TempDir()
	person(t, data, "admin", playlists.Administrator)
	person(t, data, "an", playlists.Editor)
	person(t, data, "binh", playlists.Editor)
	log := newRecord()
	a, err := app.New(t.Context(), app.Config{Data: data, Listen: "127.0.0.1:0", AgentListen: "127.0.0.1:0", MQTTListen: "127.0.0.1:0", KeyPassphrase: passphrase}, "test", slog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	root, agents := "http://"+<-log.console, "https://"+<-log.agents
	secrets := map[string][]byte{
		"password": []byte(password), "a wrong password": []byte(wrongPassword), "new password": []byte(newPassword), "passphrase of the keys": []byte(passphrase),
	}

	// A person: logged in, in vain too; a token; another password.
	session := func(method, path, body, cookie string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, root+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Cookie", "cotmoc="+cookie)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp
	}
	session("POST", "/session", `{"login":"an","password":"`+wrongPassword+`"}`, "")
	cookie := session("POST", "/session", `{"login":"an","password":"`+password+`"}`, "").Cookies()[0].Value
	secrets["cookie"] = []byte(cookie)
	changed := session("POST", "/me/password", `{"old":"`+password+`","new":"`+newPassword+`"}`, cookie)
	if changed.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(changed.Body)
		t.Fatalf("the password was not changed: %d %s", changed.StatusCode, b)
	}
	secrets["second cookie"] = []byte(changed.Cookies()[0].Value)
	admin, token := editor(t, root, "admin")
	secrets["token"] = []byte(token)
	fetch(t, root+"/api/v1/me", token)
	fetch(t, root+"/api/v1/me?token="+token, identity.TokenPrefix+strings.Repeat("5", 64))
	secrets["a wrong token"] = []byte(strings.Repeat("5", 64))

	// A screen: paired, claimed, at work, and out.
	var units struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := admin.Get(t.Context(), "/units", &units); err != nil {
		t.Fatal(err)
	}
	if err := admin.Post(t.Context(), "/clusters", map[string]string{"name": "Cầu Treo", "unit_id": units.Items[0].ID, "place": ""}, &made); err != nil {
		t.Fatal(err)
	}
	pc := pair(t, agents)
	secrets["pairing nonce"] = pc.pairing.Nonce
	secrets["device key"] = pc.key.Seed()
	secrets["pairing proof"] = ed25519.Sign(pc.key, wire.PollProof(pc.pairing.Pairing, pc.pairing.Nonce))
	pc.poll(t)
	claim := map[string]any{"code": "ABCD2345", "name": "Cổng chính", "cluster_id": made.ID, "profile": "1080p-landscape", "tags": []string{}}
	if err := admin.Post(t.Context(), "/screens/claim", claim, &made); err == nil {
		t.Error("a wrong code was taken")
	}
	claim["code"] = pc.code
	if err := admin.Post(t.Context(), "/screens/claim", claim, &made); err != nil {
		t.Fatal(err)
	}
	pc.identity = pc.poll(t).Grant
	pc.object(t, pc.tls(t), playlists.DigestOf(nil))
	if err := admin.Delete(t.Context(), "/screens/"+made.ID); err != nil {
		t.Fatal(err)
	}
	pc.object(t, pc.tls(t), playlists.DigestOf(nil))
	binh, token := editor(t, root, "binh")
	secrets["token of another"] = []byte(token)
	if _, err := binh.Upload(t.Context(), "a.jpg", "", 9, strings.NewReader("#!/bin/sh")); err == nil {
		t.Error("a script was taken in")
	}
	upload(t, binh, "b.jpg", "", mediatest.JPEG(t, mediatest.Picture(320, 240)))
	if err := a.Stop(); err != nil {
		t.Fatal(err)
	}

	keyMaterial(t, filepath.Join(data, "keys"), secrets)
	text := log.kept.String()
	for _, shown := range []string{"path=/api/v1/session", "screen claimed", "screen revoked"} {
		if !strings.Contains(text, shown) {
			t.Errorf("the log lacks %q: it does not tell the story", shown)
		}
	}
	for name, secret := range secrets {
		for _, form := range []string{string(secret), hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret)} {
			if i := strings.Index(text, strings.TrimRight(form, "=")); i >= 0 {
				t.Errorf("%s is in the log: %.200q", name, text[max(0, i-100):])
			}
		}
	}
}

// keyMaterial adds what makes the private keys in a folder private.
func keyMaterial(t *testing.T, dir string, secrets map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".key" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var key any
		if block, _ := pem.Decode(text); block != nil && block.Type == "PRIVATE KEY" {
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		} else {
			key, err = keyfile.Open(text, []byte(passphrase))
		}
		if err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		switch key := key.(type) {
		case ed25519.PrivateKey:
			secrets[e.Name()] = key.Seed()
		case *ecdsa.PrivateKey:
			if secrets[e.Name()], err = key.Bytes(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(secrets["ca.key"]) == 0 || len(secrets["programme.key"]) == 0 || len(secrets["secrets.key"]) == 0 || len(secrets["broker.key"]) == 0 {
		t.Error("the keys were not found")
	}
}
