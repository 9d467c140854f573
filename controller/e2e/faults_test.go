package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
)

// TestAgentKilledWhileItFetches kills the agent again and again while a
// programme comes in: what is on the glass is always approved, and in the end
// the programme is.
func TestAgentKilledWhileItFetches(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	show(t, s)
	for _, after := range []time.Duration{0, 20, 60, 150, 400, 900} {
		timer := time.NewTimer(after * time.Millisecond)
		<-timer.C
		scr.Kill()
		scr.Start()
	}
	scr.AwaitServing()
	w := look(t, scr.URL)
	w.awaitColours(2*time.Minute, "red", "green")
	w.onlyColours(5*time.Second, "red", "green")
}

// TestControllerKilledWhilePublishing kills the controller at moments around a
// publication: afterwards the same press of the button brings it to the glass.
func TestControllerKilledWhilePublishing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")

	s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.png", "Ảnh mới", picture(t, "yellow"))), 60)
	for _, after := range []time.Duration{1, 5, 15, 40, 120} {
		pressed := make(chan error, 1)
		go func() { pressed <- s.Editor.Post(t.Context(), "/publish", stage.Object{"note": "bị cắt"}, nil) }()
		timer := time.NewTimer(after * time.Millisecond)
		<-timer.C
		s.Controller.Kill()
		<-pressed // answered or cut off; both are right
		s.Controller.Start()
		s.AwaitReady()
	}
	w.onlyColours(3*time.Second, "red", "green", "yellow")
	s.Publish()
	// The agent comes back by itself, after its own pause.
	w.awaitColours(4*time.Minute, "yellow")
}

// TestDamagedCache turns every kept byte of media wrong while the agent is
// off: none of it is shown, and all of it is fetched again.
func TestDamagedCache(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	show(t, s)
	w := look(t, scr.URL)
	w.awaitColours(time.Minute, "red", "green")
	scr.Stop()
	damaged := 0
	err := filepath.WalkDir(filepath.Join(scr.Data, "cache"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Size() < 100 {
			return err
		}
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		damaged++
		if _, err := f.WriteAt([]byte("not what was approved"), info.Size()/2); err != nil {
			return err
		}
		return f.Close()
	})
	if err != nil || damaged < 3 {
		t.Fatalf("damaged %d files, %v", damaged, err)
	}
	scr.Start()
	scr.AwaitServing()
	w.open(scr.URL)
	w.awaitColours(2*time.Minute, "red", "green")
}
