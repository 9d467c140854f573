package e2e

import (
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// TestThiefSpeaksAsAScreen: who has copied a screen's key ends its session with
// one of their own, again and again. The screen shows what was signed all the
// while and always comes back; the watch list says that its name is contested;
// and when they leave it takes what is published and ordered, as before.
func TestThiefSpeaksAsAScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	id := playlists.ID(scr.ID)
	photo, next := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1)), s.Approved("moi.jpg", "Mới", stage.Photo(t, 2))
	good := stage.Rendition(t, photo).Digest
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	s.Publish()
	scr.AwaitCached(time.Minute)
	stage.OpenPage(t, scr.URL)
	shows := func(d playlists.Digest) func() bool {
		return func() bool { return scr.Status().Report.Showing.Rendition == d }
	}
	stage.Await(t, time.Minute, "the item", shows(good))
	contested := func() bool { st := s.Watch(scr.ID); return st.Has("session_contested") }
	if contested() {
		t.Fatal("its name is contested before anybody else speaks in it")
	}

	for n := 1; !contested(); n++ {
		if n > 8 {
			t.Fatalf("the watch list does not say that the screen's session was ended %d times", n)
		}
		stage.Await(t, 3*time.Minute, "the screen to be back", func() bool { return scr.Status().Connected })
		before := scr.Status().Report.Session
		thief.Impostor(t, s, id, scr.Data)
		stage.Await(t, 3*time.Minute, "the screen to open another session", func() bool { st := scr.Status(); return st.Connected && st.Report.Session > before })
		if st := scr.Status(); !shows(good)() || st.Report.Showing.Kind != wire.ShowItem {
			t.Errorf("while a thief speaks in its name it shows %+v", st.Report.Showing)
		}
	}

	s.Schedule("Mới hơn", s.Playlist("Danh sách mới", next), 90)
	s.Publish()
	stage.Await(t, 3*time.Minute, "the next publication", shows(stage.Rendition(t, next).Digest))
}
