package slides

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"cotmoc/playlists"
)

// Brand is how a unit's slides look: the name that they show, its emblem and
// its two colours.
type Brand struct {
	Name   string           `json:"name"`
	Main   string           `json:"main"`   // #rrggbb, under white letters and as letters on paper
	Accent string           `json:"accent"` // #rrggbb, of stripes on main
	Emblem playlists.Digest `json:"emblem"` // of a JPEG in the object store, "" for none
}

// Kit is a unit's Brand as it is kept; Version 0 is none.
type Kit struct {
	Brand
	Picture []byte // the emblem as JPEG, nil for none
	Version int
}

// Brands keeps the units' kits.
type Brands interface {
	Kit(ctx context.Context, unit playlists.ID) (*Kit, error)
	// SaveKit keeps a kit whose version follows the one that is kept; Conflict,
	// reason "brand_changed", when it does not.
	SaveKit(ctx context.Context, unit playlists.ID, k Kit, by playlists.ID, at time.Time) error
}

// Copier makes JPEGs of what people upload anew, from the pixels.
type Copier interface {
	Copy(ctx context.Context, file []byte, side int) ([]byte, error)
}

const (
	maxBrand   = 60  // characters of a unit's name on slides
	emblemSide = 320 // pixels
	paper      = "#f6f2ea"
	night      = "#14161b"
	// legible and visible are the least contrasts of letters and of signs, as
	// WCAG 2.2 has them for AA.
	legible, visible = 4.5, 3.0
)

// Validate refuses a brand that could not be read.
func (b Brand) Validate() error {
	if b.Name != playlists.Clean(b.Name) || b.Name == "" {
		return playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "name"}, "cannot leave name empty: write at least one character")
	}
	if err := written("name", b.Name, maxBrand, "vi"); err != nil {
		return err
	}
	main, err := colour(b.Main)
	if err != nil {
		return err
	}
	accent, err := colour(b.Accent)
	if err != nil {
		return err
	}
	if c := contrast(main, must(paper)); c < legible {
		better := toward(main, rgb{}, func(x rgb) bool { return contrast(x, must(paper)) >= legible })
		return playlists.Errorf(playlists.Invalid, "brand_main_light", playlists.Params{"colour": b.Main, "contrast": figure(c), "better": better.String()},
			"cannot use %s as the main colour: letters in it, and white ones on it, have a contrast of %s, and 4.5 is needed; take a darker one, such as %s", b.Main, figure(c), better)
	}
	seen := func(x rgb) bool { return contrast(x, main) >= visible && contrast(x, must(night)) >= visible }
	if !seen(accent) {
		better := toward(accent, rgb{255, 255, 255}, seen)
		c := min(contrast(accent, main), contrast(accent, must(night)))
		return playlists.Errorf(playlists.Invalid, "brand_accent_dull", playlists.Params{"colour": b.Accent, "contrast": figure(c), "better": better.String()},
			"cannot use %s as the second colour: beside the main one it has a contrast of %s, and 3 is needed; take a lighter one, such as %s", b.Accent, figure(c), better)
	}
	if b.Emblem != "" {
		return b.Emblem.Validate()
	}
	return nil
}

type rgb struct{ r, g, b uint8 }

func (c rgb) String() string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) }

func colour(s string) (rgb, error) {
	n, err := strconv.ParseUint(s[min(1, len(s)):], 16, 32)
	c := rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}
	if err != nil || c.String() != s {
		return rgb{}, playlists.Errorf(playlists.Invalid, "brand_colour", playlists.Params{"colour": s}, "cannot read the colour %.40q: write it as #b80f29, in small letters", s)
	}
	return c, nil
}

// must reads a colour of our own.
func must(s string) rgb {
	c, err := colour(s)
	if err != nil {
		return rgb{}
	}
	return c
}

// contrast is that of WCAG 2.2: 1 to 21.
func contrast(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c rgb) float64 {
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// toward goes from one colour to another until it is good.
func toward(from, to rgb, good func(rgb) bool) rgb {
	mix := func(a, b uint8, part int) uint8 { return uint8((int(a)*(100-part) + int(b)*part) / 100) }
	for part := range 101 {
		if c := (rgb{mix(from.r, to.r, part), mix(from.g, to.g, part), mix(from.b, to.b, part)}); good(c) {
			return c
		}
	}
	return to
}

// figure writes a contrast, never rounded up to what it does not reach.
func figure(c float64) string { return strconv.FormatFloat(math.Floor(c*10)/10, 'f', 1, 64) }

// KitChange is a kit that somebody wants.
type KitChange struct {
	Name, Main, Accent string
	Emblem             []byte // a picture file, nil keeps what there is
	Drop               bool   // the emblem
	Version            int    // that the person saw
}

// Kit gives a unit's kit; Version 0 when it has none.
func (s *Service) Kit(ctx context.Context, a playlists.Actor, unit playlists.ID) (*Kit, error) {
	if err := a.Require(playlists.ReadMedia, playlists.Scope{Unit: unit}); err != nil {
		return nil, err
	}
	return s.cfg.Brands.Kit(ctx, unit)
}

// SaveKit changes how slides of a unit look from now on. It draws one first: a
// name that does not fit is refused here.
func (s *Service) SaveKit(ctx context.Context, a playlists.Actor, unit playlists.ID, c KitChange) (*Kit, error) {
	if err := a.Require(playlists.EditMedia, playlists.Scope{Unit: unit}); err != nil {
		return nil, err
	}
	was, err := s.cfg.Brands.Kit(ctx, unit)
	if err != nil {
		return nil, err
	}
	k := Kit{Brand: Brand{Name: playlists.Clean(c.Name), Main: c.Main, Accent: c.Accent}, Picture: was.Picture, Version: c.Version + 1}
	if err := k.Validate(); err != nil {
		return nil, err
	}
	switch {
	case c.Drop:
		k.Picture = nil
	case c.Emblem != nil:
		if k.Picture, err = s.cfg.Copier.Copy(ctx, c.Emblem, emblemSide); err != nil {
			return nil, err
		}
	}
	if k.Picture != nil {
		k.Emblem = playlists.DigestOf(k.Picture)
	}
	trial := Slide{Template: Notice, Version: Newest(Notice), Language: "vi", Title: k.Name, Brand: &k.Brand}
	if err := s.cfg.Studio.Fits(ctx, trial, Parts{Emblem: k.Picture}); err != nil {
		return nil, err
	}
	at := s.cfg.Now()
	ctx = playlists.WithAct(ctx, &playlists.Act{At: at, By: a.ID, Kind: playlists.BrandChanged, Subject: unit, Detail: brandAct{k.Brand, k.Version}})
	if err := s.cfg.Brands.SaveKit(ctx, unit, k, a.ID, at); err != nil {
		return nil, err
	}
	return &k, nil
}

// brandAct is what the audit log keeps of a kit.
type brandAct struct {
	Brand
	Version int `json:"version"`
}

// dress gives a slide the unit's kit.
func (s *Service) dress(ctx context.Context, slide *Slide, unit playlists.ID, parts *Parts) error {
	k, err := s.cfg.Brands.Kit(ctx, unit)
	if err != nil {
		return err
	}
	if k.Version == 0 {
		return playlists.Errorf(playlists.Invalid, "brand_missing", nil, "cannot use the unit's name and colours: it has set none; set them or leave them out")
	}
	slide.Brand, parts.Emblem = &k.Brand, k.Picture
	return nil
}
