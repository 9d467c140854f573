package sitepage

import (
	"net/http"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// noControllerAfter is how long a screen may be without the controller before
// it is an incident: lines blink.
const noControllerAfter = 2 * time.Minute

// severity of an incident, worst last.
type severity int

const (
	warning severity = iota + 1
	critical
)

func (s severity) String() string {
	if s == critical {
		return "critical"
	}
	return "warning"
}

// incident is what one simple rule finds in what a screen reports.
type incident struct {
	Rule     string // key of its words
	Runbook  string // name of what to do
	Severity severity
	Code     string // of trouble
	since    time.Duration

	Words, Since string
}

// incidents derives what is wrong with a screen, worst first.
func incidents(s *Screen) []incident {
	var out []incident
	add := func(rule, runbook string, how severity, code string, since time.Duration) {
		out = append(out, incident{Rule: rule, Runbook: runbook, Severity: how, Code: code, since: since})
	}
	if s.Lying {
		add("peer_lying", "peer_lying", critical, "", s.Age)
	}
	if s.Silent {
		add("offline", "offline", critical, "", s.Age)
		return out // what it said before is no news
	}
	r := s.Report
	if r == nil {
		return out
	}
	since := func(seconds int64) time.Duration { return time.Duration(seconds)*time.Second + s.Age }
	for _, c := range r.Checks {
		switch wire.Finding(c.Finding) {
		case wire.FindingWrong:
			add("wrong_content", "wrong_content", critical, "", since(c.SinceS))
		case wire.FindingBlack:
			add("black", "black", critical, "", since(c.SinceS))
		case wire.FindingFrozen:
			add("frozen", "frozen", critical, "", since(c.SinceS))
		case wire.FindingBlind:
			add("blind", "blind", warning, "", since(c.SinceS))
		}
	}
	if wire.ShowKind(r.Showing) == wire.ShowNothing {
		add("no_picture", "no_picture", critical, "", since(r.ShowingS))
	}
	if !r.Connected && (r.HeardS < 0 || since(r.HeardS) > noControllerAfter) {
		add("no_controller", "no_controller", warning, "", since(max(r.HeardS, 0)))
	}
	if wire.ClockState(r.Clock) == wire.ClockLost {
		add("clock_lost", "clock", warning, "", 0)
	}
	for _, p := range r.Problems {
		if p.Code == "peer_lying" {
			continue // about another, whose tile says so
		}
		add("trouble", "trouble", warning, p.Code, since(p.SinceS))
	}
	slices.SortStableFunc(out, func(a, b incident) int { return int(b.Severity - a.Severity) })
	return out
}

// tile is a screen as the page shows it.
type tile struct {
	ID         playlists.ID
	Name       string
	Own        bool
	State      string // of the style
	Mark       string // a sign beside the colour
	StateWords string
	Does       string
	Shot       string // address of the capture, "" for none
	ShotAge    string
	Incidents  []incident
	Facts      []fact
}

type fact struct{ Name, Value string }

// teller says things in one language, of one moment.
type teller struct {
	lang string
	now  time.Time // zero while the clock is lost
	zone *time.Location
}

func (t *teller) say(key string, parts ...any) string {
	text, err := say(t.lang, key, parts...)
	if err != nil {
		return key // the catalogue's test holds every key
	}
	return text
}

// since says from when something is so: by the clock, or for how long while
// the clock is lost.
func (t *teller) since(d time.Duration) string {
	if t.now.IsZero() {
		return t.say("for", lasting(t.lang, d))
	}
	at := t.now.Add(-d).In(t.zone)
	if d < 12*time.Hour {
		return t.say("since", at.Format("15:04"))
	}
	return t.say("since", at.Format("15:04 02/01"))
}

// lasting says how long, in the largest unit of which there is one.
func lasting(lang string, d time.Duration) string {
	key, n := "seconds", int64((d+time.Second-1)/time.Second)
	switch {
	case d >= 48*time.Hour:
		key, n = "days", int64(d/(24*time.Hour))
	case d >= 2*time.Hour:
		key, n = "hours", int64(d/time.Hour)
	case d >= 2*time.Minute:
		key, n = "minutes", int64(d/time.Minute)
	}
	text, _ := say(lang, key, n) // the catalogue's test holds every key
	return text
}

func (t *teller) tile(s *Screen) tile {
	out := tile{ID: s.ID, Name: s.Name, Own: s.Own, Incidents: incidents(s)}
	for i := range out.Incidents {
		in := &out.Incidents[i]
		in.Words, in.Since = t.say(in.Rule, in.Code), t.since(in.since)
	}
	out.State, out.Mark = styleOf(s, out.Incidents)
	out.StateWords = t.say("state." + out.State)
	if s.Report == nil {
		return out
	}
	out.Does = t.does(s)
	if s.Capture != "" {
		out.Shot = "/captures/" + string(s.ID) + "/" + string(s.Capture)
		if c := s.Report.Capture; c != nil && c.Digest == s.Capture {
			out.ShotAge = t.say("capture.ago", lasting(t.lang, time.Duration(c.AgeS)*time.Second+s.Age))
		}
	}
	out.Facts = t.facts(s)
	return out
}

// styleOf gives the style and sign of a screen.
func styleOf(s *Screen, all []incident) (style, mark string) {
	worst := severity(0)
	for _, in := range all {
		worst = max(worst, in.Severity)
	}
	switch {
	case s.Lying:
		return "critical", "■"
	case s.Silent:
		return "silent", "○"
	case s.Report == nil:
		return "unknown", "…"
	case worst == critical:
		return "critical", "■"
	case s.Report.Safe:
		return "safe", "◆"
	case worst == warning:
		return "warning", "▲"
	}
	return "right", "●"
}

// does says what a screen shows, by its own word.
func (t *teller) does(s *Screen) string {
	r := s.Report
	switch kind := wire.ShowKind(r.Showing); kind {
	case wire.ShowItem:
		if r.Title == "" {
			return t.say("show.untitled")
		}
		return t.say("show.item", r.Title)
	case wire.ShowSlate, wire.ShowPairing, wire.ShowBulletin:
		return t.say("show." + string(kind))
	}
	return t.say("show.none")
}

func (t *teller) facts(s *Screen) []fact {
	r := s.Report
	contact := t.say("online")
	switch {
	case r.Connected:
	case r.HeardS < 0:
		contact = t.say("never")
	default:
		contact = t.say("heard", lasting(t.lang, time.Duration(r.HeardS)*time.Second+s.Age))
	}
	out := []fact{{t.say("contact"), contact}}
	for _, c := range r.Checks {
		key := map[wire.Finding]string{wire.FindingRight: "seen.right", wire.FindingUnsure: "seen.unsure", wire.FindingWrong: "wrong_content",
			wire.FindingBlack: "black", wire.FindingFrozen: "frozen", wire.FindingBlind: "blind"}[wire.Finding(c.Finding)]
		if key != "" {
			out = append(out, fact{t.say("check"), t.say(key)})
		}
	}
	if len(r.Checks) == 0 {
		out = append(out, fact{t.say("check"), t.say("seen.nobody")})
	}
	switch wire.ClockState(r.Clock) {
	case wire.ClockTrusted, wire.ClockPlausible, wire.ClockLost:
		out = append(out, fact{t.say("clock"), t.say("clock." + r.Clock)})
	}
	out = append(out, fact{t.say("version"), r.Version})
	for _, p := range r.Problems {
		out = append(out, fact{t.say("problems"), p.Code})
	}
	return out
}

func (p *Page) teller(r *http.Request) *teller {
	t := &teller{lang: languageOf(r), zone: p.zone}
	if now, clock := p.o.Now(); clock != wire.ClockLost {
		t.now = now
	}
	return t
}

// planView is all screens.
type planView struct {
	view
	Own   string
	Tiles []tile
	Alone bool
}

func (p *Page) plan(w http.ResponseWriter, r *http.Request) {
	v, t, site := planView{view: p.view(r)}, p.teller(r), p.o.Site()
	v.Live, v.Alone = true, len(site.Screens) < 2
	for i := range site.Screens {
		if site.Screens[i].Own {
			v.Own = site.Screens[i].Name
		}
		v.Tiles = append(v.Tiles, t.tile(&site.Screens[i]))
	}
	slices.SortStableFunc(v.Tiles, func(a, b tile) int { return rank(&a) - rank(&b) })
	p.render(w, http.StatusOK, "plan", v)
}

// rank puts the worst first.
func rank(t *tile) int {
	return slices.Index([]string{"critical", "silent", "unknown", "warning", "safe", "right"}, t.State)
}

// find gives a screen of the site.
func (p *Page) find(id string) (Screen, bool) {
	for _, s := range p.o.Site().Screens {
		if string(s.ID) == id {
			return s, true
		}
	}
	return Screen{}, false
}

func (p *Page) screen(w http.ResponseWriter, r *http.Request) {
	s, ok := p.find(r.PathValue("screen"))
	if !ok {
		p.missing(w, r)
		return
	}
	v := struct {
		view
		Tile tile
	}{p.view(r), p.teller(r).tile(&s)}
	v.Live = true
	p.render(w, http.StatusOK, "screen", v)
}

// capture gives a picture. Its name is its digest, so that the phone need not
// ask for it again.
func (p *Page) capture(w http.ResponseWriter, r *http.Request) {
	b, ok := p.o.Capture(playlists.ID(r.PathValue("screen")), playlists.Digest(r.PathValue("digest")))
	if !ok {
		p.missing(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=600, immutable")
	_, _ = w.Write(b) // the phone left
}
