package probe

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"

	"golang.org/x/image/webp"

	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

func (p *Prober) picture(ctx context.Context, f *os.File, size int64, pic *Picture) (*Facts, error) {
	if err := p.limits.checkPicture(pic); err != nil {
		return nil, err
	}
	if pic.Format == AVIF {
		clip, err := p.describe(ctx, f.Name())
		if err != nil {
			return nil, p.unreadablePicture(err, pic.Format)
		}
		pic.Colour = clip.Colour
	}
	if err := p.Decode(ctx, f, size, pic, func(image.Image) error { return nil }); err != nil {
		return nil, err
	}
	facts := &Facts{Kind: playlists.Image, MIME: "image/" + string(pic.Format), Picture: pic}
	facts.Width, facts.Height = pic.Displayed()
	return facts, nil
}

// Decode decodes a picture that was found within limits and hands it to use.
// Pictures wait for each other, so that all of them together stay within the
// memory.
func (p *Prober) Decode(ctx context.Context, f *os.File, size int64, pic *Picture, use func(image.Image) error) error {
	held := min(pic.DecodedBytes(), p.limits.Memory)
	if err := p.decoding.Acquire(ctx, held); err != nil {
		return err
	}
	defer p.decoding.Release(held)
	if pic.Format == AVIF {
		img, err := p.decodeAVIF(ctx, f.Name(), pic)
		if err != nil {
			return err
		}
		return use(img)
	}
	img, err := decode(f, size, pic)
	if err != nil {
		return err
	}
	return use(img)
}

// decodeAVIF has ffmpeg decode the picture, in BT.709 whatever it is coded in.
func (p *Prober) decodeAVIF(ctx context.Context, path string, pic *Picture) (image.Image, error) {
	filter := "format=rgba"
	if sdr := pic.Colour.ToSDR(); sdr != "" {
		filter = sdr + "," + filter
	}
	img := image.NewRGBA(image.Rect(0, 0, pic.Width, pic.Height))
	out := &cappedBuffer{b: img.Pix[:0], max: len(img.Pix)}
	err := p.run(ctx, "ffmpeg", path, out, "-v", "error", "-nostdin", "-xerror", "-map", "0:V:0", "-frames:v", "1", "-vf", filter, "-f", "rawvideo", "pipe:1")
	if err != nil {
		return nil, p.unreadablePicture(err, pic.Format)
	}
	if len(out.b) != len(img.Pix) {
		return nil, corruptPicture(pic.Format)
	}
	return img, nil
}

// unreadablePicture turns a child's failure into the refusal it stands for.
func (p *Prober) unreadablePicture(err error, format Format) error {
	f, ok := errors.AsType[*sandbox.Failure](err)
	switch {
	case !ok && !errors.Is(err, bytes.ErrTooLarge):
		return err
	case ok && (f.TimedOut || strings.Contains(strings.ToLower(f.Tail), "cannot allocate memory") || strings.Contains(f.Tail, "No such filter")):
		return refuse("image_unsupported", playlists.Params{"format": string(format)}, "cannot use this variant of %s: save it as an ordinary JPEG or PNG", format)
	}
	p.log.Info("a file could not be read as a picture", "error", err)
	return corruptPicture(format)
}

func corruptPicture(format Format) error {
	return refuse("image_corrupt", playlists.Params{"format": string(format)}, "cannot read the %s to its end: it is damaged; export it again", format)
}

// checkPicture refuses by the headers alone, before anything is decoded.
func (l Limits) checkPicture(pic *Picture) error {
	if pic.Animated {
		return refuse("image_animated", playlists.Params{"format": string(pic.Format)}, "cannot use an animated %s: convert it to an MP4 video, or save one picture of it", pic.Format)
	}
	pixels := int64(pic.Width) * int64(pic.Height)
	if pixels > l.Pixels || max(pic.Width, pic.Height) > l.Side || pic.DecodedBytes() > l.Memory {
		return refuse("image_too_many_pixels", playlists.Params{"width": pic.Width, "height": pic.Height, "max_megapixels": l.Pixels / 1_000_000},
			"cannot use an image of %d × %d pixels: make it smaller, a screen shows 1920 × 1080", pic.Width, pic.Height)
	}
	return nil
}

func decode(r io.ReaderAt, size int64, pic *Picture) (image.Image, error) {
	var read func(io.Reader) (image.Image, error)
	switch pic.Format {
	case JPEG:
		read = jpeg.Decode
	case PNG:
		read = png.Decode
	case WebP:
		read = webp.Decode
	case GIF:
		read = decodeGIF
	default:
		return nil, notMedia()
	}
	img, err := read(io.NewSectionReader(r, 0, size))
	switch {
	case err == nil && img.Bounds().Dx() == pic.Width && img.Bounds().Dy() == pic.Height:
		return img, nil
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), err == jpeg.FormatError("short Huffman data"):
		return nil, truncated()
	}
	params := playlists.Params{"format": string(pic.Format)}
	if _, ok := errors.AsType[jpeg.UnsupportedError](err); ok {
		return nil, refuse("image_unsupported", params, "cannot use this variant of %s: save it as an ordinary JPEG or PNG", pic.Format)
	}
	return nil, corruptPicture(pic.Format)
}
