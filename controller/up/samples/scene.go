package samples

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// layer is one depth of a scene. In a film the layers move at different
// speeds; in a picture they lie on top of each other.
type layer int

const (
	far  layer = iota // sky and what stands in it
	near              // what stands in front, on nothing
)

// palette is the colours of a scene, from the back to the front.
type palette struct {
	sky    []string // from the top down
	glow   string   // sun, moon or lamp
	ridges []string // from the farthest to the nearest
}

func palettes(name string) palette {
	switch name {
	case "dawn":
		return palette{[]string{"#23325b", "#7a5c86", "#e8946a", "#ffd9a0"}, "#fff1d0",
			[]string{"#a67f93", "#7d6687", "#4d4a72", "#2b3358", "#141b38"}}
	case "forest":
		return palette{[]string{"#7fb8b4", "#b7dccf", "#eef6e6"}, "#fffbe6",
			[]string{"#a5cdbb", "#6fae9b", "#3f8a78", "#1d6256", "#0b3f3a"}}
	case "mist":
		return palette{[]string{"#56677a", "#8d9bab", "#cfd6dc"}, "#ffffff",
			[]string{"#b4bfca", "#92a1b0", "#6b7d8f", "#465868", "#25333f"}}
	case "sea":
		return palette{[]string{"#0d4a6b", "#3d8fb0", "#a9dbe0", "#fff0cf"}, "#fff6dc",
			[]string{"#5f9fb0", "#2f7d97", "#1a6480", "#0f4c68", "#08344d"}}
	case "dusk":
		return palette{[]string{"#2c1e4a", "#8c3b63", "#ef6f5a", "#ffc27a"}, "#fff0c8",
			[]string{"#8a4a6c", "#663a66", "#472c58", "#2d2047", "#170f2c"}}
	case "night":
		return palette{[]string{"#060d22", "#0f2145", "#27457a", "#5c7fae"}, "#f4f7ff",
			[]string{"#2b4a7c", "#1d3763", "#14294f", "#0c1b39", "#060f24"}}
	default: // paper
		return palette{[]string{"#fbf6ea", "#f3e9d3"}, "#c8102e",
			[]string{"#eadfc6", "#e0d2b4", "#d5c4a1", "#c9b58e", "#bca67c"}}
	}
}

// scene draws one layer of a landscape as SVG: mountains or the sea, in a
// palette. The same seed gives the same landscape.
func scene(kind, colours string, seed uint64, w, h int, at layer) string {
	p := palettes(colours)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="scene" viewBox="0 0 %d %d" preserveAspectRatio="xMidYMid slice">`, w, h)
	random := rand.New(rand.NewPCG(seed, 476))
	if at == far {
		drawSky(&b, p, w, h)
	}
	switch kind {
	case "mountains":
		drawMountains(&b, p, random, w, h, at)
	case "sea":
		drawSea(&b, p, random, w, h, at, false)
	case "harbour":
		drawSea(&b, p, random, w, h, at, true)
	case "contours":
		drawContours(&b, p, w, h, at)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func drawSky(b *strings.Builder, p palette, w, h int) {
	b.WriteString(`<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">`)
	for i, c := range p.sky {
		fmt.Fprintf(b, `<stop offset="%.2f" stop-color="%s"/>`, float64(i)/float64(len(p.sky)-1)*0.8, c)
	}
	fmt.Fprintf(b, `</linearGradient><radialGradient id="glow"><stop offset="0" stop-color="%s" stop-opacity=".95"/>`+
		`<stop offset=".12" stop-color="%s" stop-opacity=".8"/><stop offset=".3" stop-color="%s" stop-opacity=".25"/>`+
		`<stop offset="1" stop-color="%s" stop-opacity="0"/></radialGradient></defs>`, p.glow, p.glow, p.glow, p.glow)
	fmt.Fprintf(b, `<rect width="%d" height="%d" fill="url(#sky)"/>`, w, h)
}

func drawGlow(b *strings.Builder, x, y, r float64) {
	fmt.Fprintf(b, `<circle cx="%.0f" cy="%.0f" r="%.0f" fill="url(#glow)"/>`, x, y, r)
}

// drawMountains lays ridges behind each other, paler with distance, with mist
// in the valleys.
func drawMountains(b *strings.Builder, p palette, random *rand.Rand, w, h int, at layer) {
	fw, fh := float64(w), float64(h)
	if at == far {
		drawGlow(b, fw*0.68, fh*0.40, fh*0.42)
	}
	fmt.Fprintf(b, `<defs><linearGradient id="mist%d" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%s" stop-opacity="0"/>`+
		`<stop offset=".6" stop-color="%s" stop-opacity=".17"/><stop offset="1" stop-color="%s" stop-opacity="0"/></linearGradient></defs>`, at, p.glow, p.glow, p.glow)
	for i, colour := range p.ridges {
		depth := float64(i) / float64(len(p.ridges)-1)
		ridge := ridgePath(random, w, h, fh*(0.44+0.40*depth), fh*(0.17-0.05*depth), 2.2+depth*2)
		if (i < 3) != (at == far) {
			continue // drawn in the other layer; the random walk goes on all the same
		}
		fmt.Fprintf(b, `<path d="%s" fill="%s"/>`, ridge, colour)
		if i < len(p.ridges)-1 {
			fmt.Fprintf(b, `<rect x="0" y="%.0f" width="%d" height="%.0f" fill="url(#mist%d)"/>`, fh*(0.46+0.36*depth), w, fh*0.34, at)
		}
	}
}

// ridgePath sums waves of falling height, as worn mountains do.
func ridgePath(random *rand.Rand, w, h int, base, amplitude, frequency float64) string {
	type wave struct{ frequency, height, phase float64 }
	var waves []wave
	height := 1.0
	for range 6 {
		waves = append(waves, wave{frequency, height, random.Float64() * 2 * math.Pi})
		frequency *= 1.9 + random.Float64()*0.3
		height *= 0.48
	}
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %d", h)
	for x := 0; x <= w+8; x += 8 {
		y := 0.0
		for _, v := range waves {
			// Sharpened tops, rounded valleys.
			y += v.height * (1 - 2*math.Abs(math.Sin(float64(x)/1920*v.frequency*math.Pi/2+v.phase)))
		}
		fmt.Fprintf(&b, "L%d %.1f", x, base-amplitude*y*0.6)
	}
	fmt.Fprintf(&b, "L%d %dZ", w+8, h)
	return b.String()
}

// drawSea lays bands of water under a low sun, and a harbour's cranes on it.
func drawSea(b *strings.Builder, p palette, random *rand.Rand, w, h int, at layer, cranes bool) {
	fw, fh := float64(w), float64(h)
	horizon := fh * 0.56
	if at == far {
		drawGlow(b, fw*0.66, horizon-fh*0.10, fh*0.40)
		hills := ridgePath(random, w, h, horizon-fh*0.005, fh*0.05, 3)
		fmt.Fprintf(b, `<path d="%s" fill="%s" opacity=".8"/>`, hills, p.ridges[0])
		fmt.Fprintf(b, `<rect y="%.0f" width="%d" height="%d" fill="%s"/>`, horizon, w, h, p.ridges[1])
		for range 90 { // the sun on the water
			y := horizon + math.Pow(random.Float64(), 1.6)*fh*0.3
			spread := (y - horizon) * 0.9
			fmt.Fprintf(b, `<rect x="%.0f" y="%.0f" width="%.0f" height="3" rx="1.5" fill="%s" opacity="%.2f"/>`,
				fw*0.66-spread/2+random.Float64()*spread-60, y, 60+random.Float64()*120, p.glow, 0.15+random.Float64()*0.4)
		}
		if cranes {
			fmt.Fprintf(b, `<rect y="%.0f" width="%.0f" height="%.0f" fill="%s"/>`, horizon-fh*0.012, fw*0.52, fh*0.03, p.ridges[4])
			for i := range 4 {
				drawCrane(b, fw*(0.06+0.115*float64(i)), horizon-fh*0.012, fh*(0.26+0.03*float64(i%2)), p.ridges[4])
			}
			drawShip(b, fw*0.60, horizon+fh*0.02, fh*0.11, p.ridges[3])
		}
		return
	}
	for i := 2; i < len(p.ridges); i++ {
		depth := float64(i-2) / 3
		fmt.Fprintf(b, `<path d="%s" fill="%s"/>`, wavePath(w, h, fh*(0.70+0.16*depth), fh*(0.008+0.010*depth), 210+90*depth, random.Float64()*6), p.ridges[i])
	}
}

func wavePath(w, h int, base, amplitude, length, phase float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M0 %d", h)
	for x := 0; x <= w+12; x += 12 {
		at := float64(x)/length*2*math.Pi + phase
		fmt.Fprintf(&b, "L%d %.1f", x, base-amplitude*(math.Sin(at)+0.5*math.Sin(at*0.37+1)))
	}
	fmt.Fprintf(&b, "L%d %dZ", w+12, h)
	return b.String()
}

// drawCrane draws a quay crane: four legs, a boom over the water, its stays.
func drawCrane(b *strings.Builder, x, foot, height float64, colour string) {
	top, boom := foot-height, foot-height*0.68
	fmt.Fprintf(b, `<g stroke="%s" stroke-width="%.1f" fill="none" stroke-linecap="round">`, colour, height*0.028)
	fmt.Fprintf(b, `<path d="M%.0f %.0fV%.0fM%.0f %.0fV%.0fM%.0f %.0fH%.0f"/>`, x, foot, boom, x+height*0.3, foot, boom, x, foot-height*0.34, x+height*0.3)
	fmt.Fprintf(b, `<path d="M%.0f %.0fH%.0f"/>`, x-height*0.28, boom, x+height*0.86)
	fmt.Fprintf(b, `<path stroke-width="%.1f" d="M%.0f %.0fL%.0f %.0fL%.0f %.0fM%.0f %.0fL%.0f %.0f"/></g>`, height*0.014,
		x-height*0.26, boom, x+height*0.15, top, x+height*0.82, boom, x+height*0.15, top, x+height*0.15, boom)
}

// drawShip draws a loaded container ship.
func drawShip(b *strings.Builder, x, water, height float64, hull string) {
	length := height * 4.6
	colours := []string{"#c8102e", "#e9a23b", "#f2efe6", "#3f7cac", "#8a9aa8"}
	for row := range 3 {
		for i := range 11 {
			if row == 2 && i%4 == 3 {
				continue
			}
			fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`,
				x+length*(0.12+0.062*float64(i)), water-height*(0.52+0.15*float64(row)), length*0.058, height*0.14, colours[(i*3+row*2)%len(colours)])
		}
	}
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#f2efe6"/>`, x+length*0.83, water-height*0.98, length*0.075, height*0.6)
	fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1fL%.1f %.1fH%.1fZ" fill="%s"/>`, x, water-height*0.38, x+length, x+length*0.965, water, x+length*0.045, hull)
	fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1fV%.1fH%.1fZ" fill="#c8102e"/>`, x+length*0.032, water-height*0.09, x+length*0.972, water, x+length*0.045)
}

// drawContours draws the lines of a map, quietly, for pages of text.
func drawContours(b *strings.Builder, p palette, w, h int, at layer) {
	if at != far {
		return
	}
	fw, fh := float64(w), float64(h)
	fmt.Fprintf(b, `<g fill="none" stroke="%s" stroke-width="2" opacity=".55">`, p.ridges[2])
	for ring := 1; ring <= 16; ring++ {
		b.WriteString(`<path d="`)
		for step := 0; step <= 120; step++ {
			a := float64(step) / 120 * 2 * math.Pi
			r := float64(ring) * math.Max(fw, fh) * 0.055 * (1 + 0.13*math.Sin(3*a+float64(ring)*0.35) + 0.07*math.Sin(5*a-float64(ring)*0.2))
			verb := "L"
			if step == 0 {
				verb = "M"
			}
			fmt.Fprintf(b, "%s%.0f %.0f", verb, fw*0.80+r*math.Cos(a)*1.25, fh*0.30+r*math.Sin(a))
		}
		b.WriteString(`Z"/>`)
	}
	b.WriteString(`</g>`)
}
