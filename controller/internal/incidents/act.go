package incidents

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// maxText bounds a comment, in characters.
const maxText = 2000

// Acknowledge takes an incident: it is told no more, and the person answers for
// it.
func (s *Service) Acknowledge(ctx context.Context, a playlists.Actor, id playlists.ID) (Incident, error) {
	return s.act(ctx, a, id, func(i *Incident, e *Entry) error {
		switch {
		case !i.Open():
			return errClosed(i)
		case i.Owner.ID == a.ID:
			return errUnchanged
		case i.Owner.ID != "":
			return playlists.Errorf(playlists.Conflict, "incident_taken", playlists.Params{"name": i.Owner.Name}, "cannot take this incident: %s has; ask for a hand-over, or take it over", i.Owner.Name)
		}
		e.Kind, i.Owner, i.TakenAt = Acknowledged, Named{a.ID, a.Name}, e.At
		return nil
	})
}

// Release undoes an acknowledgement of one's own.
func (s *Service) Release(ctx context.Context, a playlists.Actor, id playlists.ID) (Incident, error) {
	return s.act(ctx, a, id, func(i *Incident, e *Entry) error {
		switch {
		case !i.Open():
			return errClosed(i)
		case i.Owner.ID != a.ID:
			return playlists.Errorf(playlists.Conflict, "incident_not_yours", nil, "cannot give back this incident: it is not yours; reload it")
		}
		e.Kind, i.Owner, i.TakenAt = Released, Named{}, time.Time{}
		if i.Recovered { // it waited for their word alone
			i.GoodSince, i.Recovered = e.At, false
		}
		return nil
	})
}

// Comment writes down what somebody saw or did, also after the end.
func (s *Service) Comment(ctx context.Context, a playlists.Actor, id playlists.ID, text string) (Incident, error) {
	return s.act(ctx, a, id, func(_ *Incident, e *Entry) (err error) {
		e.Kind = Commented
		e.Text, err = cleanText(text, true)
		return err
	})
}

// HandOver gives an incident to somebody who may handle it; to oneself it is
// taking it over.
func (s *Service) HandOver(ctx context.Context, a playlists.Actor, id, to playlists.ID, text string) (Incident, error) {
	people, err := s.Handlers(ctx, a, id)
	if err != nil {
		return Incident{}, err
	}
	n := slices.IndexFunc(people, func(p Named) bool { return p.ID == to })
	if n < 0 {
		return Incident{}, playlists.Errorf(playlists.NotFound, "handler_missing", playlists.Params{"id": string(to)}, "cannot hand the incident to %.40q: choose one of the people who may handle it", string(to))
	}
	return s.act(ctx, a, id, func(i *Incident, e *Entry) error {
		if !i.Open() {
			return errClosed(i)
		}
		e.Kind, e.To = HandedOver, people[n]
		i.Owner, i.TakenAt = people[n], e.At
		e.Text, err = cleanText(text, false)
		return err
	})
}

// Close ends an incident with a reason.
func (s *Service) Close(ctx context.Context, a playlists.Actor, id playlists.ID, reason CloseReason, text string) (Incident, error) {
	return s.act(ctx, a, id, func(i *Incident, e *Entry) (err error) {
		if !slices.Contains(CloseReasons(), reason) {
			return playlists.Errorf(playlists.Invalid, "close_reason_unknown", playlists.Params{"reason": string(reason)}, "cannot close for the reason %.40q: choose one of %v", string(reason), CloseReasons())
		}
		if !i.Open() {
			return errClosed(i)
		}
		e.Kind, e.Reason = Closed, reason
		if e.Text, err = cleanText(text, reason == Other); err != nil {
			return err
		}
		i.ClosedAt, i.ClosedBy, i.Reason = e.At, Named{a.ID, a.Name}, reason
		i.Standing = i.GoodSince.IsZero()
		return nil
	})
}

// Reopen goes on with an incident that was closed too soon.
func (s *Service) Reopen(ctx context.Context, a playlists.Actor, id playlists.ID, text string) (Incident, error) {
	return s.act(ctx, a, id, func(i *Incident, e *Entry) (err error) {
		if i.Open() {
			return playlists.Errorf(playlists.Conflict, "incident_open", nil, "cannot reopen this incident: it is open; reload it")
		}
		if tr := s.tracker.tracks[keyOf(i)]; tr != nil && tr.inc != nil && tr.inc.ID != i.ID && tr.inc.Open() {
			return playlists.Errorf(playlists.Conflict, "incident_newer", playlists.Params{"id": string(tr.inc.ID)}, "cannot reopen this incident: a newer one of the same kind is open; go on with that one")
		}
		e.Kind = Reopened
		i.ClosedAt, i.ClosedBy, i.Reason, i.Standing = time.Time{}, Named{}, "", false
		i.GoodSince, i.Recovered = time.Time{}, false
		i.Owner, i.TakenAt = Named{a.ID, a.Name}, e.At // whoever wants it open answers for it
		e.Text, err = cleanText(text, false)
		return err
	})
}

// errUnchanged ends an act that has nothing to do; nobody sees it.
var errUnchanged = errors.New("it is so already")

// act does something to one incident and writes it down in the same
// transaction.
func (s *Service) act(ctx context.Context, a playlists.Actor, id playlists.ID, do func(i *Incident, e *Entry) error) (Incident, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.get(ctx, a, id)
	if err != nil {
		return Incident{}, err
	}
	if err := a.Require(playlists.HandleIncidents, i.scope()); err != nil {
		return Incident{}, err
	}
	now := s.cfg.Now()
	e := Entry{Incident: id, At: now, By: Named{a.ID, a.Name}, Params: playlists.Params{}}
	switch err := do(&i, &e); {
	case errors.Is(err, errUnchanged):
		return i, nil
	case err != nil:
		return Incident{}, err
	}
	e.Severity = i.Severity
	if err := s.store(ctx, []Change{{Incident: i, Entries: []Entry{e}, key: keyOf(&i)}}); err != nil {
		return Incident{}, err
	}
	return i, nil
}

// get gives an incident that the actor may see: the newest there is.
func (s *Service) get(ctx context.Context, a playlists.Actor, id playlists.ID) (Incident, error) {
	var i Incident
	if known := s.tracker.find(id); known != nil {
		i = *known
	} else {
		var err error
		if i, err = s.cfg.Store.Incident(ctx, id); err != nil {
			return Incident{}, err
		}
	}
	if !a.May(playlists.Watch, i.scope()) {
		return Incident{}, Missing(id)
	}
	return i, nil
}

func (i *Incident) scope() playlists.Scope {
	return playlists.Scope{Unit: i.Unit, Cluster: i.Cluster.ID}
}

// Missing is the answer for an incident that is not there, or not for this
// person.
func Missing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "incident_missing", playlists.Params{"id": string(id)}, "cannot find the incident %.40q: choose one from the list", string(id))
}

func errClosed(i *Incident) error {
	return playlists.Errorf(playlists.Conflict, "incident_closed", playlists.Params{"name": i.ClosedBy.Name}, "cannot change this incident: it is closed; reopen it first")
}

func cleanText(text string, needed bool) (string, error) {
	text = playlists.Clean(text)
	n := utf8.RuneCountInString(text)
	if n > maxText {
		return "", playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "text", "max": maxText}, "cannot keep a text of %d characters: shorten it to %d", n, maxText)
	}
	if n == 0 && needed {
		return "", playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "text"}, "cannot go on without a text: write what you saw or did")
	}
	return text, nil
}
