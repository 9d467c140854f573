package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Me is the person who is logged in.
type Me struct {
	ID     playlists.ID      `json:"id"`
	Login  string            `json:"login"`
	Name   string            `json:"name"`
	Locale string            `json:"locale" enum:"vi,en,lo"`
	Theme  string            `json:"theme" enum:"auto,light,dark"`
	Unit   Named             `json:"unit"`
	Grants []playlists.Grant `json:"grants"`
	Rights []playlists.Right `json:"rights" doc:"What they may do somewhere."`
	Places []string          `json:"places" doc:"The parts of the console that make sense for them."`
}

type credentials struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"1000"`
		Code     string `json:"code,omitempty" maxLength:"100" doc:"What an authenticator shows, or a recovery code; asked for with the reason code_required."`
	}
}

// session is an answer that begins or ends a session.
type session struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

type sessionEnd struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (s *Server) registerSession() {
	open := operation(http.MethodPost, "/session", "log-in", "Log in; one who has an authenticator is asked for its code in a second call")
	open.Security = []map[string][]string{}
	s.documentProblems(&open)
	huma.Register(s.api, open, func(ctx context.Context, in *credentials) (*session, error) {
		return s.problems(ctx, func() (*session, error) {
			p, err := s.Identity.Login(ctx, identity.Attempt{Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, Address: addressOf(ctx)})
			if err != nil {
				return nil, err
			}
			return s.newSession(ctx, p)
		})
	})
	closing := operation(http.MethodDelete, "/session", "log-out", "Log out")
	closing.DefaultStatus = http.StatusNoContent
	s.documentProblems(&closing)
	huma.Register(s.api, closing, func(ctx context.Context, _ *none) (*sessionEnd, error) {
		if byToken(ctx) {
			return nil, s.problemOf(ctx, sessionRequired())
		}
		cookie, err := s.end(ctx)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &sessionEnd{SetCookie: cookie}, nil
	})
	password := operation(http.MethodPost, "/me/password", "change-password", "Change one's own password; other sessions end")
	s.documentProblems(&password)
	huma.Register(s.api, password, func(ctx context.Context, in *struct {
		Body struct {
			Old string `json:"old" maxLength:"1000"`
			New string `json:"new" maxLength:"1000"`
		}
	}) (*session, error) {
		return s.problems(ctx, func() (*session, error) {
			a, err := bySession(ctx)
			if err != nil {
				return nil, err
			}
			p, err := s.Identity.ChangePassword(ctx, a, in.Body.Old, in.Body.New)
			if err != nil {
				return nil, err
			}
			return s.newSession(ctx, identity.Proof{Person: p, Method: sessionOf(ctx).Method})
		})
	})
	handle(s, http.MethodGet, "/me", "get-me", "Who is logged in", func(ctx context.Context, a playlists.Actor, _ *none) (Me, error) {
		p, err := s.Identity.Self(ctx, a)
		if err != nil {
			return Me{}, err
		}
		return s.me(ctx, p)
	})
	handle(s, http.MethodPatch, "/me", "change-me", "Change one's own settings", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Name   *string `json:"name,omitempty" maxLength:"400"`
			Locale *string `json:"locale,omitempty" enum:"vi,en,lo"`
			Theme  *string `json:"theme,omitempty" enum:"auto,light,dark"`
		}
	}) (Me, error) {
		p, err := s.Identity.ChangeSelf(ctx, a, identity.SelfChange{Name: in.Body.Name, Locale: in.Body.Locale, Theme: in.Body.Theme})
		if err != nil {
			return Me{}, err
		}
		return s.me(ctx, p)
	})
}

// newSession begins a session and says whose it is.
func (s *Server) newSession(ctx context.Context, p identity.Proof) (*session, error) {
	cookie, err := s.begin(ctx, p)
	if err != nil {
		return nil, err
	}
	me, err := s.me(ctx, p.Person)
	return &session{SetCookie: cookie, Body: me}, err
}

func (s *Server) me(ctx context.Context, p identity.Person) (Me, error) {
	unit, err := s.Identity.Unit(ctx, p.Unit)
	if err != nil {
		return Me{}, err
	}
	a := p.Actor()
	return Me{
		ID: p.ID, Login: p.Login, Name: p.Name, Locale: p.Locale, Theme: p.Theme,
		Unit: Named{ID: unit.ID, Name: identity.NameOn(&unit.Unit, s.Identity.Today())}, Grants: list(p.Grants), Rights: list(a.Rights()), Places: places(a),
	}, nil
}

// places lists the parts of the console that make sense for somebody.
func places(a playlists.Actor) []string {
	out := []string{"overview"}
	for _, p := range []struct {
		name   string
		rights []playlists.Right
	}{
		{"content", []playlists.Right{playlists.ReadMedia}},
		{"review", []playlists.Right{playlists.ReviewMedia, playlists.ApproveMedia}},
		{"playlists", []playlists.Right{playlists.ReadPlans}},
		{"schedule", []playlists.Right{playlists.ReadPlans}},
		{"screens", []playlists.Right{playlists.Watch, playlists.ManageScreens}},
		{"reports", []playlists.Right{playlists.ReadReports}},
		{"admin", []playlists.Right{playlists.ManagePeople}},
	} {
		for _, r := range p.rights {
			if !a.Reach(r).None() {
				out = append(out, p.name)
				break
			}
		}
	}
	return out
}

// Token is a personal token. The secret is there only in the answer that
// makes it.
type Token struct {
	ID         playlists.ID `json:"id"`
	Name       string       `json:"name"`
	CreatedAt  time.Time    `json:"created_at"`
	LastUsedAt *time.Time   `json:"last_used_at" nullable:"true"`
	ExpiresAt  *time.Time   `json:"expires_at" nullable:"true"`
	Secret     string       `json:"secret,omitempty"`
}

func (s *Server) registerTokens() {
	handle(s, http.MethodGet, "/tokens", "list-tokens", "One's own tokens", func(ctx context.Context, a playlists.Actor, _ *none) (List[Token], error) {
		all, err := s.Identity.Tokens(ctx, a)
		if err != nil {
			return List[Token]{}, err
		}
		return List[Token]{Items: each(all, tokenOf), Total: len(all)}, nil
	})
	handle(s, http.MethodPost, "/tokens", "add-token", "Make a token for scripts", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			Password  string     `json:"password" maxLength:"1000"`
			Name      string     `json:"name" maxLength:"400"`
			ExpiresAt *time.Time `json:"expires_at,omitempty" nullable:"true"`
		}
	}) (Token, error) {
		a, err := s.confirmed(ctx, in.Body.Password) // a token is asked for no second step
		if err != nil {
			return Token{}, err
		}
		var expires time.Time
		if in.Body.ExpiresAt != nil {
			expires = *in.Body.ExpiresAt
		}
		t, secret, err := s.Identity.AddToken(ctx, a, in.Body.Name, expires)
		out := tokenOf(t)
		out.Secret = secret
		return out, err
	})
	handle(s, http.MethodDelete, "/tokens/{id}", "delete-token", "End a token", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Identity.DeleteToken(ctx, a, in.ID)
	})
}

func tokenOf(t identity.Token) Token {
	return Token{ID: t.ID, Name: t.Name, CreatedAt: t.CreatedAt, LastUsedAt: when(t.LastUsedAt), ExpiresAt: when(t.ExpiresAt)}
}
