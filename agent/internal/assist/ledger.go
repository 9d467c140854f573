package assist

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// ledger is what is kept over restarts.
type ledger struct {
	Records  []record  `json:"records"` // oldest first
	Restarts []restart `json:"restarts"`
	Dark     *dark     `json:"dark"` // the newest time that the display was off
}

// record is a command and how far it has come.
type record struct {
	ID      playlists.ID          `json:"id"`
	Kind    programme.CommandKind `json:"kind"`
	Expires int64                 `json:"expires"`
	Outcome wire.Outcome          `json:"outcome"`
	Why     string                `json:"why"`
	Detail  string                `json:"detail"`
	At      int64                 `json:"at"`
	Start   string                `json:"start"` // of the agent, when it was taken
	Boot    string                `json:"boot"`  // of the PC, when it was taken
}

// restart is one that was done, by the PC's uptime.
type restart struct {
	Kind   programme.CommandKind `json:"kind"`
	Boot   string                `json:"boot"`
	Uptime int64                 `json:"uptime"` // milliseconds
}

// dark is a time that the display was off, by the PC's uptime.
type dark struct {
	Boot string `json:"boot"`
	From int64  `json:"from"` // milliseconds
	To   int64  `json:"to"`   // the latest it may last until it has ended
	Now  bool   `json:"now"`  // it has not ended
}

const (
	maxRecords = 64
	// keepAfter is more than the floor can go back at a power cut: a command
	// that is forgotten can never be believed to be in time.
	keepAfter = 30 * time.Minute
	maxKept   = 256 << 10
)

func (l *ledger) find(id playlists.ID) *record {
	for i := range l.Records {
		if l.Records[i].ID == id {
			return &l.Records[i]
		}
	}
	return nil
}

func parseLedger(data []byte) (ledger, error) {
	var l ledger
	if len(data) > maxKept {
		return l, errors.New("cannot read the commands that were done: too long")
	}
	return l, json.Unmarshal(data, &l)
}

// restore reads what was kept, and says what became of commands that a restart
// has cut off, or that were to cause it.
func (a *Assistant) restore() {
	data, ok := a.o.Store.Document(state.Commands, func(b []byte) error { _, err := parseLedger(b); return err })
	if ok {
		if l, err := parseLedger(data); err == nil {
			a.ledger = l
		}
	}
	now, _ := a.o.Clock.Now()
	changed := false
	for i := range a.ledger.Records {
		r := &a.ledger.Records[i]
		a.unsent[r.ID] = true
		if r.Outcome != wire.OutcomeTaken {
			continue
		}
		changed = true
		r.At, r.Outcome = now.UnixMilli(), wire.OutcomeFailed
		switch boot := a.o.Machine.Boot(); {
		case r.Kind == programme.CommandRestartAgent && r.Start != a.o.Start,
			r.Kind == programme.CommandRestartPC && boot != r.Boot:
			r.Outcome = wire.OutcomeDone
		case r.Kind == programme.CommandRestartPC:
			r.Why = "pc_did_not_restart"
		default:
			r.Why = "interrupted"
		}
	}
	if changed {
		_ = a.keep()
	}
}

// note keeps how far a command has come. An error says that it is not on disk.
func (a *Assistant) note(c *programme.Command, outcome wire.Outcome, why, detail string) error {
	now, _ := a.o.Clock.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget()
	r := a.ledger.find(c.ID)
	if r == nil {
		a.ledger.Records = append(a.ledger.Records, record{ID: c.ID, Kind: c.Kind, Expires: c.ExpiresAt, Start: a.o.Start, Boot: a.o.Machine.Boot()})
		r = &a.ledger.Records[len(a.ledger.Records)-1]
	}
	r.Outcome, r.Why, r.Detail, r.At = outcome, wire.Shorten(why), wire.Shorten(detail), now.UnixMilli()
	a.unsent[c.ID] = true
	return a.keep()
}

// forget drops what can never be asked again. The caller holds the lock.
func (a *Assistant) forget() {
	floor := a.o.Clock.Floor()
	a.ledger.Records = slices.DeleteFunc(a.ledger.Records, func(r record) bool {
		gone := r.Outcome != wire.OutcomeTaken && time.UnixMilli(r.Expires).Add(keepAfter).Before(floor)
		if gone {
			delete(a.unsent, r.ID)
			delete(a.logs, r.ID)
		}
		return gone
	})
}

// full tells that no more can be remembered.
func (a *Assistant) full() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget()
	return len(a.ledger.Records) >= maxRecords
}

// keep writes the ledger. The caller holds the lock, or is New.
func (a *Assistant) keep() error {
	data, err := json.Marshal(a.ledger)
	if err == nil {
		err = a.o.Store.SetDocument(state.Commands, data)
	}
	if err != nil {
		a.o.Log.Error("cannot keep what commands were done", "error", err)
	}
	return err
}
