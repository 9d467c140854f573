package sitepage

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
)

// The waits after wrong PINs. Somebody at one address may mistype twice; then
// each try costs twice the wait of the one before. All strangers together have
// ten, and then one every five minutes in the long run: a hundred thousand PINs
// of six digits a year. Phones that have entered the PIN before are not held up
// by strangers; each has tries of its own.
const (
	freeOfOne   = 3
	freeOfAll   = 10
	firstWait   = 5 * time.Second
	longestWait = 15 * time.Minute
	longestAll  = 5 * time.Minute
	forgiveOne  = 5 * time.Minute // powered time in which all have one try more

	maxCallers = 200
	maxKnown   = 50

	knownPrefix = "known:"
)

// waits counts wrong PINs, by caller and in all. It is kept, so that pulling
// the plug gives no more of them.
type waits struct {
	store Store
	mono  func() time.Time

	mu      sync.Mutex
	kept    tried
	last    map[string]time.Time // mono of the last wrong one
	lastAll time.Time
	started time.Time
}

// tried is what is kept.
type tried struct {
	All   int            `json:"all"`
	From  map[string]int `json:"from"`
	Known []string       `json:"known"` // phones that were let in, oldest first
}

func newWaits(store Store, mono func() time.Time) *waits {
	w := &waits{store: store, mono: mono, last: map[string]time.Time{}, started: mono()}
	w.lastAll = w.started
	read := func(b []byte) error { return json.Unmarshal(b, &tried{}) }
	if b, ok := store.Document(state.SiteTries, read); ok {
		if json.Unmarshal(b, &w.kept) != nil {
			w.kept = tried{All: freeOfAll}
		}
	}
	if w.kept.From == nil {
		w.kept.From = map[string]int{}
	}
	return w
}

// knows tells whether a phone was let in before.
func (w *waits) knows(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, k := range w.kept.Known {
		if k == name && name != "" {
			return true
		}
	}
	return false
}

// try gives how long a caller still has to wait. When it is nothing the try is
// counted as a wrong one before anybody looks at it, and right takes it back.
func (w *waits) try(who string, known bool) (time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.mono()
	w.forgive(now)
	last, ok := w.last[who]
	if !ok {
		last = w.started
	}
	wait := growing(w.kept.From[who], freeOfOne, longestWait) - now.Sub(last)
	if !known {
		wait = max(wait, growing(w.kept.All, freeOfAll, longestAll)-now.Sub(w.lastAll))
	}
	if wait > 0 {
		return wait, nil
	}
	w.room(who)
	w.kept.From[who]++
	w.last[who] = now
	if !known {
		w.kept.All++
		w.lastAll = now
	}
	return 0, w.save()
}

// right takes the try back and knows the phone from now on.
func (w *waits) right(who, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.kept.From, who)
	delete(w.last, who)
	if who != knownPrefix+name {
		w.kept.All = max(w.kept.All-1, 0)
		w.kept.Known = append(w.kept.Known, name)
		w.kept.Known = w.kept.Known[max(0, len(w.kept.Known)-maxKnown):]
	}
	return w.save()
}

// forgive has all try once more for the time that has gone by.
func (w *waits) forgive(now time.Time) {
	if n := int(now.Sub(w.lastAll) / forgiveOne); n > 0 && w.kept.All > 0 {
		w.kept.All = max(w.kept.All-n, 0)
		w.lastAll = w.lastAll.Add(time.Duration(n) * forgiveOne)
	}
}

// room forgets the caller with the fewest wrong tries when there are too many;
// those of all are counted on.
func (w *waits) room(who string) {
	if _, ok := w.kept.From[who]; ok || len(w.kept.From) < maxCallers {
		return
	}
	least := ""
	for k, n := range w.kept.From {
		if least == "" || n < w.kept.From[least] || n == w.kept.From[least] && k < least {
			least = k
		}
	}
	delete(w.kept.From, least)
	delete(w.last, least)
}

func (w *waits) save() error {
	b, err := json.Marshal(w.kept)
	if err == nil {
		err = w.store.SetDocument(state.SiteTries, b)
	}
	if err != nil {
		return fmt.Errorf("cannot count the try: %w", err)
	}
	return nil
}

// growing gives the wait after n wrong tries.
func growing(n, free int, longest time.Duration) time.Duration {
	if n < free {
		return 0
	}
	return min(firstWait<<min(n-free, 12), longest)
}
