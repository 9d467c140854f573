package app

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"cotmoc/controller/internal/acmecert"
	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
)

// How the console gets its certificate, by --tls.
const (
	tlsACME = "acme" // from a public authority; the name must be public
	tlsOwn  = "own"  // from an authority of our own, which people's browsers are taught
)

// authorityPath is where a browser gets the certificate of our own authority.
const authorityPath = "/ca.crt"

// checkTLS refuses settings of --tls that could not serve.
func (c *Config) checkTLS() error {
	switch c.TLS {
	case "":
		return nil
	case tlsACME, tlsOwn:
	default:
		return playlists.Errorf(playlists.Invalid, "tls_unknown", playlists.Params{"value": c.TLS}, "cannot serve --tls %q: choose acme or own, or give --tls-cert and --tls-key", c.TLS)
	}
	if c.TLSCert != "" {
		return playlists.Errorf(playlists.Invalid, "tls_twice", nil, "cannot serve --tls %s and --tls-cert at once: choose one", c.TLS)
	}
	host := c.publicHost()
	// Passkeys are bound to a name of at least two parts, whoever vouches for it.
	if net.ParseIP(host) != nil || !strings.Contains(host, ".") {
		return playlists.Errorf(playlists.Invalid, "public_url_unfit", playlists.Params{"value": c.PublicURL}, "cannot get a certificate for --public-url %q: give https:// and the name that people type, such as https://cotmoc.noibo; for acme it is a public one", c.PublicURL)
	}
	return nil
}

// publicHost is the name in the public address, "" when that is none of https.
func (c *Config) publicHost() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return ""
	}
	return u.Hostname()
}

// consoleTLS gives the configuration of the console's listener, nil for plain
// HTTP, and a handler that stands before the console's own.
func (a *App) consoleTLS(h http.Handler) (*tls.Config, http.Handler, error) {
	base := tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	switch {
	case a.cfg.TLS == tlsACME:
		config, err := acmecert.TLS(acmecert.Options{
			Host: a.cfg.publicHost(), Folder: a.cfg.path("keys", "acme"), Directory: a.cfg.ACMEDirectory, RootFile: a.cfg.ACMERoot, Email: a.cfg.ACMEEmail,
		})
		return config, h, err
	case a.cfg.TLS == tlsOwn:
		return a.ownTLS(&base, h)
	case a.cfg.TLSCert != "":
		pair, err := tls.LoadX509KeyPair(a.cfg.TLSCert, a.cfg.TLSKey)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot read the certificate of the console: %w", err)
		}
		base.Certificates = []tls.Certificate{pair}
		return &base, h, nil
	}
	return nil, h, nil
}

// ownTLS has an authority that can vouch for this console and nothing else:
// the browsers that are taught to trust it must have nothing to fear from it.
func (a *App) ownTLS(base *tls.Config, h http.Handler) (*tls.Config, http.Handler, error) {
	hosts := slices.Concat([]string{a.cfg.publicHost()}, a.cfg.PublicHosts)
	authority, err := ca.OpenFor(a.cfg.path("keys", "console"), hosts, a.passphrase, a.now)
	if err != nil {
		return nil, nil, keyTrouble(a.cfg.path("keys", "console", "ca.key"), err)
	}
	leaf, err := authority.Server("console", hosts)
	if err != nil {
		return nil, nil, err
	}
	base.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return leaf.Current() }
	a.log.Info("console authority", "sha256", fmt.Sprintf("%X", authority.SHA256()), "at", a.cfg.PublicURL+authorityPath)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Certificate()})
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+authorityPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-x509-ca-cert")
		w.Header().Set("Content-Disposition", `attachment; filename="cotmoc-ca.crt"`)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(certificate) // the reader may be gone
	})
	mux.Handle("/", h)
	return base, mux, nil
}

// serveConsole opens the console's listener.
func (a *App) serveConsole(_ context.Context, h http.Handler) error {
	config, h, err := a.consoleTLS(h)
	if err != nil {
		return err
	}
	return a.serve("console", a.cfg.Listen, config, h)
}
