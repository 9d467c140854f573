package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// maxSuccessors is the most units that follow one.
const maxSuccessors = 20

// Units lists all units; everybody who is logged in may know them.
func (s *Service) Units(ctx context.Context, a playlists.Actor, p Page) (Listed[Unit], error) {
	if a.ID == "" {
		return Listed[Unit]{}, a.Require(playlists.ManagePeople, playlists.Scope{})
	}
	return s.store.Units(ctx, p)
}

// Unit gives one unit.
func (s *Service) Unit(ctx context.Context, id playlists.ID) (Unit, error) {
	return s.store.Unit(ctx, id)
}

// NoUnit is the answer for a unit that is not there.
func NoUnit(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "unit_missing", playlists.Params{"id": string(id)}, "cannot find the unit %.40q: choose one from the list of units", string(id))
}

// Today is the date by which names are chosen.
func (s *Service) Today() string { return s.now().In(s.zone).Format(time.DateOnly) }

// NameOn gives the name of a unit that was in force on a local date, the
// first one for a date before it.
func NameOn(u *playlists.Unit, date string) string {
	name := ""
	for i, n := range u.Names {
		if i == 0 || n.From <= date {
			name = n.Name
		}
	}
	return name
}

// Directory gives what units and people are called today.
func (s *Service) Directory(ctx context.Context) (units, people map[playlists.ID]string, err error) {
	all, people, err := s.store.Names(ctx)
	if err != nil {
		return nil, nil, err
	}
	units = make(map[playlists.ID]string, len(all))
	for id, u := range all {
		units[id] = NameOn(&u, s.Today())
	}
	return units, people, nil
}

// AddUnit adds a unit. Only an administrator of everything can.
func (s *Service) AddUnit(ctx context.Context, a playlists.Actor, name, short, from string) (Unit, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{}); err != nil {
		return Unit{}, err
	}
	if !a.Reach(playlists.ManagePeople).All {
		return Unit{}, playlists.Errorf(playlists.Forbidden, "right_missing", playlists.Params{"right": string(playlists.ManagePeople)}, "cannot add a unit: only an administrator of all units can")
	}
	u := Unit{Unit: playlists.Unit{}}
	var err error
	if u.ShortName, err = shortName(short); err != nil {
		return Unit{}, err
	}
	if from == "" {
		from = s.Today()
	}
	if err := u.rename(name, from); err != nil {
		return Unit{}, err
	}
	if u.ID, err = playlists.NewID(s.random); err != nil {
		return Unit{}, err
	}
	return u, s.store.AddUnit(s.audited(ctx, a, playlists.UnitAdded, u.ID, writtenUnit(&u)), u, s.now())
}

// UnitChange is what changes about a unit; nil leaves it. A name comes with
// the date it begins; what was said under the old name keeps it.
type UnitChange struct {
	Name       *string
	ValidFrom  string
	ShortName  *string
	Successors *[]playlists.ID
	EndedOn    *string
}

// ChangeUnit changes a unit that the actor administers.
func (s *Service) ChangeUnit(ctx context.Context, a playlists.Actor, id playlists.ID, c UnitChange) (Unit, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: id}); err != nil {
		return Unit{}, err
	}
	if c.Successors != nil {
		if err := s.checkSuccessors(ctx, id, *c.Successors); err != nil {
			return Unit{}, err
		}
	}
	written := playlists.Act{At: s.now(), By: a.ID, Kind: playlists.UnitChanged, Subject: id}
	return s.store.UpdateUnit(playlists.WithAct(ctx, &written), id, func(u *Unit) error {
		if c.ShortName != nil {
			short, err := shortName(*c.ShortName)
			if err != nil {
				return err
			}
			u.ShortName = short
		}
		if c.Name != nil {
			from := c.ValidFrom
			if from == "" {
				from = s.Today()
			}
			if err := u.rename(*c.Name, from); err != nil {
				return err
			}
		}
		if c.EndedOn != nil {
			if err := checkDate("ended_on", *c.EndedOn); *c.EndedOn != "" && err != nil {
				return err
			}
			u.EndedOn = *c.EndedOn
		}
		if c.Successors != nil {
			u.Successors = *c.Successors
		}
		written.Detail = writtenUnit(u)
		return nil
	})
}

// checkSuccessors refuses units that are not there and circles.
func (s *Service) checkSuccessors(ctx context.Context, id playlists.ID, successors []playlists.ID) error {
	if len(successors) > maxSuccessors {
		return playlists.Errorf(playlists.Invalid, "too_many_successors", playlists.Params{"max": maxSuccessors}, "cannot name %d successors: the most is %d", len(successors), maxSuccessors)
	}
	seen := map[playlists.ID]bool{}
	for next := slices.Clone(successors); len(next) > 0; next = next[1:] {
		if next[0] == id {
			return playlists.Errorf(playlists.Invalid, "successor_circle", nil, "cannot make a unit follow itself: choose other successors")
		}
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		u, err := s.store.Unit(ctx, next[0])
		if err != nil {
			return err
		}
		next = append(next, u.Successors...)
	}
	return nil
}

// rename adds a name from a date, or replaces the one that began then.
func (u *Unit) rename(name, from string) error {
	name, err := playlists.CleanTitle("name", name)
	if err != nil {
		return err
	}
	if err := checkDate("valid_from", from); err != nil {
		return err
	}
	u.Names = slices.DeleteFunc(u.Names, func(n playlists.DatedName) bool { return n.From == from })
	u.Names = append(u.Names, playlists.DatedName{Name: name, From: from})
	slices.SortFunc(u.Names, func(a, b playlists.DatedName) int { return strings.Compare(a.From, b.From) })
	return nil
}

func shortName(s string) (string, error) { return playlists.CleanTitle("short_name", s) }

func checkDate(field, date string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"field": field, "value": date}, "cannot read the date %.20q of %s: write YYYY-MM-DD", date, field)
	}
	return nil
}
