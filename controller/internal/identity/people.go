package identity

import (
	"context"
	"slices"

	"cotmoc/playlists"
)

// maxGrants is the most grants of one person.
const maxGrants = 50

// NewPerson is what it takes to add somebody. Without a password nobody can
// log in as them until one is set.
type NewPerson struct {
	Login    string
	Name     string
	Unit     playlists.ID
	Grants   []playlists.Grant
	Password string
}

// People lists the people of the units that the actor administers.
func (s *Service) People(ctx context.Context, a playlists.Actor, p Page) (Listed[Person], error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return Listed[Person]{}, err
	}
	return s.store.People(ctx, a.Reach(playlists.ManagePeople), p)
}

// Person gives one person of a unit that the actor administers.
func (s *Service) Person(ctx context.Context, a playlists.Actor, id playlists.ID) (Person, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return Person{}, err
	}
	p, err := s.store.Person(ctx, id)
	if err != nil {
		return Person{}, err
	}
	if !a.May(playlists.ManagePeople, playlists.Scope{Unit: p.Unit}) {
		return Person{}, NoPerson(id)
	}
	return p, nil
}

// Actor gives somebody with the rights they have now, for what was begun in
// their name; NotFound for one who cannot log in any more.
func (s *Service) Actor(ctx context.Context, id playlists.ID) (playlists.Actor, error) {
	p, err := s.store.Person(ctx, id)
	if err == nil && p.Disabled {
		err = NoPerson(id)
	}
	if err != nil {
		return playlists.Actor{}, err
	}
	return p.Actor(), nil
}

// NoPerson is the answer for a person that is not there, or not for the actor
// to see.
func NoPerson(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "person_missing", playlists.Params{"id": string(id)}, "cannot find the person %s: look in the list of people", id)
}

// AddPerson adds somebody to a unit.
func (s *Service) AddPerson(ctx context.Context, a playlists.Actor, n NewPerson) (Person, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: n.Unit}); err != nil {
		return Person{}, err
	}
	login, err := cleanLogin(n.Login)
	if err != nil {
		return Person{}, err
	}
	name, err := playlists.CleanTitle("name", n.Name)
	if err != nil {
		return Person{}, err
	}
	if err := s.mayGrant(a, n.Grants); err != nil {
		return Person{}, err
	}
	if _, err := s.store.Unit(ctx, n.Unit); err != nil {
		return Person{}, err
	}
	var hash string
	if n.Password == "" {
		hash, err = s.hasher.closed(ctx)
	} else {
		hash, err = s.newPassword(ctx, login, n.Password)
	}
	if err != nil {
		return Person{}, err
	}
	id, err := playlists.NewID(s.random)
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: id, Login: login, Name: name, Unit: n.Unit, Grants: n.Grants, Locale: "vi", Theme: "auto", Hash: hash, Epoch: 1, CreatedAt: s.now()}
	return p, s.store.AddPerson(s.audited(ctx, a, playlists.PersonAdded, id, writtenPerson(&p)), p)
}

// PersonChange is what an administrator changes about somebody; nil leaves it.
type PersonChange struct {
	Name     *string
	Unit     *playlists.ID
	Grants   *[]playlists.Grant
	Disabled *bool
}

// ChangePerson changes somebody whose rights the actor could have given.
func (s *Service) ChangePerson(ctx context.Context, a playlists.Actor, id playlists.ID, c PersonChange) (Person, error) {
	if _, err := s.manageable(ctx, a, id); err != nil {
		return Person{}, err
	}
	if c.Unit != nil {
		if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: *c.Unit}); err != nil {
			return Person{}, err
		}
		if _, err := s.store.Unit(ctx, *c.Unit); err != nil {
			return Person{}, err
		}
	}
	if c.Grants != nil {
		if err := s.mayGrant(a, *c.Grants); err != nil {
			return Person{}, err
		}
	}
	written := playlists.Act{At: s.now(), By: a.ID, Kind: playlists.PersonChanged, Subject: id}
	return s.store.UpdatePerson(playlists.WithAct(ctx, &written), id, func(p *Person, administrators int) error {
		if err := s.mayGrant(a, p.Grants); err != nil { // again, in the transaction
			return err
		}
		if c.Name != nil {
			name, err := playlists.CleanTitle("name", *c.Name)
			if err != nil {
				return err
			}
			p.Name = name
		}
		if c.Unit != nil {
			p.Unit = *c.Unit
		}
		if c.Grants != nil {
			p.Grants = *c.Grants
		}
		if c.Disabled != nil && *c.Disabled != p.Disabled {
			p.Disabled = *c.Disabled
			p.Epoch++
		}
		if administrators == 0 && (p.Disabled || !Administers(p.Grants)) {
			return playlists.Errorf(playlists.Conflict, "last_administrator", nil, "cannot take away the last administrator: give the role to somebody else first")
		}
		written.Detail = writtenPerson(p)
		return nil
	})
}

// SetPassword gives somebody a new password and ends their sessions.
func (s *Service) SetPassword(ctx context.Context, a playlists.Actor, id playlists.ID, password string) (Person, error) {
	p, err := s.manageable(ctx, a, id)
	if err != nil {
		return Person{}, err
	}
	ctx = s.audited(ctx, a, playlists.PersonNewPassword, id, loginWritten{Name: p.Name, Login: p.Login})
	return s.setPassword(ctx, id, p.Login, password)
}

// PersonByLogin finds somebody for a command on this machine.
func (s *Service) PersonByLogin(ctx context.Context, a playlists.Actor, login string) (Person, error) {
	login, err := cleanLogin(login)
	if err != nil {
		return Person{}, err
	}
	p, err := s.store.PersonByLogin(ctx, login)
	if err != nil {
		return Person{}, err
	}
	return s.Person(ctx, a, p.ID)
}

// Administers tells whether the grants include that over everything.
func Administers(grants []playlists.Grant) bool {
	return slices.Contains(grants, playlists.Grant{Role: playlists.Administrator})
}

// manageable gives a person that the actor may change: of an administered
// unit, and without a right that the actor could not have given. Otherwise
// the administrator of one unit could take over one of all.
func (s *Service) manageable(ctx context.Context, a playlists.Actor, id playlists.ID) (Person, error) {
	p, err := s.Person(ctx, a, id)
	if err != nil {
		return Person{}, err
	}
	return p, s.mayGrant(a, p.Grants)
}

// mayGrant refuses grants that reach further than the actor's administration.
// It is stricter than Actor.May, for which an empty scope is any scope.
func (s *Service) mayGrant(a playlists.Actor, grants []playlists.Grant) error {
	if len(grants) > maxGrants {
		return playlists.Errorf(playlists.Invalid, "too_many_grants", playlists.Params{"max": maxGrants}, "cannot give %d roles to one person: the most is %d", len(grants), maxGrants)
	}
	for i, g := range grants {
		if err := g.Validate(); err != nil {
			return err
		}
		for _, id := range []playlists.ID{g.Unit, g.Cluster} {
			if id != "" {
				if err := id.Validate(); err != nil {
					return err
				}
			}
		}
		if slices.Contains(grants[:i], g) {
			return playlists.Errorf(playlists.Invalid, "grant_twice", playlists.Params{"role": string(g.Role)}, "cannot give the role %s twice for the same place: leave one out", g.Role)
		}
		covered := slices.ContainsFunc(a.Grants, func(own playlists.Grant) bool {
			return own.Role == playlists.Administrator && (own.Unit == "" || own.Unit == g.Unit) && (own.Cluster == "" || own.Cluster == g.Cluster)
		})
		if !covered {
			return playlists.Errorf(playlists.Forbidden, "grant_too_wide", playlists.Params{"role": string(g.Role)}, "cannot give or take the role %s there: it reaches further than what you administer", g.Role)
		}
	}
	return nil
}
