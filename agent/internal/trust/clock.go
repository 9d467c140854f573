// Package trust judges what the agent may rely on: how far its clock can be
// trusted, and whom it talks to over TLS.
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

// FloorStore keeps the floor in two places.
type FloorStore interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

// Below the floor by less than this, a clock is only a little slow.
const tolerance = 2 * time.Minute

// SaveEvery is how often the floor is to be saved: at most this much powered
// time is forgotten at a power cut.
const SaveEvery = 10 * time.Minute

// Clock gives the time that playing goes by. The floor is the latest of the
// build time and the issue times of accepted programmes, carried on by powered
// time: no moment before it can be now. The wall clock is believed above it
// and replaced by it below. Clock is safe for concurrent use.
type Clock struct {
	source Source
	store  FloorStore
	log    *slog.Logger

	mu    sync.Mutex
	floor time.Time // at the reading mono
	mono  time.Duration
	state wire.ClockState
}

// record is the floor on disk.
type record struct {
	Floor int64 `json:"floor"` // Unix milliseconds
}

// NewClock reads the kept floor. built is when this program was made.
func NewClock(source Source, store FloorStore, built time.Time, log *slog.Logger) *Clock {
	c := &Clock{source: source, store: store, log: log, floor: built, mono: source().Mono}
	data, ok := store.Document(state.Floor, func(b []byte) error { _, err := parseFloor(b); return err })
	if ok {
		if r, err := parseFloor(data); err == nil && time.UnixMilli(r.Floor).After(c.floor) {
			c.floor = time.UnixMilli(r.Floor)
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
	if r.Floor <= 0 || r.Floor > latest {
		return r, fmt.Errorf("cannot use the floor %d", r.Floor)
	}
	return r, nil
}

// Now gives the effective time, never before the floor, and the clock's state.
func (c *Clock) Now() (time.Time, wire.ClockState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() (time.Time, wire.ClockState) {
	r := c.source()
	c.carry(r.Mono)
	was := c.state
	at := r.Wall
	switch {
	case r.Wall.Before(c.floor.Add(-tolerance)):
		c.state, at = wire.ClockLost, c.floor
	case r.Synced:
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
	return at, c.state
}

func (c *Clock) carry(mono time.Duration) {
	if d := mono - c.mono; d > 0 {
		c.floor, c.mono = c.floor.Add(d), mono
	}
}

// Floor gives the moment before which it cannot be now.
func (c *Clock) Floor() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now()
	return c.floor
}

// Prove raises the floor to a moment that a signed document shows to be past.
func (c *Clock) Prove(t time.Time) {
	c.mu.Lock()
	c.now()
	raised := t.After(c.floor) && t.UnixMilli() <= latest
	if raised {
		c.floor = t
	}
	c.mu.Unlock()
	if raised {
		c.Save()
	}
}

// Save keeps the floor for the next start.
func (c *Clock) Save() {
	c.mu.Lock()
	c.now()
	data, err := json.Marshal(record{Floor: c.floor.UnixMilli()})
	c.mu.Unlock()
	if err == nil {
		err = c.store.SetDocument(state.Floor, data)
	}
	if err != nil {
		c.log.Warn("cannot keep the clock's floor", "error", err)
	}
}
