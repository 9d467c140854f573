// Package ceremony has people's authenticators make passkeys: it asks,
// remembers what it asked until the answer comes, and checks the answer. What
// a passkey is for, and where it is kept, is its feature's.
package ceremony

import (
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/playlists"
)

// Issuer is what authenticators call us.
const Issuer = "cotmoc"

// NewAuthority makes what checks authenticators' answers: bound to a name and
// the origins under it, user verification demanded.
func NewAuthority(name string, origins ...string) (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: name, RPDisplayName: Issuer, RPOrigins: origins, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot take passkeys at %q: %w", name, err)
	}
	return w, nil
}

// Holder is a person as authenticators know them.
type Holder struct {
	// Handle is another one for each thing that passkeys are for:
	// authenticators keep one discoverable passkey a handle.
	Handle      string
	Login, Name string
	Has         []webauthn.Credential
}

// Implements webauthn.User.
func (h *Holder) WebAuthnID() []byte                         { return []byte(h.Handle) }
func (h *Holder) WebAuthnName() string                       { return h.Login }
func (h *Holder) WebAuthnDisplayName() string                { return h.Name }
func (h *Holder) WebAuthnCredentials() []webauthn.Credential { return h.Has }

// algorithms are those that agents verify.
func algorithms() []protocol.CredentialParameter {
	var out []protocol.CredentialParameter
	for _, a := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return out
}

// Ask gives the options with which a browser makes a passkey that the holder
// has not yet, and what Made has to know of them. A nil authority takes none.
// A discoverable one is found without a login being typed.
func Ask(authority *webauthn.WebAuthn, h *Holder, discoverable bool) (options any, asked *webauthn.SessionData, err error) {
	if authority == nil {
		return nil, nil, Unavailable()
	}
	resident := protocol.ResidentKeyRequirementDiscouraged
	if discoverable {
		resident = protocol.ResidentKeyRequirementRequired
	}
	made, asked, err := authority.BeginRegistration(h, webauthn.WithCredentialParameters(algorithms()),
		webauthn.WithExclusions(webauthn.Credentials(h.Has).CredentialDescriptors()), webauthn.WithResidentKeyRequirement(resident))
	if err != nil {
		return nil, nil, fmt.Errorf("cannot begin to make a passkey: %w", err)
	}
	return made.Response, asked, nil
}

// Made gives the passkey that an authenticator made when it was asked.
func Made(authority *webauthn.WebAuthn, h *Holder, asked *webauthn.SessionData, response []byte) (*webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, Refused(err)
	}
	made, err := authority.CreateCredential(h, *asked, parsed)
	if err != nil {
		return nil, Refused(err)
	}
	return made, nil
}

// Unavailable is the answer where no passkeys are taken.
func Unavailable() error {
	return playlists.Errorf(playlists.Unavailable, "passkeys_unavailable", nil, "cannot use passkeys at this address: open the console by its name over https, or ask an administrator to set its public address")
}

// Refused is the answer to an authenticator that did not do what was asked.
func Refused(why error) error {
	e := playlists.Errorf(playlists.Invalid, "passkey_refused", nil, "cannot keep this passkey: the authenticator's answer does not fit; try again, with one that checks who you are")
	e.Err = why
	return e
}

// Over is the answer to an answer that nobody waits for.
func Over() error {
	return playlists.Errorf(playlists.Conflict, "ceremony_over", nil, "cannot go on with this passkey: it took too long, or was begun elsewhere; try again")
}
