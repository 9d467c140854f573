package media_test

import (
	"bytes"
	"image/jpeg"
	"slices"
	"testing"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// strip is a low wall, small so that tests are fast.
const strip playlists.Profile = "site-320x96"

func (h *house) rerender(t *testing.T, id playlists.ID) *media.Record {
	t.Helper()
	mediatest.NoJobs(t, h.path) // no upload is under way
	if err := h.Rerender(t.Context(), id, func(string, float64) {}); err != nil {
		t.Fatal(err)
	}
	return h.get(t, id)
}

func (h *house) put(t *testing.T, id playlists.ID, change func(*media.Record)) *media.Record {
	t.Helper()
	r, err := h.store.ChangeMedia(t.Context(), id, func(r *media.Record) (*media.Task, error) {
		change(r)
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRerender: a media gets the rendition that it lacks beside those that it
// has, which stay the very bytes that people have decided on.
func TestRerender(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.photo(t)
	before := slices.Clone(r.Renditions)
	h.put(t, r.ID, func(r *media.Record) { r.State = playlists.Approved })
	h.wanted = append(playlists.Profiles(), strip)
	if lacks, err := h.store.Lacking(t.Context(), strip, 10); err != nil || !slices.Equal(lacks, []playlists.ID{r.ID}) {
		t.Fatalf("%v, %v lack it", lacks, err)
	}
	now := h.rerender(t, r.ID)
	added, ok := now.Rendition(strip)
	if !ok || added.Width != 320 || added.Height != 96 || now.Thumbnails[strip] == "" {
		t.Fatalf("added %+v", added)
	}
	for _, old := range before {
		if got, _ := now.Rendition(old.Profile); got != old {
			t.Errorf("%s is %+v, was %+v", old.Profile, got, old)
		}
	}
	if now.State != playlists.Approved || now.Revision != r.Revision || !now.UpdatedAt.Equal(r.UpdatedAt) {
		t.Errorf("the media is %s in revision %d of %s", now.State, now.Revision, now.UpdatedAt)
	}
	if again := h.rerender(t, r.ID); !slices.Equal(again.Renditions, now.Renditions) {
		t.Error("rendering it again has changed it")
	}
	if lacks, err := h.store.Lacking(t.Context(), strip, 10); err != nil || len(lacks) > 0 {
		t.Errorf("%v, %v still lack it", lacks, err)
	}
}

// TestRerenderLeavesAlone: nothing is added while people are deciding, nor to
// what is not shown.
func TestRerenderLeavesAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.photo(t)
	h.wanted = append(playlists.Profiles(), strip)
	for _, state := range []playlists.MediaState{playlists.Submitted, playlists.Reviewed, playlists.Withdrawn, playlists.Processing, playlists.Failed} {
		h.put(t, r.ID, func(r *media.Record) { r.State = state })
		if got := h.rerender(t, r.ID); len(got.Renditions) != len(r.Renditions) {
			t.Errorf("one that is %s got a rendition", state)
		}
		if lacks, err := h.store.Lacking(t.Context(), strip, 10); err != nil || len(lacks) > 0 {
			t.Errorf("one that is %s is said to lack it: %v", state, err)
		}
	}
}

// TestRenderForWanted: a new media is rendered for all that is wanted at once,
// and another source leaves nothing of the one before, wanted or not.
func TestRenderForWanted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.wanted = append(playlists.Profiles(), strip)
	r, err := h.Compose(t.Context(), an, composed("Một", 40))
	if err != nil {
		t.Fatal(err)
	}
	if r = h.process(t, r.ID); r.State != playlists.Draft || len(r.Renditions) != 3 {
		t.Fatalf("rendered %+v", r.Renditions)
	}
	h.wanted = playlists.Profiles()
	if r, err = h.Recompose(t.Context(), an, r.ID, r.Revision, "Một", composed("Hai", 200)); err != nil {
		t.Fatal(err)
	}
	if r = h.process(t, r.ID); len(r.Renditions) != 2 {
		t.Errorf("a rendition of the source before is left: %+v", r.Renditions)
	}
}

// TestRefit: an approved media is placed differently only where nobody has
// approved it.
func TestRefit(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.wanted = append(playlists.Profiles(), strip)
	r := h.photo(t)
	cover := playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 0.2}
	if _, err := h.Refit(t.Context(), an, r.ID, strip, cover); playlists.ReasonOf(err) != "media_state" {
		t.Errorf("of a draft: %v", err)
	}
	h.put(t, r.ID, func(r *media.Record) { r.State = playlists.Approved })
	first, _ := h.rerender(t, r.ID).Rendition(strip)
	if _, err := h.Refit(t.Context(), binh, r.ID, strip, cover); playlists.ReasonOf(err) != "media_missing" {
		t.Errorf("by another unit: %v", err)
	}
	if _, err := h.Refit(t.Context(), an, r.ID, strip, cover); err != nil {
		t.Fatal(err)
	}
	second, ok := h.rerender(t, r.ID).Rendition(strip)
	if !ok || second.Digest == first.Digest {
		t.Errorf("placed differently it is %+v, was %+v", second, first)
	}
}

// TestSweep: jobs are queued for what is lacking, no more than bounded, and
// what failed is not tried again until something changes.
func TestSweep(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.photo(t)
	h.wanted = append(playlists.Profiles(), strip)
	tasks := []media.Task{{ID: "taskaaaaaaaaaaaa", Media: r.ID}, {ID: "taskbbbbbbbbbbbb", Media: mediatest.An}}
	if n, err := h.store.QueueRerender(t.Context(), tasks, 1, h.clock()); err != nil || n != 1 {
		t.Fatalf("queued %d, %v", n, err)
	}
	if n, err := h.store.QueueRerender(t.Context(), tasks, 1, h.clock()); err != nil || n != 0 {
		t.Errorf("queued %d more, %v", n, err)
	}
	if lacks, err := h.store.Lacking(t.Context(), strip, 10); err != nil || len(lacks) > 0 {
		t.Errorf("%v, %v lack it although a job is queued", lacks, err)
	}
	if busy, err := h.store.Rendering(t.Context()); err != nil || !busy {
		t.Errorf("the upload's own job is not seen: %v", err) // nobody has claimed it in this test
	}
}

// TestLargestOfAll: a picture for 4K keeps the pixels that 4K can show.
func TestLargestOfAll(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.wanted = []playlists.Profile{playlists.Landscape2160}
	r := h.photo(t)
	h.put(t, r.ID, func(r *media.Record) { r.State = playlists.Approved })
	got, ok := h.rerender(t, r.ID).Rendition(playlists.Landscape2160)
	if !ok || got.Width != 3840 || got.Height != 2160 {
		t.Errorf("rendered %+v", got)
	}
}

// TestExcerptInEveryShape: another excerpt leaves no rendition of the one
// before, of a wall that is no longer wanted neither, and what is rendered in
// the background is of the excerpt too.
func TestExcerptInEveryShape(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.wanted = append(playlists.Profiles(), strip)
	id := h.accept(t, an, "ảnh.jpg", mediatest.JPEG(t, mediatest.Picture(320, 240))).Media.ID
	before := h.process(t, id)
	if len(before.Renditions) != 3 {
		t.Fatalf("%d renditions", len(before.Renditions))
	}
	h.wanted = playlists.Profiles()
	crop := playlists.Excerpt{Crop: playlists.Crop{X: 160, Width: 160, Height: 48}} // the strip's shape, of one colour
	if _, err := h.Edit(t.Context(), an, id, media.Edit{Revision: before.Revision, Excerpt: &crop}); err != nil {
		t.Fatal(err)
	}
	now := h.process(t, id)
	if len(now.Renditions) != 2 || slices.ContainsFunc(now.Renditions, func(r playlists.Rendition) bool { return slices.Contains(before.Renditions, r) }) {
		t.Errorf("of another excerpt: %+v", now.Renditions)
	}
	h.wanted = append(playlists.Profiles(), strip)
	now = h.rerender(t, id)
	got, ok := now.Rendition(strip)
	if !ok {
		t.Fatal("nothing was rendered in the background")
	}
	img, err := jpeg.Decode(bytes.NewReader(h.object(t, got.Digest)))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []int{10, 310} {
		if r, g, b, _ := img.At(x, 48).RGBA(); r>>8 > 60 || g>>8 < 180 || b>>8 > 70 {
			t.Errorf("at %d it shows %d %d %d: not the part", x, r>>8, g>>8, b>>8)
		}
	}
}
