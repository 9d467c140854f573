package render

import (
	"image"
	"math"
)

// usualGamma is that of the sRGB curve, as a PNG's gAMA chunk writes it.
const usualGamma = 1 / 2.2

// toUsualGamma converts a picture in place whose values were stored with another
// exponent than usual, as a PNG says with its gAMA chunk: shown as they are,
// they would be too dark or too pale. Exponents beyond sense are passed over.
func toUsualGamma(img *image.RGBA, gamma float64) {
	if gamma < 0.1 || gamma > 2 || math.Abs(gamma-usualGamma) < 0.02 {
		return
	}
	var to [256]uint8
	for i := range to {
		light := math.Pow(float64(i)/255, 1/gamma)
		value := 12.92 * light
		if light > 0.0031308 {
			value = 1.055*math.Pow(light, 1/2.4) - 0.055
		}
		to[i] = uint8(math.Round(255 * value))
	}
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = to[img.Pix[i]]
		}
	}
}
