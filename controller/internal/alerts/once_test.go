package alerts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/alerts"
)

// TestDeliveredOnce opens and closes incidents while lines drop at every point
// of a delivery and the controller is ended and killed again and again. Every
// message arrives; who looks at its name has it once; and who does not has it
// again only where an answer was lost, which the list of deliveries admits.
func TestDeliveredOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		security   string
		port       uint16
		mail, http []string
		lives      int  // controllers, one after another
		killed     bool // every other one, in the middle of whatever it does
	}{
		{"whatever fails", alerts.StartTLS, 587, []string{"connect:drop", "data:within", "data:451", "data:lost", "data:slow"}, []string{"data:within", "data:lost", "data:500", "data:503", "data:429", "data:slow"}, 6, true},
		{"nothing but noes", alerts.ImplicitTLS, 465, []string{"connect:drop", "data:451", "data:slow"}, []string{"data:503", "data:429", "data:slow"}, 6, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const incidents = 8
			office, net := newPostOffice(t, newReceived(1, c.mail...), c.security == alerts.ImplicitTLS), newServices(t, newReceived(2, c.http...))
			w := newWorld(t, func(cfg *alerts.Config) {
				cfg.Outside, cfg.Roots = line{http: net.address, mail: office.address}, office.roots
				if c.killed {
					cfg.Grace = time.Millisecond
				}
			})
			w.add(alerts.Channel{Kind: alerts.Email, Settings: alerts.Settings{Host: mailHost, Port: c.port, Security: c.security, User: "canh.bao", From: "canh.bao@example.vn"}, Targets: []string{"a@example.vn", "b@example.vn"}}, alerts.Secrets{Password: mailPassword})
			w.add(alerts.Channel{Kind: alerts.Webhook, Settings: alerts.Settings{URL: "https://hook.example/in"}}, alerts.Secrets{Key: hookKey})
			w.add(alerts.Channel{Kind: alerts.Telegram, Targets: []string{"-100"}}, alerts.Secrets{Token: botToken})
			w.release = func() { office.release(); net.release() }
			for i := range incidents {
				w.journal.write(w.Clock.Now(), alerts.Opened, fmt.Sprintf("i%d", i), nil)
			}
			lives, ticks, closed := 1, 0, 0
			var all []row
			w.await("everything to arrive", 4*time.Second, func(rows []row) bool {
				if ticks++; closed < incidents {
					w.journal.write(w.Clock.Now(), alerts.Closed, fmt.Sprintf("i%d", closed), nil)
					closed++
				}
				if ticks%25 == 0 && lives < c.lives {
					w.end(c.killed && lives%2 == 0)
					w.live()
					lives++
				}
				if ticks%10 == 0 {
					w.release()
				}
				all = rows
				return len(all) == incidents*2*4 && !slices.ContainsFunc(all, func(r row) bool { return r.state != "sent" })
			})

			repeats, doubts := 0, 0
			for _, r := range all {
				server := net.received
				if strings.Contains(r.target, "@") {
					server = office.received
				}
				key := r.target + "|" + r.incident + "|" + r.kind
				server.mu.Lock()
				got := server.got[key]
				delete(server.got, key)
				server.mu.Unlock()
				switch {
				case len(got) == 0:
					t.Errorf("%s never arrived", key)
				case len(got) > 1+r.doubts:
					t.Errorf("%s arrived %d times and only %d answers were missed", key, len(got), r.doubts)
				case !c.killed && r.doubts > 0:
					t.Errorf("%s is in doubt although every answer came", key)
				}
				for _, id := range got[min(1, len(got)):] {
					if id != got[0] {
						t.Errorf("%s arrived under the names %v", key, got)
					}
				}
				repeats += max(0, len(got)-1)
				doubts += r.doubts
			}
			for _, server := range []*received{office.received, net.received} {
				for key := range server.got {
					t.Errorf("%s arrived although nothing says it", key)
				}
			}
			t.Logf("%d messages, %d controllers, %d repeats, %d missed answers, faults %v %v", len(all), lives, repeats, doubts, office.faults, net.faults)
		})
	}
}
