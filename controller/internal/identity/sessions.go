package identity

import (
	"context"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Method is how somebody proved who they are.
type Method string

// The methods.
const (
	ByPassword Method = "password"
	ByTOTP     Method = "totp"     // password and a code from an authenticator
	ByRecovery Method = "recovery" // password and a recovery code
	ByPasskey  Method = "passkey"
)

// Proof is somebody who has proved who they are.
type Proof struct {
	Person
	Method Method
}

// Session is a browser that somebody is logged in with.
type Session struct {
	ID         playlists.ID
	Person     playlists.ID
	Epoch      int
	Method     Method
	UserAgent  string
	Address    string // from which it was seen last
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
}

// SessionStore keeps sessions.
type SessionStore interface {
	// AddSession also drops those that have ended.
	AddSession(ctx context.Context, s Session) error
	// Session answers NotFound.
	Session(ctx context.Context, id playlists.ID) (Session, error)
	SessionSeen(ctx context.Context, id playlists.ID, at time.Time, address string) error
	// Sessions lists those of a person's epoch that have not ended by a time,
	// the one seen last first.
	Sessions(ctx context.Context, person playlists.ID, at time.Time) ([]Session, error)
	// EndSession answers NotFound, reason "session_missing".
	EndSession(ctx context.Context, person, id playlists.ID) error
	EndOtherSessions(ctx context.Context, person, except playlists.ID) error
}

const (
	maxUserAgent = 400 // bytes that are kept
	// seenStep is how exactly it is kept when a session was seen last: a
	// console that asks often must not write each time.
	seenStep = time.Minute
)

// SessionLife is how long a session lasts, used or not.
const SessionLife = 24 * time.Hour

// StartSession begins a session of somebody who has proved who they are.
func (s *Service) StartSession(ctx context.Context, p Proof, userAgent, address string) (Session, error) {
	id, err := playlists.NewID(s.random)
	if err != nil {
		return Session{}, err
	}
	if len(userAgent) > maxUserAgent || !utf8.ValidString(userAgent) {
		userAgent = ""
	}
	now := s.now()
	out := Session{ID: id, Person: p.ID, Epoch: p.Epoch, Method: p.Method, UserAgent: userAgent, Address: address, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(SessionLife)}
	return out, s.store.AddSession(ctx, out)
}

// Session gives a session that goes on and the person it is of. One that was
// ended, of another epoch, or of somebody disabled since, is over.
func (s *Service) Session(ctx context.Context, id playlists.ID, address string) (Session, Person, error) {
	over := playlists.Errorf(playlists.Unauthenticated, "session_over", nil, "cannot go on with this session: it is over; log in again")
	now := s.now()
	session, err := s.store.Session(ctx, id)
	if err == nil && !now.Before(session.ExpiresAt) || playlists.CodeOf(err) == playlists.NotFound {
		return Session{}, Person{}, over
	}
	if err != nil {
		return Session{}, Person{}, err
	}
	p, err := s.store.Person(ctx, session.Person)
	if err != nil {
		return Session{}, Person{}, err
	}
	if p.Disabled || p.Epoch != session.Epoch {
		return Session{}, Person{}, over
	}
	if now.Sub(session.LastSeenAt) >= seenStep {
		session.LastSeenAt, session.Address = now, address
		err = s.store.SessionSeen(ctx, id, now, address)
	}
	return session, p, err
}

// Sessions lists the actor's own sessions, the one seen last first.
func (s *Service) Sessions(ctx context.Context, a playlists.Actor) ([]Session, error) {
	return s.store.Sessions(ctx, a.ID, s.now())
}

// Leave ends the session that somebody leaves by logging out or in anew.
func (s *Service) Leave(ctx context.Context, x Session) error {
	err := s.store.EndSession(ctx, x.Person, x.ID)
	if playlists.CodeOf(err) == playlists.NotFound { // its end came from elsewhere
		return nil
	}
	return err
}

// EndSession ends one of the actor's own sessions at once.
func (s *Service) EndSession(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.store.EndSession(s.audited(ctx, a, playlists.SessionEnded, a.ID, nil), a.ID, id)
}

// EndOtherSessions ends all of the actor's own sessions but one.
func (s *Service) EndOtherSessions(ctx context.Context, a playlists.Actor, except playlists.ID) error {
	return s.store.EndOtherSessions(s.audited(ctx, a, playlists.SessionEnded, a.ID, nil), a.ID, except)
}

// EndSessionsOf ends all sessions of somebody whom the actor administers.
func (s *Service) EndSessionsOf(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	p, err := s.manageable(ctx, a, id)
	if err != nil {
		return err
	}
	ctx = s.audited(ctx, a, playlists.SessionsEnded, id, loginWritten{Name: p.Name, Login: p.Login})
	_, err = s.store.UpdatePerson(ctx, id, func(p *Person, _ int) error {
		p.Epoch++
		return nil
	})
	return err
}
