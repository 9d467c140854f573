package programme_test

import (
	"strings"
	"testing"

	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func signPeer(t testing.TB, r *programme.PeerReport, word string) []byte {
	t.Helper()
	b, err := programme.Seal(programme.PeerReportType, marshal(t, r), playliststest.Device(word))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFieldOfAPeerReport(t *testing.T) {
	t.Parallel()
	from := playliststest.Neighbour("bac")
	sound := playliststest.PeerReport("bac", 3)
	old := signPeer(t, sound, "bac")
	judge := func(envelope []byte) error {
		_, _, err := programme.VerifyPeerReport(envelope, &from)
		return err
	}
	flipAll(t, func() *programme.PeerReport { return copied(t, sound) }, `
		Screen            bad_signature other_screen
		Boot              bad_signature -
		Seq               bad_signature -
		At                bad_signature -
		Version           bad_signature -
		Showing           bad_signature -
		Title             bad_signature -
		ShowingS          bad_signature -
		Checks#           bad_signature -
		Checks[].Witness  bad_signature -
		Checks[].Finding  bad_signature -
		Checks[].SinceS   bad_signature -
		Problems#         bad_signature -
		Problems[].Code   bad_signature -
		Problems[].SinceS bad_signature -
		Clock             bad_signature -
		Connected         bad_signature -
		HeardS            bad_signature -
		Safe              bad_signature -
		Capture?          bad_signature -
		Capture.Digest    bad_signature -
		Capture.Size      bad_signature -
		Capture.AgeS      bad_signature -
	`,
		func(r *programme.PeerReport) error { return judge(underOld(t, old, r)) },
		func(r *programme.PeerReport) error { return judge(signPeer(t, r, "bac")) })
}

func TestPeerReports(t *testing.T) {
	t.Parallel()
	from := playliststest.Neighbour("bac")
	for name, c := range map[string]struct {
		change func(*programme.PeerReport)
		by     string
		want   programme.Refusal
	}{
		"sound":                {func(*programme.PeerReport) {}, "bac", ""},
		"never heard":          {func(r *programme.PeerReport) { r.HeardS = -1 }, "bac", ""},
		"by another neighbour": {func(*programme.PeerReport) {}, "nam", programme.BadSignature},
		"of another neighbour": {func(r *programme.PeerReport) { r.Screen = playliststest.ID("nam") }, "bac", programme.OtherScreen},
		"without a number":     {func(r *programme.PeerReport) { r.Seq = 0 }, "bac", programme.Malformed},
		"without a boot":       {func(r *programme.PeerReport) { r.Boot = "" }, "bac", programme.Malformed},
		"before time":          {func(r *programme.PeerReport) { r.At = -1 }, "bac", programme.Malformed},
		"before it was heard":  {func(r *programme.PeerReport) { r.HeardS = -2 }, "bac", programme.Malformed},
		"a long title":         {func(r *programme.PeerReport) { r.Title = strings.Repeat("a", 401) }, "bac", programme.Malformed},
		"a title of two lines": {func(r *programme.PeerReport) { r.Title = "a\nb" }, "bac", programme.Malformed},
		"a finding in prose":   {func(r *programme.PeerReport) { r.Checks[0].Finding = "<b>wrong</b>" }, "bac", programme.Malformed},
		"a long code":          {func(r *programme.PeerReport) { r.Problems[0].Code = strings.Repeat("a", 41) }, "bac", programme.Malformed},
		"too many problems":    {func(r *programme.PeerReport) { r.Problems = make([]programme.PeerProblem, 17) }, "bac", programme.Malformed},
		"a capture of nothing": {func(r *programme.PeerReport) { r.Capture.Size = 0 }, "bac", programme.Malformed},
		"a capture too large":  {func(r *programme.PeerReport) { r.Capture.Size = programme.MaxPeerCapture + 1 }, "bac", programme.Malformed},
		"a capture of no name": {func(r *programme.PeerReport) { r.Capture.Digest = "../../etc/passwd" }, "bac", programme.Malformed},
		"a negative age":       {func(r *programme.PeerReport) { r.ShowingS = -1 }, "bac", programme.Malformed},
	} {
		r := playliststest.PeerReport("bac", 3)
		c.change(r)
		_, _, err := programme.VerifyPeerReport(signPeer(t, r, c.by), &from)
		if programme.RefusalOf(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, _, err := programme.VerifyPeerReport(make([]byte, programme.MaxPeerReport+1), &from); programme.RefusalOf(err) != programme.Malformed {
		t.Errorf("too large: %v", err)
	}
}

// What was said before is not said again, and nobody says two things at once.
func TestPeerHistory(t *testing.T) {
	t.Parallel()
	from := playliststest.Neighbour("bac")
	var h programme.PeerHistory
	say := func(boot string, seq uint64, title string) programme.Refusal {
		t.Helper()
		r := playliststest.PeerReport("bac", seq)
		r.Boot, r.Title = playliststest.ID(boot), title
		got, payload, err := programme.VerifyPeerReport(signPeer(t, r, "bac"), &from)
		if err != nil {
			t.Fatal(err)
		}
		return programme.RefusalOf(h.Admit(got, payload))
	}
	for i, c := range []struct {
		boot  string
		seq   uint64
		title string
		want  programme.Refusal
	}{
		{"mot", 5, "a", ""}, {"mot", 5, "a", ""}, {"mot", 5, "b", programme.Forked}, {"mot", 4, "a", programme.RolledBack}, {"mot", 6, "b", ""},
		{"hai", 1, "a", ""}, {"mot", 7, "a", programme.RolledBack}, {"hai", 2, "a", ""}, {"ba", 1, "a", ""}, {"hai", 3, "a", programme.RolledBack},
	} {
		if got := say(c.boot, c.seq, c.title); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

// FuzzVerifyPeerReport: whatever a neighbour signs stays within its bounds.
func FuzzVerifyPeerReport(f *testing.F) {
	from := playliststest.Neighbour("bac")
	f.Add(marshal(f, playliststest.PeerReport("bac", 1)))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.PeerReportType, b, playliststest.Device("bac"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			got, _, err := programme.VerifyPeerReport(e, &from)
			refusedByName(t, err)
			if got != nil && (got.Screen != from.Screen || len(got.Title) > 400 || len(got.Problems) > programme.MaxPeerProblems || got.Capture != nil && got.Capture.Size > programme.MaxPeerCapture) {
				t.Fatalf("accepted %+v", got)
			}
		}
	})
}
