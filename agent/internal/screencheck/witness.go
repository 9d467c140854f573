package screencheck

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// hold is how long a bad finding stands at least, so that it is heard of even
// when it was ended at once.
const hold = 2500 * time.Millisecond

// Looks that must agree before a witness turns bad.
const (
	certain = 1 // a page that is not the player's is not to be mistaken
	usual   = 2
	// changing is at a moment at which something else was due just before, or is
	// at once: a slow page is no wrong one.
	changing = 3
	// overloaded is on a PC that takes long to show what it has drawn.
	overloaded = 5
)

// witness keeps what one of them finds: some looks must agree before it turns
// bad, one good look turns it right again.
type witness struct {
	check    wire.Check
	said     bool      // it has said something
	badLooks int       // in a row
	bad      time.Time // monotonic, since when the finding is bad
}

func bad(f wire.Finding) bool { return f != wire.FindingRight && f != wire.FindingUnsure }

// take hears of a look; needed is how many must agree. It tells whether what the
// witness says has changed, and whether to look again soon.
func (w *witness) take(f wire.Finding, why string, evidence playlists.Digest, at, mono time.Time, needed int) (changed, soon bool) {
	if bad(f) {
		if w.badLooks++; w.badLooks < needed && !(w.said && bad(w.check.Finding)) {
			return false, true
		}
	} else {
		w.badLooks = 0
		if w.said && bad(w.check.Finding) && mono.Sub(w.bad) < hold {
			return false, true
		}
	}
	changed = !w.said || w.check.Finding != f || w.check.Why != why
	if !w.said || w.check.Finding != f {
		w.check.Since = at.UnixMilli()
	}
	if bad(f) && (!w.said || !bad(w.check.Finding)) {
		w.bad = mono
	}
	if changed {
		w.check.Evidence = evidence
	}
	w.said = true
	w.check.Finding, w.check.Why, w.check.At = f, why, at.UnixMilli()
	return changed, false
}
