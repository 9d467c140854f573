package probe

import (
	"bytes"
	"encoding/binary"
	"io"
)

// maxMeta is how much of an AVIF's description is read: beside a colour
// profile it takes a few hundred bytes.
const maxMeta = maxICC + 1<<20

// readAVIF reads the description of an AVIF's main picture (ISO/IEC 23008-12).
// ffmpeg decodes that picture alone, so what is put together of several, or
// needs a second one to be seen rightly, is a variant that is not supported.
func readAVIF(r io.ReaderAt, size int64, p *Picture) error {
	p.Channels = 4
	described := false
	for at := int64(0); at < size; {
		h, err := readAt(r, at, 8)
		if err != nil {
			return err
		}
		n, kind := int64(binary.BigEndian.Uint32(h)), string(h[4:])
		switch {
		case n == 0:
			n = size - at // the last one
		case n == 1: // a long one
			l, err := readAt(r, at+8, 8)
			if err != nil {
				return err
			}
			n = int64(binary.BigEndian.Uint64(l) & (1<<62 - 1))
		}
		switch {
		case n < 8:
			return errCorrupt
		case n > size-at:
			return errCut
		case kind == "meta" && (n < 12 || n > maxMeta):
			return errCorrupt
		case kind == "meta" && !described:
			b, err := readAt(r, at+12, int(n)-12)
			if err != nil {
				return err
			}
			if err := p.describe(b); err != nil {
				return err
			}
			described = true
		}
		at += n
	}
	if !described {
		return errCut
	}
	return nil
}

// describe takes what the boxes of a meta box say.
func (p *Picture) describe(meta []byte) error {
	var properties []box
	var primary, kinds, uses []byte
	for b := range boxes(meta) {
		switch b.kind {
		case "pitm":
			primary = b.body
		case "iinf":
			kinds = b.body
		case "iprp":
			for b := range boxes(b.body) {
				switch b.kind {
				case "ipco":
					for b := range boxes(b.body) {
						properties = append(properties, b)
					}
				case "ipma":
					uses = b.body
				}
			}
		}
	}
	id, ok := itemID(primary)
	if !ok || itemKind(kinds, id) == "" {
		return errCorrupt
	}
	if itemKind(kinds, id) != "av01" {
		return errVariant // a grid of pictures, or no AV1
	}
	for _, b := range properties {
		if b.kind == "auxC" && (bytes.Contains(b.body, []byte("alpha")) || bytes.Contains(b.body, []byte("auxid:1"))) {
			return errVariant // transparency lies in a second picture
		}
	}
	for _, i := range propertiesOf(uses, id) {
		if i < 1 || i > len(properties) {
			return errCorrupt
		}
		if err := p.property(properties[i-1]); err != nil {
			return err
		}
	}
	return nil
}

// property takes one property of the main picture.
func (p *Picture) property(b box) error {
	switch b.kind {
	case "ispe":
		if len(b.body) < 12 {
			return errCorrupt
		}
		w, h := binary.BigEndian.Uint32(b.body[4:]), binary.BigEndian.Uint32(b.body[8:])
		if w > 1<<31-1 || h > 1<<31-1 {
			return errCorrupt
		}
		p.Width, p.Height = int(w), int(h)
	case "irot": // quarter turns anticlockwise
		if len(b.body) < 1 {
			return errCorrupt
		}
		p.Orientation = [4]int{1, 8, 3, 6}[b.body[0]&3]
	case "imir", "clap":
		return errVariant
	case "colr":
		if len(b.body) > 4 && (string(b.body[:4]) == "prof" || string(b.body[:4]) == "rICC") && len(b.body) <= maxICC {
			p.ICC = bytes.Clone(b.body[4:])
		}
	}
	return nil
}

// box is one box of an ISO file.
type box struct {
	kind string
	body []byte
}

// boxes gives the boxes that follow each other in b, up to one that does not
// fit.
func boxes(b []byte) func(func(box) bool) {
	return func(yield func(box) bool) {
		for len(b) >= 8 {
			n := int64(binary.BigEndian.Uint32(b))
			if n < 8 || n > int64(len(b)) || !yield(box{string(b[4:8]), b[8:n]}) {
				return
			}
			b = b[n:]
		}
	}
}

// itemID reads a pitm box.
func itemID(b []byte) (uint32, bool) {
	switch {
	case len(b) >= 6 && b[0] == 0:
		return uint32(binary.BigEndian.Uint16(b[4:])), true
	case len(b) >= 8 && b[0] == 1:
		return binary.BigEndian.Uint32(b[4:]), true
	}
	return 0, false
}

// itemKind finds an item's type in an iinf box; "" when it is not there.
func itemKind(b []byte, id uint32) string {
	skip := 6
	if len(b) > 0 && b[0] > 0 {
		skip = 8
	}
	for e := range boxes(b[min(skip, len(b)):]) {
		switch {
		case e.kind != "infe":
		case len(e.body) >= 12 && e.body[0] == 2 && uint32(binary.BigEndian.Uint16(e.body[4:])) == id:
			return string(e.body[8:12])
		case len(e.body) >= 14 && e.body[0] == 3 && binary.BigEndian.Uint32(e.body[4:]) == id:
			return string(e.body[10:14])
		}
	}
	return ""
}

// propertiesOf reads the numbers of an item's properties, from 1 up, from an
// ipma box.
func propertiesOf(b []byte, id uint32) []int {
	if len(b) < 8 {
		return nil
	}
	wideID, wideIndex := b[0] > 0, b[3]&1 != 0
	count, b := binary.BigEndian.Uint32(b[4:]), b[8:]
	number := func(wide bool, narrow int) (v uint32, ok bool) {
		n := narrow
		if wide {
			n *= 2
		}
		if len(b) < n {
			return 0, false
		}
		for _, c := range b[:n] {
			v = v<<8 | uint32(c)
		}
		b = b[n:]
		return v, true
	}
	for range count {
		item, ok := number(wideID, 2)
		n, ok2 := number(false, 1)
		if !ok || !ok2 {
			return nil
		}
		var found []int
		for range n {
			v, ok := number(wideIndex, 1)
			if !ok {
				return nil
			}
			if wideIndex {
				found = append(found, int(v&0x7fff))
			} else {
				found = append(found, int(v&0x7f))
			}
		}
		if item == id {
			return found
		}
	}
	return nil
}
