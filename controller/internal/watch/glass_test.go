package watch_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// finds is a check of a witness that looked a second before the report.
func finds(w wire.Witness, f wire.Finding) wire.Check {
	return wire.Check{Witness: w, Finding: f, At: now.Add(-time.Second).UnixMilli(), Since: now.Add(-time.Minute).UnixMilli()}
}

func TestWhatWitnessesFindTurnsAScreenRed(t *testing.T) {
	t.Parallel()
	old := finds(wire.WitnessCamera, wire.FindingWrong)
	old.At = now.Add(-4 * time.Minute).UnixMilli()
	for name, c := range map[string]struct {
		report  *wire.Reported
		checks  []wire.Check
		state   watch.State
		reason  string
		witness wire.Witness
	}{
		"nobody looks":    {showing("a"), nil, watch.Playing, "", ""},
		"right":           {showing("a"), []wire.Check{finds(wire.WitnessBrowser, wire.FindingRight)}, watch.Playing, "", ""},
		"unsure":          {showing("a"), []wire.Check{finds(wire.WitnessCamera, wire.FindingUnsure)}, watch.Playing, "", ""},
		"blind is no red": {showing("a"), []wire.Check{finds(wire.WitnessCamera, wire.FindingBlind)}, watch.Playing, "", ""},
		"another page":    {showing("a"), []wire.Check{finds(wire.WitnessBrowser, wire.FindingWrong)}, watch.Wrong, "glass_wrong", wire.WitnessBrowser},
		"a dark wall behind a page that is right": {
			showing("a"), []wire.Check{finds(wire.WitnessBrowser, wire.FindingRight), finds(wire.WitnessCamera, wire.FindingBlack)}, watch.Wrong, "glass_black", wire.WitnessCamera,
		},
		"the worst is told": {
			showing("a"), []wire.Check{finds(wire.WitnessCamera, wire.FindingFrozen), finds(wire.WitnessDisplay, wire.FindingBlack), finds(wire.WitnessBrowser, wire.FindingWrong)}, watch.Wrong, "glass_wrong", wire.WitnessBrowser,
		},
		"of equals the nearest to people": {
			showing("a"), []wire.Check{finds(wire.WitnessBrowser, wire.FindingBlack), finds(wire.WitnessCamera, wire.FindingBlack), finds(wire.WitnessDisplay, wire.FindingBlack)}, watch.Wrong, "glass_black", wire.WitnessCamera,
		},
		"long ago": {showing("a"), []wire.Check{old}, watch.Playing, "", ""},
		"behind its programme and frozen": {
			with(showing("a"), func(r *wire.Reported) { r.Playing = ref(4) }), []wire.Check{finds(wire.WitnessBrowser, wire.FindingFrozen)}, watch.Wrong, "glass_frozen", wire.WitnessBrowser,
		},
		"without a player, black goes without saying": {
			with(showing("a"), func(r *wire.Reported) { r.Showing.Kind = wire.ShowNothing }), []wire.Check{finds(wire.WitnessDisplay, wire.FindingBlack)}, watch.Wrong, "no_player", "",
		},
		"without a player, another page is worse": {
			with(showing("a"), func(r *wire.Reported) { r.Showing.Kind = wire.ShowNothing }), []wire.Check{finds(wire.WitnessDisplay, wire.FindingWrong)}, watch.Wrong, "glass_wrong", wire.WitnessDisplay,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.report.Checks = c.checks
			v := watch.Judge(wanted("a"), watch.Ordered{}, watch.Heard{Report: c.report, ReportedAt: now, SeenAt: now, Online: true}, now)
			reason, witness := "", ""
			if v.Reason != nil {
				reason = v.Reason.Code
				witness, _ = v.Reason.Params["witness"].(string)
			}
			if v.State != c.state || reason != c.reason || witness != string(c.witness) {
				t.Errorf("judged %s %q by %q, want %s %q by %q", v.State, reason, witness, c.state, c.reason, c.witness)
			}
			if v.Next.IsZero() {
				t.Error("it never turns, not even late")
			}
		})
	}
}

func TestAScreenThatIsOfflineIsNotJudgedByItsOldGlass(t *testing.T) {
	t.Parallel()
	r := showing("a")
	r.Checks = []wire.Check{finds(wire.WitnessBrowser, wire.FindingWrong)}
	v := watch.Judge(wanted("a"), watch.Ordered{}, watch.Heard{Report: r, ReportedAt: now.Add(-2 * time.Minute), SeenAt: now, Online: true}, now)
	if v.State != watch.Offline {
		t.Errorf("judged %s", v.State)
	}
}

func TestTheBoardShowsWhatTheGlassLooksLikeBesideWhatIsDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := running(t)
		s := screen("gate", "cautreo")
		b.Set(s)
		b.Want(s.ID, always("a"))
		h := said("a")
		h.Report.Checks = []wire.Check{{Witness: wire.WitnessCamera, Finding: wire.FindingBlind, Why: "no_answer", At: h.Report.At, Since: h.Report.At}}
		b.Hear(s.ID, h)
		picture := func(w wire.Witness, letter string, age time.Duration) {
			b.Capture(s.ID, watch.Captured{Digest: digest(letter), Witness: w, Finding: wire.FindingRight, At: time.Now().Add(-age)})
		}
		shown := func() string {
			if c := alone(t, b).Capture; c != nil {
				return c.URL[strings.LastIndex(c.URL, "/")+1:]
			}
			return ""
		}
		picture(wire.WitnessBrowser, "x", time.Second)
		if got := shown(); got != string(digest("x")) {
			t.Errorf("shown is %s", got)
		}
		picture(wire.WitnessCamera, "y", time.Minute)
		if got := shown(); got != string(digest("y")) {
			t.Errorf("beside the browser's the camera's should be shown, not %s", got)
		}
		picture(wire.WitnessCamera, "z", 2*time.Minute) // came late
		if got := shown(); got != string(digest("y")) {
			t.Errorf("an older capture took the place of a newer: %s", got)
		}
		time.Sleep(10 * time.Minute) // the camera is gone
		picture(wire.WitnessBrowser, "w", 0)
		if got := shown(); got != string(digest("w")) {
			t.Errorf("a camera's picture of ten minutes ago hides the present: %s", got)
		}
		v := alone(t, b)
		if v.Due == nil || v.Due.Digest != digest("a") || !strings.Contains(v.Due.ThumbnailURL, string(v.Due.MediaID)+"/thumbnail?profile="+string(playlists.Landscape1080)) {
			t.Errorf("due %+v", v.Due)
		}
		if len(v.Problems) != 1 || v.Problems[0].Code != "glass_blind" || v.Problems[0].Params["witness"] != "camera" || v.Problems[0].Params["why"] != "no_answer" {
			t.Errorf("problems %+v", v.Problems)
		}
	})
}
