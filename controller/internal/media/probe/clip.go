package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

// containers are the demuxers that may open a file: those of videos, and of
// sound so that it can be named. None that reads other files, and none that
// sees pictures in text.
const containers = "gif,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,f4v,ogg,mxf,gxf,nut,rm,dv,wtv,ivf,h264,hevc,m4v,obu,vc1,cavsvideo,nsv,lxf,yuv4mpegpipe,wav,w64,mp3,aac,ac3,eac3,flac,aiff,amr,caf,ape,tta,wv,dts,au,opus"

// BeforeInput are the options that every ffmpeg and ffprobe run puts before
// its input: only files, only these containers.
func BeforeInput() []string {
	return []string{"-hide_banner", "-protocol_whitelist", "file,pipe", "-format_whitelist", containers, "-probesize", "50M", "-analyzeduration", "20M"}
}

func (p *Prober) clip(ctx context.Context, f *os.File, size int64, format Format) (*Facts, error) {
	switch err := checkContainer(f, size, format); {
	case errors.Is(err, errCut):
		return nil, truncated()
	case errors.Is(err, errCorrupt):
		return nil, corrupt()
	case errors.Is(err, errEncrypted):
		return nil, encrypted()
	case err != nil:
		return nil, err
	}
	clip, err := p.describe(ctx, f.Name())
	if err != nil {
		return nil, p.unreadable(err, format)
	}
	video := clip.Pictures > 0
	switch {
	case clip.Encrypted:
		return nil, encrypted()
	case clip.DolbyVision:
		return nil, refuse("video_dolby_vision", nil, "cannot show the colours of this Dolby Vision video: export it as SDR, or as HDR10 or HLG")
	case format == AVIFMoving && clip.Pictures > 1:
		return nil, refuse("image_unsupported", playlists.Params{"format": "avif"}, "cannot use an animated AVIF that is transparent: export it as a video")
	case !video && clip.Sound:
		return nil, refuse("audio_only", nil, "cannot use sound without a picture: bring in a video or an image")
	case !video || clip.Width <= 0 || clip.Height <= 0:
		return nil, notMedia()
	}
	if max(clip.Width, clip.Height, clip.Coded[0], clip.Coded[1]) > p.limits.VideoSide {
		return nil, refuse("video_too_large", playlists.Params{"width": clip.Width, "height": clip.Height, "max": p.limits.VideoSide},
			"cannot use a video of %d × %d pixels: export it with at most %d on each side", clip.Width, clip.Height, p.limits.VideoSide)
	}
	if clip.Duration == 0 {
		if clip.Duration, err = p.measure(ctx, f.Name(), clip.FrameRate); err != nil {
			return nil, p.unreadable(err, format)
		}
	}
	if clip.Duration > p.limits.Duration {
		return nil, refuse("video_too_long", playlists.Params{"seconds": int(clip.Duration.Seconds()), "max_seconds": int(p.limits.Duration.Seconds())},
			"cannot use a video of %s: cut it to at most %s", clip.Duration.Round(time.Second), p.limits.Duration)
	}
	if err := p.firstFrame(ctx, f.Name(), format); err != nil {
		return nil, err
	}
	return &Facts{Kind: playlists.Video, MIME: mimeOf(clip.Container, format), Width: clip.Width, Height: clip.Height, Duration: clip.Duration, Clip: clip}, nil
}

// describe asks ffprobe what the file holds.
func (p *Prober) describe(ctx context.Context, path string) (*Clip, error) {
	out := &cappedBuffer{max: 1 << 20}
	if err := p.run(ctx, "ffprobe", path, out, "-v", "error", "-print_format", "json", "-show_format", "-show_streams"); err != nil {
		return nil, err
	}
	clip, err := parseClip(out.b)
	if err != nil {
		return nil, fmt.Errorf("cannot read ffprobe's answer: %w", err)
	}
	return &clip, nil
}

// firstFrame decodes one frame. A recording of a broadcast may begin in the
// middle of things, so only files that are made as a whole must decode without
// an error.
func (p *Prober) firstFrame(ctx context.Context, path string, format Format) error {
	options := []string{"-v", "error", "-nostdin", "-map", "0:V:0", "-frames:v", "1", "-f", "framecrc", "pipe:1"}
	if format == ISOMedia || format == Matroska {
		options = append([]string{"-xerror"}, options...)
	}
	out := &cappedBuffer{max: 64 << 10}
	if err := p.run(ctx, "ffmpeg", path, out, options...); err != nil {
		return p.unreadable(err, format)
	}
	for line := range strings.Lines(string(out.b)) {
		if !strings.HasPrefix(line, "#") {
			return nil
		}
	}
	return corrupt()
}

func mimeOf(container string, format Format) string {
	switch {
	case format == GIF:
		return "image/gif"
	case format == AVIFMoving:
		return "image/avif"
	case format == ISOMedia:
		return "video/mp4"
	case format == Matroska:
		return "video/x-matroska"
	case format == AVI:
		return "video/x-msvideo"
	case container == "mpegts":
		return "video/mp2t"
	case container == "mpeg" || container == "mpegvideo":
		return "video/mpeg"
	}
	return "video/x-" + container
}

// probeLimits bound the children that only look.
func probeLimits() sandbox.Limits {
	return sandbox.Limits{Time: time.Minute, Memory: 4 << 30, FileSize: 1 << 20}
}

// run runs a tool on the file; the options after the input come last.
func (p *Prober) run(ctx context.Context, tool, path string, out io.Writer, after ...string) error {
	return p.box.Run(ctx, sandbox.Command{Tool: tool, Input: path, Stdout: out, Limits: probeLimits(), Args: func(in, _ string) []string {
		return append(append(BeforeInput(), "-i", in), after...)
	}})
}

// measure counts the time of a video whose container does not say, without
// decoding it. A single picture takes the time of one at the rate.
func (p *Prober) measure(ctx context.Context, path string, rate float64) (time.Duration, error) {
	out := &cappedBuffer{max: 1 << 20}
	err := p.run(ctx, "ffmpeg", path, out, "-v", "error", "-nostdin", "-map", "0:V:0", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-")
	if err != nil {
		return 0, err
	}
	var last, shown time.Duration
	for line := range strings.Lines(string(out.b)) {
		if us, ok := strings.CutPrefix(strings.TrimSpace(line), "out_time_us="); ok {
			if n, err := strconv.ParseInt(us, 10, 64); err == nil {
				last = time.Duration(n) * time.Microsecond
			}
		}
		if frames, ok := strings.CutPrefix(strings.TrimSpace(line), "frame="); ok && rate > 0 {
			if n, err := strconv.ParseInt(strings.TrimSpace(frames), 10, 32); err == nil {
				shown = time.Duration(float64(n) / rate * float64(time.Second)).Round(time.Millisecond)
			}
		}
	}
	if last < time.Millisecond {
		last = shown
	}
	if last <= 0 {
		return 0, corrupt()
	}
	return last, nil
}

func encrypted() error {
	return refuse("video_encrypted", nil, "cannot use an encrypted video: bring in one without copy protection")
}

func corrupt() error {
	return refuse("video_corrupt", nil, "cannot read the video: it is damaged or encrypted; export it again")
}

// unreadable turns a child's failure into the refusal it stands for. What was
// no fault of the file stays an error of ours.
func (p *Prober) unreadable(err error, format Format) error {
	if errors.Is(err, bytes.ErrTooLarge) {
		return corrupt() // thousands of streams
	}
	f, ok := errors.AsType[*sandbox.Failure](err)
	if !ok {
		return err
	}
	p.log.Info("a file could not be read as a video", "error", err)
	tail := strings.ToLower(f.Tail)
	switch {
	case f.TimedOut || strings.Contains(tail, "cannot allocate memory"):
		return refuse("video_too_heavy", nil, "cannot read the video within the time and memory there is: export it as H.264 MP4 at 1920 × 1080")
	case strings.Contains(tail, "moov atom not found"):
		return truncated()
	case format == Unknown:
		return notMedia()
	}
	return corrupt()
}

// cappedBuffer refuses to grow beyond max bytes.
type cappedBuffer struct {
	b   []byte
	max int
}

func (c *cappedBuffer) Write(p []byte) (int, error) {
	if len(c.b)+len(p) > c.max {
		return 0, bytes.ErrTooLarge
	}
	c.b = append(c.b, p...)
	return len(p), nil
}
