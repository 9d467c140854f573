package alerts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/playlists/playliststest"
)

// step is something that happens, at a time of the day in Vietnam.
type step struct {
	at       string // 15:04, of the same day
	kind     alerts.EventKind
	incident string
	severity alerts.Severity
}

// TestWhoIsTold writes incidents into the journal and looks at what each
// channel gets of them.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	quiet := alerts.Quiet{From: "22:00", Until: "06:00"}
	passes := alerts.Quiet{From: "22:00", Until: "06:00", Critical: true}
	for _, c := range []struct {
		name  string
		c     alerts.Channel
		steps []step
		want  string // kind and state of what there is, in order; waits until the end
		until string
	}{
		{"everything", alerts.Channel{}, []step{{"10:00", alerts.Opened, "a", alerts.Warning}, {"10:01", alerts.Acknowledged, "a", alerts.Warning}, {"10:02", alerts.Closed, "a", alerts.Warning}}, "opened sent, acknowledged sent, closed sent", "10:03"},
		{"nothing so small", alerts.Channel{Least: alerts.Critical}, []step{{"10:00", alerts.Opened, "a", alerts.Warning}, {"10:02", alerts.Closed, "a", alerts.Warning}}, "", "10:03"},
		{"once it has grown", alerts.Channel{Least: alerts.Critical}, []step{{"10:00", alerts.Opened, "a", alerts.Warning}, {"10:01", alerts.Escalated, "a", alerts.Critical}, {"10:02", alerts.Closed, "a", alerts.Critical}}, "escalated sent, closed sent", "10:03"},
		{"the next in line", alerts.Channel{Level: 2}, []step{{"10:00", alerts.Opened, "a", alerts.Critical}, {"10:01", alerts.Escalated, "a", alerts.Critical}, {"10:02", alerts.Acknowledged, "a", alerts.Critical}, {"10:03", alerts.Escalated, "a", alerts.Critical}, {"10:04", alerts.Closed, "a", alerts.Critical}}, "escalated sent, closed sent", "10:05"},
		{"not the next in line", alerts.Channel{Level: 1}, []step{{"10:00", alerts.Opened, "a", alerts.Critical}, {"10:04", alerts.Closed, "a", alerts.Critical}}, "", "10:05"},
		{"another cluster's", alerts.Channel{Cluster: playliststest.ID("atb")}, []step{{"10:00", alerts.Opened, "a", alerts.Critical}, {"10:00", alerts.Opened, "b", alerts.Critical}}, "opened sent", "10:05"},
		{"again", alerts.Channel{}, []step{{"10:00", alerts.Opened, "a", alerts.Warning}, {"10:01", alerts.Closed, "a", alerts.Warning}, {"10:02", alerts.Opened, "a", alerts.Warning}}, "opened sent, closed sent, opened sent", "10:03"},
		{"held over night", alerts.Channel{Quiet: quiet}, []step{{"02:00", alerts.Opened, "a", alerts.Critical}}, "opened waiting", "05:59"},
		{"told in the morning", alerts.Channel{Quiet: quiet}, []step{{"02:00", alerts.Opened, "a", alerts.Critical}}, "opened sent", "06:00"},
		{"critical passes", alerts.Channel{Quiet: passes}, []step{{"02:00", alerts.Opened, "a", alerts.Critical}, {"02:01", alerts.Opened, "b", alerts.Warning}}, "opened sent, opened waiting", "02:05"},
		{"over before anybody woke", alerts.Channel{Quiet: quiet}, []step{{"02:00", alerts.Opened, "a", alerts.Warning}, {"03:00", alerts.Closed, "a", alerts.Warning}}, "opened dropped", "07:00"},
		{"grown in the night", alerts.Channel{Quiet: passes}, []step{{"02:00", alerts.Opened, "a", alerts.Warning}, {"03:00", alerts.Escalated, "a", alerts.Critical}, {"03:10", alerts.Closed, "a", alerts.Critical}}, "opened dropped, escalated sent, closed sent", "03:20"},
		{"begun by day, ended by night", alerts.Channel{Quiet: quiet}, []step{{"21:00", alerts.Opened, "a", alerts.Warning}, {"23:00", alerts.Closed, "a", alerts.Warning}}, "opened sent, closed waiting", "23:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			net := newServices(t, newReceived(1))
			w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{http: net.address} })
			c.c.Kind, c.c.Settings = alerts.Webhook, alerts.Settings{URL: "https://hook.example/in"}
			w.add(c.c, alerts.Secrets{Key: hookKey})
			zone := time.FixedZone("", 7*3600)
			day := w.Clock.Now().In(zone).AddDate(0, 0, 1)
			clock := func(at string) time.Time {
				x, err := time.Parse("15:04", at)
				if err != nil {
					t.Fatal(err)
				}
				return time.Date(day.Year(), day.Month(), day.Day(), x.Hour(), x.Minute(), 0, 0, zone)
			}
			read := int64(0)
			for _, s := range append(c.steps, step{at: c.until}) {
				w.Clock.Add(clock(s.at).Sub(w.Clock.Now()))
				if s.kind != "" {
					w.journal.write(w.Clock.Now(), s.kind, s.incident, func(e *alerts.Event) { e.Severity = s.severity })
					read++
				}
				w.await("the journal to be read and what is due to be sent", 0, func(rows []row) bool {
					var seq int64
					if err := w.raw.QueryRowContext(t.Context(), `select seq from alert_cursor`).Scan(&seq); err != nil {
						t.Fatal(err)
					}
					var due int
					if err := w.raw.QueryRowContext(t.Context(), `select count(*) from alert_deliveries where state = 'handed' or state = 'waiting' and next_at <= ?`, w.Clock.Now().UnixMilli()).Scan(&due); err != nil {
						t.Fatal(err)
					}
					return seq == read && due == 0
				})
			}
			var got []string
			for _, r := range w.rows() {
				got = append(got, r.kind+" "+r.state)
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("the channel gets %q, not %q", strings.Join(got, ", "), c.want)
			}
		})
	}
}

// TestACrowdBecomesOne has many screens of a cluster fail at once: nobody's
// phone gets forty messages, and all of them count as told.
func TestACrowdBecomesOne(t *testing.T) {
	t.Parallel()
	net := newServices(t, newReceived(1))
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{http: net.address} })
	texts := make(chan string, 100)
	net.heard = func(_, text string) { texts <- text }
	w.add(alerts.Channel{Kind: alerts.Telegram, Targets: []string{"-100"}}, alerts.Secrets{Token: botToken})
	same := func(e *alerts.Event) { e.Cluster = playliststest.ID("one") }
	const many = 40
	w.life.store.dead.Store(true) // so that all are planned at once
	for i := range many {
		w.journal.write(w.Clock.Now(), alerts.Opened, fmt.Sprintf("m%d", i), same)
	}
	w.journal.write(w.Clock.Now(), alerts.Opened, "elsewhere", nil)
	w.life.store.dead.Store(false)
	all := func(state string) func([]row) bool {
		return func(rows []row) bool {
			return !slices.ContainsFunc(rows, func(r row) bool { return r.state != state }) && len(rows) > many
		}
	}
	w.await("all to be told", time.Second, all("sent"))
	for i := range many {
		w.journal.write(w.Clock.Now(), alerts.Closed, fmt.Sprintf("m%d", i), same)
	}
	w.await("all to be over", time.Second, func(rows []row) bool { return len(rows) >= 2*many+3 && all("sent")(rows) })
	close(texts)
	var got []string
	for text := range texts {
		got = append(got, text)
	}
	if len(got) > 4 || !slices.ContainsFunc(got, func(s string) bool {
		return strings.HasPrefix(s, "Cụm Cầu Treo: 40 tin trong một lúc, 40 sự cố mới (40 nghiêm trọng), 0 đã hết")
	}) {
		t.Errorf("%d messages: %q", len(got), got)
	}
}
