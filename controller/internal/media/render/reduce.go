package render

import (
	"image"

	"golang.org/x/image/draw"
)

// reduce flattens a picture of any kind onto paper and brings it near the size
// that is needed: it averages whole squares of n × n pixels, so that the
// shorter side stays at least atLeast. A band of rows is held at a time, so
// that memory does not follow the picture's size.
func reduce(src image.Image, atLeast int) *image.RGBA {
	b := src.Bounds()
	n := max(1, min(b.Dx(), b.Dy())/atLeast)
	out := image.NewRGBA(image.Rect(0, 0, (b.Dx()+n-1)/n, (b.Dy()+n-1)/n))
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), n))
	for y := range out.Rect.Dy() {
		top := b.Min.Y + y*n
		rows := min(n, b.Max.Y-top)
		draw.Draw(band, band.Rect, paper, image.Point{}, draw.Src)
		draw.Draw(band, image.Rect(0, 0, b.Dx(), rows), src, image.Pt(b.Min.X, top), draw.Over)
		average(out.Pix[y*out.Stride:(y+1)*out.Stride], band, n, rows)
	}
	return out
}

// average writes one row of means.
func average(row []uint8, band *image.RGBA, n, rows int) {
	w := band.Rect.Dx()
	if n == 1 {
		copy(row, band.Pix[:4*w])
		return
	}
	for x := 0; 4*x < len(row); x++ {
		left := x * n
		columns := min(n, w-left)
		var r, g, b int
		for y := range rows {
			line := band.Pix[y*band.Stride+4*left : y*band.Stride+4*(left+columns)]
			for i := 0; i < len(line); i += 4 {
				r, g, b = r+int(line[i]), g+int(line[i+1]), b+int(line[i+2])
			}
		}
		count := rows * columns
		row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = uint8((r+count/2)/count), uint8((g+count/2)/count), uint8((b+count/2)/count), 255
	}
}

// orient turns and mirrors a picture as its EXIF orientation says.
func orient(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := image.Pt(w, h)
	if orientation >= 5 {
		size = image.Pt(h, w)
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range h {
		for x := range w {
			to := oriented(x, y, w, h, orientation)
			copy(out.Pix[to.Y*out.Stride+4*to.X:][:4], src.Pix[y*src.Stride+4*x:][:4])
		}
	}
	return out
}

// oriented tells where a stored pixel is shown.
func oriented(x, y, w, h, orientation int) image.Point {
	switch orientation {
	case 2:
		return image.Pt(w-1-x, y)
	case 3:
		return image.Pt(w-1-x, h-1-y)
	case 4:
		return image.Pt(x, h-1-y)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(h-1-y, x)
	case 7:
		return image.Pt(h-1-y, w-1-x)
	case 8:
		return image.Pt(y, w-1-x)
	}
	return image.Pt(x, y)
}
