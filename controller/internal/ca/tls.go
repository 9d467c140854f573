package ca

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"slices"

	"cotmoc/playlists"
)

// DeviceKey checks the length of a screen PC's raw public key.
func DeviceKey(raw []byte) (ed25519.PublicKey, error) {
	if len(raw) != ed25519.PublicKeySize {
		return nil, playlists.Errorf(playlists.Invalid, "device_key_malformed", playlists.Params{"bytes": len(raw)}, "cannot use a device key of %d bytes: send the 32 bytes of an Ed25519 public key", len(raw))
	}
	return ed25519.PublicKey(slices.Clone(raw)), nil
}

// ScreenOf gives the screen that a certificate of this authority names. The
// chain must have been verified already.
func ScreenOf(cert *x509.Certificate) (playlists.ID, bool) {
	id := playlists.ID(cert.Subject.CommonName)
	return id, id.Validate() == nil && slices.Equal(cert.Subject.OrganizationalUnit, []string{screenUnit})
}

// IsController tells whether a verified certificate is the controller's own.
func IsController(cert *x509.Certificate) bool {
	return cert.Subject.CommonName == ControllerName && slices.Equal(cert.Subject.OrganizationalUnit, []string{controllerUnit})
}

// ListenerTLS is the configuration of a listener that shows the leaf and
// knows clients by this authority's certificates; auth says whether they must
// have one. admit judges every client certificate anew, also of resumed
// sessions.
func (a *Authority) ListenerTLS(leaf *Leaf, auth tls.ClientAuthType, admit func(*x509.Certificate) error) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		ClientAuth:     auth,
		ClientCAs:      a.Pool(),
		Time:           a.now,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return leaf.Current() },
		VerifyConnection: func(cs tls.ConnectionState) error {
			if len(cs.PeerCertificates) == 0 {
				return nil
			}
			return admit(cs.PeerCertificates[0])
		},
	}
}

// AgentsTLS is the configuration of the agents' HTTPS listener. Clients need no
// certificate, for pairing; one that they show must be of this authority, but
// may have ended: whoever answers asks Ended, and gives such a client nothing
// but its next certificate.
func (a *Authority) AgentsTLS(leaf *Leaf, admit func(*x509.Certificate) error) *tls.Config {
	return a.ListenerTLS(leaf, tls.RequestClientCert, func(c *x509.Certificate) error {
		at := a.now()
		if at.After(c.NotAfter) {
			at = c.NotAfter
		}
		_, err := c.Verify(x509.VerifyOptions{Roots: a.Pool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		if err != nil {
			return err
		}
		return admit(c)
	})
}

// Ended tells whether a certificate is past its end.
func (a *Authority) Ended(c *x509.Certificate) bool { return a.now().After(c.NotAfter) }

// ClientTLSInNameOf is ClientTLS for a connection in a screen's name.
func (a *Authority) ClientTLSInNameOf(screen playlists.ID) (*tls.Config, error) {
	certificate, err := a.InNameOf(screen)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: a.Pool(), Time: a.now, Certificates: []tls.Certificate{*certificate}}, nil
}

// ClientTLS is the configuration of the controller's own MQTT client.
func (a *Authority) ClientTLS(leaf *Leaf) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS12,
		RootCAs:              a.Pool(),
		Time:                 a.now,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return leaf.Current() },
	}
}
