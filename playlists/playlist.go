package playlists

import "time"

// Bounds of a playlist.
const (
	MaxItems        = 500
	MinItemDuration = time.Second
	MaxItemDuration = time.Hour
	FadeDuration    = 600 * time.Millisecond
)

// Transition is how an item takes over from the one before it.
type Transition string

// The transitions.
const (
	Cut  Transition = "cut"
	Fade Transition = "fade" // FadeDuration at the beginning of the item's slot
)

// Item is one place in a playlist.
type Item struct {
	ID         ID // stays with the item when it is moved
	Media      ID
	Duration   time.Duration // of the slot, whole milliseconds
	Transition Transition
}

// Playlist is an ordered list of items. Every saved change is a new version.
type Playlist struct {
	ID        ID
	Title     string
	Unit      ID
	Version   int
	Items     []Item
	UpdatedAt time.Time
	UpdatedBy ID
}

// Validate refuses a playlist that no screen could play.
func (p *Playlist) Validate() error {
	if len(p.Items) > MaxItems {
		return Errorf(Invalid, "playlist_too_long", Params{"max": MaxItems}, "cannot keep %d items in one playlist: split it at %d", len(p.Items), MaxItems)
	}
	for i, it := range p.Items {
		switch {
		case it.Duration < MinItemDuration || it.Duration > MaxItemDuration || it.Duration%time.Millisecond != 0:
			return Errorf(Invalid, "item_duration_out_of_range", Params{"position": i + 1, "min_s": 1, "max_s": 3600}, "cannot show item %d for %s: choose between 1 s and 1 h", i+1, it.Duration)
		case it.Transition != Cut && it.Transition != Fade:
			return Errorf(Invalid, "transition_unknown", Params{"position": i + 1}, "cannot use the transition %.20q of item %d: choose cut or fade", string(it.Transition), i+1)
		}
		if err := it.Media.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Length is the time one round of the playlist takes.
func (p *Playlist) Length() time.Duration {
	var d time.Duration
	for _, it := range p.Items {
		d += it.Duration
	}
	return d
}
