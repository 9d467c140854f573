package e2e

import (
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// TestThiefHasAScreensCredential: with the key of a screen one can speak as
// that screen, and make none show anything.
func TestThiefHasAScreensCredential(t *testing.T) {
	t.Parallel()
	r := rob(t)
	impostor := r.Impostor(r.id, r.scr.Data)
	for _, leaf := range []string{wire.DownProgramme, wire.DownOrders, wire.DownCharter} {
		impostor.Publish(wire.Topic(r.id, leaf), 1, true, []byte("from a screen")).WaitTimeout(5 * time.Second)
		impostor.Publish(wire.Topic("anotheraaaaaaaaa", leaf), 1, true, []byte("from a screen")).WaitTimeout(5 * time.Second)
	}
	r.unmoved("a stolen credential")
	for _, leaf := range []string{wire.DownProgramme, wire.DownOrders, wire.DownCharter} {
		if b := r.Retained(wire.Topic("anotheraaaaaaaaa", leaf)); string(b) == "from a screen" {
			t.Errorf("a screen can say %s to another", leaf)
		}
	}
}

// TestThiefInTheMiddle: with another authority's certificates nobody is
// listened to.
func TestThiefInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Charter(nil)
	scr := s.Screen("Quốc môn")
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	s.Publish()
	scr.AwaitCached(time.Minute)
	stage.OpenPage(t, scr.URL)
	th := thief.Between(t, s)
	p, _ := th.Stolen(playlists.ID(scr.ID))
	p.Counter++
	th.Programme(p) // even a programme that would be taken
	own := th.Called.Load()
	stage.Await(t, 3*time.Minute, "the screen to call", func() bool { return th.Called.Load() > own+1 })
	st := scr.Status()
	if st.Connected || st.Report.Received.Counter >= p.Counter || st.Report.Showing.Rendition != stage.Rendition(t, photo).Digest {
		t.Errorf("connected %t, holds programme %d, shows %s", st.Connected, st.Report.Received.Counter, st.Report.Showing.Rendition)
	}
}
