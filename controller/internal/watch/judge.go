package watch

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// State is what a person on watch must know about a screen first.
type State string

// The states. Playing and Slate are good: a fresh report names what is due.
const (
	Playing State = "playing"
	Slate   State = "slate"   // nothing is due and the slate is shown
	Behind  State = "behind"  // an older programme than wanted plays
	Wrong   State = "wrong"   // something else than what is due, or nothing
	Late    State = "late"    // a report is missing
	Offline State = "offline" // gone, or silent for two beats
	Never   State = "never"   // claimed and never heard
	Resting State = "resting" // off, and outside its hours
)

// How long a report is good: a beat is 30 s ± 10 %, a second one has failed
// when it is offline.
const (
	lateAfter    = 45 * time.Second
	offlineAfter = 60 * time.Second
)

// How far what is shown may be from what is due: a change is reported within
// a moment, and the screen's clock may run a little ahead.
const (
	lag   = 5 * time.Second
	ahead = 2 * time.Second
	// frameAge is how old the newest frame may be when a report is made; the
	// agent itself reloads the page after 15 s.
	frameAge = 20 * time.Second
	// maxSlots bounds how many slots are looked at around an instant.
	maxSlots = 12
)

// Heard is what a screen said last.
type Heard struct {
	Report     *wire.Reported // nil until the first
	ReportedAt time.Time      // when it came in
	SeenAt     time.Time
	Online     bool   // it has not taken leave, nor has its connection ended
	Boot       string // of the newest birth, death or report
	Session    uint64
}

// Due is what a screen is to show in [Start, End).
type Due struct {
	Playing   bool // false: the slate
	Media     playlists.ID
	Rendition playlists.Digest
	Start     time.Time
	End       time.Time
}

// Wanted is the programme that a screen should have.
type Wanted struct {
	Ref      wire.ProgrammeRef
	IssuedAt time.Time
	// Due gives what it plays at an instant when nothing may be shown of the
	// media that gone names; nil names none. It answers from memory, and its
	// slots follow one another without a gap.
	Due func(at time.Time, gone func(playlists.ID) bool) Due
}

// Reason says why a screen is in its state, in a code that the console
// translates.
type Reason struct {
	Code   string           `json:"code"`
	Params playlists.Params `json:"params"`
}

// Verdict is a state with its reason, and the instant at which it may turn by
// itself (zero: it does not).
type Verdict struct {
	State  State
	Reason *Reason // nil when all is well and as usual
	Next   time.Time
}

// Judge tells the state of a screen from what is wanted (nil while nothing
// was published for it), what is ordered beside, what it said last, and the
// time. It is a pure function.
func Judge(want *Wanted, o Ordered, h Heard, now time.Time) Verdict {
	switch age := now.Sub(h.ReportedAt); {
	case h.Report == nil && h.SeenAt.IsZero():
		return because(Never, "never_seen", nil)
	case !h.Online:
		return because(Offline, "connection_ended", nil)
	case h.Report == nil && now.Sub(h.SeenAt) < offlineAfter:
		v := because(Late, "no_report", nil)
		v.Next = h.SeenAt.Add(offlineAfter)
		return v
	case h.Report == nil, age >= offlineAfter:
		return because(Offline, "silent", nil)
	case age >= lateAfter:
		v := because(Late, "report_late", nil)
		v.Next = h.ReportedAt.Add(offlineAfter)
		return v
	}
	v := judgeGlass(judgeShowing(want, &o, h, now), h.Report)
	if stale := h.ReportedAt.Add(lateAfter); v.Next.IsZero() || stale.Before(v.Next) {
		v.Next = stale
	}
	return v
}

// judgeShowing compares a fresh report with what is due.
func judgeShowing(want *Wanted, o *Ordered, h Heard, now time.Time) Verdict {
	r := h.Report
	item := r.Showing.Kind == wire.ShowItem
	switch {
	case r.Showing.Kind == wire.ShowNothing:
		return because(Wrong, "no_player", nil)
	case r.Showing.Kind == wire.ShowPairing:
		return because(Wrong, "pairing_shown", nil)
	case r.Showing.LastFrame > 0 && r.At-r.Showing.LastFrame > frameAge.Milliseconds():
		return because(Wrong, "no_frames", playlists.Params{"seconds": (r.At - r.Showing.LastFrame) / 1000})
	case item && o.takenDown(r.Showing.Media):
		return because(Wrong, "taken_down_shown", nil)
	case latched(r, wire.LatchSafe) && item:
		return because(Wrong, "safe_not_shown", nil)
	case latched(r, wire.LatchSafe):
		return because(Slate, "safe", nil)
	case latched(r, wire.LatchBulletin):
		return because(Playing, "bulletin", nil)
	case want == nil && r.Showing.Kind == wire.ShowSlate:
		return Verdict{State: Slate}
	case want == nil:
		return because(Wrong, "nothing_published", nil)
	case !atLeast(r.Playing, want.Ref):
		return behind(want, r)
	case r.Showing.Touched:
		return because(Playing, "touched", nil)
	}
	return judgeItem(o.due(want), r, now)
}

func behind(want *Wanted, r *wire.Reported) Verdict {
	switch d := r.Delivery; {
	case !atLeast(r.Received, want.Ref):
		return because(Behind, "not_received", nil)
	case d.BytesDone < d.BytesTotal:
		return because(Behind, "downloading", playlists.Params{"bytes_done": d.BytesDone, "bytes_total": d.BytesTotal})
	}
	return because(Behind, "not_switched", nil)
}

// judgeItem looks for what is shown among what was due a moment ago and will
// be due in a moment.
func judgeItem(due func(time.Time) Due, r *wire.Reported, now time.Time) Verdict {
	current := due(now)
	slot := due(now.Add(-lag))
	// The last match counts: it stays right for longest.
	var until time.Time
	matched := false
	for range maxSlots {
		if shows(r.Showing, slot) {
			matched, until = true, slot.End.Add(lag)
		}
		if slot.End.IsZero() || slot.End.After(now.Add(ahead)) {
			break
		}
		slot = due(slot.End)
	}
	if matched {
		state := Playing
		if r.Showing.Kind == wire.ShowSlate {
			state = Slate
		}
		return Verdict{State: state, Next: until}
	}
	v := because(Wrong, "other_item", nil)
	switch {
	case r.Clock.State == wire.ClockLost:
		v = because(Wrong, "clock_lost", nil)
	case r.Showing.Kind == wire.ShowSlate && r.Trust.Late > 0 && now.UnixMilli() >= r.Trust.Late:
		v = because(Wrong, "unattended", nil)
	case r.Showing.Kind == wire.ShowSlate:
		v = because(Wrong, "slate_instead", nil)
	case !current.Playing:
		v = because(Wrong, "nothing_due", nil)
	}
	// What is due comes round to what is shown, perhaps.
	v.Next = current.End.Add(-ahead)
	if !v.Next.After(now) {
		v.Next = current.End
	}
	return v
}

func shows(s wire.Showing, d Due) bool {
	if d.Playing {
		return s.Kind == wire.ShowItem && s.Rendition == d.Rendition
	}
	return s.Kind == wire.ShowSlate
}

func atLeast(held *wire.ProgrammeRef, want wire.ProgrammeRef) bool {
	return held != nil && (held.Epoch > want.Epoch || held.Epoch == want.Epoch && held.Counter >= want.Counter)
}

func because(s State, code string, params playlists.Params) Verdict {
	if params == nil {
		params = playlists.Params{}
	}
	return Verdict{State: s, Reason: &Reason{Code: code, Params: params}}
}
