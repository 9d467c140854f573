package trust

import (
	"log/slog"
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
	m, s := &machine{Reading{Wall: built.AddDate(0, 0, 20)}}, &memory{}
	clock(m, s).Beacon(m.r.Wall)
	again := NewClock((&machine{Reading{Wall: time.Unix(3, 0)}}).read, s, built, slog.New(slog.DiscardHandler))
	if early, _ := again.Bounds(); !agree(early, m.r.Wall) {
		t.Errorf("after the restart the earliest moment is %s", early)
	}
	if _, state := again.Now(); state != wire.ClockLost {
		t.Errorf("the clock is %s", state)
	}
}
