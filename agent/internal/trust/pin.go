package trust

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
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

// tries counts wrong PINs since the last right one. It is kept, so that
// pulling the plug gives no more of them.
type tries struct {
	Wrong int `json:"wrong"`

	since time.Time // mono of the last wrong one, or of the start
}

func (k *Keeper) restoreTries() {
	if data, ok := k.o.Store.Document(state.Tries, func(b []byte) error { return json.Unmarshal(b, &tries{}) }); ok {
		if json.Unmarshal(data, &k.tries) != nil {
			k.tries.Wrong = maxTries
		}
	}
	k.tries.since = k.o.Mono()
}

// PINAnswer is what a person at the screen is told.
type PINAnswer struct {
	Right bool
	Left  int           // tries that are left
	Wait  time.Duration // until the next try, 0 for none
}

// EnterPIN puts the screen on its slate when the PIN is one that the charter
// gives for this cluster. After five wrong ones it waits a quarter of an hour
// for each further try.
func (k *Keeper) EnterPIN(pin string) (PINAnswer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.charter == nil || len(k.charter.PinsFor(k.cluster())) == 0 {
		return PINAnswer{}, playlists.Errorf(playlists.NotFound, "pin_missing", nil, "cannot use a PIN here: the charter gives this cluster none; call the watch officer")
	}
	if wait := lockout - k.o.Mono().Sub(k.tries.since); k.tries.Wrong >= maxTries && wait > 0 {
		return PINAnswer{Wait: wait}, nil
	}
	// Counted before it is looked at: a plug pulled in between costs a try.
	k.tries.Wrong, k.tries.since = k.tries.Wrong+1, k.o.Mono()
	if err := k.keepTries(); err != nil {
		return PINAnswer{}, err
	}
	if len(pin) > maxPIN || !matches(k.charter.PinsFor(k.cluster()), pin) {
		a := PINAnswer{Left: max(maxTries-k.tries.Wrong, 0)}
		if a.Left == 0 {
			a.Wait = lockout
		}
		k.o.Log.Warn("wrong PIN at the screen", "wrong", k.tries.Wrong)
		return a, nil
	}
	k.tries.Wrong = 0
	if err := k.keepTries(); err != nil {
		k.o.Log.Warn("cannot forget wrong PINs", "error", err)
	}
	return PINAnswer{Right: true, Left: maxTries}, k.goSafe()
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
	return right == 1
}

// goSafe latches the slate from here. The caller holds the lock.
func (k *Keeper) goSafe() error {
	id, err := playlists.NewID(k.o.Random)
	if err != nil {
		return err
	}
	now, _ := k.o.Clock.Now()
	k.latchSafe(latchedSafe{ID: id, By: "PIN", Local: true, Since: now.UnixMilli()})
	k.storeJSON("latches", state.Latches, k.latches)
	k.o.Log.Warn("screen put on its slate by PIN", "id", id)
	k.o.Changed()
	return nil
}
