package neighbours

import (
	"net"
	"testing"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// Screens see one another: what they say, their captures, and that one is
// silent within a few rounds; it is heard again when it is back.
func TestExchange(t *testing.T) {
	t.Parallel()
	st := newSite(t, nil, "bac", "nam", "tay")
	bac := st.screens["bac"]
	for _, pair := range [][2]string{{"bac", "nam"}, {"nam", "bac"}, {"tay", "bac"}} {
		await(t, pair[0]+" to see "+pair[1], func() bool {
			s := st.sees(pair[0], pair[1])
			return s.Report != nil && s.Report.Title == "của "+pair[1] && !s.Silent && s.Lying == ""
		})
	}
	p := photo(t, 30)
	bac.mu.Lock()
	bac.picture = p
	bac.mu.Unlock()
	await(t, "its capture at a neighbour", func() bool { return st.sees("nam", "bac").Capture == p.Digest })
	if b, ok := st.screens["nam"].Capture(playliststest.ID("bac"), p.Digest); !ok || string(b) != string(p.JPEG) {
		t.Error("another picture than was captured")
	}
	if _, ok := st.screens["nam"].Capture(playliststest.ID("tay"), p.Digest); ok {
		t.Error("a capture of somebody else")
	}

	address := bac.listen.Addr().String()
	bac.stop()
	await(t, "its silence", func() bool { return st.sees("nam", "bac").Silent && st.sees("tay", "bac").Silent })
	if s := st.sees("nam", "bac"); s.Report == nil || s.Capture != p.Digest {
		t.Error("what it said last is forgotten")
	}
	if st.sees("nam", "tay").Silent || st.screens["nam"].problem("bac") != "" {
		t.Error("its silence is held against others, or against it")
	}
	var err error
	if bac.listen, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	bac.title = "trở lại"
	st.start("bac")
	// Another start has another boot; this one has the same, and begins at 1.
	await(t, "nobody to believe a boot twice", func() bool { return st.sees("nam", "bac").Lying == string(programme.RolledBack) })
}

// Another roster is taken up at once: who left is forgotten and not answered
// any more, who came is asked.
func TestRosterChanges(t *testing.T) {
	t.Parallel()
	st := newSite(t, nil, "bac", "nam")
	await(t, "nam to be seen", func() bool { return st.sees("bac", "nam").Report != nil })
	bac, nam := st.screens["bac"], st.screens["nam"]
	bac.mu.Lock()
	bac.roster = rosterFor("bac", 2, nil)
	bac.mu.Unlock()
	bac.Kick()
	await(t, "nam to be gone", func() bool { return len(bac.States()) == 0 })
	await(t, "bac not to answer it", func() bool { return st.sees("nam", "bac").Silent })
	nam.mu.Lock()
	nam.roster = nil
	nam.mu.Unlock()
	nam.Kick()
	await(t, "nobody without a roster", func() bool { return len(nam.States()) == 0 })
	bac.mu.Lock()
	bac.roster = rosterFor("bac", 3, map[string]string{"nam": nam.listen.Addr().String()})
	bac.mu.Unlock()
	nam.mu.Lock()
	nam.roster = rosterFor("nam", 3, map[string]string{"bac": bac.listen.Addr().String()})
	nam.mu.Unlock()
	bac.Kick()
	nam.Kick()
	await(t, "them to see each other again", func() bool { return !st.sees("bac", "nam").Silent && st.sees("bac", "nam").Report != nil })
}

// A PIN goes to a neighbour as it was entered, with the name of who forwards
// it; the neighbour answers what it makes of it.
func TestSafe(t *testing.T) {
	t.Parallel()
	st := newSite(t, nil, "bac", "nam")
	nam := st.screens["nam"]
	for pin, right := range map[string]bool{"111111": false, "246810": true} {
		a, err := st.screens["bac"].Safe(t.Context(), playliststest.ID("nam"), pin)
		if err != nil || a.Right != right {
			t.Errorf("%s: %+v, %v", pin, a, err)
		}
	}
	if len(nam.pins) != 2 || nam.pins[0][:16] != string(playliststest.ID("bac")) {
		t.Errorf("it was asked %v", nam.pins)
	}
	if _, err := st.screens["bac"].Safe(t.Context(), playliststest.ID("xa"), "246810"); err == nil {
		t.Error("a screen that is no neighbour took a PIN")
	}
	nam.stop()
	if _, err := st.screens["bac"].Safe(t.Context(), playliststest.ID("nam"), "246810"); err == nil {
		t.Error("a dead screen took a PIN")
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	l := listen(t)
	got, err := Addresses(l.Addr())
	if err != nil || len(got) != 1 || got[0] != l.Addr().String() {
		t.Errorf("of a listener on one address: %v, %v", got, err)
	}
	all, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = all.Close() })
	got, err = Addresses(all.Addr())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range got {
		if at, err := programme.PrivateAddress(s); err != nil || at.Addr().IsLoopback() {
			t.Errorf("%s is told to neighbours", s)
		}
	}
}
