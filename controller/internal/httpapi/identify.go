package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// sessionID is the key of a session's only value: which one it is.
const sessionID = "id"

// requestsAtOnce and requestPause bound what one address may ask, well above
// what a console with many thumbnails needs.
const (
	requestsAtOnce = 600
	requestPause   = 5 * time.Millisecond
)

func cookieName(secure bool) string {
	if secure {
		return "__Host-cotmoc"
	}
	return "cotmoc"
}

// newSessions is scs without its constructor, which would start a memory
// store with a goroutine of its own.
func newSessions(store scs.CtxStore, secure bool) *scs.SessionManager {
	return &scs.SessionManager{
		Lifetime: identity.SessionLife, Store: store, HashTokenInStore: true, Codec: scs.GobCodec{},
		Cookie: scs.SessionCookie{Name: cookieName(secure), Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode},
	}
}

// identify finds out who is asking, by a token or else by a session, and puts
// the actor into the context. A wrong token is refused; a session that is over
// is nobody's, so that the way to log in stays open.
func (s *Server) identify(next http.Handler) http.Handler {
	limit := identity.NewLimiter(requestsAtOnce, requestPause)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/metrics" {
			next.ServeHTTP(w, r) // the console's own files are for everybody
			return
		}
		ctx := context.WithValue(r.Context(), addressKey, s.address(r))
		ctx = context.WithValue(ctx, userAgentKey, r.UserAgent())
		if !limit.Allow(identity.Place(s.address(r)), s.now()) {
			s.writeError(w, r, playlists.Errorf(playlists.RateLimited, "too_many_requests", playlists.Params{"wait_s": 1}, "cannot answer so many requests at once: wait a second and go on more slowly"))
			return
		}
		ctx, p, err := s.person(ctx, r)
		if err != nil {
			s.writeError(w, r, err)
			return
		}
		if p.ID != "" {
			ctx = context.WithValue(ctx, actorKey, p.Actor())
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// person gives who is asking, the zero Person for nobody, and the context
// with the loaded session.
func (s *Server) person(ctx context.Context, r *http.Request) (context.Context, identity.Person, error) {
	header := r.Header.Get("Authorization")
	if scheme, secret, ok := strings.Cut(header, " "); ok && strings.EqualFold(scheme, "Bearer") {
		p, err := s.Identity.ByToken(ctx, secret)
		return context.WithValue(ctx, tokenKey, true), p, err
	}
	token := ""
	if c, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		token = c.Value
	}
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return ctx, identity.Person{}, err
	}
	id := s.sessions.GetString(ctx, sessionID)
	if id == "" {
		return ctx, identity.Person{}, nil
	}
	session, p, err := s.Identity.Session(ctx, playlists.ID(id), s.address(r))
	if playlists.CodeOf(err) == playlists.Unauthenticated {
		return ctx, identity.Person{}, nil
	}
	return context.WithValue(ctx, sessionKey, session), p, err
}

// begin begins a session for somebody under a new token, so that a token
// somebody planted before is worth nothing. The session that the request came
// with is over.
func (s *Server) begin(ctx context.Context, p identity.Proof) (http.Cookie, error) {
	if err := s.leave(ctx); err != nil {
		return http.Cookie{}, err
	}
	session, err := s.Identity.StartSession(ctx, p, userAgentOf(ctx), addressOf(ctx))
	if err != nil {
		return http.Cookie{}, err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return http.Cookie{}, err
	}
	s.sessions.Put(ctx, sessionID, string(session.ID))
	token, expiry, err := s.sessions.Commit(ctx)
	if err != nil {
		return http.Cookie{}, err
	}
	return s.cookie(token, expiry), nil
}

// leave ends the session of the request, if there is one.
func (s *Server) leave(ctx context.Context) error {
	session := sessionOf(ctx)
	if session.ID == "" {
		return nil
	}
	return s.Identity.Leave(ctx, session)
}

// end ends the session of the request; the cookie it gives removes the one
// the browser has.
func (s *Server) end(ctx context.Context) (http.Cookie, error) {
	if err := s.leave(ctx); err != nil {
		return http.Cookie{}, err
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return http.Cookie{}, err
	}
	return s.cookie("", time.Time{}), nil
}

func (s *Server) cookie(token string, expiry time.Time) http.Cookie {
	c := http.Cookie{
		Name: s.sessions.Cookie.Name, Value: token, Path: s.sessions.Cookie.Path, Secure: s.sessions.Cookie.Secure,
		HttpOnly: s.sessions.Cookie.HttpOnly, SameSite: s.sessions.Cookie.SameSite, MaxAge: -1,
	}
	if token != "" {
		c.Expires, c.MaxAge = expiry.UTC(), int(expiry.Sub(s.now()).Seconds())
	}
	return c
}
