package render

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
)

// Loudness of every rendition, so that no film shouts after a quiet one
// (EBU R 128). The level of the whole is moved, its dynamics stay; only peaks
// that would be too high after that are held down.
const (
	loudness  = -23.0 // LUFS
	silence   = -60.0 // LUFS: what is quieter is left as it is
	mostGain  = 20.0  // dB: more would make noise of a quiet room
	peakLimit = 0.84  // of full scale, -1.5 dB
)

// sound brings any layout of channels to the one that is measured and shown.
const sound = "aformat=sample_rates=48000:channel_layouts=stereo"

// gain measures the sound once for all profiles and says how many dB bring it
// to the loudness of all.
func (v *video) gain(ctx context.Context) (float64, error) {
	v.measuring.Lock()
	defer v.measuring.Unlock()
	if v.measured != nil {
		return *v.measured, nil
	}
	m := &lastLoudness{value: math.Inf(-1)}
	limits := v.limits(gradeOf(0, 0))
	limits.FileSize = 1 << 20
	err := v.r.box.Run(ctx, sandbox.Command{Tool: "ffmpeg", Input: v.path, Stdout: m, Limits: limits, Args: func(in, _ string) []string {
		args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
		return append(args, "-i", in, "-map", fmt.Sprintf("0:%d", v.part.sound), "-af",
			v.part.soundTime()+sound+",ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.I:file=-", "-f", "null", "-")
	}})
	if err != nil {
		return 0, failed(err)
	}
	gain := gainFor(m.value)
	v.measured = &gain
	return gain, nil
}

// gainFor is the change in dB for sound of a loudness in LUFS.
func gainFor(measured float64) float64 {
	if !(measured > silence) || measured > 20 {
		return 0
	}
	return min(loudness-measured, mostGain)
}

// soundFilter is the way from the source's sound to the rendition's.
func soundFilter(gain float64) string {
	return fmt.Sprintf("%s,volume=%.2fdB,alimiter=limit=%.2f:level=0", sound, gain, peakLimit)
}

// lastLoudness reads what ametadata prints and keeps the last value: that of
// the whole.
type lastLoudness struct {
	value float64
	line  []byte
}

func (l *lastLoudness) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			if len(l.line)+len(b) < 1024 {
				l.line = append(l.line, b...)
			}
			break
		}
		if value, ok := strings.CutPrefix(string(append(l.line, b[:end]...)), "lavfi.r128.I="); ok {
			if f, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && !math.IsNaN(f) {
				l.value = f
			}
		}
		l.line, b = l.line[:0], b[end+1:]
	}
	return n, nil
}
