package probe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

// maxBoxes bounds the top-level boxes of an MP4: an hour of fragments.
const maxBoxes = 100_000

// maxIndex is how much of an MP4's index is searched for signs of protection;
// they stand near its beginning.
const maxIndex = 4 << 20

// checkContainer compares a video container's own account of its length with
// the file's: errCut when it ends too early, errEncrypted for one with
// copy protection. Containers that keep no account pass.
func checkContainer(r io.ReaderAt, size int64, f Format) error {
	var err error
	switch f {
	case ISOMedia, AVIFMoving:
		err = checkISO(r, size)
	case Matroska:
		err = checkMatroska(r, size)
	case AVI:
		err = checkRIFF(r, size)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

// checkISO walks the top-level boxes of an MP4 or QuickTime file.
func checkISO(r io.ReaderAt, size int64) error {
	moov := false
	at := int64(0)
	for range maxBoxes {
		if at+8 > size { // up to 7 bytes of padding
			break
		}
		h, err := readAt(r, at, 8)
		if err != nil {
			return err
		}
		n, kind := int64(binary.BigEndian.Uint32(h)), string(h[4:])
		if n == 0 && kind == "\x00\x00\x00\x00" {
			break // QuickTime's terminator, or padding
		}
		switch n {
		case 0:
			n = size - at
		case 1:
			l, err := readAt(r, at+8, 8)
			if err != nil {
				return err
			}
			long := binary.BigEndian.Uint64(l)
			if long < 16 || long > 1<<62 {
				return errCorrupt
			}
			n = int64(long)
		}
		if n < 8 {
			return errCorrupt
		}
		if n > size-at {
			return errCut
		}
		if kind == "moov" {
			moov = true
			index, err := readAt(r, at, int(min(n, maxIndex)))
			if err != nil {
				return err
			}
			// ffprobe gives the tag below the protection, so look ourselves.
			if bytes.Contains(index, []byte("encv")) && bytes.Contains(index, []byte("sinf")) {
				return errEncrypted
			}
		}
		at += n
	}
	if !moov {
		return errCut // recorders write it last
	}
	return nil
}

// checkMatroska compares the segment's size, where it is known.
func checkMatroska(r io.ReaderAt, size int64) error {
	at := int64(0)
	for _, id := range []uint32{0x1a45dfa3, 0x18538067} { // EBML header, Segment
		h, err := readAt(r, at, 4)
		if err != nil {
			return err
		}
		if binary.BigEndian.Uint32(h) != id {
			return nil // void or unknown elements between: leave it to ffprobe
		}
		first, err := readAt(r, at+4, 1)
		if err != nil {
			return err
		}
		width := 1 + bits.LeadingZeros8(first[0])
		if width > 8 {
			return errCorrupt
		}
		b, err := readAt(r, at+4, width)
		if err != nil {
			return err
		}
		n := int64(b[0]) & (1<<(8-width) - 1)
		unknown := n == 1<<(8-width)-1
		for _, c := range b[1:] {
			n, unknown = n<<8|int64(c), unknown && c == 0xff
		}
		if unknown {
			return nil // a live recording
		}
		at += 4 + int64(width)
		if n > size-at {
			return errCut
		}
		at += n
	}
	return nil
}

// checkRIFF compares the first RIFF chunk's size.
func checkRIFF(r io.ReaderAt, size int64) error {
	h, err := readAt(r, 0, 8)
	if err != nil {
		return err
	}
	if n := int64(binary.LittleEndian.Uint32(h[4:])); n > size-8 {
		return errCut
	}
	return nil
}
