// Package screencheck looks at what the glass really shows, compares it with
// what is due, says what it finds with the picture as evidence, and ends what
// has no business in the kiosk's browser. It sees what the PC has rendered, not
// the wall.
package screencheck

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Playout is what is due.
type Playout interface {
	View() playout.View
	Changed() <-chan struct{}
	Status() playout.Status
	Now() time.Time
}

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Options is what a checker works with. All but the second and third witness
// are required.
type Options struct {
	Browser *Browser
	Display *Display // nil for none
	Camera  *Camera  // nil for none
	Playout Playout
	// Prints gives what a rendition looks like, nil when that is not known.
	Prints func(playlists.Digest) *programme.Prints
	// Covered tells why something of ours lies over the picture; "" when
	// nothing does.
	Covered func() string
	// Post brings a capture to the controller.
	Post     func(context.Context, wire.Capture, []byte) error
	Restart  func(why string) // of the browser
	Problems Problems
	Changed  func() // a finding has
	Mono     func() time.Time
	Log      *slog.Logger
}

const (
	lookEvery = 2500 * time.Millisecond
	lookAgain = 600 * time.Millisecond
	// postEvery is the beat of captures that nobody asked for.
	postEvery = 2 * time.Minute
	// settle is how long a browser may take to show anything.
	settle = 10 * time.Second
)

// Checker is safe for concurrent use.
type Checker struct {
	o    Options
	mail chan letter

	mu        sync.Mutex
	past      past
	witnesses []*witness // the browser's, the display's, the camera's

	looking sync.Mutex          // one look at a time, and what looks keep
	held    []*programme.Prints // the newest last
	before  *sight              // of the look before
	still   time.Time           // monotonic, since when the sights are the same
}

// New makes a checker; Run looks.
func New(o Options) *Checker {
	return &Checker{o: o, mail: make(chan letter, maxMail), witnesses: []*witness{
		{check: wire.Check{Witness: wire.WitnessBrowser}}, {check: wire.Check{Witness: wire.WitnessDisplay}}, {check: wire.Check{Witness: wire.WitnessCamera}},
	}}
}

// Checks gives what the witnesses found last.
func (c *Checker) Checks() []wire.Check {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []wire.Check
	for _, w := range c.witnesses {
		if w.said {
			out = append(out, w.check)
		}
	}
	return out
}

// finds gives what a witness found last, "" for nothing yet.
func (c *Checker) finds(who wire.Witness) wire.Finding {
	for _, check := range c.Checks() {
		if check.Witness == who {
			return check.Finding
		}
	}
	return ""
}

// Run looks until ctx ends.
func (c *Checker) Run(ctx context.Context) error {
	var parts sync.WaitGroup
	for _, run := range []func(context.Context){c.follow, c.guard, c.deliver, c.besides} {
		parts.Go(func() { run(ctx) })
	}
	defer parts.Wait()
	next := time.NewTimer(lookEvery)
	defer next.Stop()
	posted := c.o.Mono()
	beat := jitter(postEvery / 8) // the first one soon
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
		due := c.o.Mono().Sub(posted) >= beat
		soon, sent := c.look(ctx, due)
		if sent {
			posted, beat = c.o.Mono(), jitter(postEvery)
		}
		if soon {
			next.Reset(lookAgain)
		} else {
			next.Reset(jitter(lookEvery))
		}
	}
}

func jitter(d time.Duration) time.Duration { return d*9/10 + rand.N(d/5) }

// Look captures now and brings the capture to the controller.
func (c *Checker) Look(ctx context.Context) error {
	_, letter, err := c.see(ctx)
	if err != nil {
		return err
	}
	return c.o.Post(ctx, letter.capture, letter.jpeg)
}

// look captures, judges and says what is new. It tells whether to look again
// soon, and whether the capture is on its way to the controller.
func (c *Checker) look(ctx context.Context, post bool) (soon, sent bool) {
	v, l, err := c.see(ctx)
	if err != nil && v.finding == "" || ctx.Err() != nil {
		return true, false
	}
	changed, soon := c.found(v.finding, v.why, l, v.needed)
	if (changed || post) && l.jpeg != nil {
		c.send(l, changed)
		sent = true
	}
	return soon, sent
}

// found takes a finding, and tells those who wait for a change.
func (c *Checker) found(f wire.Finding, why string, l letter, needed int) (changed, soon bool) {
	evidence := playlists.Digest("")
	if l.jpeg != nil {
		evidence = playlists.DigestOf(l.jpeg)
	}
	c.mu.Lock()
	i := slices.IndexFunc(c.witnesses, func(w *witness) bool { return w.check.Witness == l.capture.Witness })
	changed, soon = c.witnesses[i].take(f, why, evidence, c.o.Playout.Now(), c.o.Mono(), needed)
	c.mu.Unlock()
	if !changed {
		return false, soon
	}
	if bad(f) {
		c.o.Log.Error("glass is not right", "witness", l.capture.Witness, "finding", f, "why", why, "evidence", evidence)
	} else {
		c.o.Log.Info("glass was looked at", "witness", l.capture.Witness, "finding", f, "why", why)
	}
	c.o.Changed()
	return true, soon
}

type verdict struct {
	finding wire.Finding // "" for none yet
	why     string
	needed  int // looks that must agree when it is bad
}

// see captures what the browser shows and judges it.
func (c *Checker) see(ctx context.Context) (verdict, letter, error) {
	c.looking.Lock()
	defer c.looking.Unlock()
	nobody := letter{capture: wire.Capture{Witness: wire.WitnessBrowser}}
	player, foreign, arrived, err := c.o.Browser.look()
	if err != nil {
		return verdict{wire.FindingBlind, noBrowser, usual}, nobody, err
	}
	starting := time.Since(arrived) < settle
	if player == nil && len(foreign) > 0 {
		player = &foreign[0] // the guard says so; it is seen all the same
	}
	if player == nil {
		return blind(starting), nobody, errNoBrowser
	}
	from := c.o.Playout.Now()
	jpeg, err := c.o.Browser.capture(ctx, player.id)
	if err != nil {
		return blind(starting), nobody, err
	}
	until := c.o.Playout.Now()
	img, err := decode(jpeg)
	if err != nil {
		return blind(starting), nobody, err
	}
	s, err := newSight(img)
	if err != nil {
		return blind(starting), nobody, err
	}
	now := c.o.Mono()
	if c.before == nil || !unmoved(c.before.whole, s.whole) {
		c.still = now
	}
	c.before = &sight{whole: s.whole, size: s.size}
	status := c.o.Playout.Status()
	e := c.expect(from, until, status.Showing.Kind == wire.ShowSlate)
	v := verdict{needed: needed(&e, until.Sub(from))}
	if slices.ContainsFunc(foreign, func(p page) bool { return p.old() }) {
		v = verdict{wire.FindingWrong, otherPage, certain}
	} else if why := c.o.Covered(); why != "" {
		v.finding, v.why = wire.FindingUnsure, why
	} else {
		v.finding, v.why = judge(s, &e, now.Sub(c.still))
	}
	if c.o.Log.Enabled(ctx, slog.LevelDebug) {
		d := s.nearest(e.options)
		c.o.Log.Debug("glass seen", "finding", v.finding, "why", v.why, "mean", d.Mean, "worst", d.Worst, "off", d.Off, "cells", d.Cells, "options", len(e.options), "film", e.film)
	}
	return v, letter{jpeg: jpeg, capture: wire.Capture{Witness: wire.WitnessBrowser, Finding: v.finding, At: until.UnixMilli(), Wanted: e.wanted}}, nil
}

// slow is how long a capture takes on a PC that has too much to do.
const slow = 500 * time.Millisecond

func needed(e *expectation, took time.Duration) int {
	switch {
	case took > slow:
		return overloaded
	case len(e.options) > 1:
		return changing
	}
	return usual
}

func blind(starting bool) verdict {
	if starting {
		return verdict{}
	}
	return verdict{wire.FindingBlind, nothingDrawn, usual}
}
