package watch

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/hours"
)

// openHours are when a screen is to be on; the zero value is always.
type openHours struct {
	table hours.Table
	zone  *time.Location
}

// Hours says by which hours a screen is on.
func (b *Board) Hours(screen playlists.ID, table hours.Table, zone *time.Location) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.screens[screen]; e != nil {
		e.hours = openHours{table, zone}
		b.draw(e)
	}
}

// dimAfter is how long a display may take to go on or off, and its report to
// come.
const dimAfter = 2 * time.Minute

// judge sees to it that a screen which is off outside its hours is no trouble,
// and one that is off within them is. A PC that is silent outside them may be
// off with its display: that is said, and is no trouble either.
func (o openHours) judge(v Verdict, h Heard, now time.Time) Verdict {
	off := h.Report != nil && h.Report.Resting && v.State != Offline && v.State != Late
	if o.zone == nil || o.table.Always {
		if off {
			v = withNext(because(Wrong, "off_in_hours", nil), v.Next)
		}
		return v
	}
	local := now.In(o.zone)
	next, _ := o.table.Next(local)
	turn := earlier(v.Next, next)
	until := playlists.Params{"until": next.UTC().Format(time.RFC3339)}
	switch open := o.table.OpenAt(local); {
	case off && open && o.table.OpenAt(local.Add(-dimAfter)):
		return withNext(because(Wrong, "off_in_hours", nil), turn)
	case off && open: // it goes on in a moment
		return withNext(because(Resting, "resting_ends", nil), earlier(turn, now.Add(dimAfter)))
	case off:
		return withNext(because(Resting, "resting", until), turn)
	case !open && v.State == Offline:
		return withNext(because(Resting, "resting_silent", until), turn)
	}
	return withNext(v, turn)
}

func withNext(v Verdict, next time.Time) Verdict {
	v.Next = next
	return v
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
