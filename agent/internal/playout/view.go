package playout

import (
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Kind is what fills a slot.
type Kind string

// The kinds.
const (
	Item    Kind = "item"
	Slate   Kind = "slate"
	Neutral Kind = "neutral" // the player's built-in page: there is no slate to show
	Pairing Kind = "pairing" // the code that a person enters in the console
	// Bulletin is a signed text in place of everything else.
	Bulletin Kind = "bulletin"
	// Pages offers a visitor what may be opened by touch.
	Pages Kind = "pages"
)

// Picture is bytes to show. Their readiness was asked for when the view was
// made.
type Picture struct {
	Media     playlists.ID
	Rendition playlists.Digest
	MIME      string
}

// Video tells a video from an image.
func (p Picture) Video() bool { return strings.HasPrefix(p.MIME, "video/") }

// Slot is one showing. All times are effective times; the slot is half-open.
type Slot struct {
	Key        string // the same for the same showing, also after a restart
	Kind       Kind
	Programme  wire.ProgrammeRef
	Entry      playlists.ID // set for an item only
	Item       playlists.ID // set for an item, and the order's for a bulletin
	Picture    Picture      // zero for Neutral and Pairing
	Start, End time.Time    // a video is as far as the time since Start
	From       time.Time    // when it takes over; after Start when a programme switch joins it late
	Transition playlists.Transition
	// Signed is, of a bulletin, the digest of what was signed.
	Signed playlists.Digest
	// Touched is of an item that a visitor has opened.
	Touched bool
}

// Page is an image that a visitor may open.
type Page struct {
	Key     string // of its item
	Picture Picture

	entry, item playlists.ID
}

// View is what the player page is to do.
type View struct {
	Seq   uint64   // rises with every change
	Code  string   // the pairing code to show, with a slot of kind Pairing
	Slate *Picture // to hold ready beneath everything; nil when there is none
	Slots []Slot   // now and next; only now while pairing, for a bulletin or without a programme
	// Bulletin is the text of a slot of that kind.
	Bulletin *programme.Order
	// Pages are what a visitor may open now, in the order of the loop; none
	// unless the screen is one to be touched.
	Pages []Page
	Hurry bool // what showed before must leave at once
}

// Status is what the screen does, for reports.
type Status struct {
	Showing  wire.Showing       // as confirmed by frames
	Playing  *wire.ProgrammeRef // whose slots play now
	Shown    *wire.ProgrammeRef // newest of which an item or the slate was seen since the start
	Problems []wire.Problem
}
