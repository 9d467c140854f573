package probe

import (
	"bytes"
	"encoding/binary"
	"io"
)

// readWebP walks the chunks of a RIFF file of form WEBP.
func readWebP(r io.ReaderAt, size int64, p *Picture) error {
	h, err := readAt(r, 0, 12)
	if err != nil {
		return err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(h[4:]))
	if end > size {
		return errCut
	}
	p.Channels = 4
	seen := false
	for at := int64(12); at+8 <= end; {
		h, err := readAt(r, at, 8)
		if err != nil {
			return err
		}
		n := int64(binary.LittleEndian.Uint32(h[4:]))
		if at+8+n > end {
			return errCut
		}
		b, err := readAt(r, at+8, int(min(n, 10)))
		if err != nil {
			return err
		}
		switch kind := string(h[:4]); kind {
		case "VP8X":
			if len(b) < 10 {
				return errCorrupt
			}
			p.Animated = b[0]&0x02 != 0
			p.Width, p.Height = 1+int(uint24(b[4:])), 1+int(uint24(b[7:]))
		case "VP8 ":
			if len(b) < 10 || string(b[3:6]) != "\x9d\x01\x2a" {
				return errCorrupt
			}
			if err := p.frame(int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)); err != nil {
				return err
			}
			seen = true
		case "VP8L":
			if len(b) < 5 || b[0] != 0x2f {
				return errCorrupt
			}
			bits := binary.LittleEndian.Uint32(b[1:])
			if err := p.frame(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)); err != nil {
				return err
			}
			seen = true
		case "ANIM", "ANMF":
			p.Animated = true
			return nil
		case "ICCP":
			if n <= maxICC {
				if p.ICC, err = readAt(r, at+8, int(n)); err != nil {
					return err
				}
			}
		case "EXIF":
			if n <= maxEXIF {
				b, err := readAt(r, at+8, int(n))
				if err != nil {
					return err
				}
				p.Orientation = orientation(bytes.TrimPrefix(b, []byte("Exif\x00\x00")))
			}
		}
		at += 8 + n + n&1
	}
	if !seen {
		return errCut
	}
	return nil
}

// frame takes the coded picture's size, which must be the canvas's.
func (p *Picture) frame(w, h int) error {
	if p.Width != 0 && (p.Width != w || p.Height != h) {
		return errCorrupt
	}
	p.Width, p.Height = w, h
	return nil
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
