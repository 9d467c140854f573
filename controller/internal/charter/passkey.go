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
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	own "cotmoc/playlists/webauthn"
)

const ceremonyTime = 5 * time.Minute

// ceremonies remembers what authenticators were asked, one question a person.
// A restart forgets them: people begin anew.
type ceremonies[T any] struct {
	mu  sync.Mutex
	all map[playlists.ID]ceremony[T]
}

type ceremony[T any] struct {
	data T
	ends time.Time
}

func newCeremonies[T any]() *ceremonies[T] {
	return &ceremonies[T]{all: map[playlists.ID]ceremony[T]{}}
}

func (c *ceremonies[T]) open(person playlists.ID, data T, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[person] = ceremony[T]{data, now.Add(ceremonyTime)}
}

func (c *ceremonies[T]) close(person playlists.ID, now time.Time) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, ok := c.all[person]
	delete(c.all, person)
	return one.data, ok && now.Before(one.ends)
}

// newAuthority makes what checks new passkeys.
func newAuthority(party programme.RelyingParty) (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: party.ID, RPDisplayName: "cotmoc", RPOrigins: party.Origins, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot take passkeys at %q: %w", party.ID, err)
	}
	return w, nil
}

// holder is a person as authenticators know them. The handle is another than
// that of passkeys that open the console, which would be overwritten.
type holder struct {
	actor playlists.Actor
	taken []webauthn.Credential
}

// Implements webauthn.User.
func (h *holder) WebAuthnID() []byte                         { return []byte("sign:" + string(h.actor.ID)) }
func (h *holder) WebAuthnName() string                       { return h.actor.Login }
func (h *holder) WebAuthnDisplayName() string                { return h.actor.Name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.taken }

func (s *Service) holder(ctx context.Context, a playlists.Actor) (*holder, error) {
	all, err := s.cfg.Store.Credentials(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	h := &holder{actor: a}
	for _, c := range all {
		if c.CredentialID != nil {
			h.taken = append(h.taken, webauthn.Credential{ID: c.CredentialID})
		}
	}
	return h, nil
}

// BeginPasskey gives the options with which a browser makes a passkey that
// signs. One that was begun before is over.
func (s *Service) BeginPasskey(ctx context.Context, a playlists.Actor) (options any, err error) {
	if s.passkeys == nil {
		return nil, playlists.Errorf(playlists.Unavailable, "passkeys_unavailable", nil, "cannot use passkeys at this address: open the console by its name over https, or ask an administrator to set its public address")
	}
	h, err := s.holder(ctx, a)
	if err != nil {
		return nil, err
	}
	var algorithms []protocol.CredentialParameter
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		algorithms = append(algorithms, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	made, data, err := s.passkeys.BeginRegistration(h, webauthn.WithCredentialParameters(algorithms),
		webauthn.WithExclusions(webauthn.Credentials(h.taken).CredentialDescriptors()), webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementDiscouraged))
	if err != nil {
		return nil, fmt.Errorf("cannot begin to make a passkey: %w", err)
	}
	s.ceremonies.open(a.ID, *data, s.cfg.Now())
	return made.Response, nil
}

// FinishPasskey offers the passkey that an authenticator made.
func (s *Service) FinishPasskey(ctx context.Context, a playlists.Actor, label string, response []byte) (Credential, error) {
	data, ok := s.ceremonies.close(a.ID, s.cfg.Now())
	if !ok {
		return Credential{}, playlists.Errorf(playlists.Conflict, "ceremony_over", nil, "cannot go on with this passkey: it took too long, or was begun elsewhere; try again")
	}
	h, err := s.holder(ctx, a)
	if err != nil {
		return Credential{}, err
	}
	refused := func(err error) error {
		e := playlists.Errorf(playlists.Invalid, "passkey_refused", nil, "cannot keep this passkey: the authenticator's answer does not fit; try again, with one that checks who you are")
		e.Err = err
		return e
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Credential{}, refused(err)
	}
	// "none" is what was asked for, and all that is taken: what vendors attest
	// means nothing to a charter.
	if parsed.Response.AttestationObject.Format != string(protocol.AttestationFormatNone) {
		return Credential{}, refused(errors.New("it attests something"))
	}
	made, err := s.passkeys.CreateCredential(h, data, parsed)
	if err != nil {
		return Credential{}, refused(err)
	}
	key, err := keyOf(made.PublicKey)
	if err != nil {
		return Credential{}, refused(err)
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
