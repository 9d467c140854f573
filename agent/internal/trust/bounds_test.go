package trust

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists/wire"
)

// What begins is held to the earliest moment that now may be, what ends to the
// latest: whichever source lies, and whichever way.
func TestBounds(t *testing.T) {
	t.Parallel()
	start := built.AddDate(0, 0, 20)
	year := 365 * 24 * time.Hour
	for _, c := range []struct {
		name         string
		do           func(*machine, *Clock)
		early, later time.Duration // from the true time
		state        wire.ClockState
	}{
		{"all agree", func(*machine, *Clock) {}, 0, 0, wire.ClockPlausible},
		{"the wall clock jumps a year ahead", func(m *machine, c *Clock) { c.Now(); m.r.Wall = m.r.Wall.Add(year) }, 0, year, wire.ClockPlausible},
		{"it jumps, and a time server says that is right", func(m *machine, c *Clock) { c.Now(); m.r.Wall, m.r.Synced = m.r.Wall.Add(year), true }, year, year, wire.ClockTrusted},
		{"the wall clock jumps an hour back", func(m *machine, c *Clock) { c.Now(); m.r.Wall = m.r.Wall.Add(-time.Hour) }, -time.Hour, 0, wire.ClockPlausible},
		{"a beacon that agrees", func(m *machine, c *Clock) { c.Beacon(m.r.Wall) }, 0, 0, wire.ClockTrusted},
		{"a beacon a year ahead", func(m *machine, c *Clock) { c.Beacon(m.r.Wall.Add(year)) }, 0, year, wire.ClockTrusted},
		{"a beacon a year ahead of a time server", func(m *machine, c *Clock) { m.r.Synced = true; c.Beacon(m.r.Wall.Add(year)) }, 0, year, wire.ClockTrusted},
		{"a programme issued next year", func(m *machine, c *Clock) { c.Prove(m.r.Wall.Add(year)) }, 0, year, wire.ClockLost},
		{"a beacon past the charter's end", func(m *machine, c *Clock) { c.Limit(m.r.Wall.Add(year)); c.Beacon(m.r.Wall.Add(70 * year)) }, 0, year, wire.ClockTrusted},
		{"a beacon for a dead clock", func(m *machine, c *Clock) { c.Beacon(m.r.Wall); m.r.Wall = time.Unix(9, 0) }, 0, 0, wire.ClockTrusted},
		{"a beacon that is old", func(m *machine, c *Clock) { c.Beacon(m.r.Wall); m.run(25 * time.Hour) }, 0, 0, wire.ClockPlausible},
		{"a year ahead as a time server says, then set right as a beacon says", func(m *machine, c *Clock) {
			right := m.r.Wall
			m.r.Wall, m.r.Synced = right.Add(year), true
			c.Now()
			m.r.Wall, m.r.Synced = right, false
			c.Beacon(right)
		}, 0, 0, wire.ClockTrusted},
		{"it jumps while a beacon says something else", func(m *machine, c *Clock) {
			c.Now()
			c.Beacon(m.r.Wall.Add(time.Hour))
			m.r.Wall = m.r.Wall.Add(2 * time.Hour)
		}, 0, 2 * time.Hour, wire.ClockTrusted},
		{"it drifts a minute at a time", func(m *machine, c *Clock) {
			for range 30 {
				c.Now()
				m.r.Wall = m.r.Wall.Add(time.Minute)
			}
		}, 30 * time.Minute, 30 * time.Minute, wire.ClockPlausible},
		{"a dead clock first, then a beacon", func(m *machine, c *Clock) { right := m.r.Wall; m.r.Wall = time.Unix(9, 0); c.Now(); c.Beacon(right) }, 0, 0, wire.ClockTrusted},
		{"a time server and a beacon that is an hour slow", func(m *machine, c *Clock) { m.r.Synced = true; c.Beacon(m.r.Wall.Add(-time.Hour)) }, -time.Hour, 0, wire.ClockPlausible},
	} {
		m := &machine{Reading{Wall: start, Mono: time.Hour}}
		ck := clock(m, &memory{})
		c.do(m, ck)
		truth := start.Add(m.r.Mono - time.Hour)
		_, state := ck.Now()
		early, later := ck.Bounds()
		if state != c.state || !agree(early, truth.Add(c.early)) || !agree(later, truth.Add(c.later)) {
			t.Errorf("%s: %s between %s and %s, want %s between %s and %s", c.name, state, early, later, c.state, truth.Add(c.early), truth.Add(c.later))
		}
	}
}

// What clocks agreed on outlives a dead battery: after the restart nothing
// that had begun has to wait for it again.
func TestProvenIsKept(t *testing.T) {
	t.Parallel()
	truth := built.AddDate(0, 0, 20)
	for _, wall := range []time.Time{truth, time.Unix(3, 0)} {
		s := &memory{}
		clock(&machine{Reading{Wall: wall}}, s).Beacon(truth)
		again := NewClock((&machine{Reading{Wall: time.Unix(3, 0)}}).read, s, built, slog.New(slog.DiscardHandler))
		if early, _ := again.Bounds(); !agree(early, truth) {
			t.Errorf("after the restart of a clock at %s the earliest moment is %s", wall, early)
		}
		if _, state := again.Now(); state != wire.ClockLost {
			t.Errorf("the clock is %s", state)
		}
	}
}

// Small differences: a time server's clock counts before a beacon of late, and
// neither floor nor what is proven goes back or past what was signed.
func TestExactly(t *testing.T) {
	t.Parallel()
	start := built.AddDate(0, 0, 20)
	m := &machine{Reading{Wall: start, Mono: time.Hour, Synced: true}}
	c := clock(m, &memory{})
	c.Beacon(start.Add(-time.Minute))
	if at, state := c.Now(); !at.Equal(start) || state != wire.ClockTrusted {
		t.Errorf("held by a time server it is %s, %s, not %s", at, state, start)
	}
	c.Beacon(start)
	c.Beacon(start.Add(-time.Minute))
	if early, _ := c.Bounds(); !early.Equal(start) {
		t.Errorf("an older beacon brings the earliest moment back to %s", early)
	}
	c = clock(m, &memory{})
	c.Limit(start.AddDate(1, 0, 0))
	if c.Prove(start.AddDate(0, 0, 1)); !c.Floor().Equal(start.AddDate(0, 0, 1)) {
		t.Errorf("a document issued tomorrow brings the floor to %s", c.Floor())
	}
	m = &machine{Reading{Wall: start, Mono: time.Hour}}
	c = clock(m, &memory{})
	c.Limit(start.AddDate(1, 0, 0))
	if c.Beacon(start.Add(time.Minute)); !agree(c.Floor(), start.Add(time.Minute)) {
		t.Errorf("a beacon brings the floor to %s", c.Floor())
	}
	c = clock(m, &memory{})
	if c.Prove(time.UnixMilli(latest + 1)); !c.Floor().Equal(built) {
		t.Errorf("a document from after all dates brings the floor to %s", c.Floor())
	}
}

// A change of the clock's state is logged, once; its first state is none.
func TestClockSaysWhenItChanges(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	m := &machine{Reading{Wall: built.AddDate(0, 0, 20)}}
	c := NewClock(m.read, &memory{}, built, slog.New(slog.NewTextHandler(&said, nil)))
	c.Now()
	if said.Len() > 0 {
		t.Errorf("said %s", said.String())
	}
	m.r.Wall = time.Unix(9, 0)
	c.Now()
	c.Now()
	if n := strings.Count(said.String(), "from=plausible to=lost"); n != 1 {
		t.Errorf("said %d times: %s", n, said.String())
	}
}

// A floor on disk is taken whole or not at all.
func TestParseFloor(t *testing.T) {
	t.Parallel()
	for data, good := range map[string]bool{
		`{"floor":1795000000000,"proven":1794000000000}`: true,
		`{"floor":1795000000000,"proven":1795000000000}`: true,
		`{"floor":1795000000000,"proven":1795000000001}`: false,
		`{"floor":1795000000000,"proven":-1}`:            false,
		`{"floor":1795000000000,"proven":"x"}`:           false,
		`{"floor":0}`:                                    false,
		`{"floor":4102444800000}`:                        true,
		`{"floor":4102444800001}`:                        false,
		`{"floor":1795000000000}` + strings.Repeat(" ", 200-len(`{"floor":1795000000000}`)): true,
		`{"floor":1795000000000}` + strings.Repeat(" ", 201-len(`{"floor":1795000000000}`)): false,
	} {
		if _, err := parseFloor([]byte(data)); (err == nil) != good {
			t.Errorf("%s: %v", data, err)
		}
	}
}
