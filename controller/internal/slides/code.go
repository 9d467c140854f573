package slides

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"

	"github.com/boombuler/barcode/qr"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

const (
	quiet    = 4   // modules of white around a code, which readers need
	codeRoom = 300 // pixels that a template has for a code, at most
)

// codeOf draws an address as a QR code, a pixel a module, with its quiet zone;
// it gives the picture and its side in modules. Of some three in a thousand
// addresses the usual code looks to a reader as if it were another (modules
// that imitate its marks): such an address is drawn with another strength of
// correction.
func codeOf(address string) ([]byte, int, error) {
	if address == "" {
		return nil, 0, nil
	}
	var chosen *image.Gray
	for _, level := range []qr.ErrorCorrectionLevel{qr.M, qr.Q, qr.L} {
		code, err := qr.Encode(address, level, qr.Auto)
		if err != nil && chosen == nil {
			return nil, 0, fmt.Errorf("cannot draw the code of %q: %w", address, err)
		}
		if err != nil {
			continue // too long for so much correction
		}
		img := quieted(code)
		if chosen == nil {
			chosen = img // where no reader can be had right, the usual one
		}
		if reads(img, address) {
			chosen = img
			break
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, chosen); err != nil {
		return nil, 0, fmt.Errorf("cannot encode a code: %w", err)
	}
	return b.Bytes(), chosen.Rect.Dx(), nil
}

// quieted gives a code's modules within its quiet zone.
func quieted(code image.Image) *image.Gray {
	n := code.Bounds().Dx()
	img := image.NewGray(image.Rect(0, 0, n+2*quiet, n+2*quiet))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, code.Bounds().Add(image.Pt(quiet, quiet)), code, code.Bounds().Min, draw.Src)
	return img
}

// reads tells whether a code as large as slides show it gives its address to a
// reader.
func reads(modules *image.Gray, address string) bool {
	side := codeSide(modules.Rect.Dx())
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.SetGray(x, y, modules.GrayAt(x*modules.Rect.Dx()/side, y*modules.Rect.Dy()/side))
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return false
	}
	got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	return err == nil && got.GetText() == address
}

// codeSide is how large a code is drawn: whole pixels a module.
func codeSide(modules int) int {
	if modules == 0 {
		return 0
	}
	return max(1, codeRoom/modules) * modules
}
