package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/playlists"
)

// Purpose is what a passkey is for. One that opens the console signs nothing,
// and the other way round.
type Purpose string

// The purposes.
const (
	ForLogin   Purpose = "login"
	ForSigning Purpose = "signing"
)

// Credential is a passkey of somebody's. Its private key never leaves their
// authenticator.
type Credential struct {
	ID           playlists.ID
	Person       playlists.ID
	Purpose      Purpose
	Label        string
	CredentialID []byte // the authenticator's name for it
	PublicKey    []byte // COSE
	SignCount    uint32
	Flags        byte // of the authenticator, when last seen
	Transports   []string
	CreatedAt    time.Time
	LastUsedAt   time.Time
}

// CredentialStore keeps passkeys.
type CredentialStore interface {
	Credentials(ctx context.Context, person playlists.ID, purpose Purpose) ([]Credential, error)
	// AddCredential answers Conflict, reason "passkey_taken" for one that is
	// there already, "too_many_passkeys" at the limit.
	AddCredential(ctx context.Context, c Credential, limit int) error
	// CredentialUsed notes the count, flags and time of a use. It tells false
	// when the count is not the one from before the use any more.
	CredentialUsed(ctx context.Context, c Credential, before uint32) (bool, error)
	// DeleteCredential answers NotFound, reason "passkey_missing".
	DeleteCredential(ctx context.Context, person, id playlists.ID, purpose Purpose) error
}

// maxPasskeys is the most of one person and purpose.
const maxPasskeys = 20

// Ceremony is one talk with an authenticator, begun. Options go to the
// browser as they are; the answer comes back with the id.
type Ceremony struct {
	ID      string
	Options any
}

// newAuthority makes what checks authenticators' answers: bound to the site,
// user verification demanded, the three algorithms that agents verify too.
func newAuthority(site Site) (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: site.Name, RPDisplayName: issuer, RPOrigins: []string{site.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot accept passkeys at %s: %w", site.Origin, err)
	}
	return w, nil
}

func algorithms() []protocol.CredentialParameter {
	var out []protocol.CredentialParameter
	for _, a := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return out
}

// BeginRegistration begins to make a passkey of the actor's for a purpose.
func (s *Service) BeginRegistration(ctx context.Context, a playlists.Actor, purpose Purpose, label string) (Ceremony, error) {
	if s.passkeys == nil {
		return Ceremony{}, noPasskeys()
	}
	label, err := playlists.CleanTitle("label", label)
	if err != nil {
		return Ceremony{}, err
	}
	holder, err := s.holder(ctx, a.ID, a.Login, a.Name, purpose)
	if err != nil {
		return Ceremony{}, err
	}
	// A passkey that opens the console is found without a login being typed.
	resident := protocol.ResidentKeyRequirementRequired
	if purpose != ForLogin {
		resident = protocol.ResidentKeyRequirementDiscouraged
	}
	options, data, err := s.passkeys.BeginRegistration(holder, webauthn.WithCredentialParameters(algorithms()),
		webauthn.WithExclusions(webauthn.Credentials(holder.WebAuthnCredentials()).CredentialDescriptors()), webauthn.WithResidentKeyRequirement(resident))
	if err != nil {
		return Ceremony{}, fmt.Errorf("cannot begin to make a passkey: %w", err)
	}
	id, err := s.ceremonies.open(ceremony{data: *data, person: a.ID, purpose: purpose, label: label}, s.now())
	return Ceremony{ID: id, Options: options.Response}, err
}

// FinishRegistration keeps the passkey that the authenticator made for the
// purpose that it was begun for.
func (s *Service) FinishRegistration(ctx context.Context, a playlists.Actor, id string, purpose Purpose, response []byte) (Credential, error) {
	c, ok := s.ceremonies.close(id, s.now())
	if !ok || c.person != a.ID || c.purpose != purpose {
		return Credential{}, ceremonyOver()
	}
	holder, err := s.holder(ctx, a.ID, a.Login, a.Name, c.purpose)
	if err != nil {
		return Credential{}, err
	}
	refused := playlists.Errorf(playlists.Invalid, "passkey_refused", nil, "cannot keep this passkey: the authenticator's answer does not fit; try again, with one that checks who you are")
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Credential{}, refused
	}
	made, err := s.passkeys.CreateCredential(holder, c.data, parsed)
	if err != nil {
		return Credential{}, refused
	}
	own, err := playlists.NewID(s.random)
	if err != nil {
		return Credential{}, err
	}
	out := Credential{
		ID: own, Person: a.ID, Purpose: c.purpose, Label: c.label, CredentialID: made.ID, PublicKey: made.PublicKey,
		SignCount: made.Authenticator.SignCount, Flags: byte(made.Flags.ProtocolValue()), CreatedAt: s.now(),
	}
	for _, t := range made.Transport {
		out.Transports = append(out.Transports, string(t))
	}
	ctx = s.audited(ctx, a, playlists.PasskeyAdded, a.ID, passkeyWritten{Label: out.Label, Purpose: out.Purpose})
	return out, s.store.AddCredential(ctx, out, maxPasskeys)
}

// DeletePasskey drops one of the actor's passkeys that open the console.
func (s *Service) DeletePasskey(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.store.DeleteCredential(s.audited(ctx, a, playlists.PasskeyDeleted, a.ID, nil), a.ID, id, ForLogin)
}

func noPasskeys() error {
	return playlists.Errorf(playlists.Unavailable, "passkeys_unavailable", nil, "cannot use passkeys: the controller does not know its public address; start it with --public-url")
}

func ceremonyOver() error {
	return playlists.Errorf(playlists.Conflict, "ceremony_over", nil, "cannot go on with this passkey: it took too long, or was begun elsewhere; try again")
}

// holder is a person as authenticators know them. Each purpose has a handle of
// its own: authenticators keep one discoverable passkey a handle.
type holder struct {
	handle      []byte
	login, name string
	credentials []webauthn.Credential
}

// Implements webauthn.User.
func (h *holder) WebAuthnID() []byte                         { return h.handle }
func (h *holder) WebAuthnName() string                       { return h.login }
func (h *holder) WebAuthnDisplayName() string                { return h.name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func handleOf(person playlists.ID, purpose Purpose) []byte {
	return []byte(string(purpose) + ":" + string(person))
}

func (s *Service) holder(ctx context.Context, person playlists.ID, login, name string, purpose Purpose) (*holder, error) {
	all, err := s.store.Credentials(ctx, person, purpose)
	if err != nil {
		return nil, err
	}
	h := &holder{handle: handleOf(person, purpose), login: login, name: name}
	for _, c := range all {
		w := webauthn.Credential{ID: c.CredentialID, PublicKey: c.PublicKey, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(c.Flags))}
		w.Authenticator.SignCount = c.SignCount
		for _, t := range c.Transports {
			w.Transport = append(w.Transport, protocol.AuthenticatorTransport(t))
		}
		h.credentials = append(h.credentials, w)
	}
	return h, nil
}
