package sitepage

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"

	"cotmoc/agent/internal/state"
)

// certificate gives the page's own certificate, which stays the same so that a
// phone that has accepted it notices another. It is not the device's: browsers
// do not speak Ed25519, and the device key signs documents.
func certificate(store Store, random io.Reader) (tls.Certificate, string, error) {
	read := func(b []byte) (tls.Certificate, error) { return tls.X509KeyPair(b, b) }
	if b, ok := store.Document(state.SiteCert, func(b []byte) error { _, err := read(b); return err }); ok {
		if c, err := read(b); err == nil {
			return c, fingerprint(c), nil
		}
	}
	b, err := newCertificate(random)
	if err != nil {
		return tls.Certificate{}, "", fmt.Errorf("cannot make a certificate for the page of the site: %w", err)
	}
	c, err := read(b)
	if err != nil {
		return tls.Certificate{}, "", fmt.Errorf("cannot use the certificate of the page of the site: %w", err)
	}
	// On a disk that cannot be written it is another at the next start.
	_ = store.SetDocument(state.SiteCert, b)
	return c, fingerprint(c), nil
}

// newCertificate makes a key and a certificate of it, in PEM. Phones hold no
// date against it that a lost clock could have set.
func newCertificate(random io.Reader) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, err
	}
	serial := make([]byte, 16)
	if _, err := io.ReadFull(random, serial); err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: "cotmoc screen"}, DNSNames: []string{"localhost"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, block := range []*pem.Block{{Type: "CERTIFICATE", Bytes: der}, {Type: "PRIVATE KEY", Bytes: private}} {
		if err := pem.Encode(&b, block); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// fingerprint writes the SHA-256 as browsers do: AB CD …
func fingerprint(c tls.Certificate) string {
	sum := sha256.Sum256(c.Certificate[0])
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(parts, " ")
}
