package controllertest

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// verifyAgent takes certificates of our CA, ended ones too.
func (c *Controller) verifyAgent(s tls.ConnectionState) error {
	if len(s.PeerCertificates) == 0 {
		return nil
	}
	cert, at := s.PeerCertificates[0], time.Now()
	if at.After(cert.NotAfter) {
		at = cert.NotAfter
	}
	pool := x509.NewCertPool()
	pool.AddCert(c.ca)
	_, err := cert.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err
}

// Issue gives a screen a certificate with dates of one's own.
func (c *Controller) Issue(screen playlists.ID, device ed25519.PublicKey, from, until time.Time) []byte {
	return c.issueFor(pkix.Name{CommonName: string(screen), OrganizationalUnit: []string{"screen"}}, device, x509.ExtKeyUsageClientAuth, from, until)
}

// renew gives the next certificate for the key of the connection.
func (c *Controller) renew(w http.ResponseWriter, r *http.Request) {
	if len(r.TLS.PeerCertificates) == 0 {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	cert := r.TLS.PeerCertificates[0]
	c.mu.Lock()
	c.renewals++
	forge := c.forge
	c.mu.Unlock()
	var der []byte
	if forge != nil {
		der = forge(cert)
	} else {
		now := time.Now()
		der = c.issueFor(cert.Subject, cert.PublicKey, x509.ExtKeyUsageClientAuth, now.Add(-time.Hour), now.Add(90*24*time.Hour))
	}
	answer(w, http.StatusOK, wire.Renewal{Certificate: der})
}

// Renewals counts the certificates asked for.
func (c *Controller) Renewals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.renewals
}

// ForgeRenewals has forge answer in the controller's place.
func (c *Controller) ForgeRenewals(forge func(present *x509.Certificate) []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forge = forge
}
