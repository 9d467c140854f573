package httpapi

import (
	"context"
	"encoding/base64"
	"net/http"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/charter"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Prepared is what a person would sign.
type Prepared struct {
	Statements  []PreparedStatement `json:"statements"`
	PayloadType string              `json:"payload_type" doc:"Of the DSSE pre-authentication encoding."`
	Payload     []byte              `json:"payload" doc:"The statement, or the batch that names several."`
	Challenge   string              `json:"challenge" doc:"For a passkey: SHA-256 of the pre-authentication encoding, base64url."`
	Credentials []Signer            `json:"credentials" doc:"The person's own, as the charter names them."`
}

// PreparedStatement is the decision about one media in canonical bytes.
type PreparedStatement struct {
	MediaID   playlists.ID `json:"media_id"`
	Statement []byte       `json:"statement"`
}

// Signer is a key with which the person may sign.
type Signer struct {
	ID           string                   `json:"id"`
	Kind         programme.CredentialKind `json:"kind" enum:"key_file,passkey"`
	Label        string                   `json:"label"`
	RPID         string                   `json:"rp_id"`
	CredentialID string                   `json:"credential_id" doc:"Of a passkey, for allowCredentials, base64url."`
	Independent  bool                     `json:"independent" doc:"Signs in the independent client alone."`
}

// Hand is a person's signature. Whose it is follows from who sends it.
type Hand struct {
	Credential        string `json:"credential" maxLength:"40"`
	Sig               []byte `json:"sig"`
	AuthenticatorData []byte `json:"authenticator_data,omitempty" nullable:"true" doc:"Of a passkey."`
	ClientData        []byte `json:"client_data,omitempty" nullable:"true" doc:"Of a passkey."`
}

func (h *Hand) of() programme.HandSignature {
	return programme.HandSignature{Credential: h.Credential, Sig: h.Sig, AuthenticatorData: some(h.AuthenticatorData), ClientData: some(h.ClientData)}
}

// some gives nil for bytes that were sent empty.
func some(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// Results is what became of media.
type Results struct {
	Results []Result `json:"results"`
}

// Result is what became of one media.
type Result struct {
	MediaID playlists.ID         `json:"media_id"`
	State   playlists.MediaState `json:"state"`
}

func (s *Server) registerDecisions() {
	handle(s, http.MethodPost, "/decisions/prepare", "prepare-decisions", "What one would sign to review or approve media", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Act   programme.Act `json:"act" enum:"review,approve"`
			Items []struct {
				MediaID playlists.ID       `json:"media_id"`
				Seen    []playlists.Digest `json:"seen" maxItems:"20" doc:"Digests of the renditions that were looked at: all that are to be decided on."`
			} `json:"items" minItems:"1" maxItems:"200"`
		}
	}) (Prepared, error) {
		var items []approval.Asked
		for _, it := range in.Body.Items {
			items = append(items, approval.Asked{Media: it.MediaID, Seen: it.Seen})
		}
		p, err := s.Approval.Prepare(ctx, a, in.Body.Act, items)
		if err != nil {
			return Prepared{}, err
		}
		signers, err := s.Charter.Signers(ctx, a.ID)
		return Prepared{
			Statements: each(p.Items, func(it approval.PreparedItem) PreparedStatement {
				return PreparedStatement{MediaID: it.Media, Statement: it.Statement}
			}),
			PayloadType: p.PayloadType, Payload: p.Payload, Challenge: base64.RawURLEncoding.EncodeToString(p.Challenge[:]), Credentials: each(signers, signerOf),
		}, err
	})
	handle(s, http.MethodPost, "/decisions", "decide", "Keep decisions that one has signed: all of them or none", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Statements [][]byte `json:"statements" minItems:"1" maxItems:"200"`
			Batch      []byte   `json:"batch,omitempty" nullable:"true" doc:"The batch that was signed; without for one statement."`
			Signature  Hand     `json:"signature"`
		}
	}) (Results, error) {
		done, err := s.Approval.Decide(ctx, a, in.Body.Statements, some(in.Body.Batch), in.Body.Signature.of())
		return Results{each(done, func(d approval.Decided) Result { return Result{MediaID: d.Media, State: d.State} })}, err
	})
}

// accepted is one media whose added renditions are accepted.
type accepted struct {
	MediaID playlists.ID       `json:"media_id"`
	Seen    []playlists.Digest `json:"seen" maxItems:"20" doc:"Digests of the renditions that were looked at: all that were added."`
}

func (s *Server) registerSupplements() {
	handle(s, http.MethodPost, "/supplements/accept", "accept-supplements", "Accept renditions that were added to approved media, without a charter: all of them or none", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Act   programme.Act `json:"act" enum:"review,approve"`
			Items []accepted    `json:"items" minItems:"1" maxItems:"200"`
		}
	}) (nothing, error) {
		return nothing{}, s.Approval.AcceptMore(ctx, a, in.Body.Act, each(in.Body.Items, func(it accepted) approval.Asked { return approval.Asked{Media: it.MediaID, Seen: it.Seen} }))
	})
	handle(s, http.MethodPut, "/media/{id}/fits/{profile}", "refit-media", "Place an approved media differently for a profile that it is not approved for", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Profile playlists.Profile `path:"profile" maxLength:"40"`
		Body    playlists.Fit
	}) (Media, error) {
		_, err := s.Media.Refit(ctx, a, in.ID, in.Profile, in.Body)
		return s.decided(ctx, a, in.ID, err)
	})
}

func signerOf(c charter.Credential) Signer {
	return Signer{ID: c.ID, Kind: c.Kind, Label: c.Label, RPID: c.RPID, CredentialID: base64.RawURLEncoding.EncodeToString(c.CredentialID), Independent: c.Independent}
}
