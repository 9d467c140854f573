package planning

import (
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// The preview says what the screen says: an entry of which nothing is valid at
// that instant hides nothing.
func TestPreviewGivesWay(t *testing.T) {
	t.Parallel()
	from, until := playliststest.Now.Add(time.Hour), playliststest.Now.Add(2*time.Hour)
	in := programme.Input{Screen: playliststest.Screen(), Epoch: 1, Counter: 1, IssuedAt: playliststest.Now, Media: map[playlists.ID]programme.Approved{}}
	objects := map[playlists.Digest][]byte{}
	entry := func(word string, priority int, terms playlists.Terms) {
		b := playliststest.Approved(t, word, []byte("bytes of "+word), terms)
		objects[playlists.DigestOf(b.Chunks)] = b.Chunks
		in.Media[b.Media.ID] = programme.Approved{Media: b.Media, Approval: b.Approval}
		in.Entries = append(in.Entries, programme.InputEntry{ID: playliststest.ID(word), Title: word, Priority: priority, Playlist: &playlists.Playlist{
			ID: playliststest.ID(word), Version: 1, Title: word, Items: []playlists.Item{{ID: playliststest.ID("item"), Media: b.Media.ID, Duration: 10 * time.Second, Transition: playlists.Cut}},
		}})
	}
	entry("base", 0, playlists.Terms{})
	entry("above", 5, playlists.Terms{ValidFrom: from, ValidUntil: until})
	c, err := programme.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	for d, b := range c.Objects {
		objects[d] = b
	}
	envelope, err := programme.Sign(&c.Programme, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := programme.Verify(envelope, programme.Trust{Screen: in.Screen.ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, missing, err := programme.Load(accepted, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) { b, ok := objects[d]; return b, ok })
	if err != nil || len(missing) > 0 {
		t.Fatalf("cannot load the programme: %v, missing %v", err, missing)
	}
	for at, want := range map[time.Time]string{
		from.Add(-time.Millisecond): "base", from: "above", until.Add(-time.Millisecond): "above", until: "base",
	} {
		p := Preview{At: at}
		if err := p.fill(loaded, nil); err != nil {
			t.Fatal(err)
		}
		if !p.Playing || p.Now.Entry != playliststest.ID(want) {
			t.Errorf("at %s it shows %s, want %s", at, p.Now.Entry, want)
		}
		if eligible := len(p.Eligible); (eligible == 2) != (want == "above") {
			t.Errorf("at %s %d entries are eligible", at, eligible)
		}
	}
}
