package incidents

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// desk drives a tracker through seconds and writes down what it does.
type desk struct {
	t    *testing.T
	tr   *tracker
	from time.Time
	now  time.Time
	log  []string
	made int
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, from: playliststest.Now, now: playliststest.Now}
	d.restart()
	return d
}

// restart begins anew with what a store would have kept.
func (d *desk) restart() {
	var kept []Incident
	var windows []Window
	if d.tr != nil {
		for _, tr := range d.tr.tracks {
			if tr.inc != nil {
				kept = append(kept, *tr.inc)
			}
		}
		windows = d.tr.windows
	}
	d.tr = newTracker(kept, windows, 1, func() (playlists.ID, error) {
		d.made++
		return playliststest.ID(fmt.Sprint("incident", d.made)), nil
	}, d.now)
}

// to goes on until so long after the beginning, in steps that fit the way.
func (d *desk) to(at time.Duration) {
	d.t.Helper()
	end, beat := d.from.Add(at), time.Second
	switch way := end.Sub(d.now); {
	case way > 3*time.Hour:
		beat = time.Minute
	case way > 5*time.Minute:
		beat = 5 * time.Second
	}
	for ; d.now.Before(end); d.now = d.now.Add(beat) {
		d.step()
	}
	d.step()
}

func (d *desk) step() {
	d.t.Helper()
	changes, err := d.tr.step(d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	d.tr.apply(changes)
	for _, c := range changes {
		if c.Suppress != "" {
			d.log = append(d.log, fmt.Sprintf("%s suppressed", d.now.Sub(d.from)))
		}
		for _, e := range c.Entries {
			i := &c.Incident
			line := fmt.Sprintf("%s %s %s %s", d.now.Sub(d.from), e.Kind, i.Severity, i.Rule)
			if i.Screen.Name != "" {
				line += " " + i.Screen.Name
			}
			for _, m := range i.Members {
				line += " " + m.Name
			}
			d.log = append(d.log, line)
		}
	}
}

// want compares what was done since it was last asked.
func (d *desk) want(lines ...string) {
	d.t.Helper()
	if !slices.Equal(d.log, lines) {
		d.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(d.log, "\n\t"), strings.Join(lines, "\n\t"))
	}
	d.log = nil
}

func screen(name string, codes ...string) Seen {
	s := Seen{ID: playliststest.ID(name), Name: name, Cluster: Named{playliststest.ID("cautreo"), "Cầu Treo"}, Unit: playliststest.ID("unit"), Fresh: true, Boot: "1"}
	for _, c := range codes {
		s.Signs = append(s.Signs, Sign{Code: c})
		if c == "silent" || c == "connection_ended" || c == "report_late" {
			s.Fresh = false
		}
	}
	return s
}

func (d *desk) see(s ...Seen) {
	for _, one := range s {
		one.LastAt = d.now
		if !one.Fresh {
			one.LastAt = d.now.Add(-time.Minute)
		}
		d.tr.see(one, d.now)
	}
}

func (d *desk) the(rule Rule) *Incident {
	d.t.Helper()
	for k, tr := range d.tr.tracks {
		if k.rule == rule && tr.inc != nil {
			return tr.inc
		}
	}
	d.t.Fatalf("no incident of %s", rule)
	return nil
}

func TestItOpensLateAndEndsLate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"))
	d.see(screen("gate", "other_item"))
	d.to(9 * time.Second)
	d.see(screen("gate")) // a moment only
	d.to(20 * time.Second)
	d.want()
	d.see(screen("gate", "other_item"))
	d.to(30 * time.Second)
	d.want("30s opened critical wrong_content gate")
	d.to(40 * time.Second)
	d.see(screen("gate"))
	d.to(60 * time.Second)
	d.see(screen("gate", "other_item")) // it flaps: the same incident
	d.to(65 * time.Second)
	d.see(screen("gate"))
	d.to(94 * time.Second)
	d.want("1m0s again critical wrong_content gate")
	d.to(95 * time.Second)
	d.want("1m35s closed critical wrong_content gate")
	d.see(screen("gate", "nothing_due"))
	d.to(2 * time.Minute)
	d.want("1m45s reopened critical wrong_content gate")
	if i := d.the(WrongContent); i.Flaps != 2 || d.made != 1 || i.Code != "nothing_due" {
		t.Errorf("%d incidents, %d flaps, %s", d.made, i.Flaps, i.Code)
	}
}

// A foreign page is told at once, and what proves it stays though the screen
// has sent it away by then.
func TestAForeignPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"))
	d.to(5 * time.Second)
	proof := Evidence{Witness: "browser", Finding: "wrong", Digest: "ab"}
	wrong := screen("gate", "glass_wrong")
	wrong.Evidence = []Evidence{proof}
	d.see(wrong)
	d.step()
	d.want()
	d.see(screen("gate", "other_page"))
	d.step()
	d.want("5s opened critical wrong_content gate")
	if i := d.the(WrongContent); !slices.Equal(i.Evidence, []Evidence{proof}) {
		t.Errorf("the evidence is %+v", i.Evidence)
	}
}

func TestNobodyTakesIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"), screen("hall"))
	d.see(screen("gate", "glass_frozen"))
	d.to(31 * time.Minute)
	d.want("20s opened warning frozen gate", "10m20s escalated critical frozen gate")
	d.to(41 * time.Minute)
	d.want("40m20s escalated critical frozen gate")
	i := *d.the(Frozen)
	i.Owner = Named{playliststest.ID("an"), "An"}
	d.tr.apply([]Change{{Incident: i, key: keyOf(&i)}})
	d.to(3 * time.Hour)
	d.want()
	d.see(screen("gate")) // whoever has taken it says what it was
	d.to(4 * time.Hour)
	d.want("3h0m30s recovered critical frozen gate")
	d.to(11*time.Hour + time.Minute)
	d.want("11h0m0s closed critical frozen gate")
}

func TestOfAnAbsentScreenNothingIsJudged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"), screen("hall"))
	d.see(screen("gate", "glass_black"))
	d.to(10 * time.Second)
	d.see(screen("gate", "silent")) // before it opens: nothing fresh is known
	d.to(30 * time.Second)
	d.want()
	d.see(screen("gate", "glass_black"))
	d.to(50 * time.Second)
	d.want("45s opened critical black gate")
	d.see(screen("gate", "silent"))
	d.to(2 * time.Minute)
	d.want("1m30s opened warning offline gate") // and black stays
	d.see(screen("gate"))
	d.to(4 * time.Minute)
	d.want("2m30s closed critical black gate", "3m0s closed warning offline gate")
	// But who is cut off by another that speaks in its name cannot say so.
	d.see(screen("gate", "silent", "session_contested"))
	d.to(4*time.Minute + 10*time.Second)
	d.want("4m0s opened critical contested gate")
}

func TestAControllerThatHasJustStarted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"), screen("hall", "silent"))
	d.to(10 * time.Second)
	d.see(screen("hall")) // it comes back
	d.see(screen("gate", "silent"))
	d.to(time.Minute)
	d.want("50s opened warning offline gate")
	d.to(2 * time.Minute)
	d.restart()
	d.see(screen("gate", "silent"), screen("hall", "silent"), screen("yard", "silent"))
	d.to(4*time.Minute + 20*time.Second)
	d.want() // the open one goes on, others have time
	d.see(screen("hall"))
	d.to(5*time.Minute + 30*time.Second)
	d.want("5m10s opened warning offline yard")
	d.see(screen("gate"))
	d.to(7 * time.Minute)
	d.want("6m30s closed warning offline gate")
}

func TestLostAtOnce(t *testing.T) {
	t.Parallel()
	label := func(s Seen) Seen {
		s.Tags = []string{"LED", "Switch: Tủ 2"}
		return s
	}
	at := func(s Seen) Seen {
		s.Address = "203.0.113.7"
		return s
	}
	lost := func(s Seen) Seen {
		s.Fresh, s.Signs = false, []Sign{{Code: "silent"}}
		return s
	}
	for name, c := range map[string]struct {
		screens []Seen
		lost    int
		hint    string
		opened  []string
	}{
		"one alone":          {[]Seen{screen("a"), screen("b"), screen("c")}, 1, "", []string{"40s opened warning offline a"}},
		"two of three":       {[]Seen{screen("a"), screen("b"), screen("c")}, 2, "at_once", []string{"40s opened critical group_offline a b"}},
		"all of two":         {[]Seen{screen("a"), screen("b")}, 2, "whole_cluster", []string{"40s opened critical group_offline a b"}},
		"behind a switch":    {[]Seen{label(screen("a")), label(screen("b")), screen("c")}, 2, "same_switch", []string{"40s opened critical group_offline a b"}},
		"beside one there":   {[]Seen{label(screen("a")), label(screen("b")), label(screen("c"))}, 2, "at_once", []string{"40s opened critical group_offline a b"}},
		"its name elsewhere": {[]Seen{label(screen("a")), label(screen("b")), screen("c"), label(elsewhere(screen("d")))}, 2, "same_switch", []string{"40s opened critical group_offline a b"}},
		"at one address":     {[]Seen{at(screen("a")), at(screen("b")), screen("c")}, 2, "same_address", []string{"40s opened critical group_offline a b"}},
		"behind one proxy":   {[]Seen{at(screen("a")), at(screen("b")), screen("c"), at(elsewhere(screen("d")))}, 2, "at_once", []string{"40s opened critical group_offline a b"}},
		"and one more":       {[]Seen{label(screen("a")), label(screen("b")), screen("c"), screen("d")}, 3, "same_switch", []string{"40s opened critical group_offline a b", "41s joined critical group_offline a b c"}},
		"in two clusters":    {[]Seen{screen("a"), elsewhere(screen("b"))}, 2, "", []string{"40s opened warning offline a", "40s opened warning offline b"}},
		"one of one alone":   {[]Seen{screen("a")}, 1, "", []string{"40s opened warning offline a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.see(c.screens...)
			for _, s := range c.screens[:c.lost] {
				d.see(lost(s))
			}
			d.to(2 * time.Minute)
			d.want(c.opened...)
			if c.hint == "" {
				return
			}
			i := d.the(GroupOffline)
			if len(i.Hints) != 1 || i.Hints[0].Code != c.hint || i.Hints[0].Params["seconds"] != 1 {
				t.Errorf("hints %+v", i.Hints)
			}
			if c.hint == "same_switch" && i.Hints[0].Params["switch"] != "tủ 2" {
				t.Errorf("hints %+v", i.Hints)
			}
			d.restart()
			for _, s := range c.screens {
				d.see(lost(s))
			}
			d.see(c.screens[1:]...) // a is not back
			d.to(6 * time.Minute)
			d.want()
			if i := d.the(GroupOffline); i.Members[0].Back || !i.Members[1].Back || i.Code != "group_partly_back" {
				t.Errorf("%s with %+v", i.Code, i.Members)
			}
			d.see(c.screens[0])
			d.to(8 * time.Minute)
			if len(d.log) != 1 || !strings.HasPrefix(d.log[0], "7m0s closed critical group_offline") {
				t.Errorf("at the end %q", d.log)
			}
		})
	}
}

func elsewhere(s Seen) Seen {
	s.Cluster = Named{playliststest.ID("vungang"), "Vũng Áng"}
	return s
}

func TestHowItCameBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		boot   string
		uptime time.Duration // at the fifth minute; 0 is not told
		hint   string
	}{
		"it ran all the time":    {"1", time.Hour, "only_line"},
		"power was gone":         {"2", 90 * time.Second, "power_cut"},
		"only the agent started": {"2", time.Hour, "agent_restarted"},
		"nothing is known":       {"2", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.see(screen("gate"), screen("hall"))
			d.to(10 * time.Second)
			d.see(screen("gate", "silent"))
			d.to(4 * time.Minute)
			back := screen("gate")
			back.Boot = c.boot
			d.see(back)
			d.to(5 * time.Minute)
			if c.uptime > 0 {
				d.tr.facts[back.ID] = Facts{At: d.now, Uptime: c.uptime}
				d.tr.again(back.ID, d.now)
			}
			d.to(6 * time.Minute)
			got := ""
			for _, h := range d.the(Offline).Hints {
				got += h.Code
			}
			if got != c.hint {
				t.Errorf("hint %q, want %q", got, c.hint)
			}
		})
	}
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tr.windows = []Window{{ID: playliststest.ID("w"), Screen: Named{ID: playliststest.ID("gate")}, Cluster: Named{ID: playliststest.ID("cautreo")}, From: d.now, Until: d.now.Add(time.Hour)}}
	d.see(screen("gate"), screen("hall"), screen("yard"))
	d.see(screen("gate", "no_player"), screen("hall", "no_player"))
	d.to(2 * time.Minute)
	d.want("1m0s suppressed", "1m0s opened critical no_picture hall")
	d.see(screen("gate"), screen("hall"))
	d.to(3 * time.Minute)
	d.see(screen("gate", "silent"), screen("hall", "silent"))
	d.to(10 * time.Minute)
	d.want("2m30s closed critical no_picture hall", "3m40s suppressed", "3m40s opened warning offline hall")
	if n := d.tr.windows[0].Suppressed; n != 2 {
		t.Errorf("%d suppressed", n)
	}
	d.to(61 * time.Minute)
	d.want("18m40s escalated critical offline hall", "1h0m0s opened warning offline gate")
}

func TestWhatAPersonClosedStaysClosed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	refused := func(n int) Seen {
		s := screen("gate")
		s.Signs = []Sign{{Code: "refused", Params: playlists.Params{"refusal": "bad_signature", "count": n}}}
		return s
	}
	d.see(refused(1))
	d.to(time.Minute)
	d.want("10s opened warning refused gate")
	i := *d.the(Refused)
	i.ClosedAt, i.Reason, i.Standing = d.now, FalseAlarm, true
	d.tr.apply([]Change{{Incident: i, key: keyOf(&i)}})
	d.restart()
	d.see(refused(1)) // it counts since the agent's start
	d.to(time.Hour)
	d.want()
	d.see(refused(2))
	d.to(2 * time.Hour)
	d.want("1h0m0s opened warning refused gate", "1h30m0s escalated critical refused gate")
	d.see(screen("gate"))
	d.to(30 * time.Hour)
	d.want("2h5m0s recovered critical refused gate") // a person must have looked
}

func TestWhatHappensOften(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.see(screen("gate"))
	for n := range 5 {
		d.to(time.Duration(n) * time.Minute)
		d.see(screen("gate", "report_late"))
		d.to(time.Duration(n)*time.Minute + 10*time.Second)
		d.see(screen("gate"))
	}
	d.to(10 * time.Minute)
	d.want("3m0s opened info late gate", "4m0s again info late gate")
	d.to(60 * time.Minute)
	d.want("24m10s closed info late gate")
	for n := range 4 {
		s := screen("gate")
		s.Boot = fmt.Sprint("boot", n)
		d.see(s)
		d.to(60*time.Minute + time.Duration(n)*time.Minute)
	}
	d.want("1h1m0s opened warning restarting gate")
	d.to(3 * time.Hour)
	d.want("1h32m0s closed warning restarting gate")
}

func TestFactsOfThePC(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := screen("gate")
	warm := func(c float64) {
		d.tr.facts[s.ID] = Facts{At: d.now, TempC: c}
		d.tr.again(s.ID, d.now)
	}
	d.see(s)
	warm(82)
	d.to(5 * time.Minute)
	warm(81)
	d.to(10 * time.Minute)
	d.want("6m0s opened warning temperature gate")
	warm(77) // not cool yet
	d.to(20 * time.Minute)
	warm(95)
	d.to(25 * time.Minute)
	d.want("20m0s escalated critical temperature gate")
	for n := range 5 {
		warm(60)
		d.to(time.Duration(26+n*4) * time.Minute)
	}
	d.want("35m0s closed critical temperature gate")

	d.tr.expiry[s.ID] = d.now.Add(20 * 24 * time.Hour)
	d.tr.again(s.ID, d.now)
	d.to(45 * time.Minute)
	d.want("42m0s opened warning certificate gate")
	d.tr.expiry[s.ID] = d.now.Add(3 * 24 * time.Hour)
	d.tr.again(s.ID, d.now)
	d.to(46 * time.Minute)
	d.want("45m0s escalated critical certificate gate")
}

func TestNobodyOnShift(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := ClusterSeen{Named: Named{playliststest.ID("cautreo"), "Cầu Treo"}, Unit: playliststest.ID("unit")}
	look := func(kept, on bool) {
		c.Kept, c.OnDuty = kept, on
		d.tr.seeCluster(c, d.now)
	}
	look(false, false)
	d.to(time.Hour)
	d.want() // no shifts are kept here
	look(true, true)
	look(true, false)
	d.to(80 * time.Minute)
	d.want("1h15m0s opened warning nobody_on_shift")
	look(true, true)
	d.to(90 * time.Minute)
	d.want("1h21m0s closed warning nobody_on_shift")
}
