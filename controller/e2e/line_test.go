package e2e

import (
	"os"
	"testing"
	"time"

	"cotmoc/controller/internal/apiclient"
)

// show makes a programme of a picture, a film and a slate, decided by three
// people, and publishes it.
func show(t *testing.T, s *stage) (red, green *apiclient.Media) {
	t.Helper()
	s.slate(s.approved("du-phong.png", "Nội dung dự phòng", picture(t, "white")))
	red = s.approved("anh.png", "Ảnh", picture(t, "red"))
	green = s.approved("phim.mp4", "Phim", film(t, "green"))
	s.schedule("Cả ngày", s.playlist("Danh sách", red, green))
	s.publish()
	return red, green
}

// TestFromUploadToGlass is the story the product is for: brought in, decided by
// three people, planned, published, on the glass; and there it stays when the
// controller, its data, the agent's process and the clock are gone.
func TestFromUploadToGlass(t *testing.T) {
	s := newStage(t)
	scr := s.screen("Quốc môn")
	show(t, s)
	w := look(t, scr.url)
	w.awaitColours(time.Minute, "red", "green")
	await(t, 10*time.Second, "green on the watch list", func() bool { return s.watch(scr.id).State == "playing" })

	s.controller.kill()
	w.onlyColours(6*time.Second, "red", "green")

	if err := os.RemoveAll(s.data); err != nil {
		t.Fatal(err)
	}
	scr.kill()
	scr.start()
	await(t, 30*time.Second, "the agent to serve again", func() bool { return fetch(t.Context(), scr.url+"status") != nil })
	w.open(scr.url)
	w.awaitColours(30*time.Second, "red", "green")
	w.onlyColours(5*time.Second, "red", "green")

	scr.stop()
	scr.path, scr.env = built(t).clockAgent, []string{"COTMOC_AGENT_CLOCK=1970-01-01T00:00:30Z"}
	scr.start()
	await(t, 30*time.Second, "the agent with the clock at 1970", func() bool { return fetch(t.Context(), scr.url+"status") != nil })
	w.open(scr.url)
	w.awaitColours(30*time.Second, "red", "green")
	w.onlyColours(5*time.Second, "red", "green")
}

// TestWithdrawnIsGone takes an item off the glass while it plays.
func TestWithdrawnIsGone(t *testing.T) {
	s := newStage(t)
	scr := s.screen("Quốc môn")
	red, green := show(t, s)
	w := look(t, scr.url)
	w.awaitColours(time.Minute, "red", "green")

	withdraw := func(m *apiclient.Media) {
		t.Helper()
		if err := s.approver.Post(t.Context(), "/media/"+string(m.ID)+"/withdraw", object{"reason": "Sai chính tả"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	withdraw(red)
	// A withdrawn item's slot is the slate's, so that neighbours stay in step.
	w.awaitColours(20*time.Second, "white", "green")
	w.onlyColours(6*time.Second, "white", "green")
	withdraw(green)
	await(t, 20*time.Second, "the slate alone", func() bool { return w.colour() == "white" })
	w.onlyColours(6*time.Second, "white")
}
