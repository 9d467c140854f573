package sqlstore

import (
	"context"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// AddSession implements identity.SessionStore.
func (s Identity) AddSession(ctx context.Context, x identity.Session) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.DeleteOldLogins(ctx, millis(x.CreatedAt)); err != nil {
			return err
		}
		return q.AddLogin(ctx, sqlcgen.AddLoginParams{
			ID: string(x.ID), PersonID: string(x.Person), Epoch: int64(x.Epoch), Method: string(x.Method), UserAgent: x.UserAgent, Address: x.Address,
			CreatedAt: millis(x.CreatedAt), LastSeenAt: millis(x.LastSeenAt), ExpiresAt: millis(x.ExpiresAt),
		})
	})
}

// Session implements identity.SessionStore.
func (s Identity) Session(ctx context.Context, id playlists.ID) (identity.Session, error) {
	row, err := s.db.read().Login(ctx, string(id))
	if err != nil {
		return identity.Session{}, missing(err, noSession(id))
	}
	return sessionOf(row), nil
}

// SessionSeen implements identity.SessionStore.
func (s Identity) SessionSeen(ctx context.Context, id playlists.ID, at time.Time, address string) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.LoginSeen(ctx, sqlcgen.LoginSeenParams{LastSeenAt: millis(at), Address: address, ID: string(id)})
	})
}

// Sessions implements identity.SessionStore.
func (s Identity) Sessions(ctx context.Context, person playlists.ID, at time.Time) ([]identity.Session, error) {
	rows, err := s.db.read().LoginsOf(ctx, sqlcgen.LoginsOfParams{PersonID: string(person), Now: millis(at)})
	out := make([]identity.Session, len(rows))
	for i, r := range rows {
		out[i] = sessionOf(r)
	}
	return out, err
}

// EndSession implements identity.SessionStore.
func (s Identity) EndSession(ctx context.Context, person, id playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.DeleteLogin(ctx, sqlcgen.DeleteLoginParams{ID: string(id), PersonID: string(person)})
		if err == nil && n == 0 {
			return noSession(id)
		}
		return err
	})
}

// EndOtherSessions implements identity.SessionStore.
func (s Identity) EndOtherSessions(ctx context.Context, person, except playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.DeleteOtherLogins(ctx, sqlcgen.DeleteOtherLoginsParams{PersonID: string(person), ExceptID: string(except)})
	})
}

func noSession(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "session_missing", playlists.Params{"id": string(id)}, "cannot find the session %s among yours: it may be over already", id)
}

func sessionOf(r sqlcgen.Login) identity.Session {
	return identity.Session{
		ID: playlists.ID(r.ID), Person: playlists.ID(r.PersonID), Epoch: int(r.Epoch), Method: identity.Method(r.Method), UserAgent: r.UserAgent, Address: r.Address,
		CreatedAt: instant(r.CreatedAt), LastSeenAt: instant(r.LastSeenAt), ExpiresAt: instant(r.ExpiresAt),
	}
}
