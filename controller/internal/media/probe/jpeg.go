package probe

import (
	"encoding/binary"
	"io"
)

// maxMarkers bounds the segments before the picture.
const maxMarkers = 2000

// readJPEG walks the segments up to the first scan.
func readJPEG(r io.ReaderAt, size int64, p *Picture) error {
	at := int64(2)
	icc := map[byte][]byte{}
	kept := 0
	for range maxMarkers {
		h, err := readAt(r, at, 2)
		if err != nil {
			return err
		}
		if h[0] != 0xff {
			return errCorrupt
		}
		marker := h[1]
		switch {
		case marker == 0xff: // fill
			at++
			continue
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd7:
			at += 2
			continue
		case marker == 0xd9:
			return errCut // the end before any picture
		}
		l, err := readAt(r, at+2, 2)
		if err != nil {
			return err
		}
		n := int64(binary.BigEndian.Uint16(l))
		if n < 2 {
			return errCorrupt
		}
		body := at + 4
		switch {
		case marker == 0xda:
			if p.Width == 0 {
				return errCorrupt
			}
			p.ICC = joinICC(icc)
			return nil
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			if err := readFrame(r, body, n-2, marker, p); err != nil {
				return err
			}
		case marker == 0xe1 && n-2 <= maxEXIF:
			b, err := readAt(r, body, int(n-2))
			if err != nil {
				return err
			}
			if len(b) > 6 && string(b[:6]) == "Exif\x00\x00" && p.Orientation == 1 {
				p.Orientation = orientation(b[6:])
			}
		case marker == 0xe2 && n > 16 && kept < maxICC:
			b, err := readAt(r, body, int(n-2))
			if err != nil {
				return err
			}
			if string(b[:12]) == "ICC_PROFILE\x00" {
				icc[b[12]] = b[14:]
				kept += len(b)
			}
		}
		at += 2 + n
	}
	return errCorrupt
}

// readFrame reads a start-of-frame segment.
func readFrame(r io.ReaderAt, at, n int64, marker byte, p *Picture) error {
	if n < 6 {
		return errCorrupt
	}
	b, err := readAt(r, at, 6)
	if err != nil {
		return err
	}
	if marker > 0xc2 || b[0] != 8 {
		return errVariant // lossless, hierarchical, arithmetic or 12 bits
	}
	p.Height, p.Width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	p.Channels, p.Progressive = int(b[5]), marker == 0xc2
	if p.Channels != 1 && p.Channels != 3 && p.Channels != 4 {
		return errVariant
	}
	return nil
}

// joinICC puts the numbered parts of a profile together; nil when one is
// missing.
func joinICC(parts map[byte][]byte) []byte {
	var all []byte
	for i := range len(parts) {
		part, ok := parts[byte(i+1)]
		if !ok {
			return nil
		}
		all = append(all, part...)
	}
	return all
}
