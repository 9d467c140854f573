package shifts

import (
	"context"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// write does one thing to the log of a cluster on behalf of somebody who may.
func (s *Service) write(ctx context.Context, a playlists.Actor, cluster playlists.ID, change func(now []Shift, at time.Time, open []OpenIncident) ([]Shift, []Entry, error)) error {
	_, in, err := s.scope(ctx, a, cluster)
	if err != nil {
		return err
	}
	if !mayWrite(a, in) {
		return playlists.Errorf(playlists.Forbidden, "shift_role", nil, "cannot write into the shift log of this cluster: its watch officers do; ask an administrator to be one")
	}
	open, err := s.open(ctx, cluster)
	if err != nil {
		return err
	}
	at := s.cfg.Now()
	return s.cfg.Store.Change(ctx, cluster, func(now []Shift) ([]Shift, []Entry, error) {
		changed, written, err := change(now, at, open)
		for i := range written {
			written[i].Cluster, written[i].At, written[i].Person = cluster, at, a.ID
		}
		return changed, written, err
	})
}

// of gives a person's shift.
func of(now []Shift, person playlists.ID) (Shift, bool) {
	i := slices.IndexFunc(now, func(x Shift) bool { return x.Person == person })
	if i < 0 {
		return Shift{}, false
	}
	return now[i], true
}

func notOnDuty() error {
	return playlists.Errorf(playlists.Conflict, "shift_not_on", nil, "cannot do this: you are not on duty here; begin your shift first")
}

// tidy cleans a note.
func tidy(note string, needed bool) (string, error) {
	lines := strings.Split(strings.ReplaceAll(note, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = playlists.Clean(lines[i])
	}
	note = strings.TrimSpace(strings.Join(lines, "\n"))
	if len([]rune(note)) > maxNote {
		return "", playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "note", "max": maxNote}, "cannot keep a note of more than %d characters: write two", maxNote)
	}
	if needed && note == "" {
		return "", playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "note"}, "cannot keep an empty note: write at least one character")
	}
	return note, nil
}

// Begin puts a person on duty.
func (s *Service) Begin(ctx context.Context, a playlists.Actor, cluster playlists.ID) error {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return err
	}
	return s.write(ctx, a, cluster, func(now []Shift, at time.Time, open []OpenIncident) ([]Shift, []Entry, error) {
		if _, on := of(now, a.ID); on {
			return nil, nil, playlists.Errorf(playlists.Conflict, "shift_on", nil, "cannot begin a shift: you are on duty here already")
		}
		return []Shift{{ID: id, Cluster: cluster, Person: a.ID, Began: at}}, []Entry{{Kind: Began, Shift: id, Open: open}}, nil
	})
}

// End takes a person off duty without a successor.
func (s *Service) End(ctx context.Context, a playlists.Actor, cluster playlists.ID, note string) error {
	note, err := tidy(note, false)
	if err != nil {
		return err
	}
	return s.write(ctx, a, cluster, func(now []Shift, at time.Time, open []OpenIncident) ([]Shift, []Entry, error) {
		mine, on := of(now, a.ID)
		if !on {
			return nil, nil, notOnDuty()
		}
		mine.Ended, mine.Offer = at, ""
		return []Shift{mine}, []Entry{{Kind: Ended, Shift: mine.ID, Note: note, Open: open}}, nil
	})
}

// Note writes something down.
func (s *Service) Note(ctx context.Context, a playlists.Actor, cluster playlists.ID, note string) error {
	note, err := tidy(note, true)
	if err != nil {
		return err
	}
	return s.write(ctx, a, cluster, func(now []Shift, _ time.Time, _ []OpenIncident) ([]Shift, []Entry, error) {
		mine, on := of(now, a.ID)
		if !on {
			return nil, nil, notOnDuty()
		}
		return nil, []Entry{{Kind: Noted, Shift: mine.ID, Note: note}}, nil
	})
}

// Offer hands a shift over to a named person, who has to accept. Until then
// the giver stays on duty.
func (s *Service) Offer(ctx context.Context, a playlists.Actor, cluster, to playlists.ID, note string) error {
	note, err := tidy(note, false)
	if err != nil {
		return err
	}
	_, in, err := s.scope(ctx, a, cluster)
	if err != nil {
		return err
	}
	watchers, err := s.cfg.Store.Watchers(ctx, in.Unit, cluster)
	if err != nil {
		return err
	}
	if to == a.ID || !slices.ContainsFunc(watchers, func(p Person) bool { return p.ID == to }) {
		return playlists.Errorf(playlists.Invalid, "shift_taker", nil, "cannot hand over to this person: choose another watch officer of the cluster")
	}
	return s.write(ctx, a, cluster, func(now []Shift, at time.Time, open []OpenIncident) ([]Shift, []Entry, error) {
		mine, on := of(now, a.ID)
		if !on {
			return nil, nil, notOnDuty()
		}
		mine.Offer, mine.OfferedAt = to, at
		return []Shift{mine}, []Entry{{Kind: Offered, Shift: mine.ID, Other: to, Note: note, Open: open}}, nil
	})
}

// Withdraw takes an offer back.
func (s *Service) Withdraw(ctx context.Context, a playlists.Actor, cluster playlists.ID) error {
	return s.write(ctx, a, cluster, func(now []Shift, _ time.Time, _ []OpenIncident) ([]Shift, []Entry, error) {
		mine, on := of(now, a.ID)
		if !on || mine.Offer == "" {
			return nil, nil, offerGone()
		}
		to := mine.Offer
		mine.Offer = ""
		return []Shift{mine}, []Entry{{Kind: Withdrawn, Shift: mine.ID, Other: to}}, nil
	})
}

func offerGone() error {
	return playlists.Errorf(playlists.Conflict, "shift_offer_gone", nil, "cannot do this: nothing is being handed over any more; look at the page again")
}

// Answer accepts or declines what another hands over. Whoever accepts goes on
// duty in the same moment in which the other goes off.
func (s *Service) Answer(ctx context.Context, a playlists.Actor, cluster, shift playlists.ID, accept bool) error {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return err
	}
	return s.write(ctx, a, cluster, func(now []Shift, at time.Time, open []OpenIncident) ([]Shift, []Entry, error) {
		i := slices.IndexFunc(now, func(x Shift) bool { return x.ID == shift && x.Offer == a.ID })
		if i < 0 {
			return nil, nil, offerGone()
		}
		theirs := now[i]
		theirs.Offer = ""
		if !accept {
			return []Shift{theirs}, []Entry{{Kind: Declined, Shift: theirs.ID, Other: theirs.Person}}, nil
		}
		theirs.Ended = at
		mine, on := of(now, a.ID)
		if !on {
			mine = Shift{ID: id, Cluster: cluster, Person: a.ID, Began: at}
		}
		return []Shift{theirs, mine}, []Entry{{Kind: Accepted, Shift: mine.ID, Other: theirs.Person, Open: open}}, nil
	})
}
