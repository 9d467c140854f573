package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// reserve is what an agent leaves free for the rest of the system.
const reserve = 64 * mebi

// TestDiskFull gives an agent a disk on which five pictures have room: it makes
// room by dropping what no programme needs, says when that is not enough, and
// never drops what plays.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var photos []*apiclient.Media
	var largest int64
	for i := range 9 {
		m := s.Approved(fmt.Sprintf("anh-%d.jpg", i), fmt.Sprintf("Ảnh %d", i), stage.Photo(t, uint64(i)))
		photos = append(photos, m)
		largest = max(largest, stage.Rendition(t, m).Size)
	}
	data := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	room := reserve + 5*largest + 2*mebi // the database and documents take some
	scr := s.ScreenAt("Quốc môn", stage.Place{Data: data, In: []string{
		"bwrap", "--dev-bind", "/", "/", "--size", strconv.FormatInt(room, 10), "--tmpfs", data, "--die-with-parent", "--"}})

	priority := 10
	held := func(m *apiclient.Media) bool {
		digest := stage.Rendition(t, m).Digest
		return playlists.DigestOf(stage.Fetch(t.Context(), scr.URL+"objects/"+string(digest))) == digest
	}
	play := func(media ...*apiclient.Media) {
		t.Helper()
		priority++
		// The former entry goes, so that nothing needs its pictures.
		for _, id := range entries(t, s) {
			if err := s.Editor.Delete(t.Context(), "/schedule/entries/"+id); err != nil {
				t.Fatal(err)
			}
		}
		s.Schedule(fmt.Sprintf("Mục %d", priority), s.Playlist(fmt.Sprintf("Danh sách %d", priority), media...), priority)
		s.Publish()
	}
	next := func(media ...*apiclient.Media) wire.ProgrammeRef {
		t.Helper()
		play(media...)
		stage.Await(t, time.Minute, "the next pictures", func() bool { return slices.ContainsFunc(media, held) })
		scr.AwaitCached(time.Minute)
		return *scr.Status().Report.Playing
	}
	next(photos[0], photos[1])
	next(photos[2], photos[3], photos[4])
	third := next(photos[0], photos[1]) // fetched again: with the three there is just room

	play(photos[4], photos[5], photos[6], photos[7], photos[8])
	stage.Await(t, time.Minute, "the agent to say that its disk is full", func() bool {
		return slices.ContainsFunc(scr.Status().Report.Problems, func(p wire.Problem) bool { return p.Code == "disk_full" })
	})
	if playing := scr.Status().Report.Playing; playing == nil || *playing != third {
		t.Errorf("%+v plays instead of %+v", playing, third)
	}
	for _, m := range photos[:2] {
		if !held(m) {
			t.Errorf("%q plays but is not there any more", m.Title)
		}
	}
	next(photos[5])
}

// entries lists the schedule's entries.
func entries(t *testing.T, s *stage.Stage) []string {
	t.Helper()
	list, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), s.Editor, "/schedule/entries")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}
