package app_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	pebbleca "github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"cotmoc/controller/app"
)

const publicName = "cotmoc.example.com"

// publicAuthority is a real ACME authority that finds every name on this
// machine and knocks at the port; it gives its directory and its root.
func publicAuthority(t *testing.T, port string) (directory, root string, roots *x509.CertPool) {
	t.Helper()
	lookups, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	names := &dns.Server{Listener: lookups, NotifyStartedFunc: func() { close(started) }, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, asked *dns.Msg) {
		answer := new(dns.Msg).SetReply(asked)
		if q := asked.Question[0]; q.Qtype == dns.TypeA {
			answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = names.ActivateAndServe() }()
	<-started
	t.Cleanup(func() { _ = names.Shutdown() })

	quiet := log.New(t.Output(), "", 0)
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	store := db.NewMemoryStore()
	authority := pebbleca.New(quiet, store, "", "ecdsa", 0, 1, map[string]pebbleca.Profile{"default": {Description: "for a test", ValidityPeriod: 90 * 24 * 3600}})
	face := wfe.New(quiet, store, va.New(quiet, 1, number, false, lookups.Addr().String(), store), authority, nil, false, false, 1, 1)
	server := httptest.NewTLSServer(face.Handler())
	t.Cleanup(server.Close)
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.GetRootCert(0).PEM())
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return server.URL + wfe.DirectoryPath, write(t, filepath.Join(t.TempDir(), "root.pem"), string(own), 0o600), roots
}

// The console gets its certificate for its public name by itself, proves the
// name on its own port, and gives none for any other name.
func TestTheConsoleUnderAPublicAuthority(t *testing.T) {
	t.Setenv("PEBBLE_VA_NOSLEEP", "1") // it would wait some seconds to be like the real one
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	directory, root, roots := publicAuthority(t, port)
	_ = free.Close()
	data := t.TempDir()
	address, _ := secured(t, data, func(c *app.Config) {
		c.Listen, c.TLS, c.PublicURL, c.ACMEDirectory, c.ACMERoot = "127.0.0.1:"+port, "acme", "https://"+publicName, directory, root
	})

	client := browser(address, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
	var resp *http.Response
	for begun := time.Now(); ; {
		// The first one waits for the certificate, and may be cut off meanwhile.
		if resp, err = client.Get("https://" + publicName + "/healthz"); err == nil || time.Since(begun) > time.Minute {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("answered %d, %v", resp.StatusCode, resp.Header)
	}
	if resp, err := client.Get("https://other.example.com/healthz"); err == nil {
		_ = resp.Body.Close()
		t.Error("a certificate was got for a name that somebody else pointed at us")
	}
	kept := 0
	err = filepath.WalkDir(filepath.Join(data, "keys", "acme"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		kept++
		return err
	})
	if err != nil || kept < 3 {
		t.Errorf("%d files are kept for the next start, %v", kept, err)
	}
}
