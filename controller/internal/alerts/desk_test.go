package alerts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

func mailChannel(targets ...string) alerts.Channel {
	return alerts.Channel{Kind: alerts.Email, Settings: alerts.Settings{Host: mailHost, Port: 587, Security: alerts.StartTLS, User: "canh.bao", From: "canh.bao@example.vn"}, Targets: targets}
}

// TestGivesUpAfterADay has a channel whose receiver is never there: it ends,
// what would have followed is dropped, and others are told once.
func TestGivesUpAfterADay(t *testing.T) {
	t.Parallel()
	net := newServices(t, newReceived(1))
	net.handle["/dead"] = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "gone", http.StatusGone) }
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{http: net.address} })
	w.add(alerts.Channel{Kind: alerts.Webhook, Settings: alerts.Settings{URL: "https://dead.example/dead"}}, alerts.Secrets{Key: hookKey})
	w.add(alerts.Channel{Kind: alerts.Webhook, Settings: alerts.Settings{URL: "https://hook.example/in"}, Cluster: playliststest.ID("other")}, alerts.Secrets{Key: hookKey})
	for _, incident := range []string{"a", "b"} {
		w.journal.write(w.Clock.Now(), alerts.Opened, incident, nil)
		w.journal.write(w.Clock.Now(), alerts.Closed, incident, nil)
	}
	var got []string
	w.await("an end", 10*time.Minute, func(rows []row) bool {
		got = nil
		for _, r := range rows {
			got = append(got, r.target+" "+strings.Split(r.kind, ":")[0]+" "+r.state+" "+r.reason)
		}
		return len(rows) == 5 && !slices.ContainsFunc(rows, func(r row) bool { return r.state == "waiting" || r.state == "handed" })
	})
	slices.Sort(got)
	want := []string{"dead.example closed dropped alert_opening_lost", "dead.example closed dropped alert_opening_lost", "dead.example opened failed alert_http_refused", "dead.example opened failed alert_http_refused", "hook.example lost sent "}
	if !slices.Equal(got, want) {
		t.Errorf("there is %q", got)
	}
	var acts int
	if err := w.raw.QueryRowContext(t.Context(), `select count(*) from audit where kind = 'alert.lost'`).Scan(&acts); err != nil || acts != 1 {
		t.Errorf("%d acts, %v", acts, err)
	}
}

// TestSecretsStay looks for secrets where they must not be: in answers, in the
// audit log and in the file.
func TestSecretsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{} })
	secrets := []string{mailPassword, hookKey, botToken, "zalo-app-geheim", "zalo-refresh-geheim"}
	mail := w.add(mailChannel("a@example.vn"), alerts.Secrets{Password: mailPassword})
	w.add(alerts.Channel{Kind: alerts.Webhook, Settings: alerts.Settings{URL: "https://hook.example/in"}}, alerts.Secrets{Key: hookKey})
	w.add(alerts.Channel{Kind: alerts.Telegram, Targets: []string{"-100"}}, alerts.Secrets{Token: botToken})
	w.add(alerts.Channel{Kind: alerts.Zalo, Settings: alerts.Settings{AppID: "1"}, Targets: []string{"7"}}, alerts.Secrets{AppSecret: secrets[3], RefreshToken: secrets[4]})
	if _, err := w.raw.ExecContext(t.Context(), `pragma wal_checkpoint(truncate)`); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if bytes.Contains(file, []byte(s)) {
			t.Errorf("%s stands in the file", s)
		}
	}

	// It keeps its password when something else changes, and loses it when it
	// would be sent to another server.
	next := *mail
	next.Name, next.Targets = "Trực ban", []string{"b@example.vn"}
	changed, err := w.life.ChangeChannel(t.Context(), w.admin, next, alerts.Secrets{})
	if err != nil || !slices.Equal(changed.Held, []string{"password"}) || !bytes.Equal(changed.Sealed, mail.Sealed) {
		t.Errorf("after a change it holds %v: %v", changed, err)
	}
	if _, err := w.life.ChangeChannel(t.Context(), w.admin, next, alerts.Secrets{}); playlists.ReasonOf(err) != "alert_changed" {
		t.Errorf("an old version gives %v", err)
	}
	next.Version, next.Settings.Host = changed.Version, "thief.example"
	if _, err := w.life.ChangeChannel(t.Context(), w.admin, next, alerts.Secrets{}); playlists.ReasonOf(err) != "alert_secret_missing" {
		t.Errorf("the password goes to another server: %v", err)
	}
	other := w.Person("other.admin", "other")
	other.Grants = []playlists.Grant{{Role: playlists.Administrator, Unit: playliststest.ID("other")}}
	if _, err := w.life.Test(t.Context(), other, mail.ID); playlists.ReasonOf(err) != "alert_missing" {
		t.Errorf("another unit's administrator: %v", err)
	}
	if all, err := w.life.Channels(t.Context(), other); err != nil || len(all) != 0 {
		t.Errorf("another unit's administrator sees %v, %v", all, err)
	}
}

func TestChannelsThatCannotWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{} })
	hook := func(url string) alerts.Channel {
		return alerts.Channel{Kind: alerts.Webhook, Settings: alerts.Settings{URL: url}}
	}
	for reason, c := range map[string]alerts.Channel{
		"alert_url":            hook("ftp://hook.example/"),
		"alert_url_plain":      hook("http://hook.example/"),
		"alert_key_short":      hook("https://hook.example/"),
		"alert_server":         {Kind: alerts.Email, Settings: alerts.Settings{Host: mailHost, Port: 22, Security: alerts.StartTLS, From: "a@b.vn"}, Targets: []string{"a@b.vn"}},
		"alert_address":        {Kind: alerts.Email, Settings: alerts.Settings{Host: mailHost, Port: 25, Security: alerts.StartTLS, From: "a@b.vn"}, Targets: []string{"a@b.vn\r\nRCPT TO:<c@d.vn>"}},
		"alert_target_missing": {Kind: alerts.Telegram},
		"alert_token":          {Kind: alerts.Telegram, Targets: []string{"1"}},
		"alert_app":            {Kind: alerts.Zalo, Targets: []string{"1"}},
		"alert_quiet":          {Kind: alerts.Telegram, Targets: []string{"1"}, Quiet: alerts.Quiet{From: "22:00", Until: "25:00"}},
		"alert_choice":         {Kind: "pigeon"},
		"alert_secret_missing": mailChannel("a@b.vn"),
	} {
		c.Unit, c.Name, c.Language = playliststest.ID("unit"), "x", "vi"
		if c.Least == "" {
			c.Least = alerts.Info
		}
		if _, err := w.life.AddChannel(t.Context(), w.admin, c, alerts.Secrets{}); playlists.ReasonOf(err) != reason {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestTheTestButton tells for each target how it went.
func TestTheTestButton(t *testing.T) {
	t.Parallel()
	office := newPostOffice(t, newReceived(1), false)
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside, cfg.Roots = line{mail: office.address}, office.roots })
	c := w.add(mailChannel("a@example.vn", "nobody@example.vn"), alerts.Secrets{Password: mailPassword})
	tried, err := w.life.Test(t.Context(), w.admin, c.ID)
	if err != nil || len(tried) != 2 || tried[0].Trouble != nil || tried[1].Trouble == nil || tried[1].Trouble.Reason != "alert_mail_refused" || tried[1].Trouble.Params["code"] != 550 {
		t.Errorf("the test gives %+v, %v", tried, err)
	}
	if _, err := w.life.Test(t.Context(), w.admin, c.ID); playlists.ReasonOf(err) != "alert_test_often" {
		t.Errorf("again at once gives %v", err)
	}
	bad := w.add(mailChannel("a@example.vn"), alerts.Secrets{Password: "wrong"})
	if tried, err := w.life.Test(t.Context(), w.admin, bad.ID); err != nil || tried[0].Trouble == nil || tried[0].Trouble.Reason != "alert_mail_login" {
		t.Errorf("a wrong password gives %+v, %v", tried, err)
	}
}

// zalo stands in for Zalo: access tokens end, refresh tokens are good once.
type zalo struct {
	mu      sync.Mutex
	access  string
	refresh string
	renewed int
	texts   []string
}

func (z *zalo) renew(w http.ResponseWriter, r *http.Request) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if r.Header.Get("secret_key") != "app-secret" || r.PostFormValue("app_id") != "42" || r.PostFormValue("refresh_token") != z.refresh {
		_, _ = io.WriteString(w, `{"error":-14014,"error_description":"Invalid refresh token"}`)
		return
	}
	z.renewed++
	z.access, z.refresh = fmt.Sprintf("access%d", z.renewed), fmt.Sprintf("refresh%d", z.renewed)
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"refresh_token":%q,"expires_in":"90000"}`, z.access, z.refresh)
}

func (z *zalo) message(w http.ResponseWriter, r *http.Request) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if r.Header.Get("access_token") != z.access {
		_, _ = io.WriteString(w, `{"error":-216,"message":"Access token is invalid"}`)
		return
	}
	var m struct {
		Recipient struct {
			User string `json:"user_id"`
		}
		Message struct{ Text string }
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.Recipient.User != "7" {
		_, _ = io.WriteString(w, `{"error":-201,"message":"Params is invalid"}`)
		return
	}
	z.texts = append(z.texts, m.Message.Text)
	_, _ = io.WriteString(w, `{"error":0,"message":"Success","data":{"message_id":"1"}}`)
}

// TestZaloRenewsItsTokens sends with a token that is refused, with one that has
// ended by the clock, and after a restart with what was kept.
func TestZaloRenewsItsTokens(t *testing.T) {
	t.Parallel()
	net := newServices(t, newReceived(1))
	z := &zalo{access: "other", refresh: "first"}
	net.handle["/v4/oa/access_token"], net.handle["/v3.0/oa/message/cs"] = z.renew, z.message
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{http: net.address} })
	w.add(alerts.Channel{Kind: alerts.Zalo, Settings: alerts.Settings{AppID: "42"}, Targets: []string{"7"}}, alerts.Secrets{AppSecret: "app-secret", RefreshToken: "first", AccessToken: "stale"})
	for i, pause := range []time.Duration{0, time.Minute, 25 * time.Hour} {
		if i == 1 {
			w.end(false)
			w.live()
		}
		w.Clock.Add(pause)
		w.journal.write(w.Clock.Now(), alerts.Opened, fmt.Sprintf("z%d", i), nil)
		w.await("it to be sent", time.Second, func(rows []row) bool { return len(rows) == i+1 && rows[i].state == "sent" })
	}
	if len(z.texts) != 3 || z.renewed != 2 {
		t.Errorf("%d renewals, texts %q", z.renewed, z.texts)
	}
}

// TestTheDeadMan is called while all lives, and not when something stands
// still.
func TestTheDeadMan(t *testing.T) {
	t.Parallel()
	net := newServices(t, newReceived(1))
	calls := make(chan string, 10)
	net.handle["/ping/secret"] = func(_ http.ResponseWriter, r *http.Request) { calls <- r.Method }
	w := newWorld(t, func(cfg *alerts.Config) { cfg.Outside = line{http: net.address} })
	d, ping, err := w.life.SetDeadMan(t.Context(), w.admin, "https://hc.example/ping/secret")
	if err != nil || d.Host != "hc.example" || ping.Trouble != nil || ping.Good.IsZero() || len(calls) != 1 {
		t.Fatalf("%+v %+v %v, %d calls", d, ping, err, len(calls))
	}
	w.pulse.broken.Store(true)
	if _, ping, err = w.life.SetDeadMan(t.Context(), w.admin, "https://hc.example/ping/secret"); err != nil || ping.Trouble == nil || ping.Trouble.Reason != "alert_not_alive" || len(calls) != 1 {
		t.Errorf("although incidents stand still: %+v %v, %d calls", ping, err, len(calls))
	}
	part := w.admin
	part.Grants = []playlists.Grant{{Role: playlists.Administrator, Unit: playliststest.ID("unit")}}
	if _, _, err := w.life.SetDeadMan(t.Context(), part, ""); playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("a unit's administrator: %v", err)
	}
}
