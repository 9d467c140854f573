package e2e

import (
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// TestThiefPlaysWithTime: what is approved, before and after its time, with
// the programme key, the beacon and the clock in the thief's hands.
func TestThiefPlaysWithTime(t *testing.T) {
	t.Parallel()
	r := rob(t)
	now := time.Now()
	over, early := r.picture(400), r.picture(401)
	over.Media, early.Media = "overaaaaaaaaaaaa", "earlyaaaaaaaaaaa"
	expired := r.Approval(over, r.last.Profile, playlists.Terms{ValidUntil: now.Add(-time.Hour)}, r.both()...)
	future := r.Approval(early, r.last.Profile, playlists.Terms{ValidFrom: now.AddDate(0, 6, 0)}, r.both()...)
	// In lists of their own above what plays: they win as soon as they may.
	q := r.last
	for i, show := range []programme.Showing{r.Showing(over, expired), r.Showing(early, future)} {
		one := r.With(r.last, 1, show)
		e := one.Entries[0]
		e.ID, e.Priority = playlists.ID([]string{"entrybaaaaaaaaaa", "entrycaaaaaaaaaa"}[i]), 90
		e.Rule = schedule.Rule{Weekdays: []int{}, Windows: []schedule.Window{}}
		q.Entries = append([]programme.Entry{e}, q.Entries...)
	}
	q.Counter = r.counter()
	r.Programme(q)
	stage.Await(t, time.Minute, "the programme", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.unmoved("expired and future items")
	until := r.held.Expires()
	r.Beacons(func(b *programme.Beacon) { b.Time = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() })
	r.scr.Kill()
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, time.Minute, "the beacon from 2099", func() bool { return r.scr.Status().Report.Clock.Floor >= until.Add(-time.Hour).UnixMilli() })
	if floor := time.UnixMilli(r.scr.Status().Report.Clock.Floor); floor.After(until.Add(time.Hour)) {
		t.Errorf("a beacon from 2099 has moved the floor to %s, past the charter's end on %s", floor, until)
	}
	// The thief may hide what was signed by it, and show nothing else.
	stage.Await(t, 30*time.Second, "a frame", func() bool { return r.scr.Status().Report.Showing.Kind != wire.ShowNothing })
	r.harmless("a beacon from 2099")
}

// TestThiefFreezes: saying nothing for longer than the charter allows ends on
// the slate, also on a machine that was switched off in between.
func TestThiefFreezes(t *testing.T) {
	t.Parallel()
	r := rob(t)
	r.Beacons(nil)
	r.scr.Stop()
	days := time.Duration(r.held.MaxUnattendedDays) * 24 * time.Hour
	r.scr.UseClock(time.Now().Add(days - time.Hour))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "what was signed, and a warning", func() bool {
		return r.scr.Status().Report.Showing.Rendition == r.good && r.problem("unattended_soon")
	})
	r.scr.Stop()
	r.scr.UseClock(time.Now().Add(days + 2*time.Hour))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "the slate", func() bool {
		return r.scr.Status().Report.Showing.Rendition != r.good && r.problem("unattended")
	})
}

func (r *robbed) problem(code string) bool {
	for _, p := range r.scr.Status().Report.Problems {
		if p.Code == code {
			return true
		}
	}
	return false
}

// TestThiefTurnsTheClock: a clock that is lost, in a screen that was switched
// off, begins nothing that lies ahead and shows nothing that may be over.
func TestThiefTurnsTheClock(t *testing.T) {
	t.Parallel()
	r := rob(t)
	r.Beacons(nil)
	now := time.Now()
	early, soon := r.picture(700), r.picture(701)
	early.Media, soon.Media = "earlyaaaaaaaaaaa", "soonaaaaaaaaaaaa"
	q := r.With(r.last, r.counter(), r.Showing(early, r.Approval(early, r.last.Profile, playlists.Terms{ValidFrom: now.AddDate(0, 0, 10)}, r.both()...)))
	one := r.With(r.last, 1, r.Showing(soon, r.Approval(soon, r.last.Profile, playlists.Terms{ValidUntil: now.AddDate(0, 0, 5)}, r.both()...)))
	one.Entries[0].ID = "entrybaaaaaaaaaa"
	q.Entries = append(q.Entries, one.Entries[0])
	r.Programme(q)
	stage.Await(t, time.Minute, "the programme", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.scr.Stop()
	r.scr.UseClock(time.Date(1970, 1, 1, 0, 1, 0, 0, time.UTC))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "a frame with the lost clock", func() bool {
		st := r.scr.Status().Report
		return st.Clock.State == wire.ClockLost && st.Showing.Kind != wire.ShowNothing
	})
	r.good = "" // what was signed for ever is not in this programme
	r.harmless("a lost clock")
	r.scr.Stop()
	r.scr.UseClock(now.AddDate(0, 0, 15))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "a frame after its end", func() bool { return r.scr.Status().Report.Showing.Kind != wire.ShowNothing })
	r.evil = []thief.Picture{soon} // the other one's time has come by this clock
	stage.Await(t, 30*time.Second, "the item whose time has come", func() bool { return r.scr.Status().Report.Showing.Rendition == early.Rendition })
	r.good = early.Rendition
	r.harmless("a clock that is two weeks on")
}
