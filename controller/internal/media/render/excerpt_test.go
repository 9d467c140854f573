package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"os/exec"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// threeSeconds is a film of which each second has its own colour in each
// quarter, a low and a high sound, and subtitles in its second second.
func threeSeconds(t *testing.T) string {
	t.Helper()
	words := mediatest.File(t, "words.srt", []byte("1\n00:00:01,000 --> 00:00:01,800\n<i>Cửa khẩu</i> {\\an8}Cầu Treo\n"))
	// Each second moves the colours on by one quarter.
	quarter := func(at string, c color.RGBA) string {
		return fmt.Sprintf("drawbox=%s:w=160:h=90:t=fill:color=0x%02x%02x%02x", at, c.R, c.G, c.B)
	}
	var seconds []string
	for s := range 3 {
		var boxes []string
		for i, at := range []string{"x=0:y=0", "x=160:y=0", "x=0:y=90", "x=160:y=90"} {
			boxes = append(boxes, quarter(at, mediatest.Corners[(i+s)%4])+fmt.Sprintf(":enable='between(t,%d,%d.99)'", s, s))
		}
		seconds = append(seconds, strings.Join(boxes, ","))
	}
	return mediatest.FFmpeg(t, "film.mkv", "-f", "lavfi", "-i", "color=s=320x180:r=25:d=3,format=rgb24,"+strings.Join(seconds, ","),
		"-f", "lavfi", "-i", "sine=f=300:d=3", "-f", "lavfi", "-i", "sine=f=3000:d=3", "-i", words,
		"-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "8", "-pix_fmt", "yuv420p",
		"-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-c:a", "pcm_s16le", "-c:s", "subrip",
		"-metadata:s:a:0", "language=vie", "-metadata:s:a:1", "language=lao", "-metadata:s:s:0", "language=vie")
}

// shot is a frame of a finished rendition.
func shot(t *testing.T, path string, at string, w, h int) *image.RGBA {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-nostdin", "-i", path, "-ss", at, "-frames:v", "1", "-vf", fmt.Sprintf("scale=%d:%d:flags=area", w, h), "-pix_fmt", "rgba", "-f", "rawvideo", "pipe:1").Output()
	if err != nil || len(out) != 4*w*h {
		t.Fatalf("no frame at %s of %s: %d bytes, %v", at, path, len(out), err)
	}
	return &image.RGBA{Pix: out, Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
}

// pitch is the sound's frequency, by how often it crosses zero.
func pitch(t *testing.T, path string) float64 {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-nostdin", "-i", path, "-ac", "1", "-ar", "16000", "-t", "0.5", "-ss", "0.2", "-f", "s16le", "pipe:1").Output()
	if err != nil || len(out) < 1600 {
		t.Fatalf("no sound in %s: %v", path, err)
	}
	crossings, n := 0, len(out)/2
	for i := 1; i < n; i++ {
		if int8(out[2*i+1]) < 0 != (int8(out[2*i-1]) < 0) {
			crossings++
		}
	}
	return float64(crossings) / 2 / (float64(n) / 16000)
}

// TestExcerpt cuts one film in every way; its fixture is made once.
func TestExcerpt(t *testing.T) {
	t.Parallel()
	r, path := renderer(t), threeSeconds(t)
	whole := open(t, r, path).(Film)
	if c := whole.Facts().Clip; len(c.Sounds) != 2 || c.Sounds[1].Language != "lao" || len(c.Subtitles) != 1 || whole.FrameRate() != 25 {
		t.Fatalf("the film has %+v", c)
	}
	said, err := whole.Subtitles(t.Context(), 0)
	if err != nil || len(said) != 1 || said[0].From != time.Second || said[0].Lines[0] != "Cửa khẩu Cầu Treo" {
		t.Fatalf("it says %+v, %v", said, err)
	}
	for name, c := range map[string]struct {
		cut     Cut
		profile playlists.Profile
		length  time.Duration
		begins  color.RGBA // in the middle of the first frame's top left quarter
		ends    color.RGBA // likewise of the last
		pitch   float64    // 0: silence
		text    []string   // times with subtitles
		none    []string   // and without
	}{
		"not a frame of the next": {
			cut: Cut{Excerpt: playlists.Excerpt{FromMS: 960, UntilMS: 2040, Audio: 2}}, length: 1080 * time.Millisecond,
			begins: mediatest.Corners[0], ends: mediatest.Corners[2], pitch: 3000, none: []string{"0.5"},
		},
		"a quarter, in another shape": {
			cut: Cut{Excerpt: playlists.Excerpt{FromMS: 2000, Crop: playlists.Crop{X: 160, Y: 90, Width: 160, Height: 90}, Silent: true}}, length: time.Second, profile: smallTall,
			begins: mediatest.Corners[1], ends: mediatest.Corners[1],
		},
		"with its subtitles": {
			cut: Cut{Excerpt: playlists.Excerpt{FromMS: 500, UntilMS: 2500, Silent: true}, Captions: said}, length: 2 * time.Second, profile: playlists.Landscape1080,
			begins: mediatest.Corners[0], ends: mediatest.Corners[2], text: []string{"0.52", "0.9", "1.24"}, none: []string{"0.4", "1.36"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.profile == "" {
				c.profile = small
			}
			out := make1(t, openCut(t, r, path, c.cut), c.profile, contain)
			if d := out.Duration - c.length; d < -40*time.Millisecond || d > 40*time.Millisecond {
				t.Errorf("it takes %s, want %s within a frame", out.Duration, c.length)
			}
			w, h := 192, 108
			if c.profile == smallTall {
				w, h = 108, 192
			}
			at := image.Pt(w/4, h/4)
			if c.profile == smallTall {
				at.Y = h / 2 // between its bars
			}
			last := fmt.Sprintf("%.2f", c.length.Seconds()-0.04)
			near(t, shot(t, out.Path, "0", w, h), at.X, at.Y, c.begins, "the first frame")
			near(t, shot(t, out.Path, last, w, h), at.X, at.Y, c.ends, "the last frame")
			if out.HasAudio != (c.pitch > 0) {
				t.Errorf("sound %t", out.HasAudio)
			} else if c.pitch > 0 {
				if p := pitch(t, out.Path); math.Abs(p/c.pitch-1) > 0.1 {
					t.Errorf("its sound is of %.0f Hz, want %.0f", p, c.pitch)
				}
			}
			for want, times := range map[bool][]string{true: c.text, false: c.none} {
				for _, when := range times {
					// Where two colours meet there is a bright line.
					if in := whites(shot(t, out.Path, when, 480, 270)); (in.Dx() > 20) != want {
						t.Errorf("text at %s: %v", when, in)
					}
				}
			}
		})
	}
}

// whites bounds what is as white as subtitles, which no other colour of these
// films is.
func whites(img *image.RGBA) image.Rectangle {
	var out image.Rectangle
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			if p := img.Pix[y*img.Stride+4*x:]; p[0] > 250 && p[1] > 250 && p[2] > 250 {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return out
}

// The longest subtitles of both scripts stay within the picture, all of their
// marks too, and hostile ones are no more than text.
func TestSubtitlesFit(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	path := mediatest.Clip(t, "a.mp4", "color=c=gray:s=320x180:r=25:d=1", "-preset", "ultrafast")
	longest := "Ngưỡng cửa, ỄỆỘĨỮ Cửa khẩu quốc tế Cầu Treo ở xã Sơn Kim 1 nối Hà Tĩnh với tỉnh Bolikhamxay, mở cửa từ bảy giờ sáng đến chín giờ tối mỗi ngày kể cả ngày nghỉ lễ"
	lao := "ດ່ານຊາຍແດນສາກົນນ້ຳພາວແຂວງບໍລິຄຳໄຊເປັນປະຕູສູ່ທະເລຂອງລາວປູ່ຫຼິ້ນຂໍ້ມູນເປີດປະຕູແຕ່ເຈັດໂມງເຊົ້າເຖິງເກົ້າໂມງແລງທຸກມື້ລວມທັງວັນພັກ"
	hostile := captions.Cue{From: 0, Until: 500 * time.Millisecond, Lines: []string{`{\fs500\pos(0,0)\p1}m 0 0 l 1920 0 1920 1080`, `{\1c&HFFFFFF&}`}}
	for name, c := range map[string]struct {
		lines   []string
		profile playlists.Profile
	}{
		"Vietnamese, wide": {[]string{longest}, playlists.Landscape1080},
		"Lao, tall":        {[]string{lao, lao[:60]}, playlists.Portrait1080},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := []captions.Cue{hostile, {From: 500 * time.Millisecond, Until: time.Second, Lines: c.lines}}
			out := make1(t, openCut(t, r, path, Cut{Captions: said}), c.profile, cover)
			for _, at := range []string{"0.24", "0.76"} {
				img := shot(t, out.Path, at, out.Width/2, out.Height/2)
				text := whites(img)
				if text.Empty() || text.Min.X < out.Width/2/30 || text.Max.X > out.Width/2*29/30 || text.Max.Y > out.Height/2*97/100 || text.Dy() > out.Height/2*30/100 {
					t.Errorf("at %s the text lies in %v of %v", at, text, img.Rect)
				}
			}
		})
	}
}

// A picture's crop is of the picture as it is seen, and the preview stays
// whole.
func TestCropStill(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for orientation, want := range map[int]int{1: 1, 2: 0, 3: 2, 4: 3, 5: 2, 6: 0, 7: 1, 8: 3} {
		path := mediatest.File(t, "a.jpg", mediatest.WithEXIF(mediatest.JPEG(t, mediatest.Picture(320, 180)), orientation))
		w, h := 320, 180
		if orientation >= 5 {
			w, h = 180, 320
		}
		s := openCut(t, r, path, Cut{Excerpt: playlists.Excerpt{Crop: playlists.Crop{X: w / 2, Y: 0, Width: w / 2, Height: h / 2}}})
		master := s.(*still).master
		if master.Rect.Size() != image.Pt(w/2, h/2) {
			t.Errorf("orientation %d: %v", orientation, master.Rect)
		}
		for _, at := range []image.Point{{4, 4}, {w/2 - 5, h/2 - 5}} {
			near(t, master, at.X, at.Y, mediatest.Corners[want], fmt.Sprintf("orientation %d", orientation))
		}
		b, err := s.Preview(t.Context())
		if err != nil || decodeJPEG(t, b).Bounds().Size() != image.Pt(w, h) {
			t.Errorf("orientation %d: preview %v", orientation, err)
		}
	}
	// Beyond what is there, as a row of the database might say.
	path := mediatest.File(t, "a.png", mediatest.PNG(t, mediatest.Picture(32, 32)))
	for _, crop := range []playlists.Crop{{X: 1, Width: 32, Height: 32}, {X: -1, Width: 9, Height: 9}, {Width: 1 << 40, Height: 1 << 40}, {Width: -4, Height: -4}} {
		if _, err := r.Open(t.Context(), path, Cut{Excerpt: playlists.Excerpt{Crop: crop}}); playlists.ReasonOf(err) != "cut_outside" {
			t.Errorf("%+v: %v", crop, err)
		}
	}
}

// What a row of the database may say of a film that is another one now.
func TestPartOf(t *testing.T) {
	t.Parallel()
	f := &probe.Facts{Kind: playlists.Video, Width: 320, Height: 180, Duration: 3 * time.Second, Clip: &probe.Clip{Audio: true, AudioStream: 1, Sounds: []probe.Track{{Stream: 1}}}}
	for _, e := range []playlists.Excerpt{{FromMS: 3000}, {FromMS: -1}, {Audio: 2}, {Audio: -1}, {Crop: playlists.Crop{X: 300, Width: 21, Height: 10}}} {
		if _, err := partOf(f, Cut{Excerpt: e}); playlists.CodeOf(err) != playlists.Invalid {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// The proxy has all of the time and the shape, plays everywhere and is small.
func TestProxy(t *testing.T) {
	t.Parallel()
	path := mediatest.Clip(t, "a.mkv", "testsrc2=s=1280x720:r=50:d=1.2", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
	film := openCut(t, renderer(t), path, Cut{Excerpt: playlists.Excerpt{FromMS: 100, Crop: playlists.Crop{Width: 64, Height: 64}}}).(Film)
	out, err := film.Proxy(t.Context(), t.TempDir(), func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	s, b := inspect(t, out), mediatest.Bytes(t, out)
	if v := s.Streams[0]; v.Codec != "h264" || v.PixFmt != "yuv420p" || v.Width != 640 || v.Height != 360 || v.Rate != "25/1" || len(s.Streams) != 1 || len(s.Packets) != 30 {
		t.Errorf("%d packets of %+v", len(s.Packets), v)
	}
	if len(b) > 300_000 || bytes.Index(b, []byte("moov")) > bytes.Index(b, []byte("mdat")) {
		t.Errorf("%d bytes", len(b))
	}
}

// Wide colours are mapped on as few pixels as the crop needs, and the crop goes
// along.
func TestNeeded(t *testing.T) {
	t.Parallel()
	canvas := image.Pt(1920, 1080)
	for name, c := range map[string]struct {
		w, h int
		crop image.Rectangle
		size image.Point
		want image.Rectangle
	}{
		"all of a large one":       {3840, 2160, image.Rect(0, 0, 3840, 2160), image.Pt(1920, 1080), image.Rect(0, 0, 1920, 1080)},
		"all of a small one":       {320, 180, image.Rect(0, 0, 320, 180), image.Pt(320, 180), image.Rect(0, 0, 320, 180)},
		"an odd one covers":        {3841, 2160, image.Rect(0, 0, 3841, 2160), image.Pt(1921, 1080), image.Rect(0, 0, 1921, 1080)},
		"a small part of a large":  {3840, 2160, image.Rect(100, 100, 400, 300), image.Pt(3840, 2160), image.Rect(100, 100, 400, 300)},
		"a large part of a larger": {7680, 4320, image.Rect(3840, 2160, 7680, 4320), image.Pt(3840, 2160), image.Rect(1920, 1080, 3840, 2160)},
		"a thread of a larger one": {7680, 4320, image.Rect(7676, 0, 7680, 4320), image.Pt(7680, 4320), image.Rect(7676, 0, 7680, 4320)},
	} {
		if w, h, crop := needed(c.w, c.h, c.crop, canvas); image.Pt(w, h) != c.size || crop != c.want {
			t.Errorf("%s: %d × %d, %v", name, w, h, crop)
		}
	}
}
