package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Session is a browser that somebody is logged in with.
type Session struct {
	ID         playlists.ID    `json:"id"`
	Browser    string          `json:"browser" doc:"As it calls itself; empty when it does not say."`
	System     string          `json:"system" doc:"As it calls itself; empty when it does not say."`
	Address    string          `json:"address" doc:"Network address from which it was seen last."`
	Method     identity.Method `json:"method" enum:"password,totp,recovery,passkey" doc:"How the person proved who they are."`
	CreatedAt  time.Time       `json:"created_at"`
	LastSeenAt time.Time       `json:"last_seen_at"`
	Current    bool            `json:"current" doc:"The one that asks."`
}

func (s *Server) registerSessions() {
	handle(s, http.MethodGet, "/me/sessions", "list-sessions", "Where one is logged in", func(ctx context.Context, a playlists.Actor, _ *none) (List[Session], error) {
		all, err := s.Identity.Sessions(ctx, a)
		return List[Session]{Items: sessionsOf(ctx, all), Total: len(all)}, err
	})
	handle(s, http.MethodDelete, "/me/sessions/{id}", "end-session", "End one of one's own sessions", func(ctx context.Context, _ playlists.Actor, in *ByID) (nothing, error) {
		a, err := bySession(ctx)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Identity.EndSession(ctx, a, in.ID)
	})
	handle(s, http.MethodPost, "/me/sessions/end-others", "end-other-sessions", "End all of one's own sessions but this one", func(ctx context.Context, _ playlists.Actor, _ *none) (nothing, error) {
		a, err := bySession(ctx)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Identity.EndOtherSessions(ctx, a, sessionOf(ctx).ID)
	})
	handle(s, http.MethodPost, "/people/{id}/sessions/end", "end-sessions-of", "End all sessions of a person", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Identity.EndSessionsOf(ctx, a, in.ID)
	})
}

func sessionsOf(ctx context.Context, all []identity.Session) []Session {
	return each(all, func(x identity.Session) Session {
		d := identity.DeviceOf(x.UserAgent)
		return Session{
			ID: x.ID, Browser: d.Browser, System: d.System, Address: x.Address, Method: x.Method,
			CreatedAt: x.CreatedAt, LastSeenAt: x.LastSeenAt, Current: x.ID == sessionOf(ctx).ID,
		}
	})
}
