// Package webauthntest is an authenticator in software, for tests: it signs as
// a browser and a passkey do, and as neither would.
package webauthntest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"cotmoc/playlists/webauthn"
)

// Authenticator holds one credential.
type Authenticator struct {
	Key    webauthn.Key
	Flags  byte // of the authenticator data
	signer crypto.Signer
}

// UserVerified are the flags of somebody who was there and was recognised.
const UserVerified = 1 | 4

// New makes a credential.
func New(t testing.TB, algorithm webauthn.Algorithm) *Authenticator {
	t.Helper()
	var signer crypto.Signer
	var err error
	switch algorithm {
	case webauthn.ES256:
		signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case webauthn.EdDSA:
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	case webauthn.RS256:
		signer, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Of(t, algorithm, signer)
}

// Of makes a credential of a key.
func Of(t testing.TB, algorithm webauthn.Algorithm, signer crypto.Signer) *Authenticator {
	t.Helper()
	pkix, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Key: webauthn.Key{Algorithm: algorithm, PKIX: pkix}, Flags: UserVerified, signer: signer}
}

// Assert signs a challenge as a browser has it signed.
func (a *Authenticator) Assert(t testing.TB, rpID, origin string, challenge [sha256.Size]byte) webauthn.Assertion {
	t.Helper()
	client, err := json.Marshal(map[string]any{
		"type": "webauthn.get", "challenge": base64.RawURLEncoding.EncodeToString(challenge[:]), "origin": origin, "crossOrigin": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.Sign(t, a.Data(rpID), client)
}

// Data gives authenticator data.
func (a *Authenticator) Data(rpID string) []byte {
	hash := sha256.Sum256([]byte(rpID))
	return binary.BigEndian.AppendUint32(append(hash[:], a.Flags), 7)
}

// Sign signs any authenticator data and client data.
func (a *Authenticator) Sign(t testing.TB, authenticatorData, clientData []byte) webauthn.Assertion {
	t.Helper()
	client := sha256.Sum256(clientData)
	signed := append(append([]byte{}, authenticatorData...), client[:]...)
	hash := crypto.SHA256
	if a.Key.Algorithm == webauthn.EdDSA {
		hash = 0
	} else {
		digest := sha256.Sum256(signed)
		signed = digest[:]
	}
	sig, err := a.signer.Sign(rand.Reader, signed, hash)
	if err != nil {
		t.Fatal(err)
	}
	return webauthn.Assertion{AuthenticatorData: authenticatorData, ClientData: clientData, Signature: sig}
}
