package stage

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
)

// Photo makes a photo that no encoder makes small: noise. The same seed gives
// the same bytes.
func Photo(t T, seed uint64) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, 1920, 1080))
	for i := 0; i < len(img.Pix); i += 4 {
		v := random.Uint32()
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = uint8(v), uint8(v>>8), uint8(v>>16), 255
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes()
}
