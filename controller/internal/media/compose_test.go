package media_test

import (
	"context"
	"image"
	"image/color"
	"os"
	"testing"

	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/render"
	"cotmoc/playlists"
)

// plainMIME is a source of one byte, which is a grey.
const plainMIME = "application/vnd.cotmoc.test"

// plain makes the renditions of such sources; meanwhile is called before the
// first.
type plain struct{ meanwhile func() }

func (p *plain) Open(_ context.Context, path string, _ render.Cut, _ ...playlists.Profile) (render.Source, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if p.meanwhile != nil {
		p.meanwhile()
		p.meanwhile = nil
	}
	return grey(b[0]), nil
}

type grey uint8

func (g grey) Facts() *probe.Facts { return nil }
func (g grey) Preview(context.Context) ([]byte, error) {
	return render.Small(g.picture(playlists.Landscape1080))
}

func (g grey) picture(p playlists.Profile) image.Image {
	w, h := p.Size()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(g)
	}
	return img
}

func (g grey) Render(_ context.Context, p playlists.Profile, _ playlists.Fit, dir string, _ func(float64)) (*render.Product, error) {
	return render.Drawn(g.picture(p), p, dir)
}

func composed(title string, level byte) media.Composed {
	return media.Composed{MIME: plainMIME, Source: []byte{level}, FileName: "x.json", Title: title, Languages: []string{"lo"}, Width: 1920, Height: 1080}
}

// TestComposed: a source that the controller writes makes a draft, and another
// one a new revision whose pictures are of it alone, even when it comes while the
// first is being drawn.
func TestComposed(t *testing.T) {
	t.Parallel()
	h := open(t)
	r, err := h.Compose(t.Context(), an, composed("Một", 40))
	if err != nil {
		t.Fatal(err)
	}
	if r.State != playlists.Processing || r.Kind != playlists.Image || r.Source.MIME != plainMIME || r.Title != "Một" {
		t.Fatalf("composed %+v", r)
	}
	h.plain.meanwhile = func() {
		if r, err = h.Recompose(t.Context(), an, r.ID, r.Revision, "Một", composed("Hai", 200)); err != nil {
			t.Error(err)
		}
	}
	if r = h.process(t, r.ID, playlists.Profiles()...); r.State != playlists.Processing || len(r.Renditions) != 0 || r.Preview != "" {
		t.Fatalf("pictures of the source before were kept: %+v", r)
	}
	r = h.process(t, r.ID, playlists.Profiles()...)
	if r.State != playlists.Draft || r.Revision != 2 || r.Title != "Hai" || len(r.Renditions) != len(playlists.Profiles()) {
		t.Fatalf("drawn %+v", r)
	}
	b, err := h.Open(t.Context(), an, r.ID, media.ARendition, playlists.Landscape1080)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	img, _, err := image.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := color.GrayModel.Convert(img.At(960, 540)).(color.Gray).Y; got < 195 || got > 205 {
		t.Errorf("the picture is %d, want 200", got)
	}

	if _, err := h.Recompose(t.Context(), an, r.ID, 1, "Hai", composed("Ba", 90)); playlists.ReasonOf(err) != "media_changed" {
		t.Errorf("an old revision: %v", err)
	}
	if _, err := h.Recompose(t.Context(), binh, r.ID, r.Revision, "Hai", composed("Ba", 90)); playlists.ReasonOf(err) != "media_missing" {
		t.Errorf("another unit's: %v", err)
	}
	upload := h.accept(t, an, "a.png", mediatest.PNG(t, mediatest.Picture(64, 36)))
	if _, err := h.Recompose(t.Context(), an, upload.Media.ID, upload.Media.Revision, "", composed("Ba", 90)); playlists.ReasonOf(err) != "media_missing" {
		t.Errorf("an upload got another source: %v", err)
	}
}
