package app_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

func TestSettingsOfTLSThatCannotServe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*app.Config)
		reason string
	}{
		"another word":             {func(c *app.Config) { c.TLS = "yes" }, "tls_unknown"},
		"a certificate file too":   {func(c *app.Config) { c.TLS, c.TLSCert, c.TLSKey = "own", "a", "b" }, "tls_twice"},
		"no name":                  {func(c *app.Config) { c.TLS = "own" }, "public_url_unfit"},
		"plain http":               {func(c *app.Config) { c.TLS, c.PublicURL = "own", "http://a.example" }, "public_url_malformed"},
		"acme for an address":      {func(c *app.Config) { c.TLS, c.PublicURL = "acme", "https://192.0.2.1" }, "public_url_malformed"},
		"acme for a name at home":  {func(c *app.Config) { c.TLS, c.PublicURL = "acme", "https://cotmoc" }, "public_url_unfit"},
		"a name with a person":     {func(c *app.Config) { c.TLS, c.PublicURL = "own", "https://a@b.example" }, "public_url_malformed"},
		"own for a bare word":      {func(c *app.Config) { c.TLS, c.PublicURL = "own", "https://cotmoc" }, "public_url_unfit"},
		"own for a name at home":   {func(c *app.Config) { c.TLS, c.PublicURL = "own", "https://cotmoc.noibo:8080" }, ""},
		"this machine":             {func(c *app.Config) { c.TLS, c.PublicURL = "own", "http://localhost:8080" }, "public_url_unfit"},
		"acme for a name and port": {func(c *app.Config) { c.TLS, c.PublicURL = "acme", "https://a.example:8443" }, ""},
	} {
		err := openOnce(t, t.TempDir(), func(cfg *app.Config) {
			cfg.KeyPassphrase = passphrase
			c.change(cfg)
		})
		if playlists.ReasonOf(err) != c.reason || c.reason == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.reason)
		}
	}
}

// secured runs a controller with TLS for people and gives its address.
func secured(t *testing.T, data string, change func(*app.Config)) (address string, log *record) {
	t.Helper()
	log = newRecord()
	sqlstoretest.Prepare(t, filepath.Join(data, "cotmoc.db"))
	cfg := app.Config{Data: data, Listen: "127.0.0.1:0", AgentListen: "127.0.0.1:0", MQTTListen: "127.0.0.1:0", KeyPassphrase: passphrase}
	change(&cfg)
	a, err := app.New(t.Context(), cfg, "test", slog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	return <-log.console, log
}

// browser opens https://NAME at an address.
func browser(address string, config *tls.Config) *http.Client {
	return &http.Client{Timeout: deadline, Transport: &http.Transport{
		TLSClientConfig: config, DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
}

// A technician takes the authority's certificate from its plain path and holds
// it against the fingerprint in the log; then the console is trusted by name,
// and what it sets stays on TLS.
func TestTheConsoleUnderItsOwnAuthority(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Editor)
	address, log := secured(t, data, func(c *app.Config) { c.TLS, c.PublicURL, c.Secure = "own", "https://cotmoc.example", true })

	resp, err := browser(address, &tls.Config{InsecureSkipVerify: true}).Get("https://cotmoc.example/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	block, _ := pem.Decode(text)
	if err != nil || block == nil || resp.Header.Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Fatalf("no certificate at the plain path: %v, %s", err, text)
	}
	log.mu.Lock()
	told := strings.Contains(log.kept.String(), fmt.Sprintf("%X", sha256.Sum256(block.Bytes)))
	log.mu.Unlock()
	if !told {
		t.Error("the fingerprint is not in the log")
	}

	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	trusting := browser(address, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
	login := `{"login":"an","password":"` + password + `"}`
	resp, err = trusting.Post("https://cotmoc.example/api/v1/session", "application/json", strings.NewReader(login))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 1 || !resp.Cookies()[0].Secure || !resp.Cookies()[0].HttpOnly {
		t.Errorf("login answered %d with %v", resp.StatusCode, resp.Cookies())
	}
	if got := resp.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
		t.Errorf("HSTS is %q", got)
	}
	// No proxy stands before it: what a client says of its address is nothing.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cotmoc.example/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", "198.51.100.77")
	if resp, err := trusting.Do(req); err == nil {
		_ = resp.Body.Close()
	}
	log.mu.Lock()
	believed := strings.Contains(log.kept.String(), "198.51.100.77")
	log.mu.Unlock()
	if believed {
		t.Error("a forged address was believed")
	}
	if resp, err := trusting.Get("https://elsewhere.example/"); err == nil {
		_ = resp.Body.Close()
		t.Error("the console was trusted under another name")
	}
}
