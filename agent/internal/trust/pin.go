package trust

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// The bounds of trying PINs at a screen.
const (
	maxTries = 5
	lockout  = 15 * time.Minute // powered time
	maxPIN   = 32               // bytes
)

// AtTheScreen is where a PIN is entered on the screen itself, AtThePage on the
// page that it serves at its site. Every other place is a neighbour.
const (
	AtTheScreen = ""
	AtThePage   = "page"
)

// askAgain is how soon a neighbour may ask again when another PIN is looked at.
const askAgain = 2 * time.Second

// maxSources is from how many places PINs are taken: the screen, its page at
// the site, and each neighbour.
const maxSources = 2 + programme.MaxNeighbours

// tries counts wrong PINs since the last right one, by where they were entered:
// a neighbour that somebody has taken can use up its own tries and nobody
// else's. It is kept, so that pulling the plug gives no more of them.
type tries struct {
	Wrong int            `json:"wrong"` // at the screen
	From  map[string]int `json:"from,omitempty"`

	since   map[string]time.Time // mono of the last wrong one
	started time.Time            // mono
}

func (t *tries) wrong(from string) int {
	if from == AtTheScreen {
		return t.Wrong
	}
	return t.From[from]
}

func (t *tries) set(from string, n int) {
	switch {
	case from == AtTheScreen:
		t.Wrong = n
	case n == 0:
		delete(t.From, from)
	default:
		if t.From == nil {
			t.From = map[string]int{}
		}
		t.From[from] = n
	}
}

// last gives when the last wrong one was, or the start.
func (t *tries) last(from string) time.Time {
	if at, ok := t.since[from]; ok {
		return at
	}
	return t.started
}

func (k *Keeper) restoreTries() {
	if data, ok := k.o.Store.Document(state.Tries, func(b []byte) error { return json.Unmarshal(b, &tries{}) }); ok {
		if json.Unmarshal(data, &k.tries) != nil {
			k.tries.Wrong = maxTries
		}
	}
	k.tries.since, k.tries.started = map[string]time.Time{}, k.o.Mono()
}

// PINAnswer is what a person at the screen is told.
type PINAnswer struct {
	Right bool
	Left  int           // tries that are left
	Wait  time.Duration // until the next try, 0 for none
}

// EnterPIN puts the screen on its slate when the PIN is one that the charter
// gives for this cluster. After five wrong ones it waits a quarter of an hour
// for each further try. from is where it was entered: AtTheScreen, AtThePage or
// a neighbour's id, whose tries are counted apart. One PIN is looked at at a
// time, for it takes much of the PC: people wait for that, a neighbour asks
// again.
func (k *Keeper) EnterPIN(from, pin string) (PINAnswer, error) {
	if from == AtTheScreen || from == AtThePage {
		k.hashing.Lock()
	} else if !k.hashing.TryLock() {
		return PINAnswer{Left: 1, Wait: askAgain}, nil
	}
	defer k.hashing.Unlock()
	wrong, pins, wait, err := k.beginTry(from)
	if err != nil || wait > 0 {
		return PINAnswer{Wait: wait}, err
	}
	// Without the lock: orders and reports do not wait for it.
	right := len(pin) <= maxPIN && matches(pins, pin)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !right {
		a := PINAnswer{Left: max(maxTries-wrong, 0)}
		if a.Left == 0 {
			a.Wait = lockout
		}
		k.o.Log.Warn("wrong PIN", "from", from, "wrong", wrong)
		return a, nil
	}
	k.tries.set(from, 0)
	delete(k.tries.since, from)
	if err := k.keepTries(); err != nil {
		k.o.Log.Warn("cannot forget wrong PINs", "error", err)
	}
	return PINAnswer{Right: true, Left: maxTries}, k.goSafe(from)
}

// beginTry counts a try as a wrong one before it is looked at: a plug pulled in
// between costs a try. It gives how many are wrong with it and the PINs that
// count, or how long to wait for it.
func (k *Keeper) beginTry(from string) (wrong int, pins []programme.Pin, wait time.Duration, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.charter != nil {
		pins = k.charter.PinsFor(k.cluster())
	}
	if len(pins) == 0 {
		return 0, nil, 0, playlists.Errorf(playlists.NotFound, "pin_missing", nil, "cannot use a PIN here: the charter gives this cluster none; call the watch officer")
	}
	wrong = k.tries.wrong(from)
	if wait := lockout - k.o.Mono().Sub(k.tries.last(from)); wrong >= maxTries && wait > 0 {
		return wrong, nil, wait, nil
	}
	neighbour := from != AtTheScreen && from != AtThePage
	if neighbour && wrong == 0 && len(k.tries.From) >= maxSources {
		return wrong, nil, lockout, nil // more places than a site has
	}
	wrong++
	k.tries.set(from, wrong)
	k.tries.since[from] = k.o.Mono()
	return wrong, pins, 0, k.keepTries()
}

func (k *Keeper) keepTries() error {
	data, err := json.Marshal(k.tries)
	if err == nil {
		err = k.o.Store.SetDocument(state.Tries, data)
	}
	if err != nil {
		return fmt.Errorf("cannot count the try: %w", err)
	}
	return nil
}

func matches(pins []programme.Pin, entered string) bool {
	right := 0
	for _, p := range pins {
		got := argon2.IDKey([]byte(entered), p.Salt, p.Time, p.MemoryKB, p.Threads, uint32(len(p.Hash)))
		right |= subtle.ConstantTimeCompare(got, p.Hash)
	}
	debug.FreeOSMemory() // what it took is more than half of what the agent may have
	return right == 1
}

// goSafe latches the slate from here. The caller holds the lock. A second call
// while one from here holds would take nothing but another lift.
func (k *Keeper) goSafe(from string) error {
	if slices.ContainsFunc(k.latches.Safes, func(s latchedSafe) bool { return s.Local }) {
		return nil
	}
	id, err := playlists.NewID(k.o.Random)
	if err != nil {
		return err
	}
	now, _ := k.o.Clock.Now()
	k.latchSafe(latchedSafe{ID: id, By: "PIN", Local: true, Since: now.UnixMilli()})
	k.storeJSON("latches", state.Latches, k.latches)
	k.o.Log.Warn("screen put on its slate by PIN", "id", id, "from", from)
	k.o.Changed()
	return nil
}
