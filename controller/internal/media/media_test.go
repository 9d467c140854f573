package media_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

func TestFromFileToDraft(t *testing.T) {
	t.Parallel()
	h := open(t)
	got := h.accept(t, an, `C:\Users\An\le_hoi "Cầu Treo".JPG`, mediatest.JPEG(t, mediatest.Picture(320, 240)))
	r := got.Media
	if got.Duplicate || r.State != playlists.Processing || r.Title != `le hoi "Cầu Treo"` || strings.Contains(r.Source.FileName, "Users") || r.Author != an.ID || r.Unit != an.Unit ||
		r.Source.Width != 320 || r.Work == nil || r.Work.State != "queued" {
		t.Errorf("accepted %+v", r)
	}
	r = h.process(t, r.ID, playlists.Profiles()...)
	if r.State != playlists.Draft || len(r.Renditions) != len(playlists.Profiles()) || r.Preview == "" {
		t.Fatalf("processed %+v", r)
	}
	for _, x := range r.Renditions {
		b := h.object(t, x.Digest)
		if int64(len(b)) != x.Size || x.MIME != "image/jpeg" || x.Poster != x.Digest {
			t.Errorf("rendition %+v", x)
		}
		digest, _, chunks, err := programme.NewChunks(bytes.NewReader(b))
		if err != nil || digest != x.Digest || !bytes.Equal(h.object(t, x.Chunks), chunks) {
			t.Errorf("chunk list of %s: %v", x.Profile, err)
		}
		h.object(t, r.Thumbnails[x.Profile])
	}
	h.object(t, r.Preview)
	h.object(t, r.Source.SHA256)
}

func TestVideoToDraft(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.accept(t, an, "a.mp4", mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=160x90:r=25:d=0.6"))).Media.ID
	r := h.process(t, id, playlists.Profiles()...)
	if r.State != playlists.Draft || r.Kind != playlists.Video || r.Renditions[0].Duration < 500*time.Millisecond || r.Renditions[0].Poster == r.Renditions[0].Digest {
		t.Errorf("processed %+v", r)
	}
	for _, x := range r.Renditions {
		h.object(t, x.Digest)
		h.object(t, x.Poster)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	h := open(t)
	jpeg := mediatest.JPEG(t, mediatest.Picture(64, 48))
	first := h.accept(t, an, "a.jpg", jpeg)
	if again := h.accept(t, an, "other name.jpg", jpeg); !again.Duplicate || again.Media.ID != first.Media.ID {
		t.Errorf("the same bytes gave %+v", again)
	}
	// What one may not see must not show itself as a duplicate.
	if other := h.accept(t, binh, "a.jpg", jpeg); other.Duplicate || other.Media.ID == first.Media.ID {
		t.Errorf("another unit was told of %+v", other.Media)
	}
	if err := h.Delete(t.Context(), an, first.Media.ID); err != nil {
		t.Fatal(err)
	}
	if again := h.accept(t, an, "a.jpg", jpeg); again.Duplicate {
		t.Error("a deleted media is taken for a duplicate")
	}
}

func TestSameFileTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	path := mediatest.File(t, "a", mediatest.JPEG(t, mediatest.Picture(64, 48)))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := h.Accept(t.Context(), an, media.File{Path: path, Name: "a.jpg"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if p, err := h.List(t.Context(), an, media.Query{}); err != nil || p.Total != 1 {
		t.Errorf("%+v media, %v; want one", p, err)
	}
}

func TestAcceptRefuses(t *testing.T) {
	t.Parallel()
	h := open(t)
	watch := person(mediatest.An, mediatest.UnitA, playlists.WatchOfficer)
	path := mediatest.File(t, "a", mediatest.JPEG(t, mediatest.Picture(8, 8)))
	for name, c := range map[string]struct {
		actor playlists.Actor
		file  media.File
		code  playlists.Code
	}{
		"no right":   {watch, media.File{Path: path}, playlists.Forbidden},
		"nobody":     {playlists.Actor{}, media.File{Path: path}, playlists.Unauthenticated},
		"other unit": {an, media.File{Path: path, Unit: mediatest.UnitB}, playlists.Forbidden},
		"no media":   {an, media.File{Path: mediatest.File(t, "a", []byte("text"))}, playlists.Invalid},
	} {
		if _, err := h.Accept(t.Context(), c.actor, c.file); playlists.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	for range h.objects.List(t.Context()) {
		t.Error("a refused file was kept")
	}
}

func TestFitsRenderOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.photo(t)
	before := map[playlists.Profile]playlists.Digest{}
	for _, x := range r.Renditions {
		before[x.Profile] = x.Digest
	}
	cover := map[playlists.Profile]playlists.Fit{playlists.Landscape1080: {Mode: playlists.Cover, X: 0.5, Y: 0.1}}
	r, err := h.Edit(t.Context(), an, r.ID, media.Edit{Revision: r.Revision, Fits: cover})
	if err != nil || r.State != playlists.Processing || r.Revision != 2 || r.Work.State != "queued" {
		t.Fatalf("Edit = %+v, %v", r, err)
	}
	r = h.process(t, r.ID, playlists.Landscape1080)
	if r.State != playlists.Draft {
		t.Errorf("state %s", r.State)
	}
	for _, x := range r.Renditions {
		if changed := x.Digest != before[x.Profile]; changed != (x.Profile == playlists.Landscape1080) {
			t.Errorf("%s changed: %t", x.Profile, changed)
		}
	}
	// The same fits again change no bytes and need no approval.
	if r, err = h.Edit(t.Context(), an, r.ID, media.Edit{Revision: r.Revision, Fits: cover}); err != nil || r.State != playlists.Draft {
		t.Errorf("Edit with the same fits = %+v, %v", r, err)
	}
}

// A job that rendered with fits that were changed meanwhile must not finish
// the media.
func TestOvertakenTask(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.accept(t, an, "a.jpg", mediatest.JPEG(t, mediatest.Picture(64, 48))).Media.ID
	err := h.Process(t.Context(), media.Task{Media: id, Profiles: playlists.Profiles()}, func(stage string, p float64) {
		if stage != string(playlists.Portrait1080) || p < 1 {
			return
		}
		_, err := h.Edit(t.Context(), an, id, media.Edit{Revision: h.get(t, id).Revision, Fits: map[playlists.Profile]playlists.Fit{playlists.Landscape1080: {Mode: playlists.Cover}}})
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := h.get(t, id); r.State != playlists.Processing || len(r.Renditions) != 0 {
		t.Errorf("the overtaken task finished %+v", r)
	}
	if r := h.process(t, id, playlists.Profiles()...); r.State != playlists.Draft {
		t.Errorf("state %s", r.State)
	}
}

func text(s string) *string { return &s }

func TestEdit(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.photo(t)
	day := time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC)
	r, err := h.Edit(t.Context(), an, r.ID, media.Edit{Revision: r.Revision, Title: text("  Cầu\u00a0Treo "), Description: text("mô tả"), Languages: &[]string{"vi", "lo", "vi"},
		ValidFrom: &day, RightsBasis: text("own")})
	if err != nil || r.Title != "Cầu Treo" || !slices.Equal(r.Terms.Languages, []string{"vi", "lo"}) || !r.Terms.ValidFrom.Equal(day) || r.State != playlists.Draft {
		t.Fatalf("Edit = %+v, %v", r, err)
	}
	if r, err = h.Edit(t.Context(), an, r.ID, media.Edit{Revision: r.Revision, ValidFrom: &time.Time{}}); err != nil || !r.Terms.ValidFrom.IsZero() || r.Title != "Cầu Treo" {
		t.Fatalf("Edit = %+v, %v", r, err)
	}
	other := person(mediatest.Binh, mediatest.UnitA, playlists.Contributor)
	for name, c := range map[string]struct {
		actor  playlists.Actor
		edit   media.Edit
		reason string
	}{
		"seen too long ago":   {an, media.Edit{Revision: r.Revision - 1, Title: text("x")}, "media_changed"},
		"empty title":         {an, media.Edit{Revision: r.Revision, Title: text(" ")}, "text_empty"},
		"unknown language":    {an, media.Edit{Revision: r.Revision, Languages: &[]string{"fr"}}, "language_unknown"},
		"long description":    {an, media.Edit{Revision: r.Revision, Description: text(strings.Repeat("a", 5000))}, "text_too_long"},
		"no territory":        {an, media.Edit{Revision: r.Revision, Territory: &[]string{}}, "territory_empty"},
		"focus outside":       {an, media.Edit{Revision: r.Revision, Fits: map[playlists.Profile]playlists.Fit{playlists.Portrait1080: {Mode: playlists.Cover, X: 2}}}, "fit_focus_outside"},
		"unknown profile":     {an, media.Edit{Revision: r.Revision, Fits: map[playlists.Profile]playlists.Fit{"8k": {Mode: playlists.Cover}}}, "profile_unknown"},
		"another contributor": {other, media.Edit{Revision: r.Revision, Title: text("x")}, "media_not_yours"},
		"another unit":        {binh, media.Edit{Revision: r.Revision, Title: text("x")}, "media_missing"},
	} {
		if _, err := h.Edit(t.Context(), c.actor, r.ID, c.edit); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	if got := h.get(t, r.ID); got.Revision != r.Revision || got.Title != r.Title {
		t.Errorf("a refused edit changed %+v", got)
	}
}

// set puts a media into a state as the approval does.
func (h *house) set(t *testing.T, id playlists.ID, state playlists.MediaState) {
	t.Helper()
	if _, err := h.store.ChangeMedia(t.Context(), id, func(r *media.Record) (*media.Task, error) { r.State = state; return nil, nil }); err != nil {
		t.Fatal(err)
	}
}

func TestStatesGuardChanges(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.photo(t).ID
	for _, state := range []playlists.MediaState{playlists.Submitted, playlists.Reviewed, playlists.Approved, playlists.Withdrawn} {
		h.set(t, id, state)
		if _, err := h.Edit(t.Context(), an, id, media.Edit{Revision: 1, Title: text("x")}); playlists.ReasonOf(err) != "media_state" {
			t.Errorf("Edit while %s = %v", state, err)
		}
		if err := h.Delete(t.Context(), an, id); playlists.ReasonOf(err) != "media_state" {
			t.Errorf("Delete while %s = %v", state, err)
		}
		// A late job must not take a decided media back.
		if r := h.process(t, id, playlists.Profiles()...); r.State != state {
			t.Errorf("a job turned %s into %s", state, r.State)
		}
	}
	for state, want := range map[playlists.MediaState]playlists.MediaState{playlists.Approved: playlists.Draft, playlists.Withdrawn: playlists.Draft, playlists.Returned: playlists.Draft, playlists.Failed: playlists.Processing} {
		h.set(t, id, state)
		before := h.get(t, id).Revision
		r, err := h.Revise(t.Context(), an, id)
		if err != nil || r.State != want || state != playlists.Failed && r.Revision != before+1 {
			t.Errorf("Revise of %s = %+v, %v", state, r, err)
		}
	}
	h.set(t, id, playlists.Submitted)
	if _, err := h.Revise(t.Context(), an, id); playlists.ReasonOf(err) != "media_state" {
		t.Errorf("Revise while submitted = %v", err)
	}
}

func TestDeleteAndUndo(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.photo(t).ID
	if err := h.Delete(t.Context(), an, id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Get(t.Context(), an, id); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("Get of a deleted media = %v", err)
	}
	h.later(media.UndoTime)
	if r, err := h.Restore(t.Context(), an, id); err != nil || r.State != playlists.Draft || len(r.Renditions) != 2 {
		t.Fatalf("Restore = %+v, %v", r, err)
	}
	if err := h.Delete(t.Context(), an, id); err != nil {
		t.Fatal(err)
	}
	h.later(media.UndoTime + time.Second)
	if _, err := h.Restore(t.Context(), an, id); playlists.ReasonOf(err) != "undo_too_late" {
		t.Errorf("Restore too late = %v", err)
	}
}

func TestFailedTask(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.accept(t, an, "a.jpg", mediatest.JPEG(t, mediatest.Picture(64, 48))).Media
	if err := h.objects.Delete(t.Context(), r.Source.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := h.Process(t.Context(), media.Task{Media: r.ID, Profiles: playlists.Profiles()}, func(string, float64) {}); playlists.ReasonOf(err) != "object_missing" {
		t.Errorf("Process = %v", err)
	}
	for range 2 {
		if err := h.ProcessFailed(t.Context(), media.Task{Media: r.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if r = h.get(t, r.ID); r.State != playlists.Failed {
		t.Errorf("state %s", r.State)
	}
	if err := h.ProcessFailed(t.Context(), media.Task{Media: "aaaaaaaaaaaaaaaa"}); err != nil {
		t.Errorf("ProcessFailed of nothing = %v", err)
	}
}

func TestWhoSeesBytes(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.photo(t).ID
	watch := person("watchaaaaaaaaaaa", mediatest.UnitB, playlists.WatchOfficer)
	reviewer := person("reviewaaaaaaaaaa", mediatest.UnitA, playlists.Reviewer)
	for name, c := range map[string]struct {
		actor playlists.Actor
		which media.Picture
		state playlists.MediaState
		sees  bool
	}{
		"author":                        {an, media.ARendition, playlists.Draft, true},
		"reviewer of the unit":          {reviewer, media.APoster, playlists.Draft, true},
		"editor of another unit":        {binh, media.ARendition, playlists.Approved, false},
		"nobody":                        {playlists.Actor{}, media.AThumbnail, playlists.Approved, false},
		"watch officer, thumbnail":      {watch, media.AThumbnail, playlists.Approved, true},
		"watch officer, draft":          {watch, media.AThumbnail, playlists.Draft, false},
		"watch officer, whole picture":  {watch, media.ARendition, playlists.Approved, false},
		"author, preview of the source": {an, media.APreview, playlists.Draft, true},
	} {
		h.set(t, id, c.state)
		b, err := h.Open(t.Context(), c.actor, id, c.which, "")
		if (err == nil) != c.sees {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			if got, err := io.ReadAll(b); err != nil || int64(len(got)) != b.Size || playlists.DigestOf(got) != b.Digest {
				t.Errorf("%s: %d of %d bytes, %v", name, len(got), b.Size, err)
			}
			b.Close()
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 5 {
		h.accept(t, an, string(rune('a'+i))+".jpg", mediatest.JPEG(t, mediatest.Picture(16+i, 16)))
		h.later(time.Second)
	}
	for _, sort := range []media.Sort{media.Newest, media.ByTitle} {
		var got []string
		q := media.Query{Sort: sort, Limit: 2}
		for {
			p, err := h.List(t.Context(), an, q)
			if err != nil || p.Total != 5 {
				t.Fatalf("List = %+v, %v", p, err)
			}
			for _, r := range p.Items {
				got = append(got, r.Title)
			}
			if q.Cursor = p.Next; q.Cursor == "" {
				break
			}
		}
		want := []string{"a", "b", "c", "d", "e"}
		if sort == media.Newest {
			slices.Reverse(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", sort, got)
		}
	}
	if _, err := h.List(t.Context(), an, media.Query{Cursor: "nonsense"}); playlists.ReasonOf(err) != "cursor_malformed" {
		t.Errorf("a malformed cursor = %v", err)
	}
	if p, err := h.List(t.Context(), binh, media.Query{}); err != nil || p.Total != 0 {
		t.Errorf("another unit sees %+v, %v", p, err)
	}
}
