package alerts

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"cotmoc/playlists"
)

// How messages are tried again.
const (
	firstPause   = 5 * time.Second
	longestPause = 15 * time.Minute
	refusedPause = 5 * time.Minute // after a no that is not likely to become a yes
	mostAsked    = time.Hour       // that a receiver may ask us to wait
	// mostDoubts is how often a message may have arrived without an answer
	// before it is left at that. Receivers that know its name drop the repeats;
	// people would read them.
	mostDoubts = 8

	crowd       = 20 // messages to a target from one cluster in crowdWindow; more become one
	crowdWindow = time.Minute
	digestFirst = 5 // that a digest names
	mostWaiting = 3000
)

// fault is why a message was not delivered.
type fault struct {
	Trouble
	doubt   bool // it may have been
	refused bool // trying again soon is of no use
	after   time.Duration
	err     error // for the log
}

// begin sends what is due, one after another to each target.
func (s *Service) begin(ctx, sending context.Context, way *sync.WaitGroup) (next time.Time, err error) {
	now, busy := s.cfg.Now(), s.onTheWay() // before the list is read: what ends meanwhile is in it as it was
	waiting, err := s.cfg.Store.Waiting(ctx, mostWaiting)
	if err != nil || len(waiting) == 0 {
		return time.Time{}, err
	}
	recent, err := s.cfg.Store.Recent(ctx, now.Add(-crowdWindow))
	if err != nil {
		return time.Time{}, err
	}
	channels := map[playlists.ID]*Channel{}
	for _, lane := range lanes(waiting) {
		if busy[ToldKey(lane[0].Channel, lane[0].Target)] {
			continue
		}
		c, known := channels[lane[0].Channel]
		if !known {
			if c, err = s.cfg.Store.Channel(ctx, lane[0].Channel); err != nil && playlists.CodeOf(err) != playlists.NotFound {
				return time.Time{}, err
			}
			channels[lane[0].Channel] = c
		}
		if c == nil || !c.Enabled {
			continue // it goes on when the channel does
		}
		choice := choose(lane, recent, now)
		next = sooner(next, choice.next)
		switch key := ToldKey(c.ID, lane[0].Target); {
		case len(choice.gather) > 0:
			if err := s.gather(ctx, choice.gather, now); err != nil {
				return time.Time{}, err
			}
			s.Wake()
		case choice.send != nil && s.take(key):
			way.Go(func() {
				defer s.Wake()
				defer s.leave(key)
				s.deliver(sending, c, choice.send)
			})
		}
	}
	return next, nil
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// lanes sorts deliveries by target, keeping their order.
func lanes(all []*Delivery) [][]*Delivery {
	var out [][]*Delivery
	at := map[string]int{}
	for _, d := range all {
		key := ToldKey(d.Channel, d.Target)
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], d)
	}
	return out
}

// choice is what to do for one target now.
type choice struct {
	send   *Delivery
	gather []*Delivery
	next   time.Time // when to look again; zero for when something changes
}

// choose takes the oldest delivery that is due, or all of a cluster when they
// would be too many to read. Nothing about an incident overtakes what came
// before it about the same incident.
func choose(lane []*Delivery, recent map[Lane]int, now time.Time) (c choice) {
	blocked := map[playlists.ID]bool{}
	due := map[playlists.ID][]*Delivery{} // by cluster
	for _, d := range lane {
		if d.Incident != "" && blocked[d.Incident] {
			continue
		}
		if d.Next.After(now) {
			c.next = sooner(c.next, d.Next)
			blocked[d.Incident] = true
			continue
		}
		if d.Content.Event == nil {
			if c.send == nil {
				c.send = d
			}
			continue
		}
		due[d.Cluster] = append(due[d.Cluster], d)
	}
	for _, d := range lane {
		all := due[d.Cluster]
		if c.send != nil && c.send.ID < d.ID || !slices.Contains(all, d) {
			continue
		}
		sent := recent[Lane{d.Channel, d.Target, d.Cluster}]
		fresh := slices.DeleteFunc(slices.Clone(all), func(d *Delivery) bool { return d.Doubts > 0 })
		if crowded := d.Doubts == 0 && sent+len(fresh) > crowd; crowded {
			if sent >= crowd && now.Sub(fresh[0].Created) < crowdWindow {
				c.next = sooner(c.next, fresh[0].Created.Add(crowdWindow))
				continue // in a moment, with the others
			}
			if len(fresh) > 1 {
				c.send, c.gather = nil, fresh
				return c
			}
		}
		c.send = d
		return c
	}
	return c
}

// gather makes one message of many.
func (s *Service) gather(ctx context.Context, parts []*Delivery, now time.Time) error {
	g := &Digest{Total: len(parts), ClusterName: parts[0].Content.Event.ClusterName, From: parts[0].Content.Event.At}
	into := &Delivery{
		Key: "digest:" + parts[0].Message, Channel: parts[0].Channel, Target: parts[0].Target, Cluster: parts[0].Cluster, Severity: Info,
		Content: Content{Digest: g}, State: Waiting, Next: now, Created: now, Expires: now.Add(lastFor),
	}
	into.Message = messageID(into.Key, into.Channel, into.Target)
	ids := make([]int64, len(parts))
	for i, d := range parts {
		e := d.Content.Event
		ids[i] = d.ID
		if e.At.Before(g.From) {
			g.From = e.At
		}
		if d.Severity.reaches(into.Severity) {
			into.Severity = d.Severity
		}
		switch e.Kind {
		case Opened, Escalated:
			g.Opened++
			if e.Severity == Critical {
				g.Critical++
			}
			g.First = append(g.First, *e)
		case Closed:
			g.Closed++
		}
	}
	slices.SortStableFunc(g.First, func(a, b Event) int {
		return slices.Index(Severities(), b.Severity) - slices.Index(Severities(), a.Severity)
	})
	g.First = g.First[:min(len(g.First), digestFirst)]
	return s.cfg.Store.Gather(ctx, into, ids)
}

func (s *Service) take(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[key] || len(s.busy) >= atOnce {
		return false
	}
	s.busy[key] = true
	return true
}

func (s *Service) onTheWay() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.busy)
}

func (s *Service) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, key)
}

// deliver tries one delivery and keeps how it ended, also when we are being
// ended.
func (s *Service) deliver(ctx context.Context, c *Channel, d *Delivery) {
	f := s.send(ctx, c, s.message(c, d), func() error { return s.cfg.Store.Hand(ctx, d.ID) })
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if f != nil && f.err != nil {
		s.cfg.Log.WarnContext(keep, "alert not delivered", "channel", c.ID, "kind", c.Kind, "attempt", d.Attempts+1, "doubt", f.doubt, "error", f.err)
	}
	e, err := s.ending(keep, c, d, f)
	if err == nil {
		err = s.cfg.Store.End(keep, d.ID, e)
	}
	if err != nil {
		s.cfg.Log.ErrorContext(keep, "alert not marked", "delivery", d.ID, "error", err)
	}
}

// ending decides what becomes of a delivery after an attempt.
func (s *Service) ending(ctx context.Context, c *Channel, d *Delivery, f *fault) (Ending, error) {
	now := s.cfg.Now()
	e := Ending{State: Sent, At: now}
	if f == nil {
		return e, nil
	}
	e.State, e.Doubt, e.Trouble = Waiting, f.doubt, &f.Trouble
	pause, err := s.pause(d.Attempts+1, f)
	if err != nil {
		return e, err
	}
	e.Next = now.Add(pause)
	switch {
	case f.doubt && d.Doubts+1 >= mostDoubts && c.Kind != Webhook:
		e.State = Unsure
	case e.Next.After(d.Expires):
		e.State = Failed
	default:
		return e, nil
	}
	e.Tell, err = s.lostDelivery(ctx, c, d, now)
	return e, err
}

// pause is how long the next attempt waits: longer each time, and never the
// same for all.
func (s *Service) pause(attempts int, f *fault) (time.Duration, error) {
	p := firstPause
	for i := 1; i < attempts && p < longestPause; i++ {
		p *= 3
	}
	p = min(p, longestPause)
	if f.refused {
		p = max(p, refusedPause)
	}
	var b [8]byte
	if _, err := io.ReadFull(s.cfg.Random, b[:]); err != nil {
		return 0, fmt.Errorf("cannot spread attempts: %w", err)
	}
	p = p*4/5 + time.Duration(binary.BigEndian.Uint64(b[:])%uint64(p*2/5))
	return max(p, min(f.after, mostAsked)), nil
}

// lostDelivery tells the audit log and the unit's other channels, once a day,
// that a channel loses messages.
func (s *Service) lostDelivery(ctx context.Context, c *Channel, d *Delivery, now time.Time) ([]*Delivery, error) {
	day := now.In(s.zone).Format(time.DateOnly)
	s.mu.Lock()
	told := s.lost[c.ID] == day
	s.lost[c.ID] = day
	s.mu.Unlock()
	if told || d.Content.Lost != nil {
		return nil, nil
	}
	if err := s.cfg.Audit.Record(ctx, playlists.Act{At: now, Kind: playlists.AlertLost, Subject: c.ID, Detail: written(c)}); err != nil {
		return nil, err
	}
	all, err := s.cfg.Store.Channels(ctx, playlists.Reach{Units: []playlists.ID{c.Unit}})
	if err != nil {
		return nil, err
	}
	var out []*Delivery
	for _, other := range all {
		if other.ID == c.ID || !other.Enabled || other.Level > 0 || other.Unit != c.Unit {
			continue
		}
		next := now
		if quiet := other.Quiet.until(now, s.zone); !quiet.IsZero() {
			next = quiet
		}
		for _, target := range other.Targets {
			l := &Delivery{
				Key: "lost:" + string(c.ID) + ":" + day, Channel: other.ID, Target: target, Severity: Warning,
				Content: Content{Lost: &Lost{Channel: c.Name, Kind: c.Kind, At: now}}, State: Waiting, Next: next, Created: now, Expires: next.Add(lastFor),
			}
			l.Message = messageID(l.Key, l.Channel, target)
			out = append(out, l)
		}
	}
	return out, nil
}

// send brings one message to its target; nil when it has arrived. handing is
// called right before it may.
func (s *Service) send(ctx context.Context, c *Channel, m Message, handing func() error) *fault {
	secrets, err := s.secretsOf(c)
	if err != nil {
		return s.faultOf(err)
	}
	switch c.Kind {
	case Email:
		return s.sendMail(ctx, c, secrets, m, handing)
	case Webhook:
		return s.sendWebhook(ctx, c, secrets, m, handing)
	case Telegram:
		return s.sendTelegram(ctx, secrets, m, handing)
	case Zalo:
		return s.sendZalo(ctx, c, secrets, m, handing)
	}
	return &fault{Trouble: Trouble{Reason: "alert_choice"}, refused: true}
}

// faultOf is a fault of ours, before anything was sent.
func (s *Service) faultOf(err error) *fault {
	if e, ok := errors.AsType[*playlists.Error](err); ok {
		return &fault{Trouble: Trouble{Reason: e.Reason, Params: e.Params}, refused: true, err: err}
	}
	return &fault{Trouble: Trouble{Reason: "internal"}, err: err}
}

// lineFault is one of the way there.
func (s *Service) lineFault(err error) *fault {
	return &fault{Trouble: s.cfg.Outside.Why(err), doubt: !s.cfg.Outside.Unsent(err), err: err}
}
