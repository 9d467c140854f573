package programme_test

import (
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	a := playliststest.Approved(t, "anh", []byte("picture a"), playlists.Terms{})
	b := playliststest.Approved(t, "bien", []byte("picture b"), playlists.Terms{ValidUntil: playliststest.Now.AddDate(0, 1, 0)})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{}, true, a, b)
	accepted, err := programme.Verify(s.Envelope, programme.Trust{Screen: playliststest.Screen().ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	held := map[playlists.Digest][]byte{}
	get := func(d playlists.Digest) ([]byte, bool) { b, ok := held[d]; return b, ok }
	for round := range 3 {
		loaded, missing, err := programme.Load(accepted, get)
		if err != nil {
			t.Fatal(err)
		}
		if loaded != nil {
			if round != 2 || len(loaded.Showings()) != 2 || loaded.Showings()[0].Rendition != a.Media.Renditions[0].Digest {
				t.Fatalf("round %d: %+v", round, loaded.Showings())
			}
			plan, err := loaded.Plan()
			if err != nil || !plan.Entries[0].Items[1].NotAfter.Equal(b.Media.Terms.ValidUntil) {
				t.Fatalf("plan %+v, %v", plan, err)
			}
			return
		}
		for _, d := range missing {
			held[d] = s.Objects[d]
		}
	}
	t.Fatal("the programme never loaded")
}
