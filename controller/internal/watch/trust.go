package watch

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Ordered is what a screen is to obey beside its programme; the zero Ordered
// is nothing.
type Ordered struct {
	Ref     wire.ProgrammeRef // of its newest set, zero when there is none
	Charter uint64            // number in force, 0 before the first
	// Takedowns gives the media of each, Safes the calls for the slate.
	Takedowns map[playlists.ID]playlists.ID
	Safes     []playlists.ID
}

// takenDown tells whether an order in force forbids a media.
func (o *Ordered) takenDown(media playlists.ID) bool {
	for _, m := range o.Takedowns {
		if m == media {
			return true
		}
	}
	return false
}

// due gives what is due under the orders: the slot of what was taken down is
// the slate's, but for entries of which all was.
func (o *Ordered) due(want *Wanted) func(time.Time) Due {
	gone := o.takenDown
	if len(o.Takedowns) == 0 {
		gone = nil
	}
	return func(at time.Time) Due {
		d := want.Due(at, gone)
		if d.Playing && o.takenDown(d.Media) {
			d.Playing, d.Media, d.Rendition = false, "", ""
		}
		return d
	}
}

// latched tells whether a report names something of a kind in force.
func latched(r *wire.Reported, kind wire.LatchKind) bool {
	return slices.ContainsFunc(r.Trust.Latched, func(l wire.Latched) bool { return l.Kind == kind })
}

// pending counts the orders that a screen has not latched yet.
func (o *Ordered) pending(r *wire.Reported) (takedowns, safes int) {
	holds := func(id playlists.ID) bool {
		return slices.ContainsFunc(r.Trust.Latched, func(l wire.Latched) bool { return l.ID == id })
	}
	for id := range o.Takedowns {
		if !holds(id) {
			takedowns++
		}
	}
	for _, id := range o.Safes {
		if !holds(id) {
			safes++
		}
	}
	return takedowns, safes
}

// How freshness is judged: a beacon comes every ten minutes, and a person
// needs days to reach a screen in the mountains.
const (
	beaconLate  = time.Hour
	slateSoon   = 7 * 24 * time.Hour
	restoredFor = 7 * 24 * time.Hour
)

// marks are the highest numbers that a screen has reported. Less than before
// is an old disk.
type marks struct {
	starts, charter  uint64
	received, orders wire.ProgrammeRef
	restored         time.Time // when it reported less, zero never
}

// hear takes a report's numbers.
func (m *marks) hear(r *wire.Reported, at time.Time) {
	t := &r.Trust
	if t.Starts < m.starts || t.Charter < m.charter || lower(r.Received, m.received) || lower(t.Orders, m.orders) {
		*m = marks{restored: at}
	}
	m.starts, m.charter = max(m.starts, t.Starts), max(m.charter, t.Charter)
	m.received, m.orders = higher(r.Received, m.received), higher(t.Orders, m.orders)
}

// lower tells that a screen holds less than it did. One that holds nothing at
// all has lost its state, which is the same.
func lower(held *wire.ProgrammeRef, before wire.ProgrammeRef) bool {
	return before != (wire.ProgrammeRef{}) && !atLeast(held, before)
}

func higher(held *wire.ProgrammeRef, before wire.ProgrammeRef) wire.ProgrammeRef {
	if held != nil && atLeast(held, before) {
		return *held
	}
	return before
}

// notices are what people should know of a screen's trust, as problems
// without their time.
func (o *Ordered) notices(r *wire.Reported, m *marks, s *sessions, now time.Time) []ProblemView {
	var out []ProblemView
	add := func(code string, params playlists.Params) {
		if params == nil {
			params = playlists.Params{}
		}
		out = append(out, ProblemView{Code: code, Params: params})
	}
	t := &r.Trust
	takedowns, safes := o.pending(r)
	switch {
	case takedowns > 0:
		add("takedown_pending", playlists.Params{"count": takedowns})
	case safes == 0 && o.Ref.Counter > 0 && !atLeast(t.Orders, o.Ref):
		add("orders_behind", nil)
	}
	if safes > 0 {
		add("safe_pending", nil)
	}
	if o.Charter > t.Charter {
		add("charter_behind", playlists.Params{"held": t.Charter, "wanted": o.Charter})
	}
	heard, late := time.UnixMilli(t.Heard), time.UnixMilli(t.Late)
	switch {
	case t.Late > 0 && !now.Before(late):
		add("unattended", nil)
	case t.Late > 0 && late.Sub(now) < slateSoon:
		add("unattended_soon", playlists.Params{"days": int(late.Sub(now).Hours()/24) + 1})
	case t.Charter > 0 && t.Heard > 0 && now.Sub(heard) > beaconLate:
		add("beacon_late", playlists.Params{"hours": int(now.Sub(heard).Hours())})
	}
	if refusal, total := mostRefused(t.Refused); total > 0 {
		add("refused", playlists.Params{"refusal": refusal, "count": total})
	}
	if !m.restored.IsZero() && now.Sub(m.restored) < restoredFor {
		add("restored", nil)
	}
	if s.isContested(now) {
		add("session_contested", nil)
	}
	return out
}

// mostRefused gives the most frequent refusal and how many there were in all.
func mostRefused(refused map[string]uint64) (refusal string, total uint64) {
	for _, n := range refused {
		total += n
	}
	if total == 0 {
		return "", 0
	}
	names := slices.Sorted(maps.Keys(refused))
	return slices.MaxFunc(names, func(a, b string) int { return cmp.Compare(refused[a], refused[b]) }), total
}

// TrustView is what a screen goes by beside its programme.
type TrustView struct {
	Charter *NumberView       `json:"charter"`
	Orders  *NumberView       `json:"orders"`
	Latched []LatchedView     `json:"latched" doc:"Takedowns and calls for the slate in force there, and the bulletin that shows."`
	HeardAt *time.Time        `json:"heard_at" doc:"When it last had proof of the controller's time; null never."`
	LateAt  *time.Time        `json:"late_at" doc:"When it goes to its slate without another; null never."`
	Refused map[string]uint64 `json:"refused" doc:"What it has refused since its start, by refusal."`
}

// NumberView compares numbers of a document.
type NumberView struct {
	Held   uint64 `json:"held"`
	Wanted uint64 `json:"wanted"`
}

// LatchedView is an order in force on a screen.
type LatchedView struct {
	ID    playlists.ID   `json:"id"`
	Kind  wire.LatchKind `json:"kind" enum:"takedown,safe,bulletin"`
	Local bool           `json:"local" doc:"Called at the screen PC."`
	Since time.Time      `json:"since"`
}

func (o *Ordered) view(r *wire.Reported) *TrustView {
	t := &r.Trust
	out := &TrustView{
		Charter: &NumberView{Held: t.Charter, Wanted: o.Charter}, Orders: &NumberView{Wanted: o.Ref.Counter},
		Latched: []LatchedView{}, HeardAt: moment(t.Heard), LateAt: moment(t.Late), Refused: t.Refused,
	}
	if out.Refused == nil {
		out.Refused = map[string]uint64{}
	}
	if t.Orders != nil {
		out.Orders.Held = t.Orders.Counter
	}
	for _, l := range t.Latched {
		out.Latched = append(out.Latched, LatchedView{ID: l.ID, Kind: l.Kind, Local: l.Local, Since: time.UnixMilli(l.Since).UTC()})
	}
	return out
}

func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := time.UnixMilli(ms).UTC()
	return &t
}
