package ca

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// crlValidity is how long a list is good. A broker that holds an older one
// refuses every client, so it is long: what counts is that the list is written
// at each revocation.
const crlValidity = 10 * 365 * 24 * time.Hour

// Revoked is a certificate that is good no longer.
type Revoked struct {
	Certificate []byte // DER
	At          time.Time
}

// WriteRevocationList writes ca.crl for brokers that are not our own. The
// embedded broker and the agents' listener ask the fleet instead.
func (a *Authority) WriteRevocationList(revoked []Revoked) error {
	now := a.now()
	list := &x509.RevocationList{
		Number:     big.NewInt(now.UnixNano()),
		ThisUpdate: now.Add(-backdate),
		NextUpdate: now.Add(crlValidity),
	}
	for _, r := range revoked {
		cert, err := x509.ParseCertificate(r.Certificate)
		if err != nil {
			return fmt.Errorf("cannot list a revoked certificate: %w", err)
		}
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: r.At})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.cert, a.key)
	if err != nil {
		return fmt.Errorf("cannot sign the revocation list: %w", err)
	}
	return writeDurably(a.dir, "ca.crl", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), 0o644)
}
