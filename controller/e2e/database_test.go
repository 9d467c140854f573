package e2e

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// TestDamagedDatabase destroys the agent's database while it is off and nobody
// can help it: it is the same screen still, and plays what it played.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, file string){
		"overwritten": func(t *testing.T, file string) {
			f, err := os.OpenFile(file, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			garbage := make([]byte, 24<<10)
			if _, err := rand.Read(garbage); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(garbage); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"cut short": func(t *testing.T, file string) {
			if err := os.Truncate(file, 6000); err != nil {
				t.Fatal(err)
			}
		},
		"gone": func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			scr := s.Screen("Quốc môn")
			m := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
			s.Schedule("Cả ngày", s.Playlist("Danh sách", m), 50)
			s.Publish()
			scr.AwaitCached(time.Minute)
			before := *scr.Status().Report.Playing

			s.Controller.Stop()
			scr.Kill()
			damage(t, filepath.Join(scr.Data, "state.db"))
			scr.Start()
			scr.AwaitServing()
			st := scr.Status()
			if st.Screen != scr.ID || st.Report.Playing == nil || *st.Report.Playing != before {
				t.Errorf("screen %q plays %+v; it was %q and %+v", st.Screen, st.Report.Playing, scr.ID, before)
			}
			if name != "gone" && !slices.ContainsFunc(st.Report.Problems, func(p wire.Problem) bool { return p.Code == "database_damaged" }) {
				t.Errorf("nobody is told: %+v", st.Report.Problems)
			}
			stage.FirstPicture(t, scr.URL)

			s.Controller.Start()
			s.AwaitReady()
			s.Schedule("Mới", s.Playlist("Danh sách mới", s.Approved("moi.jpg", "Mới", stage.Photo(t, 2))), 60)
			s.Publish()
			stage.Await(t, 4*time.Minute, "the next programme", func() bool {
				r := scr.Status().Report
				return r.Playing != nil && r.Playing.Counter > before.Counter
			})
		})
	}
}

// TestAgentKilledWhileItSwitches kills the agent at moments around its switches
// from one programme to the next: it always has one of the two, whole.
func TestAgentKilledWhileItSwitches(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	a, b := s.Approved("a.jpg", "Ảnh A", stage.Photo(t, 1)), s.Approved("b.jpg", "Ảnh B", stage.Photo(t, 2))
	digests := []playlists.Digest{stage.Rendition(t, a).Digest, stage.Rendition(t, b).Digest}
	s.Schedule("A", s.Playlist("Danh sách A", a), 10)
	s.Publish()
	scr.AwaitCached(time.Minute)
	entry := s.Schedule("B", s.Playlist("Danh sách B", b), 20)
	for round, after := range []time.Duration{5, 15, 30, 60, 120, 250} {
		had := *scr.Status().Report.Playing
		toggle(t, s, entry, round%2 == 0)
		s.Publish()
		timer := time.NewTimer(after * time.Millisecond)
		<-timer.C
		scr.Kill()
		scr.Start()
		scr.AwaitServing()
		if playing := scr.Status().Report.Playing; playing == nil || playing.Counter < had.Counter {
			t.Fatalf("killed %s after: %+v plays, before it was %+v", after, playing, had)
		}
		stage.FirstPicture(t, scr.URL)
		due := digests[(round+1)%2]
		stage.Await(t, time.Minute, fmt.Sprintf("the picture that is due in round %d, whole", round), func() bool {
			return playlists.DigestOf(stage.Fetch(t.Context(), scr.URL+"objects/"+string(due))) == due
		})
	}
}

// toggle switches a schedule entry on or off.
func toggle(t *testing.T, s *stage.Stage, entry string, on bool) {
	t.Helper()
	var e map[string]any
	if err := s.Editor.Get(t.Context(), "/schedule/entries/"+entry, &e); err != nil {
		t.Fatal(err)
	}
	in := stage.Object{"title": e["title"], "playlist_id": e["playlist_id"], "target": e["target"], "rule": e["rule"], "priority": e["priority"], "enabled": on}
	if err := s.Editor.Put(t.Context(), "/schedule/entries/"+entry, in, nil); err != nil {
		t.Fatal(err)
	}
}
