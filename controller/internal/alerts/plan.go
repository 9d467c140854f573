package alerts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cotmoc/playlists"
)

// lastFor is how long a delivery is tried.
const lastFor = 24 * time.Hour

// plan turns the next entries of the journal into deliveries and tells whether
// there may be more.
func (s *Service) plan(ctx context.Context) (more bool, err error) {
	from, err := s.cfg.Store.Cursor(ctx)
	if err != nil {
		return false, err
	}
	events, err := s.cfg.Journal.After(ctx, from, readAtOne)
	if err != nil || len(events) == 0 {
		return false, err
	}
	channels, err := s.cfg.Store.Channels(ctx, playlists.Reach{All: true})
	if err != nil {
		return false, err
	}
	incidents := make([]playlists.ID, 0, len(events))
	for i := range events {
		if !slices.Contains(incidents, events[i].Incident) {
			incidents = append(incidents, events[i].Incident)
		}
	}
	standing, err := s.cfg.Store.Standing(ctx, incidents)
	if err != nil {
		return false, err
	}
	p := &planner{
		Plan: Plan{From: from, To: events[len(events)-1].Seq, Levels: map[playlists.ID]int{}, At: s.cfg.Now(), Why: &Trouble{Reason: "alert_over_in_quiet"}},
		zone: s.zone, standing: standing,
	}
	for i := range events {
		p.event(&events[i], channels)
	}
	if err := s.cfg.Store.Plan(ctx, &p.Plan); err != nil {
		return false, fmt.Errorf("cannot plan alerts from %d to %d: %w", p.From, p.To, err)
	}
	return len(events) == readAtOne, nil
}

// planner works out who is told about events.
type planner struct {
	Plan
	zone     *time.Location
	standing map[playlists.ID]Standing
}

func (p *planner) event(e *Event, channels []*Channel) {
	st := p.standing[e.Incident]
	if st.Told == nil {
		st.Told = map[string]Told{}
	}
	switch e.Kind {
	case Escalated:
		st.Level++
		p.Levels[e.Incident] = st.Level
	case Closed:
		st.Level = 0
		p.Levels[e.Incident] = 0
	}
	p.standing[e.Incident] = st
	for _, c := range channels {
		if !c.Enabled || c.Unit != e.Unit || c.Cluster != "" && c.Cluster != e.Cluster {
			continue
		}
		for _, target := range c.Targets {
			p.target(e, c, target, st)
		}
	}
}

// target decides whether one target is told about an event, and when.
func (p *planner) target(e *Event, c *Channel, target string, st Standing) {
	key := ToldKey(c.ID, target)
	told, got := st.Told[key]
	got = got && told.State != Failed && told.State != Dropped
	opens := false
	switch e.Kind {
	case Opened:
		if opens = c.Level == 0 && e.Severity.reaches(c.Least); !opens {
			return
		}
	case Escalated:
		if opens = !got; opens && (c.Level > st.Level || !e.Severity.reaches(c.Least)) {
			return
		}
	default:
		if !got {
			return // who never heard of it need not hear that it is over
		}
	}
	next := p.At
	if quiet := c.Quiet.until(p.At, p.zone); !quiet.IsZero() && !(e.Severity == Critical && c.Quiet.Critical) {
		next = quiet
	}
	if held := got && told.State == Waiting && told.Attempts == 0 && told.Next.After(p.At); held {
		switch {
		case e.Kind == Closed: // began and ended while everybody slept
			p.drop(told)
			delete(st.Told, key)
			return
		case e.Kind == Escalated && !next.After(p.At): // says more than what is held
			p.drop(told)
			opens = true
		}
	}
	d := &Delivery{
		Key: "event:" + strconv.FormatInt(e.Seq, 10), Channel: c.ID, Target: target, Incident: e.Incident, Cluster: e.Cluster, Severity: e.Severity,
		Content: Content{Event: e}, State: Waiting, Next: next, Created: p.At, Expires: next.Add(lastFor),
	}
	d.Message, d.Opens = messageID(d.Key, c.ID, target), opens
	p.Add = append(p.Add, d)
	if opens {
		st.Told[key] = Told{State: Waiting, Next: next, Message: d.Message}
	}
}

func (p *planner) drop(t Told) {
	if t.ID != 0 {
		p.Drop = append(p.Drop, t.ID)
		return
	}
	p.Add = slices.DeleteFunc(p.Add, func(d *Delivery) bool { return d.Message == t.Message })
}
