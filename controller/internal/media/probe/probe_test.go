package probe_test

import (
	"bytes"
	"image"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

func prober(t *testing.T, limits probe.Limits) *probe.Prober {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Tools{"ffmpeg": "", "ffprobe": ""})
	if err != nil {
		t.Fatal(err)
	}
	return probe.New(box, limits, slog.New(slog.DiscardHandler))
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	p := prober(t, probe.DefaultLimits())
	jpeg := mediatest.JPEG(t, mediatest.Picture(400, 300))
	png := mediatest.PNG(t, mediatest.Picture(400, 300))
	mp4 := mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=320x240:r=25:d=2"))
	fast := mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=320x240:r=25:d=2", "-movflags", "faststart"))
	mkv := mediatest.Bytes(t, mediatest.Clip(t, "a.mkv", "testsrc2=s=320x240:r=25:d=2"))
	avi := mediatest.Bytes(t, mediatest.Clip(t, "a.avi", "testsrc2=s=320x240:r=25:d=2"))
	webp := mediatest.Bytes(t, mediatest.Clip(t, "a.webp", "testsrc2=s=320x240:r=25:d=0.04", "-frames:v", "1"))
	moving := mediatest.Bytes(t, mediatest.Clip(t, "a.webp", "testsrc2=s=64x64:r=5:d=1"))
	avif := mediatest.Bytes(t, mediatest.AVIF(t, "testsrc2=s=320x240"))
	gif := mediatest.Bytes(t, mediatest.Clip(t, "a.gif", "testsrc2=s=64x64:r=5:d=1"))
	elf, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(png)
	copy(damaged[len(damaged)-100:], "garbage in the compressed data")
	noise := bytes.Repeat([]byte{0x00, 0x17, 0xc5, 0x99, 0xfe}, 2000)
	scrambled := bytes.Clone(mp4)
	if at := bytes.Index(scrambled, []byte("mdat")); at > 0 {
		for i := at + 4; i < bytes.Index(scrambled, []byte("moov"))-4; i++ {
			scrambled[i] ^= byte(i*31) | 1
		}
	}
	for name, c := range map[string]struct {
		bytes  []byte
		reason string
	}{
		"zero length":                       {nil, "file_empty"},
		"JPEG cut":                          {jpeg[:len(jpeg)/2], "file_truncated"},
		"JPEG cut in its headers":           {jpeg[:30], "file_truncated"},
		"PNG cut":                           {png[:len(png)/2], "file_truncated"},
		"PNG without its end":               {png[:len(png)-12], "file_truncated"},
		"PNG damaged":                       {damaged, "image_corrupt"},
		"WebP cut":                          {webp[:len(webp)/2], "file_truncated"},
		"MP4 cut, index last":               {mp4[:len(mp4)*3/4], "file_truncated"},
		"MP4 cut, index first":              {fast[:len(fast)*3/4], "file_truncated"},
		"MP4 cut to its brand":              {mp4[:32], "file_truncated"},
		"MP4 scrambled":                     {scrambled, "video_corrupt"},
		"Matroska cut":                      {mkv[:len(mkv)*3/4], "file_truncated"},
		"AVI cut":                           {avi[:len(avi)*3/4], "file_truncated"},
		"50,000 × 50,000 pixels":            {mediatest.PNGHeader(50_000, 50_000), "image_too_many_pixels"},
		"one long row":                      {mediatest.PNGHeader(60_000, 1), "image_too_many_pixels"},
		"program":                           {elf[:100_000], "file_executable"},
		"Windows program":                   {append([]byte("MZ\x90\x00"), make([]byte, 100)...), "file_executable"},
		"script":                            {[]byte("#!/bin/sh\nrm -rf /\n"), "file_executable"},
		"SVG":                               {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "image_svg"},
		"SVG with a byte order mark":        {[]byte("\xef\xbb\xbf<!-- drawn by hand -->\n<SVG/>"), "image_svg"},
		"HEIC":                              {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "image_format_new"},
		"HEIC by its second brand":          {[]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), "image_format_new"},
		"AVIF":                              {[]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf"), "file_truncated"},
		"AVIF cut":                          {avif[:len(avif)/2], "file_truncated"},
		"AVIF damaged":                      {scrub(avif, "mdat"), "image_corrupt"},
		"AVIF of several pictures":          {swap(t, avif, "\x00\x00av01Color", "\x00\x00gridColor"), "image_unsupported"},
		"AVIF, mirrored":                    {swap(t, avif, "pixi", "imir"), "image_unsupported"},
		"AVIF, transparent":                 {swap(t, avif, "colrnclx\x00\x02\x00\x02\x00\x02", "auxC\x00\x00\x00\x00alpha\x00"), "image_unsupported"},
		"GIF cut":                           {gif[:len(gif)/2], "file_truncated"},
		"JPEG XL":                           {[]byte("\xff\x0a\x00\x00\x00"), "image_format_new"},
		"animated WebP":                     {moving, "image_animated"},
		"animated PNG":                      {mediatest.InsertPNGChunk(png, "acTL", make([]byte, 8)), "image_animated"},
		"GIF":                               {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "image_corrupt"},
		"BMP":                               {append([]byte("BM\x00\x01\x00\x00\x00\x00\x00\x00"), make([]byte, 100)...), "image_format_unsupported"},
		"TIFF":                              {[]byte("II*\x00\x08\x00\x00\x00"), "image_format_unsupported"},
		"PDF":                               {[]byte("%PDF-1.7\n"), "file_document"},
		"slides":                            {[]byte("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa[Content_Types].xmlppt/"), "file_document"},
		"zip":                               {[]byte("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa"), "file_archive"},
		"text":                              {[]byte("Xin chào, Hà Tĩnh\n"), "file_not_media"},
		"a playlist that names other files": {[]byte("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/x.ts\n"), "file_not_media"},
		"noise":                             {noise, "file_not_media"},
		"sound":                             {mediatest.Bytes(t, mediatest.Clip(t, "a.m4a", "sine=d=1")), "audio_only"},
		"sound, MP3":                        {mediatest.Bytes(t, mediatest.Clip(t, "a.mp3", "sine=d=1")), "audio_only"},
		"encrypted": {mediatest.Bytes(t, mediatest.Clip(t, "a.mp4", "testsrc2=s=320x240:r=25:d=1", "-encryption_scheme", "cenc-aes-ctr",
			"-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8")), "video_encrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The name lies: what is inside decides.
			facts, err := p.Probe(t.Context(), mediatest.File(t, "holiday.jpg", c.bytes))
			if playlists.CodeOf(err) != playlists.Invalid || playlists.ReasonOf(err) != c.reason {
				t.Fatalf("Probe = %+v, %v; want reason %s", facts, err, c.reason)
			}
			if !strings.HasPrefix(err.Error(), "cannot ") {
				t.Errorf("message %q", err)
			}
		})
	}
}

// swap puts other bytes in the place of some.
func swap(t *testing.T, b []byte, old, with string) []byte {
	t.Helper()
	if len(old) != len(with) || bytes.Count(b, []byte(old)) != 1 {
		t.Fatalf("%q stands %d times in the file", old, bytes.Count(b, []byte(old)))
	}
	return bytes.Replace(b, []byte(old), []byte(with), 1)
}

// scrub destroys everything from a mark on.
func scrub(b []byte, mark string) []byte {
	b = bytes.Clone(b)
	for i := bytes.Index(b, []byte(mark)) + len(mark); i < len(b); i++ {
		b[i] ^= byte(i*31) | 1
	}
	return b
}

func TestLimits(t *testing.T) {
	t.Parallel()
	limits := probe.DefaultLimits()
	limits.Duration, limits.VideoSide, limits.Pixels = time.Second, 400, 10_000
	p := prober(t, limits)
	for reason, path := range map[string]string{
		"video_too_long":        mediatest.Clip(t, "a.mp4", "testsrc2=s=320x240:r=10:d=2"),
		"video_too_large":       mediatest.Clip(t, "a.mp4", "testsrc2=s=480x32:r=10:d=0.5"),
		"image_too_many_pixels": mediatest.File(t, "a.jpg", mediatest.JPEG(t, mediatest.Picture(200, 100))),
	} {
		if _, err := p.Probe(t.Context(), path); playlists.ReasonOf(err) != reason {
			t.Errorf("Probe = %v, want %s", err, reason)
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	p := prober(t, probe.DefaultLimits())
	jpeg := mediatest.JPEG(t, mediatest.Picture(401, 299))
	phone := mediatest.Clip(t, "a.mp4", "testsrc2=s=320x240:r=30:d=1")
	for name, c := range map[string]struct {
		path  string
		kind  playlists.Kind
		mime  string
		w, h  int
		audio bool
	}{
		"JPEG":               {mediatest.File(t, "a.exe", jpeg), playlists.Image, "image/jpeg", 401, 299, false},
		"JPEG turned":        {mediatest.File(t, "a", mediatest.WithEXIF(jpeg, 6)), playlists.Image, "image/jpeg", 299, 401, false},
		"JPEG, then rubbish": {mediatest.File(t, "a", append(bytes.Clone(jpeg), "trailer"...)), playlists.Image, "image/jpeg", 401, 299, false},
		"grey JPEG":          {mediatest.File(t, "a", mediatest.JPEG(t, image.NewGray(image.Rect(0, 0, 33, 17)))), playlists.Image, "image/jpeg", 33, 17, false},
		"PNG":                {mediatest.File(t, "a", mediatest.PNG(t, mediatest.Picture(64, 48))), playlists.Image, "image/png", 64, 48, false},
		"PNG 16 bits":        {mediatest.File(t, "a", mediatest.PNG(t, image.NewNRGBA64(image.Rect(0, 0, 20, 10)))), playlists.Image, "image/png", 20, 10, false},
		"PNG of one pixel":   {mediatest.File(t, "a", mediatest.PNG(t, mediatest.Picture(1, 1))), playlists.Image, "image/png", 1, 1, false},
		"WebP":               {mediatest.Clip(t, "a.webp", "testsrc2=s=320x240:r=25:d=0.04", "-frames:v", "1"), playlists.Image, "image/webp", 320, 240, false},
		"WebP lossless":      {mediatest.Clip(t, "a.webp", "testsrc2=s=322x240:r=25:d=0.04", "-frames:v", "1", "-lossless", "1", "-pix_fmt", "bgra"), playlists.Image, "image/webp", 322, 240, false},
		"progressive JPEG":   {mediatest.File(t, "a", mediatest.FlatJPEG(320, 240, true, 90, 128, 128)), playlists.Image, "image/jpeg", 320, 240, false},
		"CMYK JPEG":          {mediatest.File(t, "a", mediatest.FlatJPEG(100, 50, false, 255, 0, 255, 255)), playlists.Image, "image/jpeg", 100, 50, false},
		"MP4 with sound":     {mediatest.FFmpeg(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-shortest"), playlists.Video, "video/mp4", 320, 240, true},
		"phone, upright":     {mediatest.File(t, "b.mp4", mediatest.TurnMP4(t, mediatest.Bytes(t, phone))), playlists.Video, "video/mp4", 240, 320, false},
		"odd pixels":         {mediatest.Clip(t, "a.mp4", "testsrc2=s=360x288:r=25:d=1", "-vf", "setsar=16/15"), playlists.Video, "video/mp4", 384, 288, false},
		"10 bits":            {mediatest.Clip(t, "a.mkv", "testsrc2=s=160x120:r=25:d=1", "-pix_fmt", "yuv420p10le", "-c:v", "libx264"), playlists.Video, "video/x-matroska", 160, 120, false},
		"WebM":               {mediatest.Clip(t, "a.webm", "testsrc2=s=160x120:r=25:d=1", "-c:v", "libvpx", "-deadline", "realtime"), playlists.Video, "video/x-matroska", 160, 120, false},
		"MPEG-TS":            {mediatest.Clip(t, "a.ts", "testsrc2=s=160x120:r=25:d=1"), playlists.Video, "video/mp2t", 160, 120, false},
		"AVI":                {mediatest.Clip(t, "a.avi", "testsrc2=s=160x120:r=25:d=1"), playlists.Video, "video/x-msvideo", 160, 120, false},
		"WMV":                {mediatest.Clip(t, "a.wmv", "testsrc2=s=160x120:r=25:d=1"), playlists.Video, "video/x-asf", 160, 120, false},
		"MPEG":               {mediatest.Clip(t, "a.mpg", "testsrc2=s=160x120:r=25:d=1"), playlists.Video, "video/mpeg", 160, 120, false},
		"AVIF":               {mediatest.AVIF(t, "testsrc2=s=320x240"), playlists.Image, "image/avif", 320, 240, false},
		"AVIF, turned":       {mediatest.File(t, "a", swap(t, mediatest.Bytes(t, mediatest.AVIF(t, "testsrc2=s=320x240")), "pixi\x00\x00\x00\x00", "irot\x01\x00\x00\x00")), playlists.Image, "image/avif", 240, 320, false},
		"AVIF, moving":       {mediatest.Clip(t, "a.avif", "testsrc2=s=160x120:r=25:d=1", "-c:v", "libsvtav1", "-preset", "12"), playlists.Video, "image/avif", 160, 120, false},
		"GIF":                {mediatest.Clip(t, "a.gif", "testsrc2=s=160x120:r=25", "-frames:v", "1"), playlists.Image, "image/gif", 160, 120, false},
		"GIF, moving":        {mediatest.Clip(t, "a.gif", "testsrc2=s=160x120:r=10:d=1"), playlists.Video, "image/gif", 160, 120, false},
		"fragmented MP4":     {mediatest.Clip(t, "a.mp4", "testsrc2=s=160x120:r=25:d=1", "-movflags", "frag_keyframe+empty_moov"), playlists.Video, "video/mp4", 160, 120, false},
		"no length given":    {mediatest.Clip(t, "a.mkv", "testsrc2=s=160x120:r=25:d=1", "-live", "1"), playlists.Video, "video/x-matroska", 160, 120, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := p.Probe(t.Context(), c.path)
			if err != nil {
				t.Fatal(err)
			}
			if f.Kind != c.kind || f.MIME != c.mime || f.Width != c.w || f.Height != c.h {
				t.Errorf("Probe = %s %s %d × %d, want %s %s %d × %d", f.Kind, f.MIME, f.Width, f.Height, c.kind, c.mime, c.w, c.h)
			}
			if c.kind == playlists.Video && (f.Clip.Audio != c.audio || f.Duration < 850*time.Millisecond || f.Duration > 1200*time.Millisecond) {
				t.Errorf("Clip = %+v", f.Clip)
			}
		})
	}
}
