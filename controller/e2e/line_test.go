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

// onBothBrokers tells a story on the controller's own broker and on Debian's
// with the configuration and access control that we ship: at once, or one after
// the other when the story measures time.
func onBothBrokers(t *testing.T, atOnce bool, story func(*testing.T, *stage.Stage)) {
	t.Helper()
	for name, open := range map[string]func(*testing.T) *stage.Stage{
		"our broker": newStage,
		"mosquitto": func(t *testing.T) *stage.Stage {
			s, _ := stage.NewWithMosquitto(t, programs(t), shipped)
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			if atOnce {
				t.Parallel()
			}
			story(t, open(t))
		})
	}
}

// TestFromUploadToGlass is the story the product is for: brought in, decided by
// three people, planned, published, on the glass; and there it stays when the
// network, the controller, its data, the agent's process and the clock are
// gone.
func TestFromUploadToGlass(t *testing.T) {
	t.Parallel()
	onBothBrokers(t, true, staysOnTheGlass)
}

func staysOnTheGlass(t *testing.T, s *stage.Stage) {
	line := s.Line()
	scr := s.ScreenAt("Quốc môn", stage.Place{Line: line})
	red, _ := show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")
	w.awaitRendition(30*time.Second, scr, red)
	stage.Await(t, 10*time.Second, "green on the watch list", func() bool { return s.Watch(scr.ID).State == "playing" })

	line.Cut()
	stage.Await(t, 10*time.Second, "the agent to be without a session", func() bool { return !scr.Status().Connected })
	stage.Await(t, 10*time.Second, "the loss on the watch list", func() bool { return s.Watch(scr.ID).State == "offline" })
	// Controller and broker are there, and all that is new in vain: there is no
	// way but the line.
	carried := line.Carried()
	s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.png", "Ảnh mới", picture(t, "yellow"))), 60)
	s.Publish()
	w.onlyColours(6*time.Second, "red", "green")
	if scr.Status().Connected || line.Carried() != carried {
		t.Errorf("connected %t, %d bytes over a line that is cut", scr.Status().Connected, line.Carried()-carried)
	}

	s.Controller.Kill()
	if err := os.RemoveAll(s.Data); err != nil {
		t.Fatal(err)
	}
	scr.Kill()
	scr.Start()
	scr.AwaitServing()
	w.open(scr.URL)
	w.awaitColours(30*time.Second, "red", "green")
	w.onlyColours(5*time.Second, "red", "green")

	scr.Kill()
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
	onBothBrokers(t, false, leavesTheGlass)
}

func leavesTheGlass(t *testing.T, s *stage.Stage) {
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

// TestMosquitto has Debian's broker lose everything it knows: what was
// published meanwhile comes, and what is withdrawn then goes.
func TestMosquitto(t *testing.T) {
	t.Parallel()
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
