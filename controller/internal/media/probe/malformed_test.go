package probe_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// damage is a copy of a file with the kinds of harm that disks, networks and
// ill will do: bytes changed, a piece missing, a piece twice, the end gone.
func damage(r *rand.Rand, b []byte) []byte {
	b = slices.Clone(b)
	for range 1 + r.IntN(3) {
		from := r.IntN(len(b))
		if r.IntN(2) == 0 {
			from = r.IntN(min(len(b), 600)) // most headers stand there
		}
		to := min(len(b), from+1+r.IntN(64))
		switch r.IntN(5) {
		case 0, 1:
			for i := from; i < to; i += 1 + r.IntN(8) {
				b[i] = byte(r.Uint32())
			}
		case 2:
			b = slices.Delete(b, from, to)
		case 3:
			b = slices.Insert(b, from, b[from:to]...)
		case 4:
			b = b[:from+1]
		}
	}
	return b
}

// Whatever is done to a file, the prober finds a picture or a film in it, or
// refuses it with a reason for the person who brought it; never does it blame
// the controller, and never does it fall.
func TestMalformedFiles(t *testing.T) {
	t.Parallel()
	p := prober(t, probe.DefaultLimits())
	const small = "testsrc2=s=64x48:r=10:d=0.3"
	for name, b := range map[string][]byte{
		"GIF":  mediatest.Bytes(t, mediatest.Clip(t, "a.gif", small)),
		"AVIF": mediatest.Bytes(t, mediatest.AVIF(t, small)),
		"WebP": mediatest.Bytes(t, mediatest.Clip(t, "a.webp", small, "-frames:v", "1")),
		"PNG":  mediatest.PNG(t, mediatest.Picture(64, 48)),
		"JPEG": mediatest.WithEXIF(mediatest.JPEG(t, mediatest.Picture(64, 48)), 6),
		"MP4":  mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", small, "-movflags", "faststart")),
		"MKV":  mediatest.Bytes(t, mediatest.Clip(t, "a.mkv", small)),
		"AVI":  mediatest.Bytes(t, mediatest.Clip(t, "a.avi", small)),
		"TS":   mediatest.Bytes(t, mediatest.Clip(t, "a.ts", small)),
		"WMV":  mediatest.Bytes(t, mediatest.Clip(t, "a.wmv", small)),
		"FLV":  mediatest.Bytes(t, mediatest.Clip(t, "a.flv", small)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(4) {
				bad := damage(rand.New(rand.NewPCG(seed, uint64(len(name)))), b)
				facts, err := p.Probe(t.Context(), mediatest.File(t, fmt.Sprintf("%d", seed), bad))
				switch {
				case err == nil && (facts.Width <= 0 || facts.Height <= 0 || facts.Kind == playlists.Video && facts.Duration <= 0):
					t.Errorf("seed %d: facts %+v", seed, facts)
				case err != nil && (playlists.CodeOf(err) != playlists.Invalid || playlists.ReasonOf(err) == ""):
					t.Errorf("seed %d: %v", seed, err)
				}
			}
		})
	}
}
