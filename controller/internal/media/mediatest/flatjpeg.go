package mediatest

import "math/bits"

// FlatJPEG makes a JPEG of one colour with one, three or four components, in
// the kinds that Go and ffmpeg do not write: progressive, and CMYK as Adobe
// keeps it (inverted). values are the components as stored.
func FlatJPEG(w, h int, progressive bool, values ...byte) []byte {
	n := len(values)
	b := []byte{0xff, 0xd8}
	segment := func(marker byte, body ...byte) {
		b = append(b, 0xff, marker, byte((len(body)+2)>>8), byte(len(body)+2))
		b = append(b, body...)
	}
	if n == 4 {
		segment(0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)...)
	}
	quant := make([]byte, 65)
	for i := range quant[1:] {
		quant[i+1] = 8 // the DC coefficient is then value - 128
	}
	segment(0xdb, quant...)
	frame, scan := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(n)}, []byte{byte(n)}
	for c := range n {
		frame = append(frame, byte(c+1), 0x11, 0)
		scan = append(scan, byte(c+1), 0)
	}
	sof, spectral := byte(0xc0), []byte{0, 63, 0}
	if progressive {
		sof, spectral = 0xc2, []byte{0, 0, 0} // one scan of the DC coefficients
	}
	segment(sof, frame...)
	// DC: the categories 0 to 8 in four bits each; AC: end of block in one.
	segment(0xc4, append(append([]byte{0x00}, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 1, 2, 3, 4, 5, 6, 7, 8)...)
	segment(0xc4, append(append([]byte{0x10}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0)...)
	segment(0xda, append(scan, spectral...)...)

	var acc uint32
	var have int
	put := func(v uint32, width int) {
		acc, have = acc<<width|v, have+width
		for ; have >= 8; have -= 8 {
			c := byte(acc >> (have - 8))
			if b = append(b, c); c == 0xff {
				b = append(b, 0)
			}
		}
	}
	for i := range ((w + 7) / 8) * ((h + 7) / 8) {
		for c := range n {
			diff := 0
			if i == 0 {
				diff = int(values[c]) - 128
			}
			category := bits.Len(uint(max(diff, -diff)))
			put(uint32(category), 4)
			if diff < 0 {
				diff += 1<<category - 1
			}
			put(uint32(diff), category)
			if !progressive {
				put(0, 1)
			}
		}
	}
	put(0x7f, 7) // fill the last byte
	return append(b, 0xff, 0xd9)
}
