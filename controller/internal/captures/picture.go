package captures

import (
	"bytes"
	"context"
	"image/jpeg"

	"cotmoc/playlists"
)

// Bounds of a picture. Screens send some 480 pixels.
const (
	minSide   = 16
	maxSide   = 2048
	maxPixels = 1 << 20
	// maxScans bounds the work that few bytes can ask for: each scan of a
	// progressive picture goes over all of it.
	maxScans = 20
)

// look tells the size of a picture that is a whole JPEG. Its size is known
// before anything is made of it.
func (s *Service) look(ctx context.Context, picture []byte) (width, height int, err error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return 0, 0, malformed()
	}
	width, height = config.Width, config.Height
	if min(width, height) < minSide || max(width, height) > maxSide || width*height > maxPixels {
		return 0, 0, playlists.Errorf(playlists.TooLarge, "capture_size", playlists.Params{"width": width, "height": height}, "cannot take a capture of %d×%d pixels: send some 480 pixels wide", width, height)
	}
	if bytes.Count(picture, []byte{0xff, 0xda}) > maxScans {
		return 0, 0, malformed()
	}
	select {
	case s.decodes <- struct{}{}:
		defer func() { <-s.decodes }()
	case <-ctx.Done():
		return 0, 0, context.Cause(ctx)
	}
	if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
		return 0, 0, malformed()
	}
	return width, height, nil
}

func malformed() error {
	return playlists.Errorf(playlists.Invalid, "capture_malformed", nil, "cannot take this capture: it is no whole JPEG")
}
