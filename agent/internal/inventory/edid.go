package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"cotmoc/playlists/wire"
)

const blockSize = 128

// Parse reads the base block of an EDID, which is all that is needed: who made
// the display, which it is, how large, and what it prefers. Extensions are
// passed over.
func Parse(edid []byte) (wire.Display, error) {
	var d wire.Display
	if len(edid) < blockSize || !bytes.Equal(edid[:8], []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}) {
		return d, errors.New("cannot read an EDID: it does not begin as one")
	}
	var sum byte
	for _, b := range edid[:blockSize] {
		sum += b
	}
	if sum != 0 {
		return d, errors.New("cannot read an EDID: its checksum is wrong")
	}
	id := uint16(edid[8])<<8 | uint16(edid[9])
	for shift := 10; shift >= 0; shift -= 5 {
		letter := byte(id>>shift&31) + 'A' - 1
		if letter < 'A' || letter > 'Z' {
			return d, errors.New("cannot read an EDID: its maker is no three letters")
		}
		d.Maker += string(rune(letter))
	}
	d.Model = fmt.Sprintf("%04X", uint16(edid[10])|uint16(edid[11])<<8)
	if n := uint32(edid[12]) | uint32(edid[13])<<8 | uint32(edid[14])<<16 | uint32(edid[15])<<24; n != 0 {
		d.Serial = fmt.Sprint(n)
	}
	if edid[17] > 0 {
		d.Year = 1990 + int(edid[17])
	}
	d.WidthMM, d.HeightMM = int(edid[21])*10, int(edid[22])*10
	for at := 54; at+18 <= 126; at += 18 {
		b := edid[at : at+18]
		switch {
		case (b[0] != 0 || b[1] != 0) && d.Width == 0: // a timing; the first is preferred
			d.Width, d.Height = int(b[2])|int(b[4]&0xf0)<<4, int(b[5])|int(b[7]&0xf0)<<4
			if w, h := int(b[12])|int(b[14]&0xf0)<<4, int(b[13])|int(b[14]&0x0f)<<8; w > 0 && h > 0 {
				d.WidthMM, d.HeightMM = w, h
			}
		case b[0] == 0 && b[1] == 0 && b[3] == 0xfc:
			if name := text(b[5:]); name != "" {
				d.Model = name
			}
		case b[0] == 0 && b[1] == 0 && b[3] == 0xff:
			if serial := text(b[5:]); serial != "" {
				d.Serial = serial
			}
		}
	}
	return d, nil
}

// text is ended by a line feed and filled with spaces.
func text(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(line)))
}
