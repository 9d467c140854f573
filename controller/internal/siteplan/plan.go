// Package siteplan keeps the schematic plan of each cluster: where its screens
// stand among walls and roads, drawn by the technician, seen by those on watch.
package siteplan

import (
	"slices"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// The sheet that a plan is drawn on, in steps of its grid.
const (
	Width  = 160
	Height = 90
)

// Bounds of a plan.
const (
	maxScreens = 200
	maxShapes  = 200
	maxText    = 60 // characters of a label
	turnStep   = 15 // degrees
)

// Kind is what a shape stands for.
type Kind string

// The kinds.
const (
	Wall     Kind = "wall"
	Road     Kind = "road"
	Building Kind = "building"
	Label    Kind = "label"
)

// Place is a rectangle on the sheet, turned about its middle.
type Place struct {
	X    int `json:"x"`
	Y    int `json:"y"`
	W    int `json:"w"`
	H    int `json:"h"`
	Turn int `json:"turn" doc:"Degrees to the right, in steps of 15."`
}

// Placed is a screen where it stands. It faces the lower side of its place.
type Placed struct {
	ID playlists.ID `json:"id"`
	Place
}

// Drawn is something else at the site.
type Drawn struct {
	Kind Kind   `json:"kind" enum:"wall,road,building,label"`
	Text string `json:"text" maxLength:"240"`
	Place
}

// Plan is what is drawn of a cluster. Later shapes lie on earlier ones, screens
// on all.
type Plan struct {
	Screens []Placed `json:"screens" maxItems:"200"`
	Shapes  []Drawn  `json:"shapes" maxItems:"200"`
}

// Saved is a plan as it is kept. Version 0: nothing was drawn yet.
type Saved struct {
	Plan
	Version int
	By      playlists.ID
	At      time.Time
}

// Validate refuses what is no plan.
func (p *Plan) Validate() error {
	if len(p.Screens) > maxScreens || len(p.Shapes) > maxShapes {
		return playlists.Errorf(playlists.TooLarge, "plan_too_full", playlists.Params{"max": maxShapes}, "cannot keep a plan of %d screens and %d shapes: %d of each are the most", len(p.Screens), len(p.Shapes), maxShapes)
	}
	seen := map[playlists.ID]bool{}
	for i := range p.Screens {
		s := &p.Screens[i]
		if err := s.ID.Validate(); err != nil {
			return err
		}
		if seen[s.ID] {
			return playlists.Errorf(playlists.Invalid, "plan_malformed", nil, "cannot keep a plan on which the screen %s stands twice", s.ID)
		}
		seen[s.ID] = true
		if err := s.Place.validate(); err != nil {
			return err
		}
	}
	for i := range p.Shapes {
		s := &p.Shapes[i]
		if !slices.Contains([]Kind{Wall, Road, Building, Label}, s.Kind) {
			return playlists.Errorf(playlists.Invalid, "plan_malformed", nil, "cannot keep a plan with a shape of the kind %.20q", string(s.Kind))
		}
		if s.Text != playlists.Clean(s.Text) || utf8.RuneCountInString(s.Text) > maxText {
			return playlists.Errorf(playlists.Invalid, "plan_text_malformed", playlists.Params{"max": maxText}, "cannot keep this text on a plan: write at most %d plain characters", maxText)
		}
		if err := s.Place.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (p Place) validate() error {
	switch {
	case p.X < 0, p.Y < 0, p.W < 1, p.H < 1, p.X > Width-p.W, p.Y > Height-p.H:
		return playlists.Errorf(playlists.Invalid, "plan_malformed", nil, "cannot keep a plan with something at %d,%d of %d×%d: the sheet has %d×%d", p.X, p.Y, p.W, p.H, Width, Height)
	case p.Turn < 0, p.Turn >= 360, p.Turn%turnStep != 0:
		return playlists.Errorf(playlists.Invalid, "plan_malformed", nil, "cannot keep a plan with something turned by %d degrees: turn in steps of %d", p.Turn, turnStep)
	}
	return nil
}
