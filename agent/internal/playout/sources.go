// Package playout decides what the screen shows now and next, purely from what
// is held, the time and the confirmations of the player page, and records what
// was seen. It never gives bytes that no approval covers.
package playout

import (
	"io"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Programmes gives what the screen may play. It is safe for concurrent use and
// its methods answer at once.
type Programmes interface {
	// Current is the newest programme whose documents are all verified and
	// whose renditions were all ready once: the last good one. Nil before.
	// Another value of the same programme takes over at once: its approvals
	// were judged anew.
	Current() *programme.Loaded
	// Newest is the newest accepted programme; its Withdrawn list holds at
	// once. Nil before, and it may be Current's own.
	Newest() *programme.Accepted
	// Changed gives a channel that is closed when the answer of either, the
	// readiness of an object, the pairing code or the state of the clock has
	// changed. Ask for it before asking for the answers.
	Changed() <-chan struct{}
}

// Ready gives rendition bytes that were verified. It is safe for concurrent
// use. Has answers from memory; it is asked every second.
type Ready interface {
	Has(playlists.Digest) bool
	// Open gives the bytes and their number. The caller closes it.
	Open(playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Clock gives the effective time, never before the floor, and how far it can
// be trusted. It may jump when its state changes. It is safe for concurrent
// use and is asked many times a second.
type Clock interface {
	Now() (time.Time, wire.ClockState)
	// Bounds gives the earliest and the latest moment that now may be.
	Bounds() (earliest, latest time.Time)
}

// Ruling is what stands above the programme at one moment.
type Ruling struct {
	// Safe has the screen on its slate, whatever else is due.
	Safe bool
	// Bulletin shows in place of the programme; nil for none.
	Bulletin *programme.Order
	// Forbids tells whether a takedown is in force against a rendition; nil
	// when none is.
	Forbids func(media playlists.ID, rendition playlists.Digest) bool
}

// Rulings gives what stands above the programme now. It is safe for concurrent
// use and answers at once.
type Rulings interface {
	Ruling() Ruling
}

// Enrolment gives the code to show while the screen belongs to nobody yet.
type Enrolment interface {
	// Code is the code as XXXX-XXXX, "" while the controller has not answered
	// yet. enrolled is true once there is nothing to pair any more.
	Code() (code string, enrolled bool)
}

// Recorder stores a play before it returns. It is called in order, from one
// goroutine at a time, and must not call the playout.
type Recorder interface {
	Record(wire.Play)
}
