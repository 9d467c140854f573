package slides

import (
	"context"
	"testing"
	"time"

	"cotmoc/playlists"
)

// TestDesk: the newest of one person's previews is drawn, of few people at
// once, and whoever has left makes room.
func TestDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(time.Now)
	older, leaveOlder, err := d.enter(t.Context(), "an")
	if err != nil {
		t.Fatal(err)
	}
	newer, leaveNewer, err := d.enter(t.Context(), "an")
	if err != nil || playlists.ReasonOf(context.Cause(older)) != "preview_superseded" || newer.Err() != nil {
		t.Fatalf("the older is %v, the newer %v, %v", context.Cause(older), newer.Err(), err)
	}
	leaveOlder() // it makes no room: the newer one has its seat
	leave := leaveNewer
	for _, who := range []playlists.ID{"binh", "chi", "dung"} {
		if _, leave, err = d.enter(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := d.enter(t.Context(), "giang"); playlists.ReasonOf(err) != "preview_busy" {
		t.Errorf("a fifth person: %v", err)
	}
	if _, _, err := d.enter(t.Context(), "an"); err != nil || newer.Err() == nil {
		t.Errorf("who sits there already: %v, before them %v", err, newer.Err())
	}
	last, _, err := d.enter(t.Context(), "binh")
	if d.dismiss("binh"); err != nil || last.Err() == nil {
		t.Errorf("whoever saves draws on: %v, %v", last.Err(), err)
	}
	leave()
	if _, _, err := d.enter(t.Context(), "giang"); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}

// TestLent: a picture is fetched once while somebody types, for them alone, and
// not for ever.
func TestLent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	d := newDesk(func() time.Time { return now })
	key := lentKey{"an", Choice{Photo: "x"}}
	d.lendOn(key, []byte("jpeg"))
	if d.lent(key) == nil || d.lent(lentKey{"binh", key.choice}) != nil || d.lent(lentKey{"an", Choice{Photo: "y"}}) != nil {
		t.Error("a picture is lent to the wrong person, or not at all")
	}
	now = now.Add(lentFor)
	if d.lent(key) != nil {
		t.Error("a picture is lent for ever")
	}
	for range mostLent + 5 {
		d.lendOn(key, nil)
	}
	if len(d.pictures) != mostLent {
		t.Errorf("%d pictures are kept", len(d.pictures))
	}
}
