package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// sRGBCurve is sRGB's as a parametric curve of type 3.
func sRGBCurve() []byte {
	b := []byte("para\x00\x00\x00\x00\x00\x03\x00\x00")
	for _, v := range []float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045} {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

// gammaCurve is a pure power.
func gammaCurve(g float64) []byte {
	return binary.BigEndian.AppendUint16([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), uint16(math.Round(g*256)))
}

// profile puts an ICC profile of the matrix kind together.
func profile(curve []byte, primaries [3][3]float64) []byte {
	b := make([]byte, 132)
	copy(b[16:], "RGB XYZ ")
	copy(b[36:], "acsp")
	binary.BigEndian.PutUint32(b[128:], 6)
	at := uint32(132 + 6*12)
	var data []byte
	entry := func(name string, tag []byte) {
		b = append(b, name...)
		b = binary.BigEndian.AppendUint32(b, at+uint32(len(data)))
		b = binary.BigEndian.AppendUint32(b, uint32(len(tag)))
		data = append(data, tag...)
	}
	for i, c := range []string{"r", "g", "b"} {
		xyz := []byte("XYZ \x00\x00\x00\x00")
		for _, v := range primaries[i] {
			xyz = binary.BigEndian.AppendUint32(xyz, uint32(int32(math.Round(v*65536))))
		}
		entry(c+"XYZ", xyz)
		entry(c+"TRC", curve)
	}
	return append(b, data...)
}

// The primaries under D50, as the profiles of Apple, Adobe and HP give them.
var (
	displayP3 = [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}}
	adobeRGB  = [3][3]float64{{0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}}
	plainSRGB = [3][3]float64{{0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}}
)

func TestColourSpaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile []byte
		stored  color.RGBA
		want    color.RGBA
	}{
		// Known pairs: sRGB's (255,0,0) is (234,51,35) in Display P3, its
		// (0,255,0) is (144,255,60) in Adobe RGB.
		"Display P3":      {profile(sRGBCurve(), displayP3), color.RGBA{234, 51, 35, 255}, color.RGBA{255, 0, 0, 255}},
		"Adobe RGB":       {profile(gammaCurve(2.2), adobeRGB), color.RGBA{144, 255, 60, 255}, color.RGBA{0, 255, 0, 255}},
		"grey stays grey": {profile(sRGBCurve(), displayP3), color.RGBA{128, 128, 128, 255}, color.RGBA{128, 128, 128, 255}},
		"sRGB itself":     {profile(sRGBCurve(), plainSRGB), color.RGBA{12, 200, 99, 255}, color.RGBA{12, 200, 99, 255}},
		"nonsense":        {[]byte("no profile"), color.RGBA{12, 200, 99, 255}, color.RGBA{12, 200, 99, 255}},
	} {
		img := mediatest.Picture(2, 2)
		for i := 0; i < len(img.Pix); i += 4 {
			copy(img.Pix[i:], []byte{c.stored.R, c.stored.G, c.stored.B, 255})
		}
		toSRGB(img, c.profile)
		near(t, img, 1, 1, c.want, name)
	}
}

// The profile in a file is found and used.
func TestProfileInFile(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(profile(sRGBCurve(), displayP3)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, 16, 9))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []byte{234, 51, 35, 255})
	}
	png := mediatest.InsertPNGChunk(mediatest.PNG(t, img), "iCCP", append([]byte("p\x00\x00"), z.Bytes()...))
	out := make1(t, open(t, renderer(t), mediatest.File(t, "a.png", png)), playlists.Landscape1080, contain)
	near(t, decodeJPEG(t, mediatest.Bytes(t, out.Path)), 960, 540, color.RGBA{255, 0, 0, 255}, "red of Display P3")
}

func FuzzICC(f *testing.F) {
	f.Add(profile(sRGBCurve(), displayP3))
	f.Add(profile(gammaCurve(2.2), adobeRGB))
	f.Add(profile([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\xff\xff"), plainSRGB))
	f.Add(profile([]byte("para\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), plainSRGB))
	f.Fuzz(func(t *testing.T, b []byte) {
		img := mediatest.Picture(4, 4)
		toSRGB(img, b)
		for i := 3; i < len(img.Pix); i += 4 {
			if img.Pix[i] != 255 {
				t.Error("a pixel became transparent")
			}
		}
	})
}
