package e2e

import (
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/controller/e2e/stage"
)

// board follows the watch list as the console does.
type board struct {
	mu    sync.Mutex
	state stage.ScreenState
}

func (b *board) now() stage.ScreenState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// follow joins the live watch list for one screen.
func follow(t *testing.T, s *stage.Stage, screen string) *board {
	t.Helper()
	var token struct {
		Secret string `json:"secret"`
	}
	if err := s.Technician.Post(t.Context(), "/tokens", stage.Object{"password": stage.Password, "name": "story"}, &token); err != nil {
		t.Fatal(err)
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), strings.Replace(s.Console, "http", "ws", 1)+"/api/v1/watch/live",
		http.Header{"Authorization": {"Bearer " + token.Secret}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	b := &board{}
	done := make(chan struct{})
	go func() { // ends when the connection does
		defer close(done)
		for {
			var m struct {
				Screens []stage.ScreenState `json:"screens"` // of a snapshot
				Screen  *stage.ScreenState  `json:"screen"`
			}
			if conn.ReadJSON(&m) != nil {
				return
			}
			if m.Screen != nil {
				m.Screens = append(m.Screens, *m.Screen)
			}
			b.mu.Lock()
			for _, one := range m.Screens {
				if one.ID == screen {
					b.state = one
				}
			}
			b.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return b
}

// liveBound is a second for the board and the moment in which reports are
// gathered, on a machine that does other things besides.
const liveBound = 2 * time.Second

// TestWatchIsLiveAndHonest follows a screen's tile: it changes within a second
// of the glass, is green only while the screen says so, and a pulled cable
// turns it within two beats.
func TestWatchIsLiveAndHonest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	s.Slate(s.Approved("nen.jpg", "Nền", stage.Photo(t, 2)))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	b := follow(t, s, scr.ID)
	s.Publish()
	scr.AwaitCached(time.Minute)
	if st := b.now(); st.State == "playing" {
		t.Errorf("green although no player page shows anything: %+v", st)
	}
	stage.OpenPage(t, scr.URL)
	stage.Await(t, 10*time.Second, "green", func() bool { return b.now().State == "playing" && b.now().Showing.MediaID == string(photo.ID) })

	s.Withdraw(photo)
	stage.Await(t, 10*time.Second, "the slate on the glass", func() bool { return scr.Status().Report.Showing.Kind == "slate" })
	stage.Await(t, liveBound, "the slate on the board", func() bool { return b.now().State == "slate" })

	// A pulled cable says nothing: no end of the connection, no will.
	pulled := time.Now()
	pause := func(sig syscall.Signal) {
		t.Helper()
		if err := syscall.Kill(scr.PID(), sig); err != nil {
			t.Fatal(err)
		}
	}
	pause(syscall.SIGSTOP)
	t.Cleanup(func() { _ = syscall.Kill(scr.PID(), syscall.SIGCONT) }) // or it could not be stopped
	stage.Await(t, 62*time.Second, "the tile to turn", func() bool { st := b.now().State; return st == "late" || st == "offline" })
	t.Logf("the tile turned %s after the cable was pulled", time.Since(pulled).Round(time.Second))
	pause(syscall.SIGCONT)
	stage.Await(t, 2*time.Minute, "the tile to turn back", func() bool { return b.now().State == "slate" })
}
