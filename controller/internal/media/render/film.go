package render

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

// Film is a Source that moves, with what people need to cut it.
type Film interface {
	Source
	// FrameRate is that of the renditions and of the proxy, a second.
	FrameRate() float64
	// Subtitles reads those of a track of the file, counted from 0.
	Subtitles(ctx context.Context, track int) ([]captions.Cue, error)
	// Proxy makes a small copy of the whole film in dir, an absolute path, that
	// every browser plays, frame by frame like the renditions.
	Proxy(ctx context.Context, dir string, report func(float64)) (path string, err error)
}

var _ Film = (*video)(nil)

// FrameRate implements Film.
func (v *video) FrameRate() float64 {
	rate, group := frameRate(v.facts.Clip.FrameRate)
	if strings.Contains(rate, "/") {
		return float64(group) * 1000 / 1001
	}
	return float64(group)
}

// pictureTime leaves the frames out that are not shown.
func (p part) pictureTime() string {
	if p.whole {
		return ""
	}
	return fmt.Sprintf(",trim=start=%.3f:end=%.3f,setpts=PTS-STARTPTS", p.from.Seconds(), (p.from + p.length).Seconds())
}

// soundTime does so with sound, which may begin later than the picture.
func (p part) soundTime() string {
	if p.whole {
		return ""
	}
	return fmt.Sprintf("atrim=start=%.3f:end=%.3f,asetpts=PTS-%.3f/TB,", p.from.Seconds(), (p.from + p.length).Seconds(), p.from.Seconds())
}

// The files that libass reads, in the folder in which ffmpeg runs, and its
// filter: nothing in it comes from outside.
const (
	scriptFile = "captions.ass"
	fontsDir   = "fonts"
	burnIn     = "ass=" + scriptFile + ":fontsdir=" + fontsDir
)

// writeCaptions puts what is burnt in beside the rendition to be.
func (v *video) writeCaptions(canvas image.Point, dir string) error {
	if len(v.part.captions) == 0 {
		return nil
	}
	fonts, err := v.r.fonts()
	if err != nil {
		return err
	}
	if err := fonts.WriteTo(filepath.Join(dir, fontsDir)); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, scriptFile), fonts.Script(v.part.captions, canvas), 0o600); err != nil {
		return fmt.Errorf("cannot write the subtitles: %w", err)
	}
	return nil
}

// Subtitles implements Film. Whatever the file holds comes out as SubRip and
// is read as hostile as an uploaded file.
func (v *video) Subtitles(ctx context.Context, track int) ([]captions.Cue, error) {
	t := v.facts.Clip.Subtitles[track]
	switch t.Codec {
	case "dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle", "xsub", "dvb_teletext", "":
		return nil, playlists.Errorf(playlists.Invalid, "subtitle_bitmap", nil, "cannot burn in subtitles that are pictures: bring in an SRT or WebVTT file")
	}
	out := &fixedBuffer{b: make([]byte, 0, 4*captions.MaxBytes)}
	limits := v.limits(gradeOf(0, 0))
	limits.FileSize = 1 << 20
	err := v.r.box.Run(ctx, sandbox.Command{Tool: "ffmpeg", Input: v.path, Stdout: out, Limits: limits, Args: func(in, _ string) []string {
		args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
		return append(args, "-i", in, "-map", fmt.Sprintf("0:%d", t.Stream), "-c:s", "subrip", "-f", "srt", "pipe:1")
	}})
	switch f, ours := errors.AsType[*sandbox.Failure](err); {
	case err == nil:
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case ours && !f.TimedOut, errors.Is(err, io.ErrShortBuffer):
		return nil, playlists.Errorf(playlists.Invalid, "subtitle_malformed", playlists.Params{"line": 0}, "cannot read these subtitles of the video: bring in an SRT or WebVTT file: %w", err)
	default:
		return nil, failed(err)
	}
	return captions.Decode(out.b)
}

// The proxy is for choosing, not for judging.
const (
	proxySide = 640     // pixels of the longer side
	proxyRate = 600_000 // bits a second at most, over a few seconds
)

// Proxy implements Film.
func (v *video) Proxy(ctx context.Context, dir string, report func(float64)) (string, error) {
	const name = "proxy.mp4"
	rate, group := frameRate(v.facts.Clip.FrameRate)
	size := fitWithin(image.Pt(v.facts.Width, v.facts.Height), proxySide)
	size = image.Pt(even(float64(size.X)), even(float64(size.Y)))
	limits := v.limits(gradeOf(0, 0))
	limits.FileSize = 4<<20 + int64(v.facts.Duration.Seconds()*proxyRate/8*2)
	err := v.r.box.Run(ctx, sandbox.Command{
		Tool: "ffmpeg", Input: v.path, Dir: dir, Limits: limits, Stdout: &progressReader{total: v.facts.Duration, report: report},
		Args: func(in, out string) []string {
			args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
			args = append(args, decoder(v.facts.Clip)...)
			args = append(args, "-i", in, "-filter_complex", upright(v.facts, size.X, size.Y, rate, "")+",format=yuv420p[out]", "-filter_threads", "2", "-map", "[out]")
			if v.facts.Clip.Audio {
				args = append(args, "-map", fmt.Sprintf("0:%d", v.facts.Clip.AudioStream), "-af", sound, "-c:a", "aac", "-b:a", "64k", "-flags:a", "+bitexact")
			}
			return append(args, "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact",
				"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-threads:v", "2",
				"-crf", "27", "-maxrate", strconv.Itoa(proxyRate), "-bufsize", strconv.Itoa(2*proxyRate), "-g", strconv.Itoa(group/2), "-flags:v", "+bitexact",
				"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
				"-movflags", "+faststart", "-max_muxing_queue_size", "2048", "-progress", "pipe:1", "-f", "mp4", filepath.Join(out, name))
		},
	})
	if err != nil {
		return "", failed(err)
	}
	return filepath.Join(dir, name), nil
}
