package controllertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
)

func (c *Controller) makeCA() {
	var err error
	if c.caKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		c.t.Fatal(err)
	}
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cotmoc test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.Add(-10 * 365 * 24 * time.Hour), NotAfter: now.Add(10 * 365 * 24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: "cotmoc test CA"}}, c.caKey.Public(), c.caKey)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.ca, err = x509.ParseCertificate(der); err != nil {
		c.t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.t.Fatal(err)
	}
	leaf := c.issue(pkix.Name{CommonName: "controller"}, key.Public(), x509.ExtKeyUsageServerAuth)
	c.server = tls.Certificate{Certificate: [][]byte{leaf, c.ca.Raw}, PrivateKey: key}
}

func (c *Controller) issue(name pkix.Name, public any, usage x509.ExtKeyUsage) []byte {
	now := time.Now()
	return c.issueFor(name, public, usage, now.Add(-time.Hour), now.Add(365*24*time.Hour))
}

func (c *Controller) issueFor(name pkix.Name, public any, usage x509.ExtKeyUsage, from, until time.Time) []byte {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		c.t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, Subject: name, NotBefore: from, NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, c.ca, public, c.caKey)
	if err != nil {
		c.t.Fatal(err)
	}
	return der
}

func (c *Controller) tls(auth tls.ClientAuthType) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(c.ca)
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c.server}, ClientAuth: auth, ClientCAs: pool}
}
