package picturehash

import "math"

// Shown widens the band of a film by what browsers differ in: some show its
// values as they are, others take them from BT.709's curve to sRGB's, which
// makes what is dark a little brighter.
func (b Band) Shown() Band {
	out := Band{Columns: b.Columns, Rows: b.Rows, Low: b.Low, High: make([]byte, len(b.High))}
	copy(out.High, b.High)
	for i := 0; i < len(out.High); i += 3 {
		out.High[i] = brighter(out.High[i])
	}
	return out
}

func brighter(v byte) byte {
	x := float64(v) / 255
	if x < 0.081 {
		x /= 4.5
	} else {
		x = math.Pow((x+0.099)/1.099, 1/0.45)
	}
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return max(v, byte(math.Round(min(x, 1)*255)))
}
