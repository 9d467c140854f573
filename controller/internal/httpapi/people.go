package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Person is somebody who can log in.
type Person struct {
	ID          playlists.ID      `json:"id"`
	Login       string            `json:"login"`
	Name        string            `json:"name"`
	Unit        Named             `json:"unit"`
	Grants      []playlists.Grant `json:"grants"`
	Disabled    bool              `json:"disabled"`
	LastLoginAt *time.Time        `json:"last_login_at" nullable:"true"`
	CreatedAt   time.Time         `json:"created_at"`
}

func (s *Server) registerPeople() {
	handle(s, http.MethodGet, "/people", "list-people", "People", func(ctx context.Context, a playlists.Actor, in *page) (List[Person], error) {
		l, err := s.Identity.People(ctx, a, identity.Page{Text: in.Q, Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[Person]{}, err
		}
		units, _, err := s.Identity.Directory(ctx)
		return List[Person]{Items: each(l.Items, func(p identity.Person) Person { return personOf(p, units) }), NextCursor: l.Next, Total: l.Total}, err
	})
	handle(s, http.MethodGet, "/people/{id}", "get-person", "One person", func(ctx context.Context, a playlists.Actor, in *ByID) (Person, error) {
		p, err := s.Identity.Person(ctx, a, in.ID)
		return s.named(ctx, p, err)
	})
	handle(s, http.MethodPost, "/people", "add-person", "Add a person", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Login    string            `json:"login" maxLength:"200"`
			Name     string            `json:"name" maxLength:"400"`
			UnitID   playlists.ID      `json:"unit_id"`
			Grants   []playlists.Grant `json:"grants"`
			Password string            `json:"password,omitempty" maxLength:"1000" doc:"Without one nobody can log in as them yet."`
		}
	}) (Person, error) {
		b := &in.Body
		p, err := s.Identity.AddPerson(ctx, a, identity.NewPerson{Login: b.Login, Name: b.Name, Unit: b.UnitID, Grants: b.Grants, Password: b.Password})
		return s.named(ctx, p, err)
	})
	handle(s, http.MethodPatch, "/people/{id}", "change-person", "Change a person", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Name     *string            `json:"name,omitempty" maxLength:"400"`
			UnitID   *playlists.ID      `json:"unit_id,omitempty"`
			Grants   *[]playlists.Grant `json:"grants,omitempty"`
			Disabled *bool              `json:"disabled,omitempty"`
		}
	}) (Person, error) {
		b := &in.Body
		p, err := s.Identity.ChangePerson(ctx, a, in.ID, identity.PersonChange{Name: b.Name, Unit: b.UnitID, Grants: b.Grants, Disabled: b.Disabled})
		return s.named(ctx, p, err)
	})
	handle(s, http.MethodPost, "/people/{id}/password", "set-password", "Give a person a new password; their sessions end", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Password string `json:"password" maxLength:"1000"`
		}
	}) (nothing, error) {
		_, err := s.Identity.SetPassword(ctx, a, in.ID, in.Body.Password)
		return nothing{}, err
	})
}

// named gives a person with the name of the unit.
func (s *Server) named(ctx context.Context, p identity.Person, err error) (Person, error) {
	if err != nil {
		return Person{}, err
	}
	units, _, err := s.Identity.Directory(ctx)
	return personOf(p, units), err
}

func personOf(p identity.Person, units map[playlists.ID]string) Person {
	return Person{ID: p.ID, Login: p.Login, Name: p.Name, Unit: Named{p.Unit, units[p.Unit]}, Grants: list(p.Grants), Disabled: p.Disabled, LastLoginAt: when(p.LastLoginAt), CreatedAt: p.CreatedAt}
}
