// Package webauthn verifies WebAuthn assertions offline, with the standard
// library alone: W3C Web Authentication Level 3, §7.2, for a party that knows
// the credential's public key beforehand and keeps no sign counter.
package webauthn

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// Algorithm is how a credential signs, by its name in the COSE registry.
type Algorithm string

// The algorithms.
const (
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
	EdDSA Algorithm = "EdDSA" // Ed25519
	RS256 Algorithm = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
)

// Bounds of what is read from outside.
const (
	maxClientData = 4 << 10 // bytes
	maxSignature  = 1 << 10 // bytes: RSA with 8192 bits
	minRSABits    = 2048
	maxRSABits    = 8192
)

// Key is a credential's public key.
type Key struct {
	Algorithm Algorithm
	PKIX      []byte // SubjectPublicKeyInfo, DER
}

// RelyingParty is whom an assertion must have been made for.
type RelyingParty struct {
	ID      string   // a host name, as the browser was asked for
	Origins []string // scheme, host and port, as the browser writes them
}

// Assertion is what a browser gives for a signature.
type Assertion struct {
	AuthenticatorData []byte
	ClientData        []byte // clientDataJSON
	Signature         []byte
}

// Validate refuses a key that its algorithm cannot use.
func (k Key) Validate() error {
	_, err := k.public()
	return err
}

func (k Key) public() (crypto.PublicKey, error) {
	parsed, err := x509.ParsePKIXPublicKey(k.PKIX)
	if err != nil {
		return nil, fmt.Errorf("cannot read the public key: %w", err)
	}
	// One key has one form, or it could be given to two people.
	if again, _ := x509.MarshalPKIXPublicKey(parsed); !bytes.Equal(again, k.PKIX) {
		return nil, fmt.Errorf("cannot use a %T that is not in its one form", parsed)
	}
	switch key := parsed.(type) {
	case *ecdsa.PublicKey:
		if k.Algorithm == ES256 && key.Curve == elliptic.P256() {
			return key, nil
		}
	case ed25519.PublicKey:
		if k.Algorithm == EdDSA {
			return key, nil
		}
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); k.Algorithm == RS256 && bits >= minRSABits && bits <= maxRSABits {
			return key, nil
		}
	}
	return nil, fmt.Errorf("cannot use a %T for %.20q: choose ES256 on P-256, EdDSA or RS256 with %d to %d bits", parsed, string(k.Algorithm), minRSABits, maxRSABits)
}

// The flags of authenticator data, §6.1.
const (
	flagUserPresent    = 1 << 0
	flagUserVerified   = 1 << 2
	flagBackupEligible = 1 << 3
	flagBackedUp       = 1 << 4
	flagAttested       = 1 << 6
	flagExtensions     = 1 << 7

	authenticatorDataSize = 37 // hash of the RP id, flags, counter
)

// Verify tells whether the credential's owner, verified by the authenticator,
// has signed the challenge for the relying party. Every other answer is an
// error that says what is wrong.
func Verify(rp RelyingParty, key Key, challenge [sha256.Size]byte, a Assertion) error {
	if len(a.ClientData) > maxClientData || len(a.Signature) > maxSignature {
		return errors.New("cannot read the assertion: a part of it is too long")
	}
	if err := checkClientData(a.ClientData, rp.Origins, challenge); err != nil {
		return err
	}
	if err := checkAuthenticatorData(a.AuthenticatorData, rp.ID); err != nil {
		return err
	}
	public, err := key.public()
	if err != nil {
		return err
	}
	client := sha256.Sum256(a.ClientData)
	signed := append(slices.Clip(a.AuthenticatorData), client[:]...)
	if !verifies(public, signed, a.Signature) {
		return errors.New("cannot trust the assertion: its signature is not by this credential")
	}
	return nil
}

func verifies(public crypto.PublicKey, signed, signature []byte) bool {
	digest := sha256.Sum256(signed)
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest[:], signature)
	case ed25519.PublicKey:
		return ed25519.Verify(key, signed, signature)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}

func checkAuthenticatorData(data []byte, rpID string) error {
	if len(data) < authenticatorDataSize {
		return fmt.Errorf("cannot read authenticator data of %d bytes: it has %d", len(data), authenticatorDataSize)
	}
	if want := sha256.Sum256([]byte(rpID)); rpID == "" || !slices.Equal(data[:sha256.Size], want[:]) {
		return fmt.Errorf("cannot trust the assertion: it was made for another party than %q", rpID)
	}
	flags := data[sha256.Size]
	switch {
	case flags&flagUserPresent == 0:
		return errors.New("cannot trust the assertion: nobody was present")
	case flags&flagUserVerified == 0:
		return errors.New("cannot trust the assertion: the authenticator did not verify its user")
	case flags&flagBackedUp != 0 && flags&flagBackupEligible == 0:
		return errors.New("cannot read authenticator data: backed up, yet not eligible for it")
	case flags&(flagAttested|flagExtensions) != 0 || len(data) != authenticatorDataSize:
		return errors.New("cannot read authenticator data: it carries a new credential or extensions, for which nobody asked")
	}
	return nil
}

// VerifyBytes tells whether the key has signed bytes without any ceremony.
func (k Key) VerifyBytes(signed, signature []byte) error {
	public, err := k.public()
	if err != nil {
		return err
	}
	if !verifies(public, signed, signature) {
		return errors.New("cannot trust the signature: it is not by this key")
	}
	return nil
}
