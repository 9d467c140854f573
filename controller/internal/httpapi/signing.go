package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"cotmoc/controller/internal/charter"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
)

// SigningCredential is a key with which somebody wants to sign.
type SigningCredential struct {
	ID          string                   `json:"id"`
	PersonID    playlists.ID             `json:"person_id"`
	PersonName  string                   `json:"person_name"`
	Kind        programme.CredentialKind `json:"kind" enum:"key_file,passkey"`
	Algorithm   string                   `json:"algorithm" enum:"ES256,EdDSA,RS256"`
	Label       string                   `json:"label"`
	RPID        string                   `json:"rp_id"`
	Independent bool                     `json:"independent"`
	Named       bool                     `json:"named" doc:"By the charter that counts: until then it signs nothing."`
	CreatedAt   time.Time                `json:"created_at"`
}

// EnrolmentNonce is what a new key signs, with its person and itself.
type EnrolmentNonce struct {
	Nonce []byte `json:"nonce"`
}

func (s *Server) registerSigning() {
	handle(s, http.MethodGet, "/signing-credentials", "list-signing-credentials", "One's own keys to sign with, or everybody's", func(ctx context.Context, a playlists.Actor, in *struct {
		All bool `query:"all" doc:"Everybody's; takes the right manage_people over everything."`
	}) (List[SigningCredential], error) {
		all, err := s.Charter.Credentials(ctx, a, in.All)
		if err != nil {
			return List[SigningCredential]{}, err
		}
		out, err := s.signingCredentials(ctx, all)
		return List[SigningCredential]{Items: out, Total: len(out)}, err
	})
	handle(s, http.MethodPost, "/signing-credentials/key-file", "offer-key-file", "Offer the public half of one's key file for the next charter", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Password    string `json:"password" maxLength:"1000"`
			Label       string `json:"label" maxLength:"400"`
			PublicKey   []byte `json:"public_key" doc:"The 32 bytes that controller keys hand has printed."`
			Independent bool   `json:"independent,omitempty" doc:"It signs in the independent client alone."`
		}
	}) (SigningCredential, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return SigningCredential{}, err
		}
		c, err := s.Charter.OfferKeyFile(ctx, a, in.Body.Label, in.Body.PublicKey, in.Body.Independent)
		return signingCredential(c, a.Name), err
	})
	handle(s, http.MethodPost, "/signing-credentials/passkey/begin", "begin-signing-passkey", "Begin to make a passkey that signs", func(ctx context.Context, _ playlists.Actor, in *confirmation) (any, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return nil, err
		}
		return s.Charter.BeginPasskey(ctx, a)
	})
	handle(s, http.MethodPost, "/signing-credentials/passkey/finish", "finish-signing-passkey", "Offer a passkey that was made for the next charter", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Label    string         `json:"label" maxLength:"400"`
			Response map[string]any `json:"response" doc:"PublicKeyCredential.toJSON()."`
		}
	}) (SigningCredential, error) {
		a, err := bySession(ctx)
		if err != nil {
			return SigningCredential{}, err
		}
		response, err := json.Marshal(in.Body.Response)
		if err != nil {
			return SigningCredential{}, fmt.Errorf("cannot read an authenticator's answer: %w", err)
		}
		c, err := s.Charter.FinishPasskey(ctx, a, in.Body.Label, response)
		return signingCredential(c, a.Name), err
	})
	handle(s, http.MethodPost, "/signing-credentials/independent/begin", "begin-independent-passkey", "Begin to offer a passkey that the independent client makes", func(ctx context.Context, _ playlists.Actor, in *confirmation) (EnrolmentNonce, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return EnrolmentNonce{}, err
		}
		nonce, err := s.Charter.BeginIndependent(a)
		return EnrolmentNonce{nonce}, err
	})
	handle(s, http.MethodPost, "/signing-credentials/independent/finish", "finish-independent-passkey", "Offer a passkey of the independent client for the next charter", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Label             string             `json:"label" maxLength:"400"`
			Algorithm         webauthn.Algorithm `json:"algorithm" enum:"ES256,EdDSA,RS256"`
			PublicKey         []byte             `json:"public_key" doc:"SubjectPublicKeyInfo, DER."`
			CredentialID      []byte             `json:"credential_id"`
			Sig               []byte             `json:"sig" doc:"Of an assertion whose challenge is that of the enrolment: nonce, person and key."`
			AuthenticatorData []byte             `json:"authenticator_data"`
			ClientData        []byte             `json:"client_data"`
		}
	}) (SigningCredential, error) {
		a, err := bySession(ctx)
		if err != nil {
			return SigningCredential{}, err
		}
		b := &in.Body
		c, err := s.Charter.FinishIndependent(ctx, a, charter.Made{
			Label: b.Label, Key: webauthn.Key{Algorithm: b.Algorithm, PKIX: b.PublicKey}, CredentialID: b.CredentialID,
			Proof: webauthn.Assertion{AuthenticatorData: b.AuthenticatorData, ClientData: b.ClientData, Signature: b.Sig},
		})
		return signingCredential(c, a.Name), err
	})
	handle(s, http.MethodDelete, "/signing-credentials/{id}", "drop-signing-credential", "Drop a key that no charter has named", func(ctx context.Context, _ playlists.Actor, in *struct {
		ID string `path:"id" maxLength:"40"`
	}) (nothing, error) {
		a, err := bySession(ctx)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Charter.Drop(ctx, a, in.ID)
	})
}

func (s *Server) signingCredentials(ctx context.Context, all []charter.Credential) ([]SigningCredential, error) {
	_, people, err := s.Identity.Directory(ctx)
	return each(all, func(c charter.Credential) SigningCredential { return signingCredential(c, people[c.Person]) }), err
}

func signingCredential(c charter.Credential, name string) SigningCredential {
	return SigningCredential{
		ID: c.ID, PersonID: c.Person, PersonName: name, Kind: c.Kind, Algorithm: string(c.Algorithm), Label: c.Label, RPID: c.RPID,
		Independent: c.Independent, Named: c.Named, CreatedAt: c.CreatedAt,
	}
}
