package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Passkey opens the console without a password.
type Passkey struct {
	ID         playlists.ID `json:"id"`
	Label      string       `json:"label"`
	CreatedAt  time.Time    `json:"created_at"`
	LastUsedAt *time.Time   `json:"last_used_at" nullable:"true"`
}

// Ceremony is one talk with an authenticator, begun.
type Ceremony struct {
	Ceremony string `json:"ceremony" doc:"Goes back with the authenticator's answer."`
	Options  any    `json:"options" doc:"For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON."`
	URL      string `json:"url" doc:"Where the console must be open for it."`
}

// answerBody is what an authenticator answered: PublicKeyCredential.toJSON.
type answerBody struct {
	Body struct {
		Ceremony   string         `json:"ceremony" maxLength:"100"`
		Credential map[string]any `json:"credential" doc:"PublicKeyCredential.toJSON()."`
	}
}

func (a *answerBody) response() ([]byte, error) {
	b, err := json.Marshal(a.Body.Credential)
	if err != nil {
		return nil, fmt.Errorf("cannot read an authenticator's answer: %w", err)
	}
	return b, nil
}

func (s *Server) registerPasskeyLogin() {
	begin := operation(http.MethodPost, "/session/passkey", "begin-passkey-login", "Begin to log in by passkey")
	begin.Security = []map[string][]string{}
	register(s, begin, func(ctx context.Context, _ *none) (Ceremony, error) {
		c, err := s.Identity.BeginPasskeyLogin(addressOf(ctx))
		return s.ceremonyOf(c), err
	})
	finish := operation(http.MethodPost, "/session/passkey/finish", "finish-passkey-login", "Log in by passkey")
	finish.Security = []map[string][]string{}
	s.documentProblems(&finish)
	huma.Register(s.api, finish, func(ctx context.Context, in *answerBody) (*session, error) {
		return s.problems(ctx, func() (*session, error) {
			response, err := in.response()
			if err != nil {
				return nil, err
			}
			p, err := s.Identity.PasskeyLogin(ctx, in.Body.Ceremony, response, addressOf(ctx))
			if err != nil {
				return nil, err
			}
			return s.newSession(ctx, p)
		})
	})
	handle(s, http.MethodPost, "/me/passkeys", "begin-passkey", "Begin to make a passkey that opens the console", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Password string `json:"password" maxLength:"1000"`
			Label    string `json:"label" maxLength:"400" doc:"Where it is kept, for the person to recognise."`
		}
	}) (Ceremony, error) {
		a, err := s.confirmed(ctx, in.Body.Password)
		if err != nil {
			return Ceremony{}, err
		}
		c, err := s.Identity.BeginRegistration(ctx, a, in.Body.Label)
		return s.ceremonyOf(c), err
	})
	handle(s, http.MethodPost, "/me/passkeys/finish", "finish-passkey", "Keep a passkey that was made", func(ctx context.Context, _ playlists.Actor, in *answerBody) (Passkey, error) {
		a, err := bySession(ctx)
		if err != nil {
			return Passkey{}, err
		}
		response, err := in.response()
		if err != nil {
			return Passkey{}, err
		}
		c, err := s.Identity.FinishRegistration(ctx, a, in.Body.Ceremony, response)
		return passkeyOf(c), err
	})
	handle(s, http.MethodDelete, "/me/passkeys/{id}", "delete-passkey", "Drop a passkey that opens the console", func(ctx context.Context, _ playlists.Actor, in *ByID) (nothing, error) {
		a, err := bySession(ctx)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Identity.DeletePasskey(ctx, a, in.ID)
	})
}

func (s *Server) ceremonyOf(c identity.Ceremony) Ceremony {
	return Ceremony{c.ID, c.Options, s.Identity.Site().Origin}
}

func passkeyOf(c identity.Credential) Passkey {
	return Passkey{ID: c.ID, Label: c.Label, CreatedAt: c.CreatedAt, LastUsedAt: when(c.LastUsedAt)}
}

// confirmed gives the actor of a session who has given the password once more.
func (s *Server) confirmed(ctx context.Context, password string) (playlists.Actor, error) {
	a, err := bySession(ctx)
	if err != nil {
		return a, err
	}
	return a, s.Identity.Confirm(ctx, a, password)
}
