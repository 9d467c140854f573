package programme_test

import (
	"bytes"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// TestSupplement: a rendition that was approved later goes by the approval that
// is over it, and an agent takes no other for it.
func TestSupplement(t *testing.T) {
	t.Parallel()
	const wall playlists.Profile = "site-1280x384"
	main := playliststest.Approved(t, "flag", []byte("a picture"), playlists.Terms{})
	digest, size, chunks, err := programme.NewChunks(bytes.NewReader([]byte("a low picture")))
	if err != nil {
		t.Fatal(err)
	}
	added := *main.Media
	added.Renditions = []playlists.Rendition{{Profile: wall, Digest: digest, Size: size, MIME: "image/jpeg", Width: 1280, Height: 384, Chunks: playlists.DigestOf(chunks)}}
	supplement, err := programme.NewApproval(
		playliststest.Decision(t, &added, programme.Review, playlists.Actor{ID: playliststest.ID("reviewer"), Name: "Nguyễn Thị Thẩm"}),
		playliststest.Decision(t, &added, programme.Approve, playlists.Actor{ID: playliststest.ID("approver"), Name: "Trần Văn Duyệt"}))
	if err != nil {
		t.Fatal(err)
	}
	whole := added
	whole.Renditions = append(added.Renditions, main.Media.Renditions...)
	load := func(p playlists.Profile, a programme.Approved) (*programme.Showing, error) {
		screen := playliststest.Screen()
		screen.Profile = p
		list := &playlists.Playlist{ID: playliststest.ID("playlist"), Version: 1, Items: []playlists.Item{{ID: playliststest.ID("item"), Media: a.Media.ID, Duration: playlists.MinItemDuration, Transition: playlists.Cut}}}
		c, err := programme.Compile(programme.Input{
			Screen: screen, Epoch: 1, Counter: 1, IssuedAt: playliststest.Now, Media: map[playlists.ID]programme.Approved{a.Media.ID: a},
			Entries: []programme.InputEntry{{ID: playliststest.ID("entry"), Rule: schedule.Rule{}, Playlist: list}},
		})
		if err != nil {
			return nil, err
		}
		get := func(d playlists.Digest) ([]byte, bool) {
			if b, ok := c.Objects[d]; ok {
				return b, true
			}
			for _, b := range [][]byte{chunks, main.Chunks} {
				if playlists.DigestOf(b) == d {
					return b, true
				}
			}
			return nil, false
		}
		loaded, missing, err := programme.Load(&programme.Accepted{Programme: c.Programme}, programme.Grounds{}, get)
		if err != nil || len(missing) > 0 {
			return nil, err
		}
		return &loaded.Item(0, 0).Showing, nil
	}
	for _, p := range []playlists.Profile{wall, playlists.Landscape1080} {
		got, err := load(p, programme.Approved{Media: &whole, Approval: main.Approval, Supplements: [][]byte{supplement}})
		want := map[playlists.Profile][]byte{wall: supplement, playlists.Landscape1080: main.Approval}[p]
		if err != nil || got == nil || got.Approval != playlists.DigestOf(want) {
			t.Errorf("a screen of %s loads %+v, %v", p, got, err)
		}
		if _, err := load(p, programme.Approved{Media: &whole, Approval: supplement}); (err == nil) != (p == wall) {
			t.Errorf("with the supplement alone, a screen of %s: %v", p, err)
		}
	}
	if _, err := load(wall, programme.Approved{Media: &whole, Approval: main.Approval}); playlists.ReasonOf(err) != "media_changed_since_approval" {
		t.Errorf("without its supplement the wall is compiled: %v", err)
	}
}
