package render

import (
	"image/color"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// encoding is one awkward film and what must become of it.
type encoding struct {
	make    func(t *testing.T) string // gives the path
	profile playlists.Profile         // small when not said
	length  time.Duration             // a second when not said: the third stands still
	rate    string                    // 25 when not said
	audio   bool
	loud    float64     // LUFS of its sound; 0 when not looked at
	middle  *color.RGBA // of the poster; nil when not looked at
}

// lavfi makes a film of a source drawn by ffmpeg, a third of a second long.
func lavfi(name, source string, options ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		return mediatest.Clip(t, name, source, append([]string{"-t", "0.32"}, options...)...)
	}
}

// withSound makes a film of 1.6 s, enough to tell loudness from, with the
// sounds that the options before its codecs give.
func withSound(name string, sounds []string, options ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		args := []string{"-f", "lavfi", "-i", "color=c=teal:s=160x90:r=25:d=1.6"}
		for _, s := range sounds {
			args = append(args, "-f", "lavfi", "-i", s)
		}
		args = append(args, "-map", "0")
		for i := range sounds {
			args = append(args, "-map", strconv.Itoa(i+1))
		}
		return mediatest.FFmpeg(t, name, append(append(args, "-shortest", "-preset", "ultrafast"), options...)...)
	}
}

// wide makes a film of one colour, given in 10 bits as it is stored, that says
// which colours those are.
func wide(transfer, lum, cb, cr string, options ...string) func(*testing.T) string {
	return lavfi("a.mkv", "color=s=128x72:r=25", append([]string{"-vf", "format=yuv420p10le,geq=lum=" + lum + ":cb=" + cb + ":cr=" + cr,
		"-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv"}, options...)...)
}

func turned(path func(*testing.T) string) func(*testing.T) string {
	return func(t *testing.T) string {
		return mediatest.File(t, "turned.mp4", mediatest.TurnMP4(t, mediatest.Bytes(t, path(t))))
	}
}

// What an encoding is made into matters little, and costs a lot when it is
// large: one is made for a screen of full size, the others for walls.
const (
	small     playlists.Profile = "site-320x180"
	smallTall playlists.Profile = "site-180x320"
)

const (
	moving = "testsrc2=s=160x90:r=25"
	x265   = "log-level=none:colorprim=bt2020:colormatrix=bt2020nc:transfer="
	// clear is transparent all over, with red behind it that must not be seen.
	clear = "color=c=red@0:s=160x90:r=25,format=rgba"
)

var (
	white     = &color.RGBA{255, 255, 255, 255}
	nearWhite = &color.RGBA{217, 217, 217, 255} // HDR's reference white leaves room for what is brighter
	midGrey   = &color.RGBA{100, 100, 100, 255}
)

func encodings() map[string]encoding {
	tone := "sine=f=500:d=1.6"
	return map[string]encoding{
		"GIF, transparent, odd":              {make: lavfi("a.gif", "color=c=red@0:s=33x17:r=10:d=0.3,format=rgba,geq=r=0:g=0:b=255:a='255*lt(X,2+N)',split[a][b];[a]palettegen[p];[b][p]paletteuse"), rate: "30/1", length: time.Second, middle: white},
		"AVIF, moving":                       {make: lavfi("a.avif", moving, "-c:v", "libsvtav1", "-preset", "12")},
		"upright, VP9":                       {make: lavfi("a.webm", "testsrc2=s=90x160:r=25", "-c:v", "libvpx-vp9", "-deadline", "realtime")},
		"turned by its metadata, AV1":        {make: turned(lavfi("a.mp4", moving, "-c:v", "libsvtav1", "-preset", "12")), profile: smallTall},
		"one picture, MJPEG of full range":   {make: lavfi("a.avi", "color=c=white:s=160x90:r=25", "-frames:v", "1", "-vf", "scale=out_range=pc", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"), middle: white},
		"HDR, PQ, grey":                      {make: wide("smpte2084", "396", "512", "512", "-c:v", "libx265", "-x265-params", x265+"smpte2084"), profile: playlists.Landscape1080, middle: midGrey},
		"HDR, HLG, white":                    {make: wide("arib-std-b67", "721", "512", "512", "-c:v", "libx265", "-x265-params", x265+"arib-std-b67"), middle: nearWhite},
		"BT.2020 without HDR":                {make: wide("bt2020-10", "480", "512", "512", "-c:v", "libx264"), middle: &color.RGBA{121, 121, 121, 255}},
		"variable rate":                      {make: lavfi("a.mkv", moving, "-vf", `setpts='N/25/TB+0.13/TB*gt(N,3)'`, "-fps_mode", "vfr", "-c:v", "libx264")},
		"interlaced MPEG-2, odd pixels":      {make: lavfi("a.mpg", "testsrc2=s=352x288:r=25", "-flags", "+ilme+ildct", "-vf", "setfield=tff,setsar=16/11", "-c:v", "mpeg2video")},
		"interlaced H.264, 4:2:2 in 10 bits": {make: lavfi("a.ts", "testsrc2=s=320x240:r=25", "-flags", "+ilme+ildct", "-vf", "setfield=tff", "-pix_fmt", "yuv422p10le", "-c:v", "libx264")},
		"odd size, 4:4:4":                    {make: lavfi("a.mkv", "testsrc2=s=200x200:r=25", "-vf", "scale=161:121", "-pix_fmt", "yuv444p10le", "-c:v", "libx264")},
		"transparent ProRes":                 {make: lavfi("a.mov", clear, "-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"), middle: white},
		"transparent VP9":                    {make: lavfi("a.webm", clear, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-deadline", "realtime"), middle: white},
		"one picture, no length given":       {make: lavfi("a.h264", moving, "-frames:v", "1", "-c:v", "libx264"), length: time.Second},
		"WMV":                                {make: withSound("a.wmv", []string{tone}, "-c:a", "wmav2"), length: 1600 * time.Millisecond, audio: true, loud: loudness},
		"FLV, quiet":                         {make: withSound("a.flv", []string{tone + ",volume=-15dB"}, "-ar", "44100"), length: 1600 * time.Millisecond, audio: true, loud: loudness},
		"loud, six channels, MPEG-4 of old":  {make: withSound("a.mkv", []string{"aevalsrc=0.9*sin(3000*t)|0.9*sin(3000*t)|0.9*sin(3000*t)|0|0.5*sin(2000*t)|0.5*sin(2000*t):c=5.1:d=1.6"}, "-c:v", "mpeg4"), length: 1600 * time.Millisecond, audio: true, loud: loudness},
		"several sounds, the second by default, HEVC": {make: withSound("a.mkv", []string{"anullsrc=d=1.6", tone, "anullsrc=d=1.6"}, "-c:v", "libx265", "-x265-params", "log-level=none", "-disposition:a:0", "0", "-disposition:a:1", "default"),
			length: 1600 * time.Millisecond, audio: true, loud: loudness},
		"silence, Theora": {make: withSound("a.ogv", []string{"anullsrc=d=1.6"}, "-c:v", "libtheora", "-c:a", "libvorbis"), length: 1600 * time.Millisecond, audio: true, loud: -70},
	}
}

// Every film of the table comes out as the one kind that screens are given,
// and a real Chromium plays all of them to their ends.
func TestEncodings(t *testing.T) {
	t.Parallel()
	r, dir := renderer(t), t.TempDir()
	var mu sync.Mutex
	made := map[string]string{} // names in the table by the files in dir
	t.Run("made", func(t *testing.T) {
		for name, e := range encodings() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				path := e.check(t, r)
				mu.Lock()
				defer mu.Unlock()
				at := strconv.Itoa(len(made)) + ".mp4"
				made[at] = name
				if err := os.Rename(path, filepath.Join(dir, at)); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	if !t.Failed() {
		playAll(t, dir, made)
	}
}

// check renders the film, looks at the outcome and gives its path.
func (e *encoding) check(t *testing.T, r *Renderer) string {
	if e.profile == "" {
		e.profile = small
	}
	if e.length == 0 {
		e.length = shortest
	}
	if e.rate == "" {
		e.rate = "25/1"
	}
	source := open(t, r, e.make(t))
	out := make1(t, source, e.profile, contain)
	s := inspect(t, out.Path)
	v := s.Streams[0]
	w, h := e.profile.Size()
	if v.Codec != "h264" || v.PixFmt != "yuv420p" || v.Width != w || v.Height != h || v.SAR != "1:1" || len(v.SideData) != 0 ||
		v.Space != "bt709" || v.Transfer != "bt709" || v.Primaries != "bt709" || v.Range != "tv" {
		t.Errorf("video is %+v", v)
	}
	var times []float64
	for _, p := range s.Packets {
		if at, err := strconv.ParseFloat(p.Time, 64); err == nil && p.Stream == 0 {
			times = append(times, at)
		}
	}
	slices.Sort(times)
	for i := range len(times) - 1 {
		if step := times[i+1] - times[i]; math.Abs(step-times[1]+times[0]) > 0.002 {
			t.Errorf("after %.3f s a step of %.3f s: not constant", times[i], step)
			break
		}
	}
	if v.Rate != e.rate {
		t.Errorf("rate %s, want %s", v.Rate, e.rate)
	}
	if d := (out.Duration - e.length).Abs(); d > 80*time.Millisecond {
		t.Errorf("%s long, want %s", out.Duration, e.length)
	}
	if out.HasAudio != e.audio || e.audio != (len(s.Streams) == 2) {
		t.Errorf("audio %t in %d streams, want %t", out.HasAudio, len(s.Streams), e.audio)
	}
	if e.loud != 0 {
		if got := loudnessOf(t, out.Path); math.Abs(got-e.loud) > 2 {
			t.Errorf("loudness %.1f LUFS, want %.1f", got, e.loud)
		}
	}
	if e.middle != nil {
		near(t, decodeJPEG(t, out.Poster), w/2, h/2, *e.middle, "middle")
		preview, err := source.Preview(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		img := decodeJPEG(t, preview)
		near(t, img, img.Bounds().Dx()/2, img.Bounds().Dy()/2, *e.middle, "middle of the preview")
	}
	return out.Path
}

var integrated = regexp.MustCompile(`I:\s+(-?[0-9.]+) LUFS`)

// loudnessOf is what ffmpeg's own summary says of a file.
func loudnessOf(t *testing.T, path string) float64 {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-nostdin", "-i", path, "-map", "0:a:0", "-af", "ebur128", "-f", "null", "-").CombinedOutput()
	all := integrated.FindAllSubmatch(out, -1)
	if err != nil || len(all) == 0 {
		t.Fatalf("loudness: %v\n%s", err, out)
	}
	f, err := strconv.ParseFloat(string(all[len(all)-1][1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
