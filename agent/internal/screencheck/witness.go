package screencheck

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// hold is how long a bad finding stands at least, so that it is heard of even
// when it was ended at once.
const hold = 2500 * time.Millisecond

// witness keeps what one of them finds: two looks must agree before it turns
// bad, one good look turns it right again.
type witness struct {
	check    wire.Check
	said     bool      // it has said something
	suspects bool      // the look before was bad
	bad      time.Time // monotonic, since when the finding is bad
}

func bad(f wire.Finding) bool { return f != wire.FindingRight && f != wire.FindingUnsure }

// take hears of a look. certain is for what needs no second one. It tells
// whether what the witness says has changed, and whether to look again soon.
func (w *witness) take(f wire.Finding, why string, evidence playlists.Digest, at, mono time.Time, certain bool) (changed, soon bool) {
	switch {
	case bad(f) && !certain && !w.suspects:
		w.suspects = true
		return false, true
	case bad(f):
		w.suspects = true
	default:
		w.suspects = false
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
