package programme_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// soundRoster is one with two neighbours and a PIN.
func soundRoster(t testing.TB) *programme.Roster {
	t.Helper()
	return playliststest.Roster(playliststest.Screen(), 5, "bac", "nam")
}

func signRoster(t testing.TB, r *programme.Roster) []byte {
	t.Helper()
	b, err := programme.Seal(programme.RosterType, marshal(t, r), playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFieldOfARoster(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	sound := soundRoster(t)
	sound.Charter = 2
	old := signRoster(t, sound)
	held := programme.Held{Epoch: 1, Counter: 4, Payload: playlists.DigestOf(nil)}
	judge := func(envelope []byte) error {
		on := w.trust()
		on.Cluster = playliststest.Screen().Cluster
		return second(programme.VerifyRoster(envelope, on, held))
	}
	flipAll(t, func() *programme.Roster { return copied(t, sound) }, `
		Screen                   bad_signature other_screen
		Name                     bad_signature -
		Cluster                  bad_signature other_cluster
		ClusterName              bad_signature -
		Epoch                    bad_signature wrong_epoch
		Counter                  bad_signature -
		IssuedAt                 bad_signature -
		Charter                  bad_signature charter_missing
		Neighbours#              bad_signature -
		Neighbours[].Screen      bad_signature -
		Neighbours[].Name        bad_signature -
		Neighbours[].Profile     bad_signature malformed
		Neighbours[].Key         bad_signature -
		Neighbours[].Addresses#  bad_signature -
		Neighbours[].Addresses[] bad_signature malformed
		PIN?                     bad_signature -
		PIN.Number               bad_signature -
		PIN.Salt                 bad_signature -
		PIN.Hash                 bad_signature -
		PIN.Time                 bad_signature -
		PIN.MemoryKB             bad_signature -
		PIN.Threads              bad_signature -
	`,
		func(r *programme.Roster) error { return judge(underOld(t, old, r)) },
		func(r *programme.Roster) error { return judge(signRoster(t, r)) })
}

// What breaks a bound is refused by whoever reads it, and not signed either.
func TestBoundsOfARoster(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for name, c := range map[string]struct {
		change func(*programme.Roster)
		want   programme.Refusal
	}{
		"sound":                 {func(*programme.Roster) {}, ""},
		"alone":                 {func(r *programme.Roster) { r.Neighbours = []programme.Neighbour{} }, ""},
		"no PIN":                {func(r *programme.Roster) { r.PIN = nil }, ""},
		"no counter":            {func(r *programme.Roster) { r.Counter = 0 }, programme.Malformed},
		"no time":               {func(r *programme.Roster) { r.IssuedAt = 0 }, programme.Malformed},
		"no name":               {func(r *programme.Roster) { r.Name = "" }, programme.Malformed},
		"a name of two lines":   {func(r *programme.Roster) { r.ClusterName = "a\nb" }, programme.Malformed},
		"a long name":           {func(r *programme.Roster) { r.Neighbours[0].Name = strings.Repeat("a", 401) }, programme.Malformed},
		"itself":                {func(r *programme.Roster) { r.Neighbours[0].Screen = r.Screen; r.Neighbours = r.Neighbours[:1] }, programme.InternallyWrong},
		"twice":                 {func(r *programme.Roster) { r.Neighbours[1].Screen = r.Neighbours[0].Screen }, programme.InternallyWrong},
		"out of turn":           {func(r *programme.Roster) { slices.Reverse(r.Neighbours) }, programme.InternallyWrong},
		"one key for two":       {func(r *programme.Roster) { r.Neighbours[1].Key = r.Neighbours[0].Key }, programme.InternallyWrong},
		"a short key":           {func(r *programme.Roster) { r.Neighbours[0].Key = r.Neighbours[0].Key[:31] }, programme.Malformed},
		"too many addresses":    {func(r *programme.Roster) { r.Neighbours[0].Addresses = slices.Repeat([]string{"10.0.0.1:9444"}, 9) }, programme.Malformed},
		"too many neighbours":   {func(r *programme.Roster) { r.Neighbours = many(65) }, programme.Malformed},
		"as many as may be":     {func(r *programme.Roster) { r.Neighbours = many(64) }, ""},
		"a PIN that is cheap":   {func(r *programme.Roster) { r.PIN.MemoryKB = 1024 }, programme.Malformed},
		"a PIN that eats us":    {func(r *programme.Roster) { r.PIN.MemoryKB = 64 << 10 }, programme.Malformed},
		"a PIN that takes long": {func(r *programme.Roster) { r.PIN.Time = 1000 }, programme.Malformed},
		"a PIN of no number":    {func(r *programme.Roster) { r.PIN.Number = 0 }, programme.Malformed},
	} {
		r := soundRoster(t)
		c.change(r)
		_, err := programme.VerifyRoster(signRoster(t, r), w.trust(), programme.Held{})
		if programme.RefusalOf(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if _, err := programme.SignRoster(r, playliststest.Key(1)); (err == nil) != (c.want == "") {
			t.Errorf("%s: signed with %v", name, err)
		}
	}
}

func many(n int) []programme.Neighbour {
	var all []programme.Neighbour
	for i := range n {
		word := string([]byte{'b', 'a' + byte(i/26), 'a' + byte(i%26)})
		all = append(all, playliststest.Neighbour(word))
	}
	return all
}

// A roster leads a screen to nowhere outside the site.
func TestPrivateAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"10.1.2.3:9444": true, "172.16.0.9:9444": true, "192.168.1.10:65535": true, "[fd00::1]:9444": true, "[fe80::1]:9444": true, "169.254.7.7:9444": true, "127.0.0.1:9444": true,
		"8.8.8.8:9444": false, "172.32.0.1:9444": false, "[2001:db8::1]:9444": false, "0.0.0.0:9444": false, "224.0.0.1:9444": false, "255.255.255.255:9444": false,
		"10.1.2.3:80": false, "10.1.2.3": false, "10.1.2.3:0": false, "10.1.2.3:99999": false, "router.local:9444": false, "[fe80::1%eth0]:9444": false,
		"[::ffff:10.1.2.3]:9444": false, "010.1.2.3:9444": false, "[FD00::1]:9444": false, "10.1.2.3:09444": false, "": false, " 10.1.2.3:9444": false,
	} {
		if _, err := programme.PrivateAddress(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestRostersRise(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := soundRoster(t)
	a, err := programme.VerifyRoster(signRoster(t, r), w.trust(), programme.Held{})
	if err != nil {
		t.Fatal(err)
	}
	held := programme.Held{Epoch: 1, Counter: 5, Payload: a.Payload}
	for name, c := range map[string]struct {
		change func(*programme.Roster)
		key    byte
		want   programme.Refusal
	}{
		"the same again":    {func(*programme.Roster) {}, 1, ""},
		"the next":          {func(r *programme.Roster) { r.Counter++ }, 1, ""},
		"the one before":    {func(r *programme.Roster) { r.Counter-- }, 1, programme.RolledBack},
		"other bytes":       {func(r *programme.Roster) { r.Name = "khác" }, 1, programme.Forked},
		"a stranger's":      {func(r *programme.Roster) { r.Counter++ }, 2, programme.BadSignature},
		"of another screen": {func(r *programme.Roster) { r.Screen = playliststest.ID("other") }, 1, programme.OtherScreen},
	} {
		r := soundRoster(t)
		c.change(r)
		envelope, err := programme.SignRoster(r, playliststest.Key(c.key))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := programme.VerifyRoster(envelope, w.trust(), held); programme.RefusalOf(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if got := a.Neighbour(r.Neighbours[1].Key); got == nil || got.Screen != r.Neighbours[1].Screen {
		t.Errorf("the neighbour of a key is %+v", got)
	}
	if a.Neighbour(make([]byte, ed25519.PublicKeySize)) != nil {
		t.Error("a key of nobody is somebody's")
	}
}

// FuzzVerifyRoster: whoever holds the programme key leads a screen to private
// addresses alone, and to no more neighbours than it can bear.
func FuzzVerifyRoster(f *testing.F) {
	w := newWorld(f, nil)
	f.Add(marshal(f, playliststest.Roster(playliststest.Screen(), 1, "bac")))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.RosterType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			got, err := programme.VerifyRoster(e, w.trust(), programme.Held{})
			refusedByName(t, err)
			if got == nil {
				continue
			}
			if got.Screen != w.trust().Screen || len(got.Neighbours) > programme.MaxNeighbours || got.PIN != nil && got.PIN.MemoryKB > 16<<10 {
				t.Fatalf("accepted %+v", got)
			}
			for _, n := range got.Neighbours {
				for _, a := range n.Addresses {
					if at, err := programme.PrivateAddress(a); err != nil || at.Addr().IsGlobalUnicast() && !at.Addr().IsPrivate() {
						t.Fatalf("led to %s", a)
					}
				}
			}
		}
	})
}
