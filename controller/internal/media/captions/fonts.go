package captions

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf16"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"cotmoc/playlists"
)

// face is one font file: a script of a family.
type face struct {
	name   string // as the text's layout calls it: ours, so that no other is meant
	data   []byte // an OpenType font
	font   *sfnt.Font
	em     float64 // units
	height float64 // units, by which libass counts a size
}

// Fonts are those that subtitles are written in. They are safe for concurrent
// use.
type Fonts struct{ faces []face }

// Subtitles are semi-bold: an LED wall eats thin strokes.
var scripts = []string{"noto-sans-latin-600", "noto-sans-vietnamese-600", "noto-sans-lao-lao-600"}

// OpenFonts reads the fonts out of the console's built files.
func OpenFonts(assets fs.FS) (*Fonts, error) {
	var out Fonts
	for i, script := range scripts {
		names, err := fs.Glob(assets, "assets/"+script+"-normal-*.woff")
		if err != nil || len(names) != 1 {
			return nil, playlists.Errorf(playlists.Unavailable, "subtitle_fonts_missing", nil, "cannot burn in subtitles: this program was built without the console, whose fonts they use; build it with the console")
		}
		packed, err := fs.ReadFile(assets, names[0])
		if err != nil {
			return nil, fmt.Errorf("cannot read the font %s: %w", names[0], err)
		}
		f, err := unpack(packed, fmt.Sprintf("captions%d", i))
		if err != nil {
			return nil, fmt.Errorf("cannot use the font %s: %w", names[0], err)
		}
		out.faces = append(out.faces, *f)
	}
	return &out, nil
}

// WriteTo puts the fonts as files into a folder that is not there yet.
func (f *Fonts) WriteTo(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder for fonts: %w", err)
	}
	for _, face := range f.faces {
		if err := os.WriteFile(filepath.Join(dir, face.name+".ttf"), face.data, 0o600); err != nil {
			return fmt.Errorf("cannot write a font: %w", err)
		}
	}
	return nil
}

// faceOf gives the face that has a sign, -1 for none.
func (f *Fonts) faceOf(r rune) int {
	var b sfnt.Buffer
	for i := range f.faces {
		if g, err := f.faces[i].font.GlyphIndex(&b, r); err == nil && g != 0 {
			return i
		}
	}
	return -1
}

// advance is how far a sign moves on, in ems.
func (f *Fonts) advance(r rune) float64 {
	i := f.faceOf(r)
	if i < 0 {
		return 0
	}
	var b sfnt.Buffer
	face := &f.faces[i]
	g, err := face.font.GlyphIndex(&b, r)
	if err != nil {
		return 0
	}
	const ppem = 1000
	a, err := face.font.GlyphAdvance(&b, g, fixed.I(ppem), font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(a) / 64 / ppem
}

// maxFont bounds what a packed font may become, in bytes.
const maxFont = 4 << 20

// unpack turns a WOFF file into the OpenType font in it, under another name.
func unpack(woff []byte, name string) (*face, error) {
	const head, entry = 44, 20
	if len(woff) < head || string(woff[:4]) != "wOFF" {
		return nil, fmt.Errorf("it is no WOFF file")
	}
	count := int(binary.BigEndian.Uint16(woff[12:]))
	if len(woff) < head+entry*count {
		return nil, fmt.Errorf("it is cut off")
	}
	dir := binary.BigEndian.AppendUint16(bytes.Clone(woff[4:8]), uint16(count))
	dir = append(dir, 0, 0, 0, 0, 0, 0) // how to search: nobody does
	var body []byte
	f := &face{name: name}
	for i := range count {
		e := woff[head+entry*i:]
		at, packed, size := binary.BigEndian.Uint32(e[4:]), binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		if uint64(at)+uint64(packed) > uint64(len(woff)) || size > maxFont || len(body) > maxFont {
			return nil, fmt.Errorf("its table %q lies outside of it", e[:4])
		}
		table := woff[at : at+packed]
		if packed < size {
			z, err := zlib.NewReader(bytes.NewReader(table))
			if err != nil {
				return nil, fmt.Errorf("its table %q is damaged: %w", e[:4], err)
			}
			if table, err = io.ReadAll(io.LimitReader(z, int64(size))); err != nil {
				return nil, fmt.Errorf("its table %q is damaged: %w", e[:4], err)
			}
		}
		switch string(e[:4]) {
		case "name":
			table = nameTable(name)
		case "OS/2":
			if len(table) < 78 {
				return nil, fmt.Errorf("its table of measures is too short")
			}
			f.height = float64(binary.BigEndian.Uint16(table[74:])) + float64(binary.BigEndian.Uint16(table[76:]))
		}
		dir = append(dir, e[:4]...)
		dir = append(dir, e[16:20]...) // checksum
		dir = binary.BigEndian.AppendUint32(dir, uint32(12+16*count+len(body)))
		dir = binary.BigEndian.AppendUint32(dir, uint32(len(table)))
		body = append(body, table...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	f.data = append(dir, body...)
	var err error
	if f.font, err = sfnt.Parse(f.data); err != nil {
		return nil, err
	}
	f.em = float64(f.font.UnitsPerEm())
	if f.em <= 0 || f.height <= 0 {
		return nil, fmt.Errorf("it has no measures")
	}
	return f, nil
}

// nameTable is OpenType's, with one name for all that may be asked for.
func nameTable(name string) []byte {
	var text, records []byte
	for _, id := range []uint16{1, 2, 4, 6} { // family, style, full name, PostScript name
		value := name
		if id == 2 {
			value = "Regular"
		}
		at := len(text)
		for _, u := range utf16.Encode([]rune(value)) {
			text = binary.BigEndian.AppendUint16(text, u)
		}
		for _, v := range []uint16{3, 1, 0x409, id, uint16(len(text) - at), uint16(at)} { // Windows, Unicode, English
			records = binary.BigEndian.AppendUint16(records, v)
		}
	}
	out := []byte{0, 0, 0, 4}
	out = binary.BigEndian.AppendUint16(out, uint16(6+len(records)))
	return append(append(out, records...), text...)
}
