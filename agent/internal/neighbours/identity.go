package neighbours

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// identity is a certificate that says nothing but the device key. Neighbours
// look at the key alone, so that no clock and no authority can come between
// them.
type identity struct{ certificate tls.Certificate }

func newIdentity(key ed25519.PrivateKey) (identity, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cotmoc neighbour"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return identity{}, fmt.Errorf("cannot make a certificate for the neighbours: %w", err)
	}
	return identity{tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, nil
}

// config demands a key that right accepts.
func (i identity) config(right func(ed25519.PublicKey) error) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{i.certificate}, NextProtos: []string{"http/1.1"},
		InsecureSkipVerify: true, ClientAuth: tls.RequireAnyClientCert, SessionTicketsDisabled: true, // the key is checked below
		VerifyConnection: func(s tls.ConnectionState) error {
			key, ok := keyOf(&s)
			if !ok {
				return errNoKey
			}
			return right(key)
		},
	}
}

func keyOf(s *tls.ConnectionState) (ed25519.PublicKey, bool) {
	if s == nil || len(s.PeerCertificates) == 0 {
		return nil, false
	}
	key, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	return key, ok
}

var (
	errNoKey    = errors.New("cannot talk to this neighbour: it shows no device key")
	errOtherKey = errors.New("cannot talk to this neighbour: a key answers that is none of the site's")
	errMoved    = errors.New("cannot talk to this neighbour: another screen of the site is at its address")
	errNowhere  = errors.New("cannot talk to this neighbour: nobody has told an address of it")
)

const (
	// hostSuffix makes a host of a screen's id, for the client's bookkeeping:
	// names are never looked up.
	hostSuffix  = ".neighbour"
	tryWithin   = 1500 * time.Millisecond // one address
	shakeWithin = 2 * time.Second
)

// dial connects to the neighbour that host names, at the first of its addresses
// where its key answers.
func (x *Exchange) dial(ctx context.Context, _, host string) (net.Conn, error) {
	id, _, _ := strings.Cut(host, ".")
	n, good, ok := x.known(playlists.ID(id))
	if !ok {
		return nil, unknown(playlists.ID(id))
	}
	err := errNowhere
	for _, address := range x.addresses(n.Addresses, good) {
		conn, tried := x.dialAt(ctx, n, address)
		if tried == nil {
			x.mu.Lock()
			if p := x.peers[n.Screen]; p != nil {
				p.good = address
			}
			x.mu.Unlock()
			return conn, nil
		}
		// That a stranger answers says more than that nobody does.
		if !errors.Is(err, errOtherKey) {
			err = tried
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (x *Exchange) known(screen playlists.ID) (programme.Neighbour, string, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if p := x.peers[screen]; p != nil {
		return p.neighbour, p.good, true
	}
	return programme.Neighbour{}, "", false
}

// addresses lists where to look, the one that was good last first.
func (x *Exchange) addresses(all []string, good string) []string {
	var out []string
	for _, s := range all {
		at, err := programme.PrivateAddress(s)
		if err != nil || at.Addr().IsLoopback() != x.o.Loopback {
			continue
		}
		if s == good {
			out = append([]string{s}, out...)
		} else {
			out = append(out, s)
		}
	}
	return out
}

func (x *Exchange) dialAt(ctx context.Context, n programme.Neighbour, address string) (net.Conn, error) {
	if _, err := netip.ParseAddrPort(address); err != nil {
		return nil, err // a name would be looked up
	}
	dialer := &net.Dialer{Timeout: tryWithin}
	raw, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	config := x.identity.config(func(key ed25519.PublicKey) error {
		switch {
		case key.Equal(ed25519.PublicKey(n.Key)):
			return nil
		case x.who(key) != nil, key.Equal(x.o.Key.Public()):
			return errMoved
		}
		return errOtherKey
	})
	conn := tls.Client(raw, config)
	shake, cancel := context.WithTimeout(ctx, shakeWithin)
	defer cancel()
	if err := conn.HandshakeContext(shake); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return conn, nil
}

// who gives the neighbour with a key, nil for none.
func (x *Exchange) who(key ed25519.PublicKey) *programme.Neighbour {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.roster == nil {
		return nil
	}
	return x.roster.Neighbour(key)
}
