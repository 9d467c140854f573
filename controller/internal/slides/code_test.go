package slides

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestEveryCodeReads: the usual code of each of these addresses is one that a
// reader takes for another.
func TestEveryCodeReads(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://quet.example/q/0000086", "https://quet.example/q/0000221", "https://quet.example/q/0002475", "https://quet.example/q/0003911"} {
		usual, err := qr.Encode(address, qr.M, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		if reads(quieted(usual), address) {
			t.Errorf("the usual code of %s reads: it tests nothing", address)
		}
		b, modules, err := codeOf(address)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		img := image.NewGray(got.Bounds())
		draw.Draw(img, img.Rect, got, image.Point{}, draw.Src)
		if modules != img.Rect.Dx() || !reads(img, address) {
			t.Errorf("the code of %s, of %d modules, does not read", address, modules)
		}
	}
}
