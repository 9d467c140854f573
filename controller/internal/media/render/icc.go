package render

import (
	"encoding/binary"
	"image"
	"math"
)

// Phones and cameras save pictures in wider colour spaces (Display P3, Adobe
// RGB) with an ICC profile beside them. Renditions carry no profile and are
// shown as sRGB, so their colours are converted. Profiles of the matrix kind
// are understood (ICC.1:2022 §8.3.3, §10.6, §10.18); with any other the colours
// stay as they are.

// toSRGB converts a picture in place from the colour space of a profile.
func toSRGB(img *image.RGBA, profile []byte) {
	c, ok := parseICC(profile)
	if !ok || c.isSRGB() {
		return
	}
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride : y*img.Stride+4*img.Rect.Dx()]
		for i := 0; i < len(row); i += 4 {
			row[i], row[i+1], row[i+2] = c.convert(row[i], row[i+1], row[i+2])
		}
	}
}

// colours is the way from a profile's device values to sRGB.
type colours struct {
	curve  [3][256]float64 // to linear light, per channel
	matrix [3][3]float64   // to linear sRGB
	encode [4097]uint8     // from linear light
}

// fromD50 takes the profile connection space (XYZ under D50) to linear sRGB.
var fromD50 = [3][3]float64{
	{3.1341359, -1.6173864, -0.4906619},
	{-0.9787955, 1.9162544, 0.0334428},
	{0.0719554, -0.2289768, 1.4053861},
}

func parseICC(b []byte) (*colours, bool) {
	if len(b) < 132 || string(b[36:40]) != "acsp" || string(b[16:20]) != "RGB " || string(b[20:24]) != "XYZ " {
		return nil, false
	}
	tags := map[string][]byte{}
	for i := range min(int(binary.BigEndian.Uint32(b[128:])), 100) {
		at := 132 + 12*i
		if at+12 > len(b) {
			return nil, false
		}
		from, n := uint64(binary.BigEndian.Uint32(b[at+4:])), uint64(binary.BigEndian.Uint32(b[at+8:]))
		if from+n <= uint64(len(b)) {
			tags[string(b[at:at+4])] = b[from : from+n]
		}
	}
	c := &colours{}
	var device [3][3]float64 // columns are the primaries
	for i, channel := range []string{"r", "g", "b"} {
		xyz := tags[channel+"XYZ"]
		if len(xyz) < 20 || string(xyz[:4]) != "XYZ " || !curve(tags[channel+"TRC"], &c.curve[i]) {
			return nil, false
		}
		for row := range 3 {
			device[row][i] = fixed(xyz[8+4*row:])
		}
	}
	for row := range 3 {
		for column := range 3 {
			for k := range 3 {
				c.matrix[row][column] += fromD50[row][k] * device[k][column]
			}
		}
	}
	for i := range c.encode {
		v := float64(i) / float64(len(c.encode)-1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		c.encode[i] = uint8(math.Round(255 * v))
	}
	return c, true
}

func (c *colours) convert(r, g, b uint8) (uint8, uint8, uint8) {
	lr, lg, lb := c.curve[0][r], c.curve[1][g], c.curve[2][b]
	var out [3]uint8
	for i, m := range c.matrix {
		v := m[0]*lr + m[1]*lg + m[2]*lb
		out[i] = c.encode[int(math.Round(min(max(v, 0), 1)*float64(len(c.encode)-1)))]
	}
	return out[0], out[1], out[2]
}

// isSRGB tells that converting would change nothing that can be seen.
func (c *colours) isSRGB() bool {
	for _, v := range [][3]uint8{{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {128, 128, 128}, {200, 100, 50}, {30, 60, 200}} {
		r, g, b := c.convert(v[0], v[1], v[2])
		for _, d := range [3]int{int(r) - int(v[0]), int(g) - int(v[1]), int(b) - int(v[2])} {
			if d < -3 || d > 3 {
				return false
			}
		}
	}
	return true
}

// fixed reads an s15Fixed16Number.
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// curve reads a tone curve of either type into a table of linear light.
func curve(tag []byte, out *[256]float64) bool {
	if len(tag) < 12 {
		return false
	}
	f, ok := sampled(tag)
	if string(tag[:4]) == "para" {
		f, ok = parametric(tag)
	} else if string(tag[:4]) != "curv" {
		return false
	}
	if !ok {
		return false
	}
	for i := range out {
		v := f(float64(i) / 255)
		if math.IsNaN(v) {
			return false
		}
		out[i] = min(max(v, 0), 1)
	}
	return true
}

// sampled reads a curveType: the identity, a gamma, or a table.
func sampled(tag []byte) (func(float64) float64, bool) {
	n := int64(binary.BigEndian.Uint32(tag[8:]))
	if 12+2*n > int64(len(tag)) {
		return nil, false
	}
	at := func(i int) float64 { return float64(binary.BigEndian.Uint16(tag[12+2*i:])) }
	switch n {
	case 0:
		return func(x float64) float64 { return x }, true
	case 1:
		gamma := at(0) / 256
		return func(x float64) float64 { return math.Pow(x, gamma) }, true
	}
	return func(x float64) float64 {
		p := x * float64(n-1)
		i := min(int(p), int(n-2))
		return (at(i) + (p-float64(i))*(at(i+1)-at(i))) / 65535
	}, true
}

// parametric reads a parametricCurveType.
func parametric(tag []byte) (func(float64) float64, bool) {
	kind := int(binary.BigEndian.Uint16(tag[8:]))
	count := []int{1, 3, 4, 5, 7}
	if kind >= len(count) || 12+4*count[kind] > len(tag) {
		return nil, false
	}
	var p [7]float64 // g a b c d e f
	for i := range count[kind] {
		p[i] = fixed(tag[12+4*i:])
	}
	g, a, b, c, d, e, f := p[0], p[1], p[2], p[3], p[4], p[5], p[6]
	switch kind {
	case 0:
		a, d = 1, -1
	case 1, 2:
		if a == 0 {
			return nil, false
		}
		e, f, c, d = c, c, 0, -b/a
		if kind == 1 {
			e, f = 0, 0
		}
	}
	return func(x float64) float64 {
		if x >= d {
			return math.Pow(max(a*x+b, 0), g) + e
		}
		return c*x + f
	}, true
}
