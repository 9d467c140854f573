package trust

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Ruling is what stands above the programme at one moment. It is immutable.
type Ruling struct {
	// Safe has the screen on its slate: somebody has called for it, or nobody
	// has been heard of for too long.
	Safe bool
	// Bulletin shows in place of everything else, unless the screen is safe.
	Bulletin  *programme.Order
	takedowns []programme.Order
}

// Forbids tells whether a takedown is in force against a rendition.
func (r *Ruling) Forbids(media playlists.ID, rendition playlists.Digest) bool {
	return r != nil && slices.ContainsFunc(r.takedowns, func(o programme.Order) bool {
		return o.Media == media || slices.Contains(o.Renditions, rendition)
	})
}

// Ruling gives what stands above the programme now.
func (k *Keeper) Ruling() *Ruling {
	late := k.late()
	last := k.lastMoment()
	k.mu.Lock()
	defer k.mu.Unlock()
	r := &Ruling{Safe: late || len(k.latches.Safes) > 0}
	for _, o := range k.latches.Takedowns {
		r.takedowns = append(r.takedowns, o.order)
	}
	if b := k.bulletin(last); b != nil {
		o := b.order
		r.Bulletin = &o
	}
	return r
}

// late tells whether the screen has been without word for longer than the
// charter allows, and says so.
func (k *Keeper) late() bool {
	due := k.Due()
	if due.IsZero() {
		return false
	}
	_, last := k.o.Clock.Bounds()
	allowed := k.allowance()
	left := min(due.Sub(last), allowed-k.powered()) // a dead clock counts powered time
	switch {
	case left <= 0:
		k.o.Problems.Set("contact", "unattended", "the controller has not been heard for as long as the charter allows: the slate shows")
	case left < allowed/4:
		k.o.Problems.Set("contact", "unattended_soon", "the controller has not been heard for long: the slate will show from "+due.UTC().Format(time.DateOnly))
	default:
		k.o.Problems.Clear("contact")
	}
	return left <= 0
}
