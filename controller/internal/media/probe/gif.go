package probe

import (
	"bufio"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
	"io"
)

// readGIF walks the blocks of a GIF to its end and counts the pictures. The
// last byte is often missing and not missed.
func readGIF(r io.ReaderAt, size int64, p *Picture) error {
	b := bufio.NewReader(io.NewSectionReader(r, 0, size))
	var head [13]byte
	if _, err := io.ReadFull(b, head[:]); err != nil {
		return err
	}
	p.Width, p.Height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	p.Channels = 4
	if err := skipColours(b, head[10]); err != nil {
		return err
	}
	for pictures := 0; ; {
		kind, err := b.ReadByte()
		switch {
		case err == io.EOF && pictures > 0, err == nil && kind == ';':
			if pictures == 0 {
				return errCorrupt
			}
			p.Animated = pictures > 1
			return nil
		case err != nil:
			return err
		case kind == '!':
			if _, err := b.Discard(1); err != nil {
				return err
			}
		case kind == ',':
			pictures++
			var at [9]byte
			if _, err := io.ReadFull(b, at[:]); err != nil {
				return err
			}
			if err := skipColours(b, at[8]); err != nil {
				return err
			}
			if _, err := b.Discard(1); err != nil { // bits of a code
				return err
			}
		case kind == 0:
			continue // padding that some writers leave
		default:
			return errCorrupt
		}
		if err := skipBlocks(b); err != nil {
			return err
		}
	}
}

// skipColours passes a colour table, if the flags say there is one.
func skipColours(b *bufio.Reader, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	_, err := b.Discard(3 << (flags&7 + 1))
	return err
}

// skipBlocks passes data blocks up to the empty one.
func skipBlocks(b *bufio.Reader) error {
	for {
		n, err := b.ReadByte()
		if err != nil || n == 0 {
			return err
		}
		if _, err := b.Discard(int(n)); err != nil {
			return err
		}
	}
}

// decodeGIF gives the one picture on its whole canvas.
func decodeGIF(r io.Reader) (image.Image, error) {
	all, err := gif.DecodeAll(r)
	if err != nil {
		return nil, err
	}
	canvas := image.NewNRGBA(image.Rect(0, 0, all.Config.Width, all.Config.Height))
	draw.Draw(canvas, all.Image[0].Rect, all.Image[0], all.Image[0].Rect.Min, draw.Src)
	return canvas, nil
}
