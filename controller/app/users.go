package app

import (
	"context"
	"crypto/rand"
	"os"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
)

// Users is what a command may do with people in a data folder, whether a
// controller runs on it or not. Close it.
type Users struct {
	db     *sqlstore.DB
	people *identity.Service
}

// User is one person for a list.
type User struct {
	Login, Name, Unit string
	Roles             []playlists.Grant
	Disabled          bool
	LastLoginAt       time.Time // zero: never
}

// OpenUsers opens the data folder and makes it when it is missing.
func OpenUsers(ctx context.Context, data string) (*Users, error) {
	cfg := Config{Data: data}
	if data == "" {
		return nil, errNoData()
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	db, err := sqlstore.Open(ctx, cfg.path(databaseFile))
	if err != nil {
		return nil, err
	}
	people, err := identity.New(identity.Config{Store: db.Identity(), Audit: newAudit(db, nil, time.Now), Now: time.Now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	return &Users{db: db, people: people}, nil
}

// Close closes the data folder.
func (u *Users) Close() error { return u.db.Close() }

// firstUnit is the unit of the first administrator when none is named; it can
// be renamed in the console.
const firstUnit = "Quản trị hệ thống"

// Add adds a person with one role over everything. The unit is found by its
// name or short name and made when it is missing; "" takes the first one.
func (u *Users) Add(ctx context.Context, login, name, unit string, role playlists.Role, password string) error {
	operator := identity.Operator()
	units, err := u.people.Units(ctx, operator, identity.Page{Limit: 200})
	if err != nil {
		return err
	}
	var in playlists.ID
	for _, known := range units.Items {
		if unit == "" || playlists.Fold(unit) == playlists.Fold(known.ShortName) || playlists.Fold(unit) == playlists.Fold(identity.NameOn(&known.Unit, u.people.Today())) {
			in = known.ID
			break
		}
	}
	if in == "" {
		if unit == "" {
			unit = firstUnit
		}
		made, err := u.people.AddUnit(ctx, operator, unit, unit, "")
		if err != nil {
			return err
		}
		in = made.ID
	}
	_, err = u.people.AddPerson(ctx, operator, identity.NewPerson{Login: login, Name: name, Unit: in, Grants: []playlists.Grant{{Role: role}}, Password: password})
	return err
}

// SetPassword gives somebody a new password and ends their sessions.
func (u *Users) SetPassword(ctx context.Context, login, password string) error {
	p, err := u.people.PersonByLogin(ctx, identity.Operator(), login)
	if err != nil {
		return err
	}
	_, err = u.people.SetPassword(ctx, identity.Operator(), p.ID, password)
	return err
}

// DropFactors takes from somebody all that they have beside the password, and
// ends their sessions.
func (u *Users) DropFactors(ctx context.Context, login string) error {
	p, err := u.people.PersonByLogin(ctx, identity.Operator(), login)
	if err != nil {
		return err
	}
	return u.people.DropFactors(ctx, identity.Operator(), p.ID)
}

// List gives everybody.
func (u *Users) List(ctx context.Context) ([]User, error) {
	units, _, err := u.people.Directory(ctx)
	if err != nil {
		return nil, err
	}
	var out []User
	page := identity.Page{Limit: 200}
	for {
		l, err := u.people.People(ctx, identity.Operator(), page)
		if err != nil {
			return nil, err
		}
		for _, p := range l.Items {
			out = append(out, User{Login: p.Login, Name: p.Name, Unit: units[p.Unit], Roles: p.Grants, Disabled: p.Disabled, LastLoginAt: p.LastLoginAt})
		}
		if page.Cursor = l.Next; page.Cursor == "" {
			return out, nil
		}
	}
}
