package programme_test

import (
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func commandOf(kind programme.CommandKind, amount int) programme.Command {
	now := playliststest.Now
	return programme.Command{
		Screen: playliststest.Screen().ID, ID: playliststest.ID("command"), Kind: kind, Amount: amount, Person: playliststest.ID("hoa"), By: "Tran Van Hoa",
		Epoch: 1, IssuedAt: now.UnixMilli(), ExpiresAt: now.Add(10 * time.Minute).UnixMilli(),
	}
}

// sealed signs whatever a command says.
func sealed(t testing.TB, c programme.Command, key byte) []byte {
	t.Helper()
	e, err := programme.Seal(programme.CommandType, marshal(t, c), playliststest.Key(key))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, c := range []struct {
		name   string
		kind   programme.CommandKind
		amount int
		change func(*programme.Command)
		key    byte
		want   programme.Refusal
	}{
		{"a refresh", programme.CommandRefresh, 0, nil, 1, ""},
		{"a capture", programme.CommandCapture, 0, nil, 1, ""},
		{"the browser again", programme.CommandRestartBrowser, 0, nil, 1, ""},
		{"the agent again", programme.CommandRestartAgent, 0, nil, 1, ""},
		{"the PC again", programme.CommandRestartPC, 0, nil, 1, ""},
		{"the display on", programme.CommandDisplayOn, 0, nil, 1, ""},
		{"a refresh of one", programme.CommandRefresh, 1, nil, 1, programme.Malformed},
		{"off for no time", programme.CommandDisplayOff, 0, nil, 1, programme.Malformed},
		{"off for a minute", programme.CommandDisplayOff, 1, nil, 1, ""},
		{"off for two hours", programme.CommandDisplayOff, 120, nil, 1, ""},
		{"off for longer", programme.CommandDisplayOff, 121, nil, 1, programme.Malformed},
		{"too dark to read", programme.CommandBrightness, 9, nil, 1, programme.Malformed},
		{"dark", programme.CommandBrightness, 10, nil, 1, ""},
		{"bright", programme.CommandBrightness, 100, nil, 1, ""},
		{"brighter than that", programme.CommandBrightness, 101, nil, 1, programme.Malformed},
		{"silent", programme.CommandVolume, 0, nil, 1, ""},
		{"loud", programme.CommandVolume, 100, nil, 1, ""},
		{"quieter than silence", programme.CommandVolume, -1, nil, 1, programme.Malformed},
		{"no lines", programme.CommandLogs, 0, nil, 1, programme.Malformed},
		{"lines", programme.CommandLogs, 500, nil, 1, ""},
		{"too many lines", programme.CommandLogs, 501, nil, 1, programme.Malformed},
		{"a shell", "shell", 0, nil, 1, programme.Malformed},
		{"nothing", "", 0, nil, 1, programme.Malformed},
		{"by another key", programme.CommandRefresh, 0, nil, 2, programme.BadSignature},
		{"for another screen", programme.CommandRefresh, 0, func(c *programme.Command) { c.Screen = playliststest.ID("other") }, 1, programme.OtherScreen},
		{"of another epoch", programme.CommandRefresh, 0, func(c *programme.Command) { c.Epoch = 2 }, 1, programme.WrongEpoch},
		{"of no epoch", programme.CommandRefresh, 0, func(c *programme.Command) { c.Epoch = 0 }, 1, programme.Malformed},
		{"by nobody", programme.CommandRefresh, 0, func(c *programme.Command) { c.Person = "" }, 1, programme.Malformed},
		{"by no name", programme.CommandRefresh, 0, func(c *programme.Command) { c.By = "" }, 1, programme.Malformed},
		{"by a long name", programme.CommandRefresh, 0, func(c *programme.Command) { c.By = strings.Repeat("x", 400) }, 1, ""},
		{"by a longer one", programme.CommandRefresh, 0, func(c *programme.Command) { c.By = strings.Repeat("x", 401) }, 1, programme.Malformed},
		{"without a name of its own", programme.CommandRefresh, 0, func(c *programme.Command) { c.ID = "x" }, 1, programme.Malformed},
		{"of no time", programme.CommandRefresh, 0, func(c *programme.Command) { c.IssuedAt, c.ExpiresAt = 0, 1 }, 1, programme.Malformed},
		{"past all time", programme.CommandRefresh, 0, func(c *programme.Command) { c.IssuedAt, c.ExpiresAt = year10000-1, year10000 }, 1, programme.Malformed},
		{"over at once", programme.CommandRefresh, 0, func(c *programme.Command) { c.ExpiresAt = c.IssuedAt }, 1, programme.Malformed},
		{"good for the longest time", programme.CommandRefresh, 0, func(c *programme.Command) { c.ExpiresAt = c.IssuedAt + programme.MaxCommandLife.Milliseconds() }, 1, ""},
		{"good for longer", programme.CommandRefresh, 0, func(c *programme.Command) { c.ExpiresAt = c.IssuedAt + programme.MaxCommandLife.Milliseconds() + 1 }, 1, programme.Malformed},
	} {
		command := commandOf(c.kind, c.amount)
		if c.change != nil {
			c.change(&command)
		}
		got, err := programme.VerifyCommand(sealed(t, command, c.key), w.trust())
		check(t, c.name, err, c.want)
		if c.want == "" && *got != command {
			t.Errorf("%s: read as %+v", c.name, got)
		}
		if _, err := programme.SignCommand(&command, playliststest.Key(1)); (c.want == programme.Malformed) != (err != nil) {
			t.Errorf("%s: signing gives %v", c.name, err)
		}
	}
	for _, k := range programme.CommandKinds() {
		c := commandOf(k, 0)
		if err := c.Validate(); playlists.ReasonOf(err) == "command_unknown" {
			t.Errorf("%s is listed and not known", k)
		}
	}
}

// Before the first charter the keys of enrolment count and the epoch is the
// first; under one that has ended nothing new is done.
func TestCommandsAndCharters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	envelope := sealed(t, commandOf(programme.CommandRefresh, 0), 1)
	without := w.trust()
	without.Charter, without.Keys = nil, []programme.PublicKey{playliststest.PublicKey(1)}
	_, err := programme.VerifyCommand(envelope, without)
	check(t, "before a charter", err, "")
	later := commandOf(programme.CommandRefresh, 0)
	later.Epoch = 2
	_, err = programme.VerifyCommand(sealed(t, later, 1), without)
	check(t, "of a later epoch, before a charter", err, programme.WrongEpoch)
	over := w.trust()
	over.Now = over.Charter.Expires()
	_, err = programme.VerifyCommand(envelope, over)
	check(t, "under a charter that has ended", err, programme.CharterExpired)
	_, err = programme.VerifyCommand([]byte("{}"), w.trust())
	check(t, "no envelope", err, programme.Malformed)
	empty, err := programme.Seal(programme.CommandType, []byte("{}"), playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = programme.VerifyCommand(empty, w.trust())
	check(t, "no command", err, programme.Malformed)
}

func TestEveryFieldOfACommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	command := commandOf(programme.CommandVolume, 40)
	old := sealed(t, command, 1)
	judge := func(envelope []byte) error { return second(programme.VerifyCommand(envelope, w.trust())) }
	flipAll(t, func() *programme.Command { return copied(t, &command) }, `
		Screen    bad_signature other_screen
		ID        bad_signature -
		Kind      bad_signature malformed
		Amount    bad_signature -
		Person    bad_signature -
		By        bad_signature -
		Epoch     bad_signature wrong_epoch
		IssuedAt  bad_signature -
		ExpiresAt bad_signature -
	`,
		func(c *programme.Command) error { return judge(underOld(t, old, c)) },
		func(c *programme.Command) error { return judge(sealed(t, *c, 1)) })
}

// FuzzVerifyCommand: what is done was asked of this screen, is on the list and
// keeps every bound.
func FuzzVerifyCommand(f *testing.F) {
	w := newWorld(f, nil)
	for _, k := range programme.CommandKinds() {
		f.Add(marshal(f, commandOf(k, 10)))
		f.Add(marshal(f, commandOf(k, 0)))
	}
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		signed, err := programme.Seal(programme.CommandType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, signed} {
			got, err := programme.VerifyCommand(e, w.trust())
			refusedByName(t, err)
			if got != nil && (got.Screen != w.trust().Screen || got.Validate() != nil || got.Epoch != w.held.Epoch || got.ExpiresAt-got.IssuedAt > programme.MaxCommandLife.Milliseconds()) {
				t.Fatalf("a command that breaks a bound: %+v", got)
			}
		}
	})
}
