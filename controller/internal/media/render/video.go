package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

// video is a moving picture, read from its file each time.
type video struct {
	r     *Renderer
	path  string
	facts *probe.Facts
	part  part

	measuring sync.Mutex
	measured  *float64 // dB that its sound is changed by; nil before
}

func (r *Renderer) openVideo(path string, facts *probe.Facts, cut Cut) (*video, error) {
	p, err := partOf(facts, cut)
	if err != nil {
		return nil, err
	}
	return &video{r: r, path: path, facts: facts, part: p}, nil
}

func (v *video) Facts() *probe.Facts { return v.facts }

// Preview takes a frame at a tenth of the length: the first is often black.
func (v *video) Preview(ctx context.Context) ([]byte, error) {
	size := fitWithin(image.Pt(v.facts.Width, v.facts.Height), previewSide)
	img, err := v.r.frame(ctx, v.path, v.facts.Clip, v.facts.Duration/10, size)
	if err != nil {
		return nil, err
	}
	return encodeJPEG(img, 80)
}

// Render encodes the video for a profile and takes its poster from the result,
// so that people see what will be shown.
func (v *video) Render(ctx context.Context, p playlists.Profile, fit playlists.Fit, dir string, report func(float64)) (*Product, error) {
	w, h := p.Size()
	name := string(p) + ".mp4"
	gain, err := 0.0, error(nil)
	if v.part.sound >= 0 {
		if gain, err = v.gain(ctx); err != nil {
			return nil, err
		}
	}
	if err := v.writeCaptions(image.Pt(w, h), dir); err != nil {
		return nil, err
	}
	err = v.r.box.Run(ctx, sandbox.Command{
		Tool: "ffmpeg", Input: v.path, Dir: dir,
		Stdout: &progressReader{total: v.part.length, report: report},
		Limits: v.limits(gradeOf(w, h)),
		Args: func(in, out string) []string {
			return encodeArgs(v.facts, v.part, image.Pt(w, h), fit, gain, in, filepath.Join(out, name))
		},
	})
	if err != nil {
		return nil, failed(err)
	}
	out := &Product{Path: filepath.Join(dir, name), MIME: "video/mp4", Width: w, Height: h}
	made, err := v.r.prober.Probe(ctx, out.Path)
	if err != nil {
		return nil, failed(err)
	}
	out.Duration, out.HasAudio = made.Duration, made.Clip.Audio
	if short := v.part.length - out.Duration; short > max(time.Second, v.part.length/20) {
		return nil, playlists.Errorf(playlists.Invalid, "file_truncated", nil, "cannot use a video that can be read for %s of its %s: export it again", out.Duration, v.part.length)
	}
	poster, err := v.r.frame(ctx, out.Path, made.Clip, out.Duration/4, image.Pt(w, h))
	if err != nil {
		return nil, err
	}
	if out.Poster, err = encodeJPEG(poster, jpegQuality); err != nil {
		return nil, err
	}
	if out.Thumbnail, err = encodeJPEG(shrink(poster, thumbSide), 80); err != nil {
		return nil, err
	}
	out.Looks, err = v.looks(ctx, out.Path, made, image.Pt(w, h))
	return out, err
}

// grade is what the number of a rendition's pixels asks for.
type grade struct {
	level   string // of H.264: what the player must be able to decode
	maxRate int    // the most it may take of a link or a player, in bits a second over a few seconds
	patient int    // how many times the video's length a slow machine may take
}

// gradeOf chooses the grade: level 4.1 decodes what every screen PC can, 5.1
// what those of large screens must.
func gradeOf(width, height int) grade {
	if (width+15)/16*((height+15)/16) <= 8192 {
		return grade{"4.1", 8_000_000, 40}
	}
	return grade{"5.1", 20_000_000, 160}
}

func (v *video) limits(g grade) sandbox.Limits {
	return sandbox.Limits{
		Time:     2*time.Minute + time.Duration(g.patient)*v.facts.Duration,
		Memory:   6 << 30,
		FileSize: 64<<20 + int64(v.facts.Duration.Seconds()*float64(g.maxRate)/8*2),
	}
}

// failed says of a child's failure what the person who brought the video in
// can do. Anything else is ours and may pass.
func failed(err error) error {
	f, ok := errors.AsType[*sandbox.Failure](err)
	if !ok {
		return err
	}
	if f.TimedOut || strings.Contains(strings.ToLower(f.Tail), "cannot allocate memory") {
		return playlists.Errorf(playlists.Invalid, "video_too_heavy", nil, "cannot convert the video within the time and memory there is: export it as H.264 MP4 at 1920 × 1080: %w", err)
	}
	if strings.Contains(f.Tail, "No such filter: 'zscale'") || strings.Contains(f.Tail, "No such filter: 'tonemap'") {
		return playlists.Errorf(playlists.Invalid, "video_hdr", nil, "cannot bring the video's wide colours to a screen's: the ffmpeg here was built without zscale; export it as SDR (Rec. 709): %w", err)
	}
	if strings.Contains(f.Tail, "No space left") {
		return playlists.Errorf(playlists.Unavailable, "storage_full", nil, "cannot convert the video: the disk is full: %w", err)
	}
	return playlists.Errorf(playlists.Invalid, "video_corrupt", nil, "cannot convert the video: it is damaged; export it again: %w", err)
}

// encodeArgs is the whole of ffmpeg's work for one rendition: H.264 High in
// yuv420p with a key frame each second, so that a player can seek into a slot
// at once; the index first; the same bytes each time from the same ffmpeg.
func encodeArgs(f *probe.Facts, shown part, canvas image.Point, fit playlists.Fit, gain float64, in, out string) []string {
	rate, group := frameRate(f.Clip.FrameRate)
	g := gradeOf(canvas.X, canvas.Y)
	args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
	args = append(args, decoder(f.Clip)...)
	args = append(args, "-i", in, "-filter_complex", filter(f, shown, canvas, fit, rate), "-filter_threads", "2", "-map", "[out]")
	if shown.sound >= 0 {
		args = append(args, "-map", fmt.Sprintf("0:%d", shown.sound), "-af", shown.soundTime()+soundFilter(gain), "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2", "-flags:a", "+bitexact")
	} else {
		args = append(args, "-an")
	}
	return append(args,
		"-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact",
		"-c:v", "libx264", "-preset", "faster", "-profile:v", "high", "-level:v", g.level, "-pix_fmt", "yuv420p", "-threads:v", "4",
		"-crf", "21", "-maxrate", strconv.Itoa(g.maxRate), "-bufsize", strconv.Itoa(g.maxRate*3/2), "-g", strconv.Itoa(group), "-flags:v", "+bitexact",
		"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv",
		"-movflags", "+faststart", "-max_muxing_queue_size", "2048", "-progress", "pipe:1", "-f", "mp4", out)
}

// decoder names the decoder where ffmpeg's own choice will not do.
func decoder(c *probe.Clip) []string {
	if c.Decoder == "" {
		return nil
	}
	return []string{"-c:v", c.Decoder}
}

// shortest is the least time that a rendition takes: that of the shortest slot
// of a playlist. The last picture of a shorter one stands still.
const shortest = playlists.MinItemDuration

// frameRate gives the constant rate for a source's: the nearest usual one up
// to playlists.MaxFrameRate, half of the double rates. group is the frames of a second.
func frameRate(source float64) (rate string, group int) {
	if source > 45 {
		source /= 2
	}
	best, rates := math.Inf(1), []struct {
		name  string
		value float64
		group int
	}{{"24000/1001", 24000. / 1001, 24}, {"24", 24, 24}, {"25", 25, 25}, {"30000/1001", 30000. / 1001, 30}, {"30", 30, 30}}
	rate, group = "30", 30
	for _, r := range rates {
		// Rates far from all of these, and none at all, become 30.
		if d := math.Abs(source - r.value); d < best && d < 1.5 {
			best, rate, group = d, r.name, r.group
		}
	}
	return rate, group
}

// filter is ffmpeg's graph from the upright source to the canvas.
func filter(f *probe.Facts, shown part, canvas image.Point, fit playlists.Fit, rate string) string {
	w, h, crop := f.Width, f.Height, shown.crop
	if f.Clip.Wide() {
		// Wide colours take sixteen bytes a pixel: no more pixels than are needed.
		w, h, crop = needed(w, h, crop, canvas)
	}
	pre, end := upright(f, w, h, rate, shown.pictureTime())+",format=yuv420p", "format=yuv420p[out]"
	if len(shown.captions) > 0 {
		end = burnIn + "," + end
	}
	if shown.length < shortest {
		end = fmt.Sprintf("tpad=stop_mode=clone:stop_duration=%.3f,%s", (shortest - shown.length).Seconds(), end)
	}
	cropped := func(r image.Rectangle) string {
		return fmt.Sprintf("crop=%d:%d:%d:%d:exact=1", r.Dx(), r.Dy(), r.Min.X+crop.Min.X, r.Min.Y+crop.Min.Y)
	}
	p := place(crop.Dx(), crop.Dy(), canvas, fit)
	front := fmt.Sprintf("%s,scale=%d:%d:flags=lanczos,setsar=1", cropped(p.crop), p.dst.Dx(), p.dst.Dy())
	if !p.bars {
		return pre + "," + front + "," + end
	}
	back := place(crop.Dx(), crop.Dy(), canvas, playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 0.5})
	small := fitWithin(canvas, backdropSide)
	dim := float64(backdropDim) / 256
	return fmt.Sprintf("%s,split=2[a][b];[b]%s,scale=%d:%d:flags=area,gblur=sigma=1.2,lutyuv=y='16+(val-16)*%.3f':u='128+(val-128)*%.3f':v='128+(val-128)*%.3f',scale=%d:%d:flags=bicubic,setsar=1[back];[a]%s[front];[back][front]overlay=x=%d:y=%d:format=yuv420,%s",
		pre, cropped(back.crop), even(float64(small.X)), even(float64(small.Y)), dim, dim, dim, canvas.X, canvas.Y,
		front, p.dst.Min.X, p.dst.Min.Y, end)
}

// upright is the beginning of every graph: constant rate, square pixels, a
// screen's colours, nothing transparent. times, which may be empty, leaves
// frames out.
func upright(f *probe.Facts, w, h int, rate, times string) string {
	c := f.Clip
	colours := "scale=%d:%d:flags=lanczos" + matrix(f)
	if c.Wide() {
		colours = "scale=%d:%d:flags=lanczos," + c.ToSDR()
	}
	steps := []string{}
	if c.Interlaced {
		steps = append(steps, "bwdif=mode=send_frame:deint=interlaced")
	}
	// Square pixels first, so that all that follows counts displayed ones.
	steps = append(steps, "fps="+rate+times)
	steps = append(steps, fmt.Sprintf(colours, w, h), "setsar=1")
	pre := "[0:V:0]" + strings.Join(steps, ",")
	if c.Alpha {
		pre = fmt.Sprintf("color=c=white:s=%dx%d:r=%s,format=yuv444p[paper];%s,format=yuva444p[ink];[paper][ink]overlay=format=yuv444:shortest=1", w, h, rate, pre)
	}
	return pre
}

// needed gives the size of a picture of which the crop is just large enough to
// cover the canvas, and the crop in it; a smaller one stays as it is.
func needed(w, h int, crop image.Rectangle, canvas image.Point) (int, int, image.Rectangle) {
	scale := max(float64(canvas.X)/float64(crop.Dx()), float64(canvas.Y)/float64(crop.Dy()))
	if scale >= 1 {
		return w, h, crop
	}
	at := func(n, most int) int { return min(most, int(math.Round(float64(n)*scale))) }
	sw, sh := max(1, int(math.Ceil(float64(w)*scale))), max(1, int(math.Ceil(float64(h)*scale)))
	if crop == image.Rect(0, 0, w, h) {
		return sw, sh, image.Rect(0, 0, sw, sh)
	}
	return sw, sh, image.Rect(at(crop.Min.X, sw-1), at(crop.Min.Y, sh-1), max(at(crop.Max.X, sw), 1), max(at(crop.Max.Y, sh), 1))
}

// matrix converts colours to BT.709. A source that does not say has BT.709
// from 720 rows up, as televisions assume.
func matrix(f *probe.Facts) string {
	in := ""
	switch m := f.Clip.Matrix; {
	case m == "" && f.Clip.Coded[1] >= 720:
		in = ":in_color_matrix=bt709"
	case m == "":
		in = ":in_color_matrix=bt601"
	}
	return in + ":out_color_matrix=bt709:out_range=tv"
}

// frame decodes one frame of a video, scaled to a size and laid on paper.
func (r *Renderer) frame(ctx context.Context, path string, c *probe.Clip, at time.Duration, size image.Point) (*image.RGBA, error) {
	img := image.NewNRGBA(image.Rectangle{Max: size})
	filter := fmt.Sprintf("scale=%d:%d:flags=area", size.X, size.Y)
	if sdr := c.ToSDR(); sdr != "" {
		filter += "," + sdr
	}
	out := &fixedBuffer{b: img.Pix[:0]}
	err := r.box.Run(ctx, sandbox.Command{
		Tool: "ffmpeg", Input: path, Stdout: out,
		Limits: sandbox.Limits{Time: 2 * time.Minute, Memory: 4 << 30, FileSize: 1 << 20},
		Args: func(in, _ string) []string {
			args := append([]string{"-v", "error", "-nostdin", "-threads", "2"}, probe.BeforeInput()...)
			args = append(args, decoder(c)...)
			return append(args, "-ss", strconv.FormatFloat(at.Seconds(), 'f', 3, 64), "-i", in, "-map", "0:V:0", "-frames:v", "1",
				"-vf", filter, "-pix_fmt", "rgba", "-f", "rawvideo", "pipe:1")
		},
	})
	switch {
	case err != nil:
		return nil, failed(err)
	case len(out.b) == len(img.Pix):
		return reduce(img, max(size.X, size.Y)), nil
	case at > 0 && len(out.b) == 0:
		return r.frame(ctx, path, c, 0, size) // nothing there: a single frame, or a gap at the end
	}
	return nil, playlists.Errorf(playlists.Invalid, "video_corrupt", nil, "cannot take a picture from the video: it is damaged; export it again")
}

// fixedBuffer fills what it was given and refuses more.
type fixedBuffer struct{ b []byte }

func (f *fixedBuffer) Write(p []byte) (int, error) {
	if len(f.b)+len(p) > cap(f.b) {
		return 0, io.ErrShortBuffer
	}
	f.b = append(f.b, p...)
	return len(p), nil
}

// progressReader reads ffmpeg's key=value progress.
type progressReader struct {
	total  time.Duration
	report func(float64)
	line   []byte
}

func (p *progressReader) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			if len(p.line)+len(b) < 1024 {
				p.line = append(p.line, b...)
			}
			break
		}
		p.take(string(append(p.line, b[:end]...)))
		p.line, b = p.line[:0], b[end+1:]
	}
	return n, nil
}

func (p *progressReader) take(line string) {
	us, ok := strings.CutPrefix(line, "out_time_us=")
	if !ok || p.total <= 0 {
		return
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(us), 10, 64); err == nil && n >= 0 {
		p.report(min(1, float64(n)*float64(time.Microsecond)/float64(p.total)))
	}
}
