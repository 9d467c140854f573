package probe

import (
	"fmt"
	"slices"
	"strings"
)

// Colour is what a stream says of its colours, as ffmpeg names it; "" when it
// does not say.
type Colour struct {
	Matrix    string
	Transfer  string
	Primaries string
}

// HDR tells that brightness is coded beyond what a screen's BT.709 shows.
func (c Colour) HDR() bool { return c.Transfer == "smpte2084" || c.Transfer == "arib-std-b67" }

// Wide tells that the colours are of a space wider than BT.709.
func (c Colour) Wide() bool {
	return c.HDR() || strings.HasPrefix(c.Matrix, "bt2020") || slices.Contains([]string{"bt2020", "smpte431", "smpte432"}, c.Primaries)
}

// The light of a reference white in HDR (ITU-R BT.2408) is shown nearly as
// SDR's white; what is brighter, up to peakNits, is pressed into the rest.
// Below about a third of white nothing changes.
const (
	whiteNits = 203
	peakNits  = 1000
)

// ToSDR is the part of a filter graph that brings wide colours into BT.709 of
// 8 bits; "" for colours that are not wide.
func (c Colour) ToSDR() string {
	if !c.Wide() {
		return ""
	}
	one := func(value, otherwise string, known ...string) string {
		if slices.Contains(known, value) {
			return value
		}
		return otherwise
	}
	from := "zscale=pin=" + one(c.Primaries, "bt2020", "bt709", "bt470bg", "smpte170m", "bt2020", "smpte431", "smpte432") +
		":tin=" + one(c.Transfer, "bt709", "smpte2084", "arib-std-b67", "bt709", "smpte170m", "iec61966-2-1", "linear", "bt2020-10", "bt2020-12")
	if c.Matrix != "gbr" {
		from += ":min=" + one(c.Matrix, "bt2020nc", "bt2020nc", "bt2020c", "bt709", "smpte170m", "bt470bg")
	}
	// Whole chroma first: zscale takes no odd sizes with halved chroma.
	const whole, out = "format=yuv444p12le|gbrp12le,", ":t=bt709:m=bt709:r=tv,format=yuv444p"
	if !c.HDR() {
		return whole + from + ":p=bt709" + out
	}
	return whole + fmt.Sprintf("%s:t=linear:npl=%d,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0:peak=%.3f,zscale=p=bt709%s", from, whiteNits, float64(peakNits)/whiteNits, out)
}
