package ca

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"sync"

	"cotmoc/playlists"
)

// Leaf is a certificate of our own with its key, kept as NAME.crt (with the
// authority's certificate after it) and NAME.key so that another broker can
// use them too. It renews itself when it is asked for. It is safe for
// concurrent use.
type Leaf struct {
	authority *Authority
	name      string
	template  x509.Certificate

	mu   sync.Mutex
	held *tls.Certificate
}

// Server gives the leaf of a listener. hosts are its DNS names and addresses;
// localhost and the loopback addresses are always among them.
func (a *Authority) Server(name string, hosts []string) (*Leaf, error) {
	template := x509.Certificate{
		Subject:     pkix.Name{CommonName: name, OrganizationalUnit: []string{serverUnit}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	template.DNSNames, template.IPAddresses = split(hosts)
	return a.leaf(name, template)
}

// Controller gives the leaf with which the controller's own MQTT client shows
// who it is.
func (a *Authority) Controller() (*Leaf, error) {
	return a.leaf(ControllerName, x509.Certificate{
		Subject:     pkix.Name{CommonName: ControllerName, OrganizationalUnit: []string{controllerUnit}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

// leaf reads the files of a leaf and makes them anew when they are missing or
// no longer fit.
func (a *Authority) leaf(name string, template x509.Certificate) (*Leaf, error) {
	l := &Leaf{authority: a, name: name, template: template}
	held, err := tls.LoadX509KeyPair(filepath.Join(a.dir, name+".crt"), filepath.Join(a.dir, name+".key"))
	if err == nil && l.fits(&held) {
		l.held = &held
		return l, nil
	}
	// Nothing is lost with a leaf: one that is missing, damaged or half
	// written is replaced like an old one.
	if err := l.renew(); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Leaf) fits(c *tls.Certificate) bool {
	return c.Leaf.CheckSignatureFrom(l.authority.cert) == nil && !l.due(c) &&
		slices.Equal(c.Leaf.DNSNames, l.template.DNSNames) &&
		slices.EqualFunc(c.Leaf.IPAddresses, l.template.IPAddresses, net.IP.Equal)
}

func (l *Leaf) due(c *tls.Certificate) bool {
	now := l.authority.now()
	return now.After(c.Leaf.NotAfter.Add(-renewBefore)) || now.Before(c.Leaf.NotBefore)
}

func (l *Leaf) renew() error {
	key, err := newKey()
	if err != nil {
		return err
	}
	template := l.template
	template.NotAfter = l.authority.now().Add(leafValidity)
	der, err := l.authority.issue(&template, key.Public())
	if err != nil {
		return err
	}
	keyText, err := encodeKey(key)
	if err != nil {
		return err
	}
	// A crash between the files leaves a pair that does not match: it is
	// replaced at the next start.
	if err := writeDurably(l.authority.dir, l.name+".key", keyText, 0o600); err != nil {
		return err
	}
	if err := writeDurably(l.authority.dir, l.name+".crt", encodeCertificates(der, l.authority.cert.Raw), 0o644); err != nil {
		return err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("cannot read back the certificate of %s: %w", l.name, err)
	}
	l.held = &tls.Certificate{Certificate: [][]byte{der, l.authority.cert.Raw}, PrivateKey: key, Leaf: parsed}
	return nil
}

// Current gives the certificate, renewed when its end is near. While renewing
// fails the old one is given as long as it is good.
func (l *Leaf) Current() (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.due(l.held) {
		if err := l.renew(); err != nil && l.authority.now().After(l.held.Leaf.NotAfter) {
			return nil, err
		}
	}
	return l.held, nil
}

// InNameOf gives a certificate with which the controller itself speaks to a
// broker that is not ours as one of the screens. Its key lives in memory and
// its term is short.
func (a *Authority) InNameOf(screen playlists.ID) (*tls.Certificate, error) {
	if err := screen.Validate(); err != nil {
		return nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	der, err := a.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: string(screen), OrganizationalUnit: []string{proxyUnit}},
		NotAfter:    a.now().Add(proxyValidity),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, key.Public())
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
