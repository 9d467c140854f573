package probe

import (
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/webp"

	"cotmoc/playlists"
)

func (p *Prober) picture(ctx context.Context, f *os.File, size int64, format Format) (*Facts, error) {
	pic, err := ReadPicture(f, size, format)
	if err != nil {
		return nil, err
	}
	if err := p.limits.checkPicture(pic); err != nil {
		return nil, err
	}
	if err := p.Decode(ctx, f, size, pic, func(image.Image) error { return nil }); err != nil {
		return nil, err
	}
	facts := &Facts{Kind: playlists.Image, MIME: "image/" + string(format), Picture: pic}
	facts.Width, facts.Height = pic.Displayed()
	return facts, nil
}

// Decode decodes a picture that was found within limits and hands it to use.
// Pictures wait for each other, so that all of them together stay within the
// memory.
func (p *Prober) Decode(ctx context.Context, r io.ReaderAt, size int64, pic *Picture, use func(image.Image) error) error {
	bytes := min(pic.DecodedBytes(), p.limits.Memory)
	if err := p.decoding.Acquire(ctx, bytes); err != nil {
		return err
	}
	defer p.decoding.Release(bytes)
	img, err := decode(r, size, pic)
	if err != nil {
		return err
	}
	return use(img)
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
	return nil, refuse("image_corrupt", params, "cannot read the %s to its end: it is damaged; export it again", pic.Format)
}
