package media_test

import (
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// TestExcerptIsCutAndUndone: another excerpt makes other bytes and a new
// revision, the source and its small copy stay, and taking it back makes the
// first bytes again.
func TestExcerptIsCutAndUndone(t *testing.T) {
	t.Parallel()
	h := open(t)
	words := mediatest.File(t, "words.srt", []byte("1\n00:00:00,200 --> 00:00:01,000\nCầu Treo\n"))
	path := mediatest.FFmpeg(t, "film.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1.6", "-f", "lavfi", "-i", "sine=d=1.6", "-i", words,
		"-map", "0", "-map", "1", "-map", "2", "-preset", "ultrafast", "-c:a", "pcm_s16le", "-c:s", "subrip", "-metadata:s:a:0", "language=vie")
	r := h.accept(t, an, "film.mkv", mediatest.Bytes(t, path)).Media
	edit := func(x playlists.Excerpt) (*media.Record, error) {
		return h.Edit(t.Context(), an, r.ID, media.Edit{Revision: h.get(t, r.ID).Revision, Excerpt: &x})
	}
	if _, err := edit(playlists.Excerpt{Audio: 1}); playlists.ReasonOf(err) != "cut_not_read" {
		t.Errorf("a sound before the film is read: %v", err)
	}
	r = h.process(t, r.ID, playlists.Profiles()...)
	first, _ := r.Rendition(playlists.Landscape1080)
	if tr := r.Tracks; !tr.Known || tr.FrameRate != 25 || len(tr.Audio) != 1 || tr.Audio[0].Language != "vie" || len(tr.Subtitles) != 1 || tr.Subtitles[0].Cues != 1 || tr.Subtitles[0].Text == "" {
		t.Fatalf("tracks %+v", tr)
	}
	if b, err := h.Open(t.Context(), an, r.ID, media.AProxy, ""); err != nil || b.MIME != "video/mp4" || b.Size == 0 {
		t.Fatalf("proxy %v", err)
	} else {
		b.Close()
	}
	for _, x := range []struct {
		excerpt playlists.Excerpt
		reason  string
	}{
		{playlists.Excerpt{FromMS: 700}, "cut_short"}, {playlists.Excerpt{Crop: playlists.Crop{Width: 161, Height: 90}}, "cut_outside"}, {playlists.Excerpt{Subtitles: 2}, "cut_subtitles"},
	} {
		if _, err := edit(x.excerpt); playlists.ReasonOf(err) != x.reason {
			t.Errorf("%+v: %v", x.excerpt, err)
		}
	}
	before := h.get(t, r.ID)
	cut := playlists.Excerpt{FromMS: 200, UntilMS: 1400, Crop: playlists.Crop{Width: 80, Height: 90}, Silent: true, Subtitles: 1}
	got, err := edit(cut)
	if err != nil || got.State != playlists.Processing || got.Revision != before.Revision+1 || got.Excerpt != cut {
		t.Fatalf("cut: %+v, %v", got, err)
	}
	got = h.process(t, r.ID, playlists.Landscape1080)
	second, _ := got.Rendition(playlists.Landscape1080)
	if got.State != playlists.Draft || second.Digest == first.Digest || second.Duration != 1200*time.Millisecond || second.HasAudio || got.Source.SHA256 != before.Source.SHA256 || got.Proxy != before.Proxy || got.Preview != before.Preview {
		t.Errorf("cut: %+v of %+v", second, got)
	}
	// What was made of the excerpt before is dropped when there is a newer one.
	if _, err := edit(playlists.Excerpt{}); err != nil {
		t.Fatal(err)
	}
	if got = h.process(t, r.ID, playlists.Landscape1080); got.Excerpt != (playlists.Excerpt{}) || got.State != playlists.Draft {
		t.Fatalf("undone: %+v", got)
	}
	if third, _ := got.Rendition(playlists.Landscape1080); third.Digest != first.Digest {
		t.Error("undoing the cut makes other bytes than before")
	}
}

func TestSubtitleFiles(t *testing.T) {
	t.Parallel()
	h := open(t)
	const srt = "1\n00:00:00,200 --> 00:00:01,000\n<b>Cầu</b> Treo\n"
	photo := h.photo(t)
	if _, err := h.AddSubtitles(t.Context(), an, photo.ID, "a.srt", []byte(srt)); playlists.ReasonOf(err) != "cut_of_picture" {
		t.Errorf("of a picture: %v", err)
	}
	if _, err := h.Edit(t.Context(), an, photo.ID, media.Edit{Revision: photo.Revision, Excerpt: &playlists.Excerpt{FromMS: 5}}); playlists.ReasonOf(err) != "cut_of_picture" {
		t.Errorf("the time of a picture: %v", err)
	}
	id := h.accept(t, an, "film.mp4", mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=64x36:r=25:d=1", "-preset", "ultrafast"))).Media.ID
	if _, err := h.AddSubtitles(t.Context(), an, id, "a.srt", []byte(srt)); playlists.ReasonOf(err) != "cut_not_read" {
		t.Errorf("before the film is read: %v", err)
	}
	h.process(t, id, playlists.Landscape1080)
	if _, err := h.AddSubtitles(t.Context(), binh, id, "a.srt", []byte(srt)); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("of another unit: %v", err)
	}
	if _, err := h.AddSubtitles(t.Context(), an, id, "a.srt", []byte("#EXTM3U\nfile:///etc/passwd")); playlists.ReasonOf(err) != "subtitle_malformed" {
		t.Errorf("no subtitles: %v", err)
	}
	var r *media.Record
	for range 2 { // the same again is not one more
		var err error
		if r, err = h.AddSubtitles(t.Context(), an, id, `C:\phụ đề\a.srt`, []byte(srt)); err != nil {
			t.Fatal(err)
		}
	}
	if s := r.Tracks.Subtitles; len(s) != 1 || !s[0].File || s[0].Title != "a.srt" || s[0].Cues != 1 {
		t.Fatalf("subtitles %+v", s)
	}
	if kept := string(h.object(t, r.Tracks.Subtitles[0].Text)); strings.Contains(kept, "<b>") {
		t.Errorf("kept %q", kept)
	}
	cues, err := h.Subtitles(t.Context(), an, id, 1)
	if err != nil || len(cues) != 1 || cues[0].Lines[0] != "Cầu Treo" {
		t.Errorf("they say %+v, %v", cues, err)
	}
	for _, n := range []int{0, 2} {
		if _, err := h.Subtitles(t.Context(), an, id, n); playlists.ReasonOf(err) != "subtitles_missing" {
			t.Errorf("subtitles %d: %v", n, err)
		}
	}
	for i := range 16 {
		_, err = h.AddSubtitles(t.Context(), an, id, "b.srt", []byte(strings.Replace(srt, "Treo", strings.Repeat("o", i+1), 1)))
	}
	if playlists.ReasonOf(err) != "subtitle_files" {
		t.Errorf("without end: %v", err)
	}
}
