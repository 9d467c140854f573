package charter

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	own "cotmoc/playlists/webauthn"
)

// holder is the actor as authenticators know them. The handle is another than
// that of passkeys that open the console, which would be overwritten.
func (s *Service) holder(ctx context.Context, a playlists.Actor) (*ceremony.Holder, error) {
	all, err := s.cfg.Store.Credentials(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	h := &ceremony.Holder{Handle: "sign:" + string(a.ID), Login: a.Login, Name: a.Name}
	for _, c := range all {
		if c.CredentialID != nil {
			h.Has = append(h.Has, webauthn.Credential{ID: c.CredentialID})
		}
	}
	return h, nil
}

// BeginPasskey gives the options with which a browser makes a passkey that
// signs. One that was begun before is over.
func (s *Service) BeginPasskey(ctx context.Context, a playlists.Actor) (options any, err error) {
	h, err := s.holder(ctx, a)
	if err != nil {
		return nil, err
	}
	options, asked, err := ceremony.Ask(s.passkeys, h, false)
	if err != nil {
		return nil, err
	}
	s.asked.Open(string(a.ID), asked, s.cfg.Now())
	return options, nil
}

// FinishPasskey offers the passkey that an authenticator made.
func (s *Service) FinishPasskey(ctx context.Context, a playlists.Actor, label string, response []byte) (Credential, error) {
	asked, ok := s.asked.Close(string(a.ID), s.cfg.Now())
	if !ok {
		return Credential{}, ceremony.Over()
	}
	h, err := s.holder(ctx, a)
	if err != nil {
		return Credential{}, err
	}
	made, err := ceremony.Made(s.passkeys, h, asked, response)
	if err != nil {
		return Credential{}, err
	}
	// "none" is what was asked for, and all that is taken: what vendors attest
	// means nothing to a charter.
	if made.AttestationFormat != string(protocol.AttestationFormatNone) {
		return Credential{}, ceremony.Refused(errors.New("it attests something"))
	}
	key, err := keyOf(made.PublicKey)
	if err != nil {
		return Credential{}, ceremony.Refused(err)
	}
	return s.offer(ctx, a, Credential{
		Credential:   programme.Credential{ID: programme.CredentialID(key.PKIX), Kind: programme.Passkey, Algorithm: key.Algorithm, Key: key.PKIX, RPID: s.cfg.Party.ID},
		CredentialID: made.ID, Label: label,
	})
}

// keyOf turns a COSE key into the form that charters have.
func keyOf(cose []byte) (own.Key, error) {
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return own.Key{}, fmt.Errorf("cannot read the passkey: %w", err)
	}
	var public any
	var algorithm own.Algorithm
	switch k := parsed.(type) {
	case webauthncose.EC2PublicKeyData:
		if k.Algorithm != int64(webauthncose.AlgES256) || k.Curve != int64(webauthncose.P256) {
			return own.Key{}, errors.New("cannot use the passkey: its curve is not P-256")
		}
		point := append(append([]byte{4}, k.XCoord...), k.YCoord...) // SEC 1, uncompressed
		if public, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point); err != nil {
			return own.Key{}, fmt.Errorf("cannot use the passkey: %w", err)
		}
		algorithm = own.ES256
	case webauthncose.OKPPublicKeyData:
		public, algorithm = ed25519.PublicKey(k.XCoord), own.EdDSA
		if len(k.XCoord) != ed25519.PublicKeySize {
			return own.Key{}, errors.New("cannot use the passkey: it is no Ed25519 key")
		}
	case webauthncose.RSAPublicKeyData:
		public, algorithm = &rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: int(new(big.Int).SetBytes(k.Exponent).Int64())}, own.RS256
	default:
		return own.Key{}, fmt.Errorf("cannot use the passkey: its key is a %T", parsed)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return own.Key{}, fmt.Errorf("cannot use the passkey: %w", err)
	}
	key := own.Key{Algorithm: algorithm, PKIX: der}
	return key, key.Validate()
}
