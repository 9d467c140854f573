package e2e

import (
	"os"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

// show makes a programme of a picture, a film and a slate, decided by three
// people, and publishes it.
func show(t *testing.T, s *stage.Stage) (red, green *apiclient.Media) {
	t.Helper()
	s.Slate(s.Approved("du-phong.png", "Nội dung dự phòng", picture(t, "white")))
	red = s.Approved("anh.png", "Ảnh", picture(t, "red"))
	green = s.Approved("phim.mp4", "Phim", film(t, "green"))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", red, green), 50)
	s.Publish()
	return red, green
}

// TestFromUploadToGlass is the story the product is for: brought in, decided by
// three people, planned, published, on the glass; and there it stays when the
// controller, its data, the agent's process and the clock are gone.
func TestFromUploadToGlass(t *testing.T) {
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	red, _ := show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")
	w.awaitRendition(30*time.Second, scr, red)
	stage.Await(t, 10*time.Second, "green on the watch list", func() bool { return s.Watch(scr.ID).State == "playing" })

	s.Controller.Kill()
	w.onlyColours(6*time.Second, "red", "green")

	if err := os.RemoveAll(s.Data); err != nil {
		t.Fatal(err)
	}
	scr.Kill()
	scr.Start()
	scr.AwaitServing()
	w.open(scr.URL)
	w.awaitColours(30*time.Second, "red", "green")
	w.onlyColours(5*time.Second, "red", "green")

	scr.Stop()
	scr.UseClock(time.Date(1970, 1, 1, 0, 0, 30, 0, time.UTC))
	scr.Start()
	scr.AwaitServing()
	w.open(scr.URL)
	w.awaitColours(30*time.Second, "red", "green")
	w.awaitRendition(30*time.Second, scr, red)
	w.onlyColours(5*time.Second, "red", "green")
	if state := scr.Status().Report.Clock.State; state != "lost" {
		t.Errorf("the agent calls its clock %s", state)
	}
}

// TestWithdrawnIsGone takes items off the glass while they play.
func TestWithdrawnIsGone(t *testing.T) {
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	red, green := show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")

	s.Withdraw(red)
	w.awaitGone(3*time.Second, "red")
	w.awaitColours(10*time.Second, "green")
	w.onlyColours(3*time.Second, "green")
	s.Withdraw(green) // while it plays
	w.awaitGone(3*time.Second, "green")
	w.onlyColours(3*time.Second, "white")
	stage.Await(t, 10*time.Second, "the slate on the watch list", func() bool { return s.Watch(scr.ID).State == "slate" })
}

// TestMosquitto tells the story with Debian's broker, which then loses
// everything it knows.
func TestMosquitto(t *testing.T) {
	s, broker := stage.NewWithMosquitto(t, programs(t), shipped)
	scr := s.Screen("Quốc môn")
	red, green := show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")
	w.awaitRendition(30*time.Second, scr, red)

	broker.Kill()
	s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.png", "Ảnh mới", picture(t, "yellow"))), 60)
	s.Publish()
	w.onlyColours(3*time.Second, "red", "green")
	broker.StartListening()
	// Both ends come back by themselves, each after its own pause.
	w.awaitColours(4*time.Minute, "yellow")
	stage.Await(t, time.Minute, "green on the watch list", func() bool { return s.Watch(scr.ID).State == "playing" })
	s.Withdraw(red)
	s.Withdraw(green)
	w.onlyColours(4*time.Second, "yellow")
}
