// Package acmecert gets the console's certificate from a public authority, or
// from an institution's own one, by ACME.
package acmecert

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// Options say for what and from whom.
type Options struct {
	Host      string // the one name that certificates are asked for
	Folder    string // keeps certificates and the account's key
	Directory string // of the authority, "" is Let's Encrypt's
	RootFile  string // PEM, whom to trust when asking; "" is the system's
	Email     string // whom the authority warns
}

// TLS gives the configuration of a listener that gets its certificate by
// itself. What proves the name comes in on that listener (tls-alpn-01). For
// another name, whoever points it at us, nothing is asked.
func TLS(o Options) (*tls.Config, error) {
	client := &acme.Client{DirectoryURL: o.Directory, UserAgent: "cotmoc"}
	if o.RootFile != "" {
		text, err := os.ReadFile(o.RootFile)
		if err != nil {
			return nil, fmt.Errorf("cannot read the root of the public authority: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("cannot use %s as the root of the public authority: it holds no certificate in PEM", o.RootFile)
		}
		client.HTTPClient = &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	}
	manager := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(o.Folder), HostPolicy: autocert.HostWhitelist(o.Host),
		Email: o.Email, Client: client,
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: manager.GetCertificate,
		NextProtos: []string{"h2", "http/1.1", acme.ALPNProto},
	}, nil
}
