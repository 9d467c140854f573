package screencheck

import (
	"cmp"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Two looks must agree before a witness turns bad, one turns it right; what is
// certain needs one; and a bad finding stands long enough to be heard of.
func TestWitness(t *testing.T) {
	t.Parallel()
	const r, w, b, u = wire.FindingRight, wire.FindingWrong, wire.FindingBlack, wire.FindingUnsure
	type look struct {
		at      int // seconds
		finding wire.Finding
		why     string
		needed  int
		says    wire.Finding
		since   int
		changed bool
		soon    bool
	}
	for name, looks := range map[string][]look{
		"right from the first look":          {{0, r, "", 0, r, 0, true, false}, {3, r, "", 0, r, 0, false, false}},
		"one bad look is nothing":            {{0, r, "", 0, r, 0, true, false}, {3, w, otherPicture, 0, r, 0, false, true}, {4, r, "", 0, r, 0, false, false}, {7, b, "", 0, r, 0, false, true}},
		"two are":                            {{0, r, "", 0, r, 0, true, false}, {3, w, otherPicture, 0, r, 0, false, true}, {4, w, otherPicture, 0, w, 4, true, false}, {7, w, otherPicture, 0, w, 4, false, false}, {10, r, "", 0, r, 10, true, false}},
		"bad from the first look":            {{0, b, "", 0, "", 0, false, true}, {1, b, "", 0, b, 1, true, false}},
		"two bad looks of two kinds":         {{0, w, otherPicture, 0, "", 0, false, true}, {1, b, "", 0, b, 1, true, false}, {4, w, otherPicture, 0, w, 4, true, false}},
		"a certain one":                      {{0, r, "", 0, r, 0, true, false}, {3, w, otherPage, certain, w, 3, true, false}, {4, r, "", 0, w, 3, false, true}, {6, r, "", 0, r, 6, true, false}},
		"unsure is no alarm and ends one":    {{0, r, "", 0, r, 0, true, false}, {3, u, aBulletin, 0, u, 3, true, false}, {6, w, otherPicture, 0, u, 3, false, true}, {7, w, otherPicture, 0, w, 7, true, false}, {10, u, aBulletin, 0, u, 10, true, false}},
		"another reason is a change":         {{0, u, noPrint, 0, u, 0, true, false}, {3, u, aBulletin, 0, u, 0, true, false}},
		"a change needs three":               {{0, r, "", 0, r, 0, true, false}, {3, w, otherPicture, changing, r, 0, false, true}, {4, w, otherPicture, changing, r, 0, false, true}, {5, w, otherPicture, changing, w, 5, true, false}},
		"a quiet moment tells after one":     {{0, r, "", 0, r, 0, true, false}, {3, w, otherPicture, changing, r, 0, false, true}, {4, w, otherPicture, usual, w, 4, true, false}},
		"it keeps when it began to be wrong": {{0, w, otherPage, certain, w, 0, true, false}, {1, w, otherPicture, 0, w, 0, true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wit witness
			start := time.Unix(1000, 0)
			for i, l := range looks {
				at := start.Add(time.Duration(l.at) * time.Second)
				changed, soon := wit.take(l.finding, l.why, playlists.DigestOf([]byte{byte(i)}), at, at, cmp.Or(l.needed, usual))
				if changed != l.changed || soon != l.soon || wit.check.Finding != l.says || l.says != "" && wit.check.Since != start.Add(time.Duration(l.since)*time.Second).UnixMilli() {
					t.Errorf("look %d: changed %t, soon %t, says %+v", i, changed, soon, wit.check)
				}
				if changed && wit.check.Evidence != playlists.DigestOf([]byte{byte(i)}) {
					t.Errorf("look %d: the evidence is of another one", i)
				}
			}
		})
	}
}
