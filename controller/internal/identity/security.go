package identity

import (
	"context"
	"time"

	"cotmoc/playlists"
)

// Security is how somebody logs in.
type Security struct {
	TOTPSince     time.Time // zero: the password is enough
	RecoveryCodes int       // not used yet
	Passkeys      []Credential
	Sessions      []Session
}

// Security tells how the actor logs in.
func (s *Service) Security(ctx context.Context, a playlists.Actor) (Security, error) {
	return s.security(ctx, a.ID)
}

// SecurityOf tells how somebody logs in whom the actor administers.
func (s *Service) SecurityOf(ctx context.Context, a playlists.Actor, id playlists.ID) (Security, error) {
	if _, err := s.Person(ctx, a, id); err != nil {
		return Security{}, err
	}
	return s.security(ctx, id)
}

func (s *Service) security(ctx context.Context, id playlists.ID) (Security, error) {
	var out Security
	t, err := s.store.TOTP(ctx, id)
	if err != nil && playlists.CodeOf(err) != playlists.NotFound {
		return out, err
	}
	out.TOTPSince = t.ConfirmedAt
	if out.RecoveryCodes, err = s.store.CodesLeft(ctx, id); err != nil {
		return out, err
	}
	if out.Passkeys, err = s.store.Credentials(ctx, id); err != nil {
		return out, err
	}
	out.Sessions, err = s.store.Sessions(ctx, id, s.now())
	return out, err
}

// Confirm has the actor give the password once more, before something that
// would let whoever found an open console stay.
func (s *Service) Confirm(ctx context.Context, a playlists.Actor, password string) error {
	if !s.perLogin.Allow(a.Login, s.now()) {
		return playlists.Errorf(playlists.RateLimited, "too_many_logins", playlists.Params{"wait_s": 60}, "cannot check the password now: there were too many attempts; wait a minute and try again")
	}
	p, err := s.store.Person(ctx, a.ID)
	if err != nil {
		return err
	}
	if len(password) > 4*MaxPassword {
		password = ""
	}
	ok, err := s.hasher.check(ctx, password, p.Hash)
	if err != nil {
		return err
	}
	if !ok {
		return playlists.Errorf(playlists.Invalid, "password_wrong", nil, "cannot do this: the password is wrong")
	}
	s.perLogin.forget(a.Login)
	return nil
}

// DropFactors takes from somebody whom the actor administers all that they
// have beside the password, for when it is lost, and ends their sessions.
func (s *Service) DropFactors(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	p, err := s.manageable(ctx, a, id)
	if err != nil {
		return err
	}
	return s.store.DropFactors(s.audited(ctx, a, playlists.FactorsDropped, id, loginWritten{Name: p.Name, Login: p.Login}), id)
}
