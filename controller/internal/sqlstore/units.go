package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Units implements identity.Store. There are few units, so that they are
// filtered here, over all names they ever had.
func (s Identity) Units(ctx context.Context, p identity.Page) (identity.Listed[identity.Unit], error) {
	var out identity.Listed[identity.Unit]
	skip := 0
	after, err := keys(p.Cursor, 1)
	if err != nil {
		return out, err
	}
	if after[0] != "" {
		if skip, err = strconv.Atoi(after[0]); err != nil || skip < 0 {
			return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", p.Cursor)
		}
	}
	var all []identity.Unit
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Units(ctx)
		if err != nil {
			return err
		}
		names, err := q.UnitNames(ctx)
		if err != nil {
			return err
		}
		successors, err := q.UnitSuccessors(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			all = append(all, unitOf(sqlcgen.UnitRow(r), names, successors))
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	text := playlists.Fold(p.Text)
	all = slices.DeleteFunc(all, func(u identity.Unit) bool {
		return !strings.Contains(playlists.Fold(u.ShortName), text) &&
			!slices.ContainsFunc(u.Names, func(n playlists.DatedName) bool { return strings.Contains(playlists.Fold(n.Name), text) })
	})
	out.Total = len(all)
	end := min(skip+p.Limit, len(all))
	out.Items = all[min(skip, end):end]
	if end < len(all) {
		out.Next = cursor(strconv.Itoa(end))
	}
	return out, nil
}

// Unit implements identity.Store.
func (s Identity) Unit(ctx context.Context, id playlists.ID) (identity.Unit, error) {
	var u identity.Unit
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		var err error
		u, err = unit(ctx, q, id)
		return err
	})
	return u, err
}

// AddUnit implements identity.Store.
func (s Identity) AddUnit(ctx context.Context, u identity.Unit, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.AddUnit(ctx, sqlcgen.AddUnitParams{ID: string(u.ID), ShortName: u.ShortName, EndedOn: u.EndedOn, CreatedAt: millis(at)}); err != nil {
			return err
		}
		return addNames(ctx, q, &u)
	})
}

// UpdateUnit implements identity.Store.
func (s Identity) UpdateUnit(ctx context.Context, id playlists.ID, change func(*identity.Unit) error) (identity.Unit, error) {
	var u identity.Unit
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var err error
		if u, err = unit(ctx, q, id); err != nil {
			return err
		}
		if err := change(&u); err != nil {
			return err
		}
		if err := q.UpdateUnit(ctx, sqlcgen.UpdateUnitParams{ShortName: u.ShortName, EndedOn: u.EndedOn, ID: string(id)}); err != nil {
			return err
		}
		if err := q.ClearUnitNames(ctx, string(id)); err != nil {
			return err
		}
		if err := q.ClearUnitSuccessors(ctx, string(id)); err != nil {
			return err
		}
		return addNames(ctx, q, &u)
	})
	return u, err
}

// addNames writes what a unit has several of.
func addNames(ctx context.Context, q *sqlcgen.Queries, u *identity.Unit) error {
	for _, n := range u.Names {
		if err := q.AddUnitName(ctx, sqlcgen.AddUnitNameParams{UnitID: string(u.ID), ValidFrom: n.From, Name: n.Name}); err != nil {
			return err
		}
	}
	for _, s := range u.Successors {
		if err := q.AddUnitSuccessor(ctx, sqlcgen.AddUnitSuccessorParams{UnitID: string(u.ID), SuccessorID: string(s)}); err != nil {
			return err
		}
	}
	return nil
}

func unit(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (identity.Unit, error) {
	row, err := q.Unit(ctx, string(id))
	if err != nil {
		return identity.Unit{}, missing(err, identity.NoUnit(id))
	}
	names, err := q.NamesOfUnit(ctx, string(id))
	if err != nil {
		return identity.Unit{}, err
	}
	successors, err := q.SuccessorsOfUnit(ctx, string(id))
	if err != nil {
		return identity.Unit{}, err
	}
	return unitOf(row, names, successors), nil
}

// unitOf joins a unit with its part of the names and successors.
func unitOf(r sqlcgen.UnitRow, names []sqlcgen.UnitName, successors []sqlcgen.UnitSuccessor) identity.Unit {
	u := identity.Unit{Unit: playlists.Unit{ID: playlists.ID(r.ID), EndedOn: r.EndedOn}, ShortName: r.ShortName, People: int(r.People)}
	for _, n := range names {
		if n.UnitID == r.ID {
			u.Names = append(u.Names, playlists.DatedName{Name: n.Name, From: n.ValidFrom})
		}
	}
	for _, s := range successors {
		if s.UnitID == r.ID {
			u.Successors = append(u.Successors, playlists.ID(s.SuccessorID))
		}
	}
	return u
}

// Names implements identity.Store.
func (s Identity) Names(ctx context.Context) (map[playlists.ID]playlists.Unit, map[playlists.ID]string, error) {
	units, people := map[playlists.ID]playlists.Unit{}, map[playlists.ID]string{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		names, err := q.UnitNames(ctx)
		if err != nil {
			return err
		}
		for _, n := range names {
			u := units[playlists.ID(n.UnitID)]
			u.ID = playlists.ID(n.UnitID)
			u.Names = append(u.Names, playlists.DatedName{Name: n.Name, From: n.ValidFrom})
			units[u.ID] = u
		}
		rows, err := q.PeopleNames(ctx)
		for _, r := range rows {
			people[playlists.ID(r.ID)] = r.Name
		}
		return err
	})
	return units, people, err
}
