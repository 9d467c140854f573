package assist_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

func TestEveryCommand(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   programme.CommandKind
		amount int
		change func(*pc)
		said   string
		did    []string
	}{
		"refresh":                    {programme.CommandRefresh, 0, nil, "taken, done", []string{"reload"}},
		"refresh without a page":     {programme.CommandRefresh, 0, func(p *pc) { p.pages = 0 }, "taken, failed no_page", nil},
		"a page that stays away":     {programme.CommandRefresh, 0, func(p *pc) { p.returns = false }, "taken, failed page_missing", []string{"reload"}},
		"browser":                    {programme.CommandRestartBrowser, 0, nil, "taken, done", []string{"browser, asked by Hoà"}},
		"a browser that is not ours": {programme.CommandRestartBrowser, 0, func(p *pc) { p.alone = true }, "refused browser_not_ours", nil},
		"display on":                 {programme.CommandDisplayOn, 0, nil, "taken, done", []string{"on"}},
		"brightness":                 {programme.CommandBrightness, 70, nil, "taken, done", []string{"brightness 70"}},
		"volume":                     {programme.CommandVolume, 0, nil, "taken, done", []string{"volume 0"}},
		"a tool that is not there":   {programme.CommandVolume, 1, func(p *pc) { p.fails = playlists.Errorf(playlists.Unavailable, "tool_missing", nil, "cannot") }, "taken, failed tool_missing", []string{"volume 1"}},
		"any other failure":          {programme.CommandVolume, 1, func(p *pc) { p.fails = errors.New("cannot") }, "taken, failed failed", []string{"volume 1"}},
		"logs":                       {programme.CommandLogs, 7, nil, "taken, done", nil},
		"capture":                    {programme.CommandCapture, 0, nil, "taken, done", []string{"look"}},
		"capture without eyes":       {programme.CommandCapture, 0, func(p *pc) { p.alone = true }, "taken, failed no_eyes", nil},
		"an agent nobody starts":     {programme.CommandRestartAgent, 0, func(p *pc) { p.alone = true }, "refused not_supervised", nil},
		"a PC that stays up":         {programme.CommandRestartPC, 0, nil, "taken, failed pc_did_not_restart", []string{"restart pc"}},
		"a PC that may not":          {programme.CommandRestartPC, 0, func(p *pc) { p.fails = playlists.Errorf(playlists.Unavailable, "restart_denied", nil, "cannot") }, "taken, failed restart_denied", []string{"restart pc"}},
		"a PC that has just started": {programme.CommandRestartPC, 0, func(p *pc) { p.began = time.Now().Add(-19 * time.Minute) }, "refused too_often", nil},
		"a restart on a broken disk": {programme.CommandRestartPC, 0, func(p *pc) { p.broken = errors.New("read-only") }, "refused not_kept", nil},
		"dark on a broken disk":      {programme.CommandDisplayOff, 1, func(p *pc) { p.broken = errors.New("read-only") }, "taken, failed not_kept", nil},
		"dark under a bulletin":      {programme.CommandDisplayOff, 1, func(p *pc) { p.bulletin = true }, "refused bulletin", nil},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(p *pc) {
				if c.change != nil {
					c.change(p)
				}
				a, stop := p.start()
				defer stop()
				a.Offer(ask(t, "one", c.kind, c.amount))
				settle(2 * time.Minute)
				p.expect("one", c.said)
				p.expectDone(c.did...)
				if c.kind == programme.CommandLogs {
					text, err := wire.UnpackLog(p.results[len(p.results)-1].Log)
					if err != nil || string(text) != "of 7\n" {
						t.Errorf("the log is %q, %v", text, err)
					}
				}
			})
		})
	}
}

// A command that comes again, at once, after its end and after a restart, is
// done once and answered each time.
func TestOnce(t *testing.T) {
	in(t, func(p *pc) {
		envelope := ask(t, "one", programme.CommandVolume, 5)
		a, stop := p.start()
		a.Offer(envelope)
		a.Offer(envelope)
		settle(time.Second)
		p.expect("one", "taken, done, done")
		a.Offer(envelope)
		settle(time.Second)
		stop()
		a, stop = p.start()
		defer stop()
		a.Offer(envelope)
		settle(time.Second)
		p.expectDone("volume 5")
		if !strings.HasSuffix(p.said("one"), "done, done, done") {
			t.Errorf("said %s", p.said("one"))
		}
	})
}

// What happens while nobody listens is told when somebody does.
func TestResultsWait(t *testing.T) {
	in(t, func(p *pc) {
		a, stop := p.start()
		defer stop()
		p.note(func() { p.offline = true })
		a.Offer(ask(t, "one", programme.CommandVolume, 5))
		settle(time.Second)
		p.expect("one", "")
		p.note(func() { p.offline = false })
		a.Kick()
		settle(time.Second)
		p.expect("one", "done")
		a.Kick()
		settle(time.Hour)
		p.expect("one", "done") // once is enough
	})
}

func TestTooLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after  time.Duration
		change func(*pc)
		said   string
	}{
		"in time":                            {9 * time.Minute, nil, "taken, done"},
		"at its end":                         {10 * time.Minute, nil, "refused expired"},
		"when the floor is past it":          {0, func(p *pc) { p.floor = time.Now().Add(10 * time.Minute) }, "refused expired"},
		"by a clock that is turned back":     {time.Hour, func(p *pc) { p.ahead, p.floor = -2*time.Hour, time.Now() }, "refused expired"},
		"by a plausible clock":               {0, func(p *pc) { p.clock = wire.ClockPlausible }, "taken, done"},
		"by a plausible clock, near its end": {8 * time.Minute, func(p *pc) { p.clock = wire.ClockPlausible }, "refused expired"},
		"by a lost clock":                    {0, func(p *pc) { p.clock = wire.ClockLost }, "refused clock_lost"},
		"by a clock that a beacon finds again": {0, func(p *pc) {
			p.clock = wire.ClockLost
			time.AfterFunc(30*time.Second, func() { p.note(func() { p.clock = wire.ClockTrusted }) })
		}, "taken, done"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(p *pc) {
				envelope := ask(t, "one", programme.CommandVolume, 5)
				time.Sleep(c.after)
				if c.change != nil {
					c.change(p)
				}
				a, stop := p.start()
				defer stop()
				a.Offer(envelope)
				settle(2 * time.Minute)
				p.expect("one", c.said)
			})
		})
	}
}

// What was not signed for this screen is neither done nor answered.
func TestForged(t *testing.T) {
	in(t, func(p *pc) {
		a, stop := p.start()
		defer stop()
		good := ask(t, "one", programme.CommandVolume, 5)
		for i := range good {
			bad := slices.Clone(good)
			bad[i] ^= 1
			a.Offer(bad)
		}
		a.Offer(nil)
		settle(time.Minute)
		p.expectDone()
		p.expect("one", "")
	})
}

// A restart is told of by the start that follows it, and not done again.
func TestRestarts(t *testing.T) {
	in(t, func(p *pc) {
		agent := ask(t, "agent", programme.CommandRestartAgent, 0)
		a, stop := p.start()
		a.Offer(agent)
		settle(time.Second)
		if !p.restarted {
			t.Fatal("the agent was not told to end")
		}
		stop()
		p.expect("agent", "taken")
		p.restarted = false
		a, stop = p.start()
		settle(time.Second)
		a.Offer(agent)
		settle(time.Second)
		if p.restarted {
			t.Error("the agent was told to end again")
		}
		p.expect("agent", "taken, done, done")

		machine, cut := ask(t, "machine", programme.CommandRestartPC, 0), ask(t, "cut", programme.CommandRefresh, 0)
		a.Offer(machine)
		settle(time.Second)
		stop()
		p.boot++
		p.began = time.Now()
		a, stop = p.start()
		settle(time.Second)
		a.Offer(machine)
		settle(time.Second)
		p.expect("machine", "taken, done, done")
		// A PC that starts only its agent again has not restarted, and what a
		// crash has cut off is not said to be done.
		p.began = time.Now().Add(-time.Hour)
		a.Offer(ask(t, "only", programme.CommandRestartPC, 0))
		settle(time.Second)
		stop()
		p.returns = false
		a, stop = p.start()
		a.Offer(cut)
		settle(time.Second)
		stop()
		_, stop = p.start()
		defer stop()
		settle(time.Second)
		p.expect("only", "taken, failed pc_did_not_restart, failed pc_did_not_restart") // by each start
		p.expect("cut", "taken, failed interrupted")
		p.expectDone("restart pc", "restart pc", "reload")
	})
}

// Neither many commands nor restarts of the agent make it restart things more
// often than it may.
func TestNotTooOften(t *testing.T) {
	in(t, func(p *pc) {
		a, stop := p.start()
		for i := range 9 {
			id := string(rune('a' + i))
			a.Offer(ask(t, id, programme.CommandRestartBrowser, 0))
			settle(3 * time.Second)
			stop()
			a, stop = p.start()
			if want := i < 6; want != strings.HasPrefix(p.said(id), "taken, done") {
				t.Errorf("restart %d: %s", i, p.said(id))
			}
		}
		for i := range 4 {
			id := "agent" + string(rune('a'+i))
			a.Offer(ask(t, id, programme.CommandRestartAgent, 0))
			settle(time.Second)
			stop()
			a, stop = p.start()
			settle(time.Second)
			if want := i < 3; want == strings.Contains(p.said(id), "too_often") {
				t.Errorf("restart %d: %s", i, p.said(id))
			}
		}
		settle(time.Hour)
		a.Offer(ask(t, "later", programme.CommandRestartBrowser, 0))
		settle(3 * time.Second)
		p.expect("later", "taken, done")
		stop()
		a, stop = p.start()
		defer stop()
		settle(time.Hour) // so that all before is forgotten
		for i := range 61 {
			a.Offer(ask(t, fmt.Sprint("many", string(rune('a'+i/26)), string(rune('a'+i%26))), programme.CommandVolume, 5))
			settle(time.Second)
		}
		n := 0
		for _, did := range p.done() {
			if did == "volume 5" {
				n++
			}
		}
		if n != 60 {
			t.Errorf("%d commands within an hour", n)
		}
	})
}

// The display goes on again by itself, at a bulletin, by a command, and after
// a crash, and stays on for as long as it was off.
func TestDarkness(t *testing.T) {
	in(t, func(p *pc) {
		lit := func(when string, want bool) {
			t.Helper()
			p.mu.Lock()
			defer p.mu.Unlock()
			if code := p.problems["display"]; p.lit != want || (code == "display_off") != !want {
				t.Errorf("%s it is lit: %t, problem %q", when, p.lit, code)
			}
		}
		a, stop := p.start()
		off := func(id string, minutes int) {
			a.Offer(ask(t, id, programme.CommandDisplayOff, minutes))
			settle(2 * time.Second)
		}
		off("one", 10)
		p.expect("one", "taken, done")
		lit("switched off", false)
		off("longer", 120)
		p.expect("longer", "taken, failed already_off")
		settle(10 * time.Minute)
		lit("after its time", true)
		off("soon", 1)
		p.expect("soon", "refused too_often")
		settle(10 * time.Minute)
		off("two", 10)
		lit("switched off again", false)
		p.note(func() { p.bulletin = true })
		settle(2 * time.Second)
		lit("when a bulletin comes", true)
		p.note(func() { p.bulletin = false })
		settle(time.Minute)
		off("three", 10)
		a.Offer(ask(t, "on", programme.CommandDisplayOn, 0))
		settle(time.Second)
		lit("switched on", true)
		settle(time.Minute)

		off("four", 30)
		lit("before a crash", false)
		stop()
		a, stop = p.start()
		settle(time.Second)
		lit("after a crash", true)
		settle(time.Hour)
		// After a start of the PC nobody knows for how long it was on.
		off("five", 60)
		stop()
		p.boot++
		p.began = time.Now()
		a, stop = p.start()
		defer stop()
		settle(time.Minute)
		lit("after a restart of the PC", true)
		off("six", 1)
		p.expect("six", "refused too_often")

		settle(2 * time.Hour)
		off("seven", 1)
		lit("before the cable is broken", false)
		p.note(func() { p.fails = errors.New("no display") })
		settle(2 * time.Minute)
		if p.problems["display"] != "display_stays_off" {
			t.Errorf("problems are %v", p.problems)
		}
		p.note(func() { p.fails = nil })
		settle(time.Minute)
		lit("when the cable is mended", true)
	})
}
