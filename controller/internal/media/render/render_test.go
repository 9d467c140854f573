package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

var (
	contain = playlists.Fit{Mode: playlists.Contain, X: 0.5, Y: 0.5}
	cover   = playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 0.5}
)

func renderer(t *testing.T) *Renderer {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Tools{"ffmpeg": "", "ffprobe": ""})
	if err != nil {
		t.Fatal(err)
	}
	// Subtitles are written in the console's fonts; the gate builds it first.
	return New(box, probe.New(box, probe.DefaultLimits(), slog.New(slog.DiscardHandler)), os.DirFS(filepath.Join("..", "..", "console", "dist")))
}

func open(t *testing.T, r *Renderer, path string) Source {
	t.Helper()
	return openCut(t, r, path, Cut{})
}

func openCut(t *testing.T, r *Renderer, path string, cut Cut) Source {
	t.Helper()
	s, err := r.Open(t.Context(), path, cut)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func make1(t *testing.T, s Source, p playlists.Profile, fit playlists.Fit) *Product {
	t.Helper()
	out, err := s.Render(t.Context(), p, fit, t.TempDir(), func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	if w, h := p.Size(); out.Width != w || out.Height != h {
		t.Errorf("rendition of %d × %d for %s", out.Width, out.Height, p)
	}
	return out
}

func decodeJPEG(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// near tells that a pixel has about a colour.
func near(t *testing.T, img image.Image, x, y int, want color.RGBA, what string) {
	t.Helper()
	r, g, b, _ := img.At(x, y).RGBA()
	for i, d := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
		if d < -14 || d > 14 {
			t.Errorf("%s: pixel %d, %d is %d %d %d, want %v (channel %d)", what, x, y, r>>8, g>>8, b>>8, want, i)
			return
		}
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	wide, tall := image.Pt(1920, 1080), image.Pt(1080, 1920)
	for name, c := range map[string]struct {
		w, h   int
		canvas image.Point
		fit    playlists.Fit
		crop   image.Rectangle
		dst    image.Rectangle
	}{
		"same shape":                 {3840, 2160, wide, contain, image.Rect(0, 0, 3840, 2160), image.Rect(0, 0, 1920, 1080)},
		"nearly the same is cropped": {1920, 1088, wide, contain, image.Rect(0, 4, 1920, 1084), image.Rect(0, 0, 1920, 1080)},
		"bars at the sides":          {1000, 1000, wide, contain, image.Rect(0, 0, 1000, 1000), image.Rect(420, 0, 1500, 1080)},
		"bars above and below":       {1000, 1000, tall, contain, image.Rect(0, 0, 1000, 1000), image.Rect(0, 420, 1080, 1500)},
		"small is enlarged":          {16, 16, wide, contain, image.Rect(0, 0, 16, 16), image.Rect(420, 0, 1500, 1080)},
		"cover in the middle":        {1000, 1000, wide, cover, image.Rect(0, 219, 1000, 782), image.Rect(0, 0, 1920, 1080)},
		"cover, focus at the top":    {1000, 1000, wide, playlists.Fit{Mode: playlists.Cover, X: 0.5}, image.Rect(0, 0, 1000, 563), image.Rect(0, 0, 1920, 1080)},
		"cover, focus at the right":  {1600, 900, tall, playlists.Fit{Mode: playlists.Cover, X: 1, Y: 0.5}, image.Rect(1094, 0, 1600, 900), image.Rect(0, 0, 1080, 1920)},
		"a thread":                   {10_000, 1, wide, contain, image.Rect(0, 0, 10_000, 1), image.Rect(0, 538, 1920, 540)},
		"a thread, covered":          {10_000, 1, wide, cover, image.Rect(4999, 0, 5001, 1), image.Rect(0, 0, 1920, 1080)},
		"one pixel":                  {1, 1, wide, cover, image.Rect(0, 0, 1, 1), image.Rect(0, 0, 1920, 1080)},
	} {
		if p := place(c.w, c.h, c.canvas, c.fit); p.crop != c.crop || p.dst != c.dst {
			t.Errorf("%s: place = %v → %v, want %v → %v", name, p.crop, p.dst, c.crop, c.dst)
		}
	}
}

func TestOrient(t *testing.T) {
	t.Parallel()
	// Where the corners of the stored picture are seen, by orientation: the
	// indexes at top left, top right, bottom left, bottom right.
	for orientation, seen := range map[int][4]int{
		0: {0, 1, 2, 3}, 1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
		5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2},
	} {
		img := orient(mediatest.Picture(31, 20), orientation)
		w, h := 31, 20
		if orientation >= 5 {
			w, h = h, w
		}
		if img.Rect.Size() != image.Pt(w, h) {
			t.Errorf("orientation %d: %v", orientation, img.Rect)
		}
		for i, at := range []image.Point{{0, 0}, {w - 1, 0}, {0, h - 1}, {w - 1, h - 1}} {
			near(t, img, at.X, at.Y, mediatest.Corners[seen[i]], "orientation "+strconv.Itoa(orientation))
		}
	}
}

// A phone's upright photo comes out upright, and nothing else comes through.
func TestStillIsUprightAndBare(t *testing.T) {
	t.Parallel()
	jpg := mediatest.WithEXIF(mediatest.JPEG(t, mediatest.Picture(320, 180)), 6)
	out := make1(t, open(t, renderer(t), mediatest.File(t, "a.jpg", jpg)), playlists.Portrait1080, contain)
	b := mediatest.Bytes(t, out.Path)
	img := decodeJPEG(t, b)
	for i, seen := range [4]int{2, 0, 3, 1} {
		near(t, img, 270+540*(i%2), 480+960*(i/2), mediatest.Corners[seen], "corner "+strconv.Itoa(i))
	}
	if bytes.Contains(b, []byte("SecretCam")) || bytes.Contains(b, []byte("Exif")) {
		t.Error("metadata came through")
	}
	if thumb := decodeJPEG(t, out.Thumbnail); thumb.Bounds().Size() != image.Pt(270, 480) {
		t.Errorf("thumbnail %v", thumb.Bounds())
	}
}

func TestStillKinds(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	logo := image.NewNRGBA(image.Rect(0, 0, 160, 90))
	for i := range 160 * 90 {
		copy(logo.Pix[4*i:], []byte{200, 0, 0, 0}) // all transparent
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 160, 90))
	for i := range 160 * 90 {
		copy(deep.Pix[8*i:], []byte{0, 0, 200, 0, 0, 0, 255, 255})
	}
	flat := image.NewRGBA(image.Rect(0, 0, 160, 90))
	for i := range 160 * 90 {
		copy(flat.Pix[4*i:], []byte{55, 55, 55, 255})
	}
	avif := func(lum, chroma string, options ...string) []byte {
		return mediatest.Bytes(t, mediatest.AVIF(t, "color=s=160x90,format=yuv420p10le,geq=lum="+lum+":cb="+chroma+":cr="+chroma, options...))
	}
	linear := mediatest.InsertPNGChunk(mediatest.PNG(t, flat), "gAMA", []byte{0, 1, 0x86, 0xa0})
	for name, c := range map[string]struct {
		bytes []byte
		want  color.RGBA
	}{
		"AVIF of 10 bits":                  {avif("502", "512"), color.RGBA{127, 127, 127, 255}},
		"AVIF, HDR":                        {avif("572", "512", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"), *nearWhite},
		"PNG of linear light":              {linear, color.RGBA{128, 128, 128, 255}},
		"transparent GIF":                  {mediatest.Bytes(t, mediatest.Clip(t, "a.gif", "color=c=red@0:s=160x90:d=0.04,format=rgba,split[a][b];[a]palettegen[p];[b][p]paletteuse", "-frames:v", "1")), color.RGBA{255, 255, 255, 255}},
		"transparent PNG is laid on white": {mediatest.PNG(t, logo), color.RGBA{255, 255, 255, 255}},
		"PNG of 16 bits":                   {mediatest.PNG(t, deep), color.RGBA{0, 200, 0, 255}},
		"CMYK, inverted as Adobe keeps it": {mediatest.FlatJPEG(160, 90, false, 255, 0, 0, 255), color.RGBA{255, 0, 0, 255}},
		"progressive JPEG":                 {mediatest.FlatJPEG(160, 90, true, 90, 128, 128), color.RGBA{90, 90, 90, 255}},
		"grey JPEG":                        {mediatest.FlatJPEG(160, 90, false, 40), color.RGBA{40, 40, 40, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := make1(t, open(t, r, mediatest.File(t, "a", c.bytes)), playlists.Landscape1080, contain)
			near(t, decodeJPEG(t, mediatest.Bytes(t, out.Path)), 960, 540, c.want, name)
		})
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	src, wide := mediatest.Picture(100, 100), image.Pt(192, 108)
	whole := compose(src, wide, contain)
	near(t, whole, 44, 2, mediatest.Corners[0], "contain, its corner")
	near(t, whole, 147, 105, mediatest.Corners[3], "contain, its other corner")
	if y := color.GrayModel.Convert(whole.At(10, 90)).(color.Gray).Y; y > 90 || y < 5 {
		t.Errorf("the bar's brightness is %d: neither black nor bright", y)
	}
	top := compose(src, wide, playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 0})
	near(t, top, 2, 80, mediatest.Corners[0], "cover from the top, left")
	near(t, top, 190, 80, mediatest.Corners[1], "cover from the top, right")
	bottom := compose(src, wide, playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 1})
	near(t, bottom, 2, 20, mediatest.Corners[2], "cover from the bottom, left")
}

func TestStillIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	path := mediatest.File(t, "a.png", mediatest.PNG(t, mediatest.Picture(250, 201)))
	a := make1(t, open(t, r, path), playlists.Portrait1080, contain)
	b := make1(t, open(t, r, path), playlists.Portrait1080, contain)
	if !bytes.Equal(mediatest.Bytes(t, a.Path), mediatest.Bytes(t, b.Path)) {
		t.Error("two renditions of one picture differ")
	}
}

// A large picture is averaged down before it is placed; nothing shifts.
func TestReduce(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{581, 403}, {7, 3}, {400, 200}} {
		src := mediatest.Picture(size.X, size.Y)
		got := reduce(src, 100)
		if min(got.Rect.Dx(), got.Rect.Dy()) < min(100, size.X, size.Y) {
			t.Errorf("%v reduced to %v", size, got.Rect.Size())
		}
		w, h := got.Rect.Dx(), got.Rect.Dy()
		for i, at := range []image.Point{{0, 0}, {w - 1, 0}, {0, h - 1}, {w - 1, h - 1}} {
			near(t, got, at.X, at.Y, mediatest.Corners[i], "corner of "+size.String())
		}
	}
}

// streams is what ffprobe says of a finished file.
type streams struct {
	Streams []struct {
		Type      string            `json:"codec_type"`
		Codec     string            `json:"codec_name"`
		Profile   string            `json:"profile"`
		PixFmt    string            `json:"pix_fmt"`
		Space     string            `json:"color_space"`
		Transfer  string            `json:"color_transfer"`
		Primaries string            `json:"color_primaries"`
		Range     string            `json:"color_range"`
		SAR       string            `json:"sample_aspect_ratio"`
		Rate      string            `json:"avg_frame_rate"`
		Channels  int               `json:"channels"`
		SideData  []json.RawMessage `json:"side_data_list"`
		Width     int               `json:"width"`
		Height    int               `json:"height"`
	} `json:"streams"`
	Packets []struct {
		Stream int    `json:"stream_index"`
		Time   string `json:"pts_time"`
		Flags  string `json:"flags"`
	} `json:"packets"`
	Format struct {
		Tags map[string]string `json:"tags"`
	} `json:"format"`
}

func inspect(t *testing.T, path string) streams {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-print_format", "json", "-show_streams", "-show_format", "-show_packets", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var s streams
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVideo(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	phone := mediatest.FFmpeg(t, "phone.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=1.2", "-f", "lavfi", "-i", "sine=d=1.2", "-shortest",
		"-metadata", "location=+18.3+105.9/", "-metadata", "title=secret")
	for name, c := range map[string]struct {
		path    string
		profile playlists.Profile
		fit     playlists.Fit
		rate    string
		audio   bool
	}{
		"phone, upright, with sound": {mediatest.File(t, "a.mp4", mediatest.TurnMP4(t, mediatest.Bytes(t, phone))), playlists.Portrait1080, contain, "30/1", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := make1(t, open(t, r, c.path), c.profile, c.fit)
			s := inspect(t, out.Path)
			v := s.Streams[0]
			w, h := c.profile.Size()
			if v.Codec != "h264" || v.Profile != "High" || v.PixFmt != "yuv420p" || v.Width != w || v.Height != h || v.SAR != "1:1" || len(v.SideData) != 0 ||
				v.Space != "bt709" || v.Transfer != "bt709" || v.Primaries != "bt709" || v.Range != "tv" {
				t.Errorf("video is %+v", v)
			}
			if c.rate != "" && v.Rate != c.rate {
				t.Errorf("rate %s, want %s", v.Rate, c.rate)
			}
			if out.HasAudio != c.audio || c.audio != (len(s.Streams) == 2) {
				t.Errorf("audio %t in %d streams", out.HasAudio, len(s.Streams))
			}
			if c.audio && (s.Streams[1].Codec != "aac" || s.Streams[1].Channels != 2) {
				t.Errorf("sound is %+v", s.Streams[1])
			}
			keys := 0
			for _, p := range s.Packets {
				if strings.HasPrefix(p.Flags, "K") {
					keys++
				}
			}
			if !c.audio && keys < 2 {
				t.Errorf("%d key frames in 1.2 s, want one a second", keys)
			}
			b := mediatest.Bytes(t, out.Path)
			if moov, mdat := bytes.Index(b, []byte("moov")), bytes.Index(b, []byte("mdat")); moov > mdat {
				t.Error("the index comes last")
			}
			if bytes.Contains(b, []byte("secret")) || bytes.Contains(b, []byte("+18.3")) || bytes.Contains(b, []byte("Lavf")) {
				t.Errorf("metadata came through: %v", s.Format.Tags)
			}
			if p := decodeJPEG(t, out.Poster); p.Bounds().Dx() != w || p.Bounds().Dy() != h {
				t.Errorf("poster %v", p.Bounds())
			}
		})
	}
}

// A flat colour must come out the same, on the picture and as poster, and the
// turned corners where they belong.
func TestVideoColoursAndCorners(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	png := mediatest.File(t, "a.png", mediatest.PNG(t, mediatest.Picture(640, 360)))
	path := mediatest.FFmpeg(t, "a.mp4", "-loop", "1", "-t", "0.5", "-i", png, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-crf", "5")
	turned := mediatest.File(t, "b.mp4", mediatest.TurnMP4(t, mediatest.Bytes(t, path)))
	for _, c := range []struct {
		path    string
		profile playlists.Profile
		seen    [4]int
	}{{path, playlists.Landscape1080, [4]int{0, 1, 2, 3}}, {turned, playlists.Portrait1080, [4]int{2, 0, 3, 1}}} {
		out := make1(t, open(t, r, c.path), c.profile, contain)
		poster := decodeJPEG(t, out.Poster)
		w, h := c.profile.Size()
		for i, at := range []image.Point{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
			near(t, poster, at.X, at.Y, mediatest.Corners[c.seen[i]], string(c.profile))
		}
	}
	preview, err := open(t, r, turned).Preview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if img := decodeJPEG(t, preview); img.Bounds().Dx() != 360 || img.Bounds().Dy() != 640 {
		t.Errorf("preview %v", img.Bounds())
	}
}

func TestVideoIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	s := open(t, r, mediatest.Clip(t, "a.mp4", "testsrc2=s=320x180:r=25:d=0.4"))
	a, b := make1(t, s, playlists.Landscape1080, contain), make1(t, s, playlists.Landscape1080, contain)
	if !bytes.Equal(mediatest.Bytes(t, a.Path), mediatest.Bytes(t, b.Path)) {
		t.Error("two renditions of one video differ")
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	s := open(t, renderer(t), mediatest.Clip(t, "a.mp4", "testsrc2=s=320x180:r=25:d=20"))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Render(ctx, playlists.Landscape1080, contain, t.TempDir(), func(p float64) {
		if p > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Render = %v", err)
	}
}

func TestFrameRate(t *testing.T) {
	t.Parallel()
	for source, want := range map[float64]string{0: "30", 23.976: "24000/1001", 24: "24", 25: "25", 29.97: "30000/1001", 30: "30", 50: "25", 59.94: "30000/1001", 60: "30", 120: "30", 15: "30", 19.2: "30"} {
		if got, _ := frameRate(source); got != want {
			t.Errorf("frameRate(%g) = %s, want %s", source, got, want)
		}
	}
}

func FuzzProgress(f *testing.F) {
	f.Add([]byte("frame=1\nout_time_us=500000\nprogress=continue\n"))
	f.Add([]byte("out_time_us=N/A\nout_time_us=-1\nout_time_us=99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := &progressReader{total: 1e9, report: func(v float64) {
			if !(v >= 0 && v <= 1) {
				t.Errorf("progress %g", v)
			}
		}}
		for _, part := range bytes.SplitAfter(b, []byte("u")) {
			if n, err := p.Write(part); n != len(part) || err != nil {
				t.Errorf("Write = %d, %v", n, err)
			}
		}
	})
}
