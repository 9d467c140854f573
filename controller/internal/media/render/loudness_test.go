package render

import (
	"errors"
	"math"
	"testing"

	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

func TestGainFor(t *testing.T) {
	t.Parallel()
	for measured, want := range map[float64]float64{
		-23: 0, -10: -13, -30: 7, -43: 20,
		-55: 20, // a quiet room: not all the way
		-61: 0, -70: 0, math.Inf(-1): 0, math.Inf(1): 0,
	} {
		if got := gainFor(measured); got != want {
			t.Errorf("gainFor(%g) = %g, want %g", measured, got, want)
		}
	}
	if gainFor(math.NaN()) != 0 {
		t.Error("a loudness that is no number changes the sound")
	}
}

func TestLastLoudness(t *testing.T) {
	t.Parallel()
	l := &lastLoudness{value: math.Inf(-1)}
	for _, part := range []string{"frame:0 pts:0\nlavfi.r128.I=-70.000\nfra", "me:1 pts:4800\nlavfi.r1", "28.I=-21.760\nlavfi.r128.I=nan\n", "other=1\n"} {
		if n, err := l.Write([]byte(part)); n != len(part) || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
	}
	if l.value != -21.76 {
		t.Errorf("loudness %g", l.value)
	}
}

// An ffmpeg without the filters that HDR needs refuses with what to do.
func TestFailedWithoutToneMapping(t *testing.T) {
	t.Parallel()
	err := failed(&sandbox.Failure{Tool: "ffmpeg", Tail: "[AVFilterGraph @ 0x5] No such filter: 'zscale'\nError initializing complex filters.", Err: errors.New("exit status 1")})
	if playlists.CodeOf(err) != playlists.Invalid || playlists.ReasonOf(err) != "video_hdr" {
		t.Errorf("failed = %v", err)
	}
}
