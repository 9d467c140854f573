package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// command signs a command for the screen that is good for life from now.
func command(t *testing.T, id string, kind programme.CommandKind, amount int, life time.Duration, key byte, change func(*programme.Command)) []byte {
	t.Helper()
	end := time.Now().Add(life)
	c := programme.Command{
		Screen: playliststest.Screen().ID, ID: playliststest.ID(id), Kind: kind, Amount: amount, Person: playliststest.ID("hoa"), By: "Hoà", Epoch: 1,
		IssuedAt: end.Add(-programme.MaxCommandLife).UnixMilli(), ExpiresAt: end.UnixMilli(),
	}
	if change != nil {
		change(&c)
	}
	b, err := programme.SignCommand(&c, playliststest.Key(key))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func said(c *controllertest.Controller, id string) string {
	var out []string
	for _, r := range c.Results(playliststest.ID(id)) {
		out = append(out, strings.TrimSuffix(string(r.Outcome)+" "+r.Why, " "))
	}
	return strings.Join(out, ", ")
}

// Commands reach a running agent over its session: what is in time is done
// once and answered, what is late is refused, what is forged is counted. A
// restart of the agent is confirmed by the start that follows it.
func TestCommandsFromAfar(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	c.Beacons(func(*programme.Beacon) {})
	dir := t.TempDir()
	start := func() *App {
		a, err := New(Config{Data: dir, PlayerListen: "127.0.0.1:0", Controller: c.URL(), Supervised: true}, "test", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), slog.New(slog.NewTextHandler(testLog{t}, nil)))
		if err != nil {
			t.Fatal(err)
		}
		a.Start()
		return a
	}
	a := start()
	c.Await("pairing", func() bool {
		st := a.Status()
		return st.State == "enrolled" || st.Pairing.Code != "" && c.Claim(st.Pairing.Code, playliststest.Screen().ID)
	})
	c.Await("enrolment and session", func() bool { return a.Status().Connected })
	screen := playliststest.Screen().ID

	for _, forged := range []struct {
		envelope []byte
		refusal  programme.Refusal
	}{
		{command(t, "forged", programme.CommandLogs, 5, time.Minute, 2, nil), programme.BadSignature},
		{command(t, "other", programme.CommandLogs, 5, time.Minute, 1, func(c *programme.Command) { c.Screen = playliststest.ID("other") }), programme.OtherScreen},
		{command(t, "epoch", programme.CommandLogs, 5, time.Minute, 1, func(c *programme.Command) { c.Epoch = 2 }), programme.WrongEpoch},
	} {
		c.Command(screen, forged.envelope)
		c.Await("the count of "+string(forged.refusal), refused(a, forged.refusal))
	}
	c.Command(screen, command(t, "late", programme.CommandLogs, 5, -time.Second, 1, nil))
	c.Await("the refusal of what is late", func() bool { return said(c, "late") == "refused expired" })

	logs := command(t, "logs", programme.CommandLogs, 50, time.Minute, 1, nil)
	c.Command(screen, logs)
	c.Await("the log", func() bool { return said(c, "logs") == "taken, done" })
	c.Cut(screen)
	c.Await("another session", func() bool { st := a.Status(); return st.Connected && st.Report.Session == 2 })
	c.Command(screen, logs)
	c.Await("the same answer", func() bool { return said(c, "logs") == "taken, done, done" })
	for _, r := range c.Results(playliststest.ID("logs"))[1:] {
		text, err := wire.UnpackLog(r.Log)
		if err != nil || !strings.Contains(string(text), "connected to the broker") || !strings.Contains(string(text), "command refused") {
			t.Errorf("the log is %q, %v", text, err)
		}
	}
	for kind, want := range map[programme.CommandKind]string{
		programme.CommandRefresh: "taken, failed no_page", programme.CommandCapture: "taken, failed no_eyes", programme.CommandRestartBrowser: "refused browser_not_ours",
	} {
		id := strings.ReplaceAll(string(kind), "_", "")
		c.Command(screen, command(t, id, kind, 0, time.Minute, 1, nil))
		c.Await(want, func() bool { return said(c, id) == want })
	}

	restart := command(t, "restart", programme.CommandRestartAgent, 0, time.Minute, 1, nil)
	c.Command(screen, restart)
	select {
	case <-a.Done():
	case <-time.After(30 * time.Second):
		t.Fatal("the agent does not end")
	}
	if err := a.Stop(); !errors.Is(err, ErrRestart) {
		t.Fatalf("it ended with %v", err)
	}
	if got := said(c, "restart"); got != "taken" {
		t.Errorf("before its end it said %q", got)
	}
	a = start()
	defer func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	}()
	c.Await("its confirmation", func() bool { return said(c, "restart") == "taken, done" })
	c.Command(screen, restart)
	c.Await("the same answer", func() bool { return said(c, "restart") == "taken, done, done" })
	if playlists.ID(a.boot).Validate() != nil || a.Status().State != "enrolled" {
		t.Errorf("it is %+v", a.Status())
	}
}
