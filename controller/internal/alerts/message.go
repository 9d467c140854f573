package alerts

import (
	"fmt"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Message is a delivery in words.
type Message struct {
	ID       string
	Subject  string
	Text     string // short, for phones; the last line is the link
	Link     string
	Thread   string // messages about one incident have the same
	At       time.Time
	Again    bool // it may have arrived before
	Language string
	Delivery *Delivery
}

const longestName = 60 // characters of a screen's or cluster's name

// message says a delivery in the channel's language.
func (s *Service) message(c *Channel, d *Delivery) Message {
	w := wordsIn(c.Language)
	m := Message{Language: c.Language, ID: d.Message, At: d.Created, Again: d.Doubts > 0, Delivery: d, Link: s.cfg.Site + "/screens/incidents"}
	switch {
	case d.Content.Event != nil:
		e := d.Content.Event
		m.At, m.Thread = e.At, string(e.Incident)
		m.Link += "/" + string(e.Incident)
		m.Subject = w.event(e)
		m.Text = m.Subject + "\n" + s.clock(e.At, d.Created)
	case d.Content.Digest != nil:
		g := d.Content.Digest
		m.At = g.From
		m.Subject = fmt.Sprintf(w.digest, short(g.ClusterName), g.Total, g.Opened, g.Critical, g.Closed)
		lines := []string{m.Subject}
		for i := range g.First {
			lines = append(lines, "– "+w.event(&g.First[i]))
		}
		m.Text = strings.Join(append(lines, s.clock(g.From, d.Created)), "\n")
	case d.Content.Lost != nil:
		l := d.Content.Lost
		m.At, m.Link = l.At, s.cfg.Site+"/admin/alerts"
		m.Subject = fmt.Sprintf(w.lost, short(l.Channel))
		m.Text = m.Subject
	default:
		m.Link = s.cfg.Site + "/admin/alerts"
		m.Subject = fmt.Sprintf(w.test, short(c.Name))
		m.Text = m.Subject + "\n" + s.clock(m.At, m.At)
	}
	m.Text += "\n" + m.Link
	return m
}

// clock says when something was, with its day when that was not today.
func (s *Service) clock(at, now time.Time) string {
	at, now = at.In(s.zone), now.In(s.zone)
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("15:04 02/01/2006")
}

func short(name string) string {
	if r := []rune(playlists.Clean(name)); len(r) > longestName {
		return string(r[:longestName-1]) + "…"
	}
	return playlists.Clean(name)
}

// event says what happened where, in one line.
func (w words) event(e *Event) string {
	where := short(e.ClusterName)
	if e.ScreenName != "" {
		where = fmt.Sprintf("%s (%s)", short(e.ScreenName), where)
	}
	what := w.rules[e.Rule]
	if what == "" {
		what = w.rules["trouble"]
	}
	head := w.severities[e.Severity]
	if e.Kind != Opened {
		head = w.kinds[e.Kind]
	}
	return head + ": " + where + " – " + what
}
