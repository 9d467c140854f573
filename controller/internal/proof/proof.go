// Package proof keeps what screens say they have shown: plays come in, each is
// stored once and acknowledged when it is stored, and reports go out.
package proof

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Batch is plays as a screen handed them over.
type Batch struct {
	Screen     playlists.ID
	Event      wire.Event
	ReceivedAt time.Time
}
