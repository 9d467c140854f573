// Package ca is the controller's own certificate authority: it gives the
// agents' listener, the broker, the controller's MQTT client and every claimed
// screen their certificates.
//
// Its key is a sealed file apart from the programme key, so that whoever takes
// one cannot do the other's work: the authority says who may connect, never
// what may be shown.
package ca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists"
)

// How long certificates are good. A leaf of our own listeners is renewed by
// itself; a screen asks for its next one when a third of the time is left, or
// later, when it was off until then.
const (
	authorityYears = 20
	screenValidity = 90 * 24 * time.Hour
	leafValidity   = 365 * 24 * time.Hour
	proxyValidity  = time.Hour
	renewBefore    = 60 * 24 * time.Hour
	// backdate lets a screen whose clock runs a little behind accept us.
	backdate = 24 * time.Hour
)

// ControllerName is the common name of the controller's own MQTT client. No
// screen can have it: it is no id.
const ControllerName = "controller"

// The organisational units tell what a certificate is for.
const (
	screenUnit     = "screen"
	controllerUnit = "controller"
	serverUnit     = "server"
	proxyUnit      = "in the name of a screen" // no screen to our own listeners
)

// Authority signs certificates. It is safe for concurrent use.
type Authority struct {
	dir   string
	hosts []string // that it may vouch for, nil for all
	now   func() time.Time
	key   crypto.Signer
	cert  *x509.Certificate
}

// Open reads the authority from ca.key, which the passphrase seals, and ca.crt
// in dir, or makes it when neither is there. A crash between the two files is
// mended at the next start. A key that is not sealed yet is sealed now.
func Open(dir string, passphrase []byte, now func() time.Time) (*Authority, error) {
	return open(dir, nil, passphrase, now)
}

// OpenFor is Open for an authority that can vouch for some names and addresses
// and nothing else, whoever holds its key: those who trust it risk no other
// site.
func OpenFor(dir string, hosts []string, passphrase []byte, now func() time.Time) (*Authority, error) {
	a, err := open(dir, hosts, passphrase, now)
	if err != nil {
		return nil, err
	}
	if !a.covers(hosts) {
		return nil, fmt.Errorf("cannot use %s: its ca.crt vouches for other names than %s; move that folder away, start again, and have browsers trust the new ca.crt", dir, strings.Join(hosts, ", "))
	}
	return a, nil
}

func open(dir string, hosts []string, passphrase []byte, now func() time.Time) (*Authority, error) {
	a := &Authority{dir: dir, now: now, hosts: hosts}
	key, _, err := keyfile.ReadSealing(filepath.Join(dir, "ca.key"), passphrase)
	certMissing := false
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, "ca.crt")); err == nil {
			return nil, fmt.Errorf("cannot use %s: ca.crt is there but ca.key is not; restore ca.key from the backup, or move ca.crt away and pair every screen again", dir)
		}
		if key, err = newAuthorityKey(dir, passphrase); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	a.key = key
	a.cert, err = readCertificate(filepath.Join(dir, "ca.crt"))
	if errors.Is(err, fs.ErrNotExist) {
		certMissing, err = true, nil
	}
	if err != nil {
		return nil, err
	}
	if certMissing {
		if err := a.selfSign(); err != nil {
			return nil, err
		}
	}
	if pub, ok := a.cert.PublicKey.(*ecdsa.PublicKey); !ok || !pub.Equal(a.key.Public()) {
		return nil, fmt.Errorf("cannot use %s: ca.crt was not made for ca.key; restore both from one backup", dir)
	}
	return a, nil
}

func (a *Authority) selfSign() error {
	serial, err := newSerial()
	if err != nil {
		return err
	}
	now := a.now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: a.title(), SerialNumber: serial.Text(16)[:8]},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.AddDate(authorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	a.constrain(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("cannot sign the authority's certificate: %w", err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return fmt.Errorf("cannot read back the authority's certificate: %w", err)
	}
	return writeDurably(a.dir, "ca.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// Certificate gives the authority's certificate in DER. The caller must not
// change it.
func (a *Authority) Certificate() []byte { return a.cert.Raw }

// SHA256 is the fingerprint that pairing codes bind a device to.
func (a *Authority) SHA256() [32]byte { return sha256.Sum256(a.cert.Raw) }

// Pool gives a pool that trusts this authority alone.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// IssueScreen gives a screen the certificate of its device key, an Ed25519
// public key of 32 bytes.
func (a *Authority) IssueScreen(screen playlists.ID, deviceKey []byte) (der []byte, err error) {
	if err := screen.Validate(); err != nil {
		return nil, err
	}
	key, err := DeviceKey(deviceKey)
	if err != nil {
		return nil, err
	}
	return a.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: string(screen), OrganizationalUnit: []string{screenUnit}},
		NotAfter:    a.now().Add(screenValidity),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, key)
}

// Young tells whether a certificate has most of its life before it: then a
// screen that asks for the next one has only missed the last answer.
func (a *Authority) Young(certificate []byte) bool {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return false
	}
	return a.now().Before(cert.NotAfter.Add(-screenValidity/2)) && cert.NotAfter.Before(a.now().Add(2*screenValidity))
}

// issue signs a leaf. The template names subject, end and use.
func (a *Authority) issue(template *x509.Certificate, key crypto.PublicKey) ([]byte, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = a.now().Add(-backdate)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.BasicConstraintsValid = true
	if template.NotAfter.After(a.cert.NotAfter) {
		template.NotAfter = a.cert.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("cannot sign the certificate of %s: %w", template.Subject.CommonName, err)
	}
	return der, nil
}

// newSerial gives 127 random bits: serials that nobody can guess or repeat.
func newSerial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("cannot make a serial number: %w", err)
	}
	return n.SetBit(n, 126, 1), nil // of one length, so that it is never short or zero
}

func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("cannot make a key: %w", err)
	}
	return key, nil
}
