package identity_test

import (
	"testing"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// entered gives a session of somebody's.
func entered(t *testing.T, w *sqlstoretest.World, a playlists.Actor, userAgent, address string) identity.Session {
	t.Helper()
	p, err := w.People.Self(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.People.StartSession(t.Context(), identity.Proof{Person: p, Method: identity.ByPassword}, userAgent, address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root, a, b := w.Person("root", "unit", playlists.Administrator), w.Person("ha.le", "unit", playlists.Editor), w.Person("other.one", "unit", playlists.Editor)
	goesOn := func(s identity.Session) bool {
		t.Helper()
		_, p, err := w.People.Session(t.Context(), s.ID, "192.0.2.9")
		if err != nil && playlists.ReasonOf(err) != "session_over" {
			t.Fatal(err)
		}
		return err == nil && p.ID == s.Person
	}
	for name, test := range map[string]struct {
		end        func(mine, second identity.Session) error
		mine, also bool // what goes on
	}{
		"by oneself": {func(mine, _ identity.Session) error { return w.People.EndSession(t.Context(), a, mine.ID) }, false, true},
		"all others": {func(mine, _ identity.Session) error { return w.People.EndOtherSessions(t.Context(), a, mine.ID) }, true, false},
		"with a new password": {func(_, _ identity.Session) error {
			_, err := w.People.SetPassword(t.Context(), root, a.ID, fresh)
			return err
		}, false, false},
		"by an administrator": {func(_, _ identity.Session) error { return w.People.EndSessionsOf(t.Context(), root, a.ID) }, false, false},
		"after a day": {func(_, _ identity.Session) error {
			w.Clock.Add(identity.SessionLife)
			return nil
		}, false, false},
	} {
		mine, second, other := entered(t, w, a, "", "192.0.2.1"), entered(t, w, a, "", "192.0.2.2"), entered(t, w, b, "", "192.0.2.3")
		if !goesOn(mine) || !goesOn(second) {
			t.Fatalf("%s: not begun", name)
		}
		if err := test.end(mine, second); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if goesOn(mine) != test.mine || goesOn(second) != test.also {
			t.Errorf("%s: mine %v, the second %v", name, goesOn(mine), goesOn(second))
		}
		if name != "after a day" && !goesOn(other) {
			t.Errorf("%s: somebody else's is over too", name)
		}
		w.Exec(`delete from logins`)
	}
	theirs := entered(t, w, b, "", "192.0.2.3")
	if err := w.People.EndSession(t.Context(), a, theirs.ID); playlists.ReasonOf(err) != "session_missing" || !goesOn(theirs) {
		t.Errorf("somebody else's session: %v", err)
	}
	if err := w.People.EndSessionsOf(t.Context(), b, a.ID); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("an editor ends sessions: %v", err)
	}
}

func TestSessionsAreListed(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Editor)
	first := entered(t, w, a, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "192.0.2.1")
	w.Clock.Add(time.Hour)
	second := entered(t, w, a, "", "192.0.2.2")
	w.Clock.Add(time.Hour)
	if _, _, err := w.People.Session(t.Context(), first.ID, "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	all, err := w.People.Sessions(t.Context(), a)
	if err != nil || len(all) != 2 || all[0].ID != first.ID || all[1].ID != second.ID {
		t.Fatalf("%+v, %v", all, err)
	}
	if all[0].Address != "198.51.100.7" || !all[0].LastSeenAt.Equal(w.Clock.Now()) || identity.DeviceOf(all[0].UserAgent) != (identity.Device{Browser: "Chrome", System: "Windows"}) {
		t.Errorf("%+v", all[0])
	}
	if _, err := w.People.ChangePassword(t.Context(), a, sqlstoretest.Password, fresh); err != nil {
		t.Fatal(err)
	}
	if all, err := w.People.Sessions(t.Context(), a); err != nil || len(all) != 0 {
		t.Errorf("after a new password: %+v, %v", all, err)
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]identity.Device{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           {Browser: "Edge", System: "Windows"},
		"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0":                                                                  {Browser: "Firefox", System: "Linux"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1": {Browser: "Safari", System: "iPhone"},
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                            {Browser: "Chrome", System: "Android"},
		"Go-http-client/1.1": {},
		"":                   {},
	} {
		if got := identity.DeviceOf(agent); got != want {
			t.Errorf("%q is %+v, want %+v", agent, got, want)
		}
	}
}
