package slides

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"
)

const (
	quiet    = 4   // modules of white around a code, which readers need
	codeRoom = 300 // pixels that a template has for a code, at most
)

// codeOf draws an address as a QR code, a pixel a module, with its quiet zone;
// it gives the picture and its side in modules.
func codeOf(address string) ([]byte, int, error) {
	if address == "" {
		return nil, 0, nil
	}
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot draw the code of %q: %w", address, err)
	}
	n := code.Bounds().Dx()
	img := image.NewGray(image.Rect(0, 0, n+2*quiet, n+2*quiet))
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			at := image.Pt(x-quiet, y-quiet)
			if !at.In(code.Bounds()) {
				img.SetGray(x, y, color.Gray{Y: 255})
				continue
			}
			img.Set(x, y, code.At(at.X, at.Y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, 0, fmt.Errorf("cannot encode a code: %w", err)
	}
	return b.Bytes(), n + 2*quiet, nil
}

// codeSide is how large a code is drawn: whole pixels a module.
func codeSide(modules int) int {
	if modules == 0 {
		return 0
	}
	return max(1, codeRoom/modules) * modules
}
