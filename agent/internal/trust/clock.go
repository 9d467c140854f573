package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists/wire"
)

// Reading is what the machine says about time at one moment.
type Reading struct {
	Wall time.Time
	// Mono is the time powered since some fixed moment of this run. It never
	// goes back nor jumps.
	Mono time.Duration
	// Synced tells that the system says its clock is held by a time server.
	Synced bool
}

// Source reads the machine's clock.
type Source func() Reading

// Store keeps small documents in two places.
type Store interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

const (
	// Clocks that differ by less than this agree, and one below the floor by
	// less is only a little slow.
	tolerance = 2 * time.Minute
	// beaconFresh is how long a beacon holds the clock: a quartz drifts by two
	// seconds in that time.
	beaconFresh = 24 * time.Hour
)

// SaveEvery is how often the floor is to be saved: at most this much powered
// time is forgotten at a power cut.
const SaveEvery = 10 * time.Minute

// Clock gives the time that playing goes by. The floor is the latest of the
// build time, the issue times of accepted documents and the beacons, carried on
// by powered time: no moment before it can be now. The wall clock is believed
// above it and replaced by it below; a beacon of this run replaces one that no
// time server holds. Clock is safe for concurrent use.
//
// Whoever holds a stolen programme key can sign times: they can make approved
// items end early, up to the charter's expiry, and nothing begin early. For
// that the clock also keeps proven, the latest moment that all its sources
// agreed on.
type Clock struct {
	source Source
	store  Store
	log    *slog.Logger

	mu     sync.Mutex
	floor  time.Time // at the reading mono
	proven time.Time // likewise; never after floor
	limit  time.Time // no signed time raises the floor past it; zero for none
	mono   time.Duration
	state  wire.ClockState
	steady fix // wall as it was before it jumped
	beacon fix // the newest; at zero for none in this run
}

// fix is a time at a reading.
type fix struct {
	at   time.Time
	mono time.Duration
}

func (f fix) on(mono time.Duration) time.Time { return f.at.Add(mono - f.mono) }

// record is the floor on disk.
type record struct {
	Floor  int64 `json:"floor"`  // Unix milliseconds
	Proven int64 `json:"proven"` // Unix milliseconds
}

// NewClock reads the kept floor. built is when this program was made.
func NewClock(source Source, store Store, built time.Time, log *slog.Logger) *Clock {
	c := &Clock{source: source, store: store, log: log, floor: built, proven: built, mono: source().Mono}
	data, ok := store.Document(state.Floor, func(b []byte) error { _, err := parseFloor(b); return err })
	if ok {
		if r, err := parseFloor(data); err == nil {
			if at := time.UnixMilli(r.Floor); at.After(c.floor) {
				c.floor = at
			}
			if at := time.UnixMilli(r.Proven); at.After(c.proven) {
				c.proven = at
			}
		}
	}
	c.Now()
	return c
}

// latest is after every date this program will see; a floor beyond it is
// damage, not time.
const latest = 4102444800000 // 2100-01-01

func parseFloor(data []byte) (record, error) {
	var r record
	if len(data) > 200 {
		return r, errors.New("cannot read the floor: too long")
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("cannot read the floor: %w", err)
	}
	if r.Floor <= 0 || r.Floor > latest || r.Proven < 0 || r.Proven > r.Floor {
		return r, fmt.Errorf("cannot use the floor %d with %d proven", r.Floor, r.Proven)
	}
	return r, nil
}

// Now gives the effective time, never before the floor, and the clock's state.
func (c *Clock) Now() (time.Time, wire.ClockState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, _ := c.now()
	return at, c.state
}

// Bounds gives the earliest and the latest moment that now may be, by any
// source: what begins must have begun at the first, what ends must not have
// ended at the second. With a lost clock the second is the floor, and how long
// the power was off is not known.
func (c *Clock) Bounds() (earliest, latest time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, r := c.now()
	earliest, latest = c.proven, at
	if first, last, ok := c.sources(r); ok {
		if first.After(earliest) {
			earliest = first
		}
		if last.After(latest) {
			latest = last
		}
	}
	if earliest.After(at) {
		earliest = at
	}
	return earliest, latest
}

// sources gives the first and the last time of those that may be right.
func (c *Clock) sources(r Reading) (first, last time.Time, ok bool) {
	take := func(t time.Time) {
		if !ok || t.Before(first) {
			first = t
		}
		if t.After(last) { // zero is before every time
			last = t
		}
		ok = true
	}
	if !r.Wall.Before(c.proven.Add(-tolerance)) {
		take(r.Wall)
		take(c.steady.on(r.Mono))
	}
	if !c.beacon.at.IsZero() {
		take(c.beacon.on(r.Mono))
	}
	return first, last, ok
}

func (c *Clock) now() (time.Time, Reading) {
	r := c.source()
	c.carry(r.Mono)
	c.keepSteady(r)
	was := c.state
	at := r.Wall
	signed, heard := c.beacon.on(r.Mono), !c.beacon.at.IsZero()
	below := r.Wall.Before(c.floor.Add(-tolerance))
	switch {
	case heard && (!r.Synced || below):
		at, c.state = signed, wire.ClockPlausible
		if r.Mono-c.beacon.mono < beaconFresh {
			c.state = wire.ClockTrusted
		}
	case below:
		at, c.state = c.floor, wire.ClockLost
	case r.Synced && (!heard || agree(r.Wall, signed)):
		c.state = wire.ClockTrusted
	default:
		c.state = wire.ClockPlausible
	}
	if at.Before(c.floor) {
		at = c.floor
	}
	if was != c.state && was != "" {
		c.log.Warn("clock state changed", "from", was, "to", c.state, "wall", r.Wall, "floor", c.floor)
	}
	return at, r
}

// keepSteady follows the wall clock as long as it does not jump. After a jump
// the time before it goes on beside the wall clock until a time server, or a
// beacon that agrees, says that the jump was right.
func (c *Clock) keepSteady(r Reading) {
	jumped := !c.steady.at.IsZero() && !agree(r.Wall, c.steady.on(r.Mono))
	confirmed := r.Synced || agree(r.Wall, c.beacon.on(r.Mono)) // none is long before every wall clock
	if !jumped || confirmed {
		c.steady = fix{at: r.Wall, mono: r.Mono}
	}
}

func agree(a, b time.Time) bool { return a.Sub(b).Abs() < tolerance }

func (c *Clock) carry(mono time.Duration) {
	if d := mono - c.mono; d > 0 {
		c.floor, c.proven, c.mono = c.floor.Add(d), c.proven.Add(d), mono
	}
}

// Floor gives the moment before which it cannot be now.
func (c *Clock) Floor() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now()
	return c.floor
}

// Limit says past which moment no signed time raises the floor: the charter's
// expiry.
func (c *Clock) Limit(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = t
}

// Prove raises the floor to a moment that a signed document shows to be past.
func (c *Clock) Prove(t time.Time) {
	c.mu.Lock()
	c.now()
	raised := c.raise(t)
	c.mu.Unlock()
	if raised {
		c.Save()
	}
}

func (c *Clock) raise(t time.Time) bool {
	if !c.limit.IsZero() && t.After(c.limit) {
		t = c.limit
	}
	raised := t.After(c.floor) && t.UnixMilli() <= latest
	if raised {
		c.floor = t
	}
	return raised
}

// Beacon takes the controller's time, signed in answer to a question of a
// moment ago.
func (c *Clock) Beacon(t time.Time) {
	c.mu.Lock()
	_, r := c.now()
	if !c.limit.IsZero() && t.After(c.limit) {
		t = c.limit
	}
	c.beacon = fix{at: t, mono: r.Mono}
	c.raise(t)
	// What the beacon and the machine's own clock agree on is proven; a machine
	// whose clock is dead has the beacon alone.
	if dead := r.Wall.Before(c.proven.Add(-tolerance)); (dead || agree(r.Wall, t)) && t.After(c.proven) {
		c.proven = t
	}
	if c.proven.After(c.floor) {
		c.proven = c.floor
	}
	c.mu.Unlock()
	c.Save()
}

// Save keeps the floor for the next start.
func (c *Clock) Save() {
	c.mu.Lock()
	c.now()
	data, err := json.Marshal(record{Floor: c.floor.UnixMilli(), Proven: c.proven.UnixMilli()})
	c.mu.Unlock()
	if err == nil {
		err = c.store.SetDocument(state.Floor, data)
	}
	if err != nil {
		c.log.Warn("cannot keep the clock's floor", "error", err)
	}
}
