package sqlstore

import (
	"context"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Identity implements identity.Store.
type Identity struct{ db *DB }

var _ identity.Store = Identity{}

// Identity gives the part of the database that knows people and units.
func (d *DB) Identity() Identity { return Identity{d} }

// People implements identity.Store.
func (s Identity) People(ctx context.Context, in playlists.Reach, p identity.Page) (identity.Listed[identity.Person], error) {
	var out identity.Listed[identity.Person]
	after, err := keys(p.Cursor, 2)
	if err != nil {
		return out, err
	}
	r := unitReach(in)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		total, err := q.CountPeople(ctx, sqlcgen.CountPeopleParams{Every: r.every, Units: r.units, Pattern: pattern(p.Text)})
		if err != nil {
			return err
		}
		rows, err := q.People(ctx, sqlcgen.PeopleParams{Every: r.every, Units: r.units, Pattern: pattern(p.Text), AfterName: after[0], AfterID: after[1], Size: int64(p.Limit)})
		if err != nil {
			return err
		}
		out.Total = int(total)
		if len(rows) == p.Limit && len(rows) > 0 {
			last := rows[len(rows)-1]
			out.Next = cursor(last.NameFolded, last.ID)
		}
		out.Items, err = withGrants(ctx, q, rows...)
		return err
	})
	return out, err
}

// Person implements identity.Store.
func (s Identity) Person(ctx context.Context, id playlists.ID) (identity.Person, error) {
	return one(ctx, s.db.read(), id, func(q *sqlcgen.Queries) (sqlcgen.Person, error) { return q.Person(ctx, string(id)) })
}

// PersonByLogin implements identity.Store.
func (s Identity) PersonByLogin(ctx context.Context, login string) (identity.Person, error) {
	return one(ctx, s.db.read(), playlists.ID(login), func(q *sqlcgen.Queries) (sqlcgen.Person, error) { return q.PersonByLogin(ctx, login) })
}

func one(ctx context.Context, q *sqlcgen.Queries, name playlists.ID, get func(*sqlcgen.Queries) (sqlcgen.Person, error)) (identity.Person, error) {
	row, err := get(q)
	if err != nil {
		return identity.Person{}, missing(err, identity.NoPerson(name))
	}
	people, err := withGrants(ctx, q, row)
	if err != nil {
		return identity.Person{}, err
	}
	return people[0], nil
}

// AddPerson implements identity.Store.
func (s Identity) AddPerson(ctx context.Context, p identity.Person) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.AddPerson(ctx, sqlcgen.AddPersonParams{
			ID: string(p.ID), Login: p.Login, Name: p.Name, NameFolded: playlists.Fold(p.Name), UnitID: string(p.Unit), PasswordHash: p.Hash,
			Locale: p.Locale, Theme: p.Theme, Disabled: p.Disabled, SessionEpoch: int64(p.Epoch), LastLoginAt: millis(p.LastLoginAt), CreatedAt: millis(p.CreatedAt),
		})
		if err != nil {
			return taken(err, playlists.Errorf(playlists.Conflict, "login_taken", playlists.Params{"login": p.Login}, "cannot add %q: somebody has this login already; choose another one", p.Login))
		}
		return addGrants(ctx, q, &p)
	})
}

// UpdatePerson implements identity.Store.
func (s Identity) UpdatePerson(ctx context.Context, id playlists.ID, change func(*identity.Person, int) error) (identity.Person, error) {
	var p identity.Person
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var err error
		if p, err = one(ctx, q, id, func(q *sqlcgen.Queries) (sqlcgen.Person, error) { return q.Person(ctx, string(id)) }); err != nil {
			return err
		}
		others, err := q.Administrators(ctx, string(id))
		if err != nil {
			return err
		}
		if err := change(&p, int(others)); err != nil {
			return err
		}
		if err := q.UpdatePerson(ctx, sqlcgen.UpdatePersonParams{
			Name: p.Name, NameFolded: playlists.Fold(p.Name), UnitID: string(p.Unit), PasswordHash: p.Hash, Locale: p.Locale,
			Theme: p.Theme, Disabled: p.Disabled, SessionEpoch: int64(p.Epoch), ID: string(id),
		}); err != nil {
			return err
		}
		if err := q.ClearGrants(ctx, string(id)); err != nil {
			return err
		}
		return addGrants(ctx, q, &p)
	})
	return p, err
}

// LoggedIn implements identity.Store.
func (s Identity) LoggedIn(ctx context.Context, id playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.LoggedIn(ctx, sqlcgen.LoggedInParams{LastLoginAt: millis(at), ID: string(id)})
	})
}

func addGrants(ctx context.Context, q *sqlcgen.Queries, p *identity.Person) error {
	for i, g := range p.Grants {
		if err := q.AddGrant(ctx, sqlcgen.AddGrantParams{PersonID: string(p.ID), Position: int64(i), Role: string(g.Role), UnitID: string(g.Unit), ClusterID: string(g.Cluster)}); err != nil {
			return err
		}
	}
	return nil
}

// withGrants makes people of their rows.
func withGrants(ctx context.Context, q *sqlcgen.Queries, rows ...sqlcgen.Person) ([]identity.Person, error) {
	out := make([]identity.Person, len(rows))
	ids := make([]string, len(rows))
	at := map[string]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		out[i] = identity.Person{
			ID: playlists.ID(r.ID), Login: r.Login, Name: r.Name, Unit: playlists.ID(r.UnitID), Grants: []playlists.Grant{}, Locale: r.Locale, Theme: r.Theme,
			Disabled: r.Disabled, Hash: r.PasswordHash, Epoch: int(r.SessionEpoch), LastLoginAt: instant(r.LastLoginAt), CreatedAt: instant(r.CreatedAt),
		}
	}
	grants, err := q.GrantsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		p := &out[at[g.PersonID]]
		p.Grants = append(p.Grants, playlists.Grant{Role: playlists.Role(g.Role), Unit: playlists.ID(g.UnitID), Cluster: playlists.ID(g.ClusterID)})
	}
	return out, nil
}
