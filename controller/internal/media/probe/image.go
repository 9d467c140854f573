package probe

import (
	"encoding/binary"
	"errors"
	"io"

	"cotmoc/playlists"
)

// Picture is what an image's headers say, read without decoding it.
type Picture struct {
	Format      Format
	Width       int // pixels as stored
	Height      int
	Orientation int // EXIF, 1 to 8
	Animated    bool
	Progressive bool // JPEG: all coefficients are held in memory
	Channels    int  // as decoded
	Deep        bool // 16 bits a channel
	ICC         []byte
	Gamma       float64 // of a PNG that says so and no more; 0 when not said
	Colour      Colour  // AVIF
}

// Displayed gives width and height after orientation.
func (p *Picture) Displayed() (width, height int) {
	if p.Orientation >= 5 {
		return p.Height, p.Width
	}
	return p.Width, p.Height
}

// DecodedBytes estimates the memory that decoding takes at most.
func (p *Picture) DecodedBytes() int64 {
	perPixel := int64(p.Channels)
	switch {
	case p.Format == JPEG && p.Progressive:
		perPixel += 4 * int64(p.Channels) // an int32 for each coefficient
	case p.Format == PNG && p.Channels > 1:
		perPixel = 4
	case p.Format == WebP:
		perPixel = 4
	case p.Format == GIF:
		perPixel = 5 // indexes, then colours
	}
	if p.Deep {
		perPixel *= 2
	}
	return int64(p.Width) * int64(p.Height) * perPixel
}

// Errors of the header readers; refusals give them their reasons.
var (
	errEncrypted = errors.New("copy protection")
	errCut       = errors.New("the file ends too early")
	errCorrupt   = errors.New("the headers contradict themselves")
	errVariant   = errors.New("a variant that is not supported")
)

// limits of what the header readers keep of a file.
const (
	maxICC  = 4 << 20
	maxEXIF = 64 << 10
)

// ReadPicture reads the headers of a JPEG, PNG, WebP, AVIF or GIF of the given
// size. Its
// error is Invalid, reason "file_truncated", "image_corrupt" or
// "image_unsupported".
func ReadPicture(r io.ReaderAt, size int64, f Format) (*Picture, error) {
	p := &Picture{Format: f, Orientation: 1}
	var err error
	switch f {
	case JPEG:
		err = readJPEG(r, size, p)
	case PNG:
		err = readPNG(r, size, p)
	case WebP:
		err = readWebP(r, size, p)
	case AVIF:
		err = readAVIF(r, size, p)
	case GIF:
		err = readGIF(r, size, p)
	default:
		err = errVariant
	}
	switch {
	case errors.Is(err, errCut), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, truncated()
	case errors.Is(err, errVariant):
		return nil, refuse("image_unsupported", playlists.Params{"format": string(f)}, "cannot use this variant of %s: save it as an ordinary JPEG or PNG", f)
	case errors.Is(err, errCorrupt):
		return nil, refuse("image_corrupt", playlists.Params{"format": string(f)}, "cannot read the %s: it is damaged; export it again", f)
	case err != nil:
		return nil, err
	}
	if p.Width <= 0 || p.Height <= 0 {
		return nil, refuse("image_corrupt", playlists.Params{"format": string(f)}, "cannot read the %s: it has no pixels; export it again", f)
	}
	return p, nil
}

// readAt reads n bytes at off; a file that ends before gives errCut.
func readAt(r io.ReaderAt, off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, off); got < n {
		if err == nil || errors.Is(err, io.EOF) {
			err = errCut
		}
		return nil, err
	}
	return b, nil
}

// orientation reads the EXIF orientation from a TIFF block; 1 when there is
// none or it makes no sense.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) == 0x0112 && order.Uint16(tiff[e+2:]) == 3 {
			if o := int(order.Uint16(tiff[e+8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}
