package render

import (
	"image"
	"time"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// Cut is what of a source is rendered; the zero Cut is all of it.
type Cut struct {
	playlists.Excerpt
	Captions []captions.Cue // to burn in, by the source's time
}

// outside is the refusal of a cut that is not of this source: it was made of
// another one, or of what was known of it before.
func outside(facts *probe.Facts) error {
	return playlists.Errorf(playlists.Invalid, "cut_outside", playlists.Params{"width": facts.Width, "height": facts.Height}, "cannot cut out what lies outside of the picture of %d × %d pixels: choose the part again", facts.Width, facts.Height)
}

// part is what is shown of a video.
type part struct {
	from     time.Duration
	length   time.Duration
	whole    bool            // of its time
	crop     image.Rectangle // in displayed pixels
	sound    int             // ffmpeg's stream, -1 for silence
	captions []captions.Cue  // by the part's time
}

// partOf reads a cut for a video.
func partOf(f *probe.Facts, cut Cut) (part, error) {
	p := part{crop: image.Rect(0, 0, f.Width, f.Height), sound: -1}
	p.from, p.length = cut.Span(f.Duration)
	p.whole = cut.FromMS == 0 && cut.UntilMS == 0
	if c := cut.Crop; c != (playlists.Crop{}) {
		p.crop = image.Rect(c.X, c.Y, c.X+c.Width, c.Y+c.Height)
	}
	if p.length <= 0 || p.from < 0 || p.crop.Empty() || !p.crop.In(image.Rect(0, 0, f.Width, f.Height)) || cut.Audio < 0 || cut.Audio > len(f.Clip.Sounds) {
		return part{}, outside(f)
	}
	switch {
	case cut.Silent:
	case cut.Audio > 0:
		p.sound = f.Clip.Sounds[cut.Audio-1].Stream
	case f.Clip.Audio:
		p.sound = f.Clip.AudioStream
	}
	p.captions = captions.Within(cut.Captions, p.from, p.length)
	return p, nil
}

// stored tells where a crop of the upright picture lies in the stored one.
func stored(b image.Rectangle, crop playlists.Crop, orientation int) (image.Rectangle, error) {
	w, h := b.Dx(), b.Dy()
	shown := image.Pt(w, h)
	if orientation >= 5 && orientation <= 8 {
		shown = image.Pt(h, w)
	}
	r := image.Rect(crop.X, crop.Y, crop.X+crop.Width, crop.Y+crop.Height)
	if r.Empty() || crop.Width < 0 || !r.In(image.Rectangle{Max: shown}) {
		return image.Rectangle{}, outside(&probe.Facts{Width: shown.X, Height: shown.Y})
	}
	// Turning is undone by the turn the other way; all else undoes itself.
	back := orientation
	switch orientation {
	case 6:
		back = 8
	case 8:
		back = 6
	}
	p, q := oriented(r.Min.X, r.Min.Y, shown.X, shown.Y, back), oriented(r.Max.X-1, r.Max.Y-1, shown.X, shown.Y, back)
	out := image.Rect(p.X, p.Y, q.X, q.Y)
	return image.Rectangle{Min: out.Min, Max: out.Max.Add(image.Pt(1, 1))}.Add(b.Min), nil
}

// window is a part of a picture.
func window(img image.Image, part image.Rectangle) image.Image {
	if whole, ok := img.(interface {
		SubImage(image.Rectangle) image.Image
	}); ok {
		return whole.SubImage(part)
	}
	return slowWindow{img, part}
}

type slowWindow struct {
	image.Image
	part image.Rectangle
}

// Bounds implements image.Image.
func (w slowWindow) Bounds() image.Rectangle { return w.part }
