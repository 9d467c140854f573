package probe

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
)

// maxChunks bounds the chunks of a PNG: 100 megapixels in chunks of 8 KiB.
const maxChunks = 200_000

// readPNG walks all chunks to the end, so that a cut file is known before it
// is decoded.
func readPNG(r io.ReaderAt, size int64, p *Picture) error {
	at, srgb := int64(8), false
	for i := range maxChunks {
		h, err := readAt(r, at, 8)
		if err != nil {
			return err
		}
		n, kind := int64(binary.BigEndian.Uint32(h)), string(h[4:])
		if n > 1<<31-1 || i == 0 != (kind == "IHDR") {
			return errCorrupt
		}
		if at+12+n > size {
			return errCut
		}
		switch kind {
		case "IHDR":
			if err := readIHDR(r, at+8, n, p); err != nil {
				return err
			}
		case "gAMA":
			if n == 4 {
				b, err := readAt(r, at+8, 4)
				if err != nil {
					return err
				}
				p.Gamma = float64(binary.BigEndian.Uint32(b)) / 100_000
			}
		case "sRGB":
			srgb = true
		case "acTL":
			p.Animated = true
		case "iCCP":
			if n <= maxICC {
				b, err := readAt(r, at+8, int(n))
				if err != nil {
					return err
				}
				p.ICC = inflateICC(b)
			}
		case "eXIf":
			if n <= maxEXIF {
				b, err := readAt(r, at+8, int(n))
				if err != nil {
					return err
				}
				p.Orientation = orientation(b)
			}
		case "IEND":
			if srgb || p.ICC != nil {
				p.Gamma = 0
			}
			return nil
		}
		at += 12 + n
	}
	return errCorrupt
}

func readIHDR(r io.ReaderAt, at, n int64, p *Picture) error {
	if n != 13 {
		return errCorrupt
	}
	b, err := readAt(r, at, 13)
	if err != nil {
		return err
	}
	w, h := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if w > 1<<31-1 || h > 1<<31-1 {
		return errCorrupt
	}
	p.Width, p.Height, p.Deep = int(w), int(h), b[8] == 16
	switch b[9] {
	case 0, 3:
		p.Channels = 1
	case 2:
		p.Channels = 3
	case 4:
		p.Channels = 2
	case 6:
		p.Channels = 4
	default:
		return errCorrupt
	}
	return nil
}

// inflateICC unpacks an iCCP chunk: name, 0, method, zlib stream. A profile
// that cannot be read is no reason to refuse the picture: nil.
func inflateICC(b []byte) []byte {
	name := bytes.IndexByte(b, 0)
	if name < 0 || name+2 > len(b) {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b[name+2:]))
	if err != nil {
		return nil
	}
	defer z.Close()
	icc, err := io.ReadAll(io.LimitReader(z, maxICC+1))
	if err != nil || len(icc) > maxICC {
		return nil
	}
	return icc
}
