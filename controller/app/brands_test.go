package app_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"testing"

	"cotmoc/playlists"
)

type brandBody struct {
	Name    string `json:"name"`
	Main    string `json:"main"`
	Accent  string `json:"accent"`
	Emblem  []byte `json:"emblem,omitempty"`
	Version int    `json:"version"`
}

// TestBrand: what a unit has set is on its next slide, and a slide drawn before
// keeps what it was drawn with.
func TestBrand(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	person(t, data, "an", playlists.Editor)
	person(t, data, "linh", playlists.Inspector)
	root, _ := start(t, data)
	c, token := editor(t, root, "an")
	inspector, _ := editor(t, root, "linh")
	var me struct {
		Unit struct {
			ID string `json:"id"`
		} `json:"unit"`
	}
	if err := c.Get(t.Context(), "/me", &me); err != nil {
		t.Fatal(err)
	}
	path := "/units/" + me.Unit.ID + "/brand"

	var kit brandBody
	if err := c.Get(t.Context(), path, &kit); err != nil || kit.Version != 0 {
		t.Fatalf("a unit that has set nothing: %+v, %v", kit, err)
	}
	type slideIn struct {
		slideBody
		Branded bool   `json:"branded"`
		FindID  string `json:"find_id"`
		Picture string `json:"picture"`
	}
	in := slideIn{slideBody: slideBody{Template: "thong-bao", Language: "vi", Title: "Nghỉ lễ"}, Branded: true}
	if err := c.Post(t.Context(), "/slides", in, nil); playlists.ReasonOf(err) != "brand_missing" {
		t.Errorf("a slide in no colours: %v", err)
	}

	emblem := image.NewRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(emblem, emblem.Rect, image.NewUniform(color.RGBA{0, 160, 80, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, emblem); err != nil {
		t.Fatal(err)
	}
	if err := c.Get(t.Context(), "/units/aaaaaaaaaaaaaaaa/brand", nil); playlists.CodeOf(err) != playlists.NotFound && playlists.CodeOf(err) != playlists.Forbidden {
		t.Errorf("the brand of no unit: %v", err)
	}
	set := brandBody{Name: "Khu kinh tế Vũng Áng", Main: "#123a63", Accent: "#f2b632", Emblem: b.Bytes()}
	if err := c.Put(t.Context(), path, set, &kit); err != nil || kit.Version != 1 || len(kit.Emblem) == 0 {
		t.Fatalf("setting it: %+v, %v", kit, err)
	}
	if err := c.Put(t.Context(), path, set, nil); playlists.ReasonOf(err) != "brand_changed" {
		t.Errorf("setting it over what somebody else has set: %v", err)
	}
	var made slideAnswer
	if err := c.Post(t.Context(), "/slides", in, &made); err != nil {
		t.Fatal(err)
	}
	seen := func() (header, sign color.Color) {
		t.Helper()
		if _, err := c.AwaitRenditions(t.Context(), playlists.ID(made.MediaID)); err != nil {
			t.Fatal(err)
		}
		_, b := fetch(t, root+"/api/v1/media/"+made.MediaID+"/renditions/1080p-landscape", token)
		img, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		x := 1000
		for ; x < 1900; x++ { // the emblem stands somewhere on the right of the header
			if _, g, _, _ := img.At(x, 85).RGBA(); g>>8 > 150 {
				if r, _, _, _ := img.At(x, 85).RGBA(); r>>8 < 60 {
					break
				}
			}
		}
		return img.At(40, 40), img.At(x, 85)
	}
	header, sign := seen()
	if !like(header, color.RGBA{0x12, 0x3a, 0x63, 255}) || !like(sign, color.RGBA{0, 160, 80, 255}) {
		t.Errorf("the header is %v, the emblem %v", header, sign)
	}
	set.Main, set.Version, set.Emblem = "#0a5c36", 1, nil
	if err := c.Put(t.Context(), path, set, &kit); err != nil || kit.Version != 2 || len(kit.Emblem) == 0 {
		t.Fatalf("changing it: %+v, %v", kit, err)
	}
	if err := c.Get(t.Context(), "/slides/"+made.MediaID, &made); err != nil {
		t.Fatal(err)
	}
	if header, _ := seen(); !like(header, color.RGBA{0x12, 0x3a, 0x63, 255}) {
		t.Errorf("the header of a slide drawn before is %v", header)
	}
	in.Title = "Làm việc trở lại"
	if err := c.Put(t.Context(), "/slides/"+made.MediaID, struct {
		slideIn
		Revision    int  `json:"revision"`
		KeepPicture bool `json:"keep_picture"`
		// they are none of an edit's
		FindID  *string `json:"find_id,omitempty"`
		Picture *string `json:"picture,omitempty"`
	}{slideIn: in, Revision: made.Revision}, &made); err != nil {
		t.Fatal(err)
	}
	if header, _ := seen(); !like(header, color.RGBA{0x0a, 0x5c, 0x36, 255}) {
		t.Errorf("the header of a slide edited since is %v", header)
	}
	var log struct {
		Items []struct {
			Kind    playlists.ActKind `json:"kind"`
			Subject string            `json:"subject"`
		} `json:"items"`
	}
	if err := inspector.Get(t.Context(), "/audit?kind=unit.brand", &log); err != nil || len(log.Items) != 2 || log.Items[0].Subject != me.Unit.ID {
		t.Errorf("written down: %+v, %v", log.Items, err)
	}
}

// like tells whether a colour that a JPEG has kept is about another.
func like(got color.Color, want color.RGBA) bool {
	r, g, b, _ := got.RGBA()
	near := func(x uint32, y uint8) bool { d := int(x>>8) - int(y); return d > -10 && d < 10 }
	return near(r, want.R) && near(g, want.G) && near(b, want.B)
}
