package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/identity"
	"cotmoc/playlists"
)

// Unit is an organisation. Name is today's; the old ones stay.
type Unit struct {
	ID          playlists.ID          `json:"id"`
	Name        string                `json:"name"`
	ShortName   string                `json:"short_name"`
	Names       []playlists.DatedName `json:"names"`
	Successors  []Named               `json:"successors"`
	EndedOn     *string               `json:"ended_on" nullable:"true" format:"date"`
	PeopleCount int                   `json:"people_count"`
}

func (s *Server) registerUnits() {
	handle(s, http.MethodGet, "/units", "list-units", "Units", func(ctx context.Context, a playlists.Actor, in *page) (List[Unit], error) {
		l, err := s.Identity.Units(ctx, a, identity.Page{Text: in.Q, Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[Unit]{}, err
		}
		names, _, err := s.Identity.Directory(ctx)
		return List[Unit]{Items: each(l.Items, func(u identity.Unit) Unit { return s.unitOf(u, names) }), NextCursor: l.Next, Total: l.Total}, err
	})
	handle(s, http.MethodPost, "/units", "add-unit", "Add a unit", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Name      string `json:"name" maxLength:"400"`
			ShortName string `json:"short_name" maxLength:"400"`
			ValidFrom string `json:"valid_from,omitempty" doc:"Local date from which it has this name; today without."`
		}
	}) (Unit, error) {
		u, err := s.Identity.AddUnit(ctx, a, in.Body.Name, in.Body.ShortName, in.Body.ValidFrom)
		if err != nil {
			return Unit{}, err
		}
		return s.unitOf(u, nil), nil
	})
	handle(s, http.MethodPatch, "/units/{id}", "change-unit", "Rename a unit from a date, end it, name its successors", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Name         *string         `json:"name,omitempty" maxLength:"400"`
			ValidFrom    string          `json:"valid_from,omitempty" doc:"Local date from which the name holds; today without."`
			ShortName    *string         `json:"short_name,omitempty" maxLength:"400"`
			SuccessorIDs *[]playlists.ID `json:"successor_ids,omitempty"`
			EndedOn      *string         `json:"ended_on,omitempty" doc:"Local date, empty while it exists."`
		}
	}) (Unit, error) {
		b := &in.Body
		u, err := s.Identity.ChangeUnit(ctx, a, in.ID, identity.UnitChange{Name: b.Name, ValidFrom: b.ValidFrom, ShortName: b.ShortName, Successors: b.SuccessorIDs, EndedOn: b.EndedOn})
		if err != nil {
			return Unit{}, err
		}
		names, _, err := s.Identity.Directory(ctx)
		return s.unitOf(u, names), err
	})
}

func (s *Server) unitOf(u identity.Unit, names map[playlists.ID]string) Unit {
	out := Unit{
		ID: u.ID, Name: identity.NameOn(&u.Unit, s.Identity.Today()), ShortName: u.ShortName, Names: list(u.Names),
		Successors: each(u.Successors, func(id playlists.ID) Named { return Named{id, names[id]} }), PeopleCount: u.People,
	}
	if u.EndedOn != "" {
		out.EndedOn = &u.EndedOn
	}
	return out
}
