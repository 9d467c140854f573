package identity

import (
	"context"
	"regexp"
	"strings"

	"cotmoc/playlists"
)

// Attempt is what somebody gives to log in.
type Attempt struct {
	Login, Password string
	Code            string // of an authenticator, or a recovery code; "" until asked for
	Address         string // network address it comes from
}

// Login gives the person of a login and password, and of a code when they have
// an authenticator. Attempts are limited for each login and each network
// address, and a login that nobody has takes as long and is answered as a
// wrong password.
func (s *Service) Login(ctx context.Context, t Attempt) (Proof, error) {
	now := s.now()
	login := strings.ToLower(playlists.Clean(t.Login))
	if !s.perPlace.Allow(Place(t.Address), now) || !s.perLogin.Allow(login, now) {
		return Proof{}, playlists.Errorf(playlists.RateLimited, "too_many_logins", playlists.Params{"wait_s": 60}, "cannot log in now: there were too many attempts; wait a minute and try again")
	}
	wrong := playlists.Errorf(playlists.Unauthenticated, "login_wrong", nil, "cannot log in: the login or the password is wrong")
	if len(t.Password) > 4*MaxPassword {
		return Proof{}, wrong
	}
	p, err := s.store.PersonByLogin(ctx, login)
	known := err == nil
	if err != nil && playlists.CodeOf(err) != playlists.NotFound {
		return Proof{}, err
	}
	hash := s.hasher.decoy
	if known {
		hash = p.Hash
	}
	ok, err := s.hasher.check(ctx, t.Password, hash)
	switch {
	case err != nil:
		return Proof{}, err
	case !ok || !known || p.Disabled:
		if err := s.failed(ctx, p, t.Address); err != nil {
			return Proof{}, err
		}
		return Proof{}, wrong
	}
	method, err := s.secondStep(ctx, p.ID, t.Code)
	if playlists.ReasonOf(err) == "code_wrong" {
		if err := s.failed(ctx, p, t.Address); err != nil {
			return Proof{}, err
		}
	}
	if err != nil {
		return Proof{}, err
	}
	s.perLogin.forget(login)
	return s.entered(ctx, p, method, t.Address)
}

// entered notes a login and keeps it in the audit log.
func (s *Service) entered(ctx context.Context, p Person, method Method, address string) (Proof, error) {
	p.LastLoginAt = s.now()
	ctx = s.audited(ctx, p.Actor(), playlists.LoggedIn, p.ID, loginWritten{Name: p.Name, Login: p.Login, Address: address, Method: method})
	return Proof{p, method}, s.store.LoggedIn(ctx, p.ID, p.LastLoginAt)
}

// Self gives the actor's own person.
func (s *Service) Self(ctx context.Context, a playlists.Actor) (Person, error) {
	return s.store.Person(ctx, a.ID)
}

// SelfChange is what people change about themselves; nil leaves it.
type SelfChange struct {
	Name, Locale, Theme *string
}

// ChangeSelf changes the actor's own settings.
func (s *Service) ChangeSelf(ctx context.Context, a playlists.Actor, c SelfChange) (Person, error) {
	written := playlists.Act{At: s.now(), By: a.ID, Subject: a.ID}
	return s.store.UpdatePerson(playlists.WithAct(ctx, &written), a.ID, func(p *Person, _ int) error {
		if c.Name != nil {
			name, err := playlists.CleanTitle("name", *c.Name)
			if err != nil {
				return err
			}
			p.Name = name
			written.Kind, written.Detail = playlists.PersonChanged, writtenPerson(p)
		}
		if c.Locale != nil {
			switch *c.Locale {
			case "vi", "en", "lo":
				p.Locale = *c.Locale
			default:
				return playlists.Errorf(playlists.Invalid, "locale_unknown", playlists.Params{"locale": *c.Locale}, "cannot use the language %.10q: choose vi, en or lo", *c.Locale)
			}
		}
		if c.Theme != nil {
			switch *c.Theme {
			case "auto", "light", "dark":
				p.Theme = *c.Theme
			default:
				return playlists.Errorf(playlists.Invalid, "theme_unknown", playlists.Params{"theme": *c.Theme}, "cannot use the theme %.10q: choose auto, light or dark", *c.Theme)
			}
		}
		return nil
	})
}

// ChangePassword gives the actor a new password and ends all sessions. The
// caller may begin a new one in the epoch of the person that is returned.
func (s *Service) ChangePassword(ctx context.Context, a playlists.Actor, old, fresh string) (Person, error) {
	if !s.perLogin.Allow(a.Login, s.now()) {
		return Person{}, playlists.Errorf(playlists.RateLimited, "too_many_logins", playlists.Params{"wait_s": 60}, "cannot change the password now: there were too many attempts; wait a minute and try again")
	}
	p, err := s.store.Person(ctx, a.ID)
	if err != nil {
		return Person{}, err
	}
	ok, err := s.hasher.check(ctx, old, p.Hash)
	if err != nil {
		return Person{}, err
	}
	if !ok {
		return Person{}, playlists.Errorf(playlists.Invalid, "password_wrong", nil, "cannot change the password: the old one is wrong")
	}
	s.perLogin.forget(a.Login)
	ctx = s.audited(ctx, a, playlists.PasswordChanged, a.ID, loginWritten{Name: p.Name, Login: p.Login})
	return s.setPassword(ctx, a.ID, p.Login, fresh)
}

// setPassword stores a new password and ends all sessions.
func (s *Service) setPassword(ctx context.Context, id playlists.ID, login, password string) (Person, error) {
	hash, err := s.newPassword(ctx, login, password)
	if err != nil {
		return Person{}, err
	}
	return s.store.UpdatePerson(ctx, id, func(p *Person, _ int) error {
		p.Hash = hash
		p.Epoch++
		return nil
	})
}

// cleanLogin gives the one form of a login.
func cleanLogin(login string) (string, error) {
	login = strings.ToLower(playlists.Clean(login))
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,39}$`).MatchString(login) {
		return "", playlists.Errorf(playlists.Invalid, "login_malformed", playlists.Params{"login": login}, "cannot use the login %.60q: take 2 to 40 of a-z, 0-9, dot, dash and underscore, such as ha.le", login)
	}
	return login, nil
}
