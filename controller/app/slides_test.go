package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"image/png"
	"maps"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

type slideBody struct {
	Template string `json:"template"`
	Language string `json:"language"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Source   string `json:"source"`
	Date     string `json:"date"`
	Page     string `json:"page"`
	Count    bool   `json:"count"`

	Pages slides.Pages `json:"pages"`
}

type slideAnswer struct {
	slideBody
	MediaID  string `json:"media_id"`
	Revision int    `json:"revision"`
	State    string `json:"state"`
	Short    string `json:"short"`
}

// TestSlide: words become a draft whose renditions are the slide's own pixels,
// and other words a new revision of it.
func TestSlide(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Contributor)
	root, _ := start(t, data)
	c, token := editor(t, root, "an")

	body := slideBody{"thong-bao", "lo", "ດ່ານສາກົນນ້ຳພາວປິດໃນວັນພັກ", "ແຕ່ 08:00", "ດ່ານນ້ຳພາວ", "2026-11-26", "https://www.vietnam.vn/lo/cau-treo", false, slides.Pages{}}
	var made slideAnswer
	if err := c.Post(t.Context(), "/slides", struct {
		slideBody
		FindID  string `json:"find_id"`
		Picture string `json:"picture"`
	}{slideBody: body}, &made); err != nil {
		t.Fatal(err)
	}
	if made.slideBody != body {
		t.Errorf("made %+v, want %+v", made.slideBody, body)
	}
	first := drawnSlide(t, c, root, token, made.MediaID, body.Page)

	body.Title, body.Count, body.Pages.EN = "ດ່ານສາກົນນ້ຳພາວເປີດຄືນ", true, "https://www.vietnam.vn/en/cau-treo" // the code is to be counted now
	var edited slideAnswer
	edit := func(revision int) error {
		return c.Put(t.Context(), "/slides/"+made.MediaID, struct {
			slideBody
			Revision    int  `json:"revision"`
			KeepPicture bool `json:"keep_picture"`
		}{body, revision, true}, &edited)
	}
	if err := edit(made.Revision); err != nil {
		t.Fatal(err)
	}
	if edited.slideBody != body || edited.Revision != made.Revision+1 {
		t.Errorf("edited %+v", edited)
	}
	if !strings.HasPrefix(edited.Short, "https://quet.example/q/") {
		t.Errorf("a counted code reads %q", edited.Short)
	}
	second := drawnSlide(t, c, root, token, made.MediaID, edited.Short)
	if bytes.Equal(first, second) {
		t.Error("other words gave the same picture")
	}
	asWritten(t, c, body, made.MediaID, second)
	if err := edit(made.Revision); playlists.ReasonOf(err) != "media_changed" {
		t.Errorf("an edit of an old revision: %v", err)
	}
	var m struct {
		Title     string   `json:"title"`
		Languages []string `json:"languages"`
	}
	if err := c.Get(t.Context(), "/media/"+made.MediaID, &m); err != nil || m.Title != body.Title || len(m.Languages) != 1 || m.Languages[0] != "lo" {
		t.Errorf("the media is %+v, %v", m, err)
	}
}

// asWritten draws a stored slide as somebody who writes it sees it: it is what
// was drawn for the screens.
func asWritten(t *testing.T, c *apiclient.Client, body slideBody, id string, rendition []byte) {
	t.Helper()
	var seen struct {
		Pictures []struct {
			Profile playlists.Profile `json:"profile"`
			JPEG    []byte            `json:"jpeg"`
		} `json:"pictures"`
	}
	ask := merged(t, body, map[string]any{"slide_id": id, "find_id": "", "picture": "", "photo_id": "", "keep_picture": true})
	if err := c.Post(t.Context(), "/slides/preview", ask, &seen); err != nil {
		t.Fatal(err)
	}
	profiles := playlists.Profiles()
	if len(seen.Pictures) != len(profiles) {
		t.Fatalf("%d pictures", len(seen.Pictures))
	}
	last := seen.Pictures[len(seen.Pictures)-1] // drawnSlide gives the last profile's, too
	got, err := jpeg.Decode(bytes.NewReader(last.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	want, err := jpeg.Decode(bytes.NewReader(rendition))
	if err != nil {
		t.Fatal(err)
	}
	if last.Profile != profiles[len(profiles)-1] || got.Bounds() != want.Bounds() {
		t.Fatalf("%s is %v, want %v", last.Profile, got.Bounds(), want.Bounds())
	}
	sum, n := 0, 0
	for y := 0; y < got.Bounds().Dy(); y += 5 {
		for x := 0; x < got.Bounds().Dx(); x += 5 {
			a, _, _, _ := got.At(x, y).RGBA()
			b, _, _, _ := want.At(x, y).RGBA()
			sum += max(int(a>>8)-int(b>>8), int(b>>8)-int(a>>8))
			n++
		}
	}
	if sum > 2*n {
		t.Errorf("a preview is off by %.1f of 255 on average", float64(sum)/float64(n))
	}
}

// TestSlideIsNeverUploaded: only the controller writes what a slide is made of.
func TestSlideIsNeverUploaded(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Contributor)
	root, _ := start(t, data)
	c, _ := editor(t, root, "an")
	b, err := slides.Slide{Template: slides.News, Version: 1, Language: "vi", Title: "Cầu Treo"}.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Upload(t.Context(), "slide.json", "Cầu Treo", int64(len(b)), bytes.NewReader(b)); playlists.ReasonOf(err) != "file_not_media" {
		t.Errorf("Upload = %v", err)
	}
}

// drawnSlide waits for a slide's renditions, reads the code in each and gives
// the bytes of one.
func drawnSlide(t *testing.T, c *apiclient.Client, root, token, id, page string) []byte {
	t.Helper()
	if _, err := c.AwaitRenditions(t.Context(), playlists.ID(id)); err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, p := range playlists.Profiles() {
		_, b = fetch(t, root+"/api/v1/media/"+id+"/renditions/"+string(p), token)
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if w, h := p.Size(); img.Bounds().Dx() != w || img.Bounds().Dy() != h {
			t.Errorf("%s is %v", p, img.Bounds())
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil || read.GetText() != page {
			t.Errorf("%s: the code reads %v, %v", p, read, err)
		}
	}
	return b
}

// TestSlideWithAPictureOfTheLibrary: where the picture comes from and by what
// right it may be shown go along, and without a right nothing is submitted.
func TestSlideWithAPictureOfTheLibrary(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Contributor)
	root, _ := start(t, data)
	c, _ := editor(t, root, "an")
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 320, 180))); err != nil {
		t.Fatal(err)
	}
	up, err := c.Upload(t.Context(), "deo-ngang.png", "Đèo Ngang", int64(photo.Len()), bytes.NewReader(photo.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	body := slideBody{Template: "tin", Language: "vi", Title: "Đèo Ngang đón khách", Source: "Sở Văn hóa"}
	var made struct {
		MediaID    playlists.ID `json:"media_id"`
		Revision   int          `json:"revision"`
		PhotoID    playlists.ID `json:"photo_id"`
		HasPicture bool         `json:"has_picture"`
	}
	first := map[string]any{"find_id": "", "picture": "", "photo_id": up}
	if err := c.Post(t.Context(), "/slides", merged(t, body, first), &made); err != nil {
		t.Fatal(err)
	}
	if made.PhotoID != up || !made.HasPicture {
		t.Errorf("made %+v of %s", made, up)
	}
	if _, err := c.AwaitRenditions(t.Context(), made.MediaID); err != nil {
		t.Fatal(err)
	}
	submit := func() error {
		return c.Post(t.Context(), "/media/"+string(made.MediaID)+"/submit", map[string]any{"declared": true}, nil)
	}
	if err := submit(); playlists.ReasonOf(err) != "picture_rights_missing" {
		t.Errorf("a slide whose picture nobody may show: %v", err)
	}
	shown, err := c.AwaitRenditions(t.Context(), up)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Patch(t.Context(), "/media/"+string(up), map[string]any{"revision": shown.Revision, "rights_basis": "Tự chụp", "publisher": "Trung tâm Xúc tiến"}, nil); err != nil {
		t.Fatal(err)
	}
	edit := map[string]any{"revision": made.Revision, "keep_picture": false, "photo_id": up}
	if err := c.Put(t.Context(), "/slides/"+string(made.MediaID), merged(t, body, edit), &made); err != nil {
		t.Fatal(err)
	}
	var m struct {
		Rights string `json:"rights_basis"`
		Origin struct {
			Publisher string `json:"publisher"`
		} `json:"origin"`
	}
	if err := c.Get(t.Context(), "/media/"+string(made.MediaID), &m); err != nil || m.Rights != "Tự chụp" || m.Origin.Publisher != "Trung tâm Xúc tiến" {
		t.Errorf("of its picture the slide says %+v, %v", m, err)
	}
	if err := submit(); err != nil {
		t.Errorf("with a right: %v", err)
	}
}

// merged adds fields to the texts of a slide.
func merged(t *testing.T, texts slideBody, more map[string]any) map[string]any {
	t.Helper()
	b, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	maps.Copy(out, more)
	return out
}
