package trust

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"cotmoc/playlists/wire"
)

// Pinned gives the TLS configuration of an enrolled screen: its certificate,
// and the one CA it was enrolled under in place of all others. Dates are held
// against the clock as far as it can be trusted: NotBefore counts only while
// it is trusted, NotAfter always, at the floor when it is lost.
func Pinned(id *wire.Identity, key ed25519.PrivateKey, now func() (time.Time, wire.ClockState)) (*tls.Config, error) {
	ca, err := x509.ParseCertificate(id.CA)
	if err != nil {
		return nil, fmt.Errorf("cannot read the pinned CA: %w", err)
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{id.Certificate}, PrivateKey: key}},
		// The chain is verified below, against the pinned CA and our clock.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			at, state := now()
			return VerifyServer(s, ca, at, state)
		},
	}, nil
}

// VerifyServer checks a server's chain against one CA.
func VerifyServer(s tls.ConnectionState, ca *x509.Certificate, at time.Time, state wire.ClockState) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("cannot trust the server: it showed no certificate")
	}
	leaf := s.PeerCertificates[0]
	if state != wire.ClockTrusted {
		for _, c := range []*x509.Certificate{leaf, ca} {
			if at.Before(c.NotBefore) {
				at = c.NotBefore
			}
		}
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(ca)
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		DNSName: s.ServerName, Roots: roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err != nil {
		return fmt.Errorf("cannot trust the server %s: %w", s.ServerName, err)
	}
	return nil
}
