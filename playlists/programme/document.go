package programme

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/schedule"
)

// The types of the documents. A change of meaning is a new version.
const (
	ProgrammeType = "application/vnd.cotmoc.programme.v1+json" // DSSE payload type
	playlistType  = "cotmoc/playlist/v1"
	approvalType  = "cotmoc/approval/v1"
	batchType     = "cotmoc/batch/v1"
	chunksType    = "cotmoc/chunks/v1"
)

// Bounds of a programme.
const (
	maxEntries    = 200
	maxWithdrawn  = 1000
	MaxObject     = 4 << 20 // bytes of a JSON object (playlist, approval, chunk list)
	ChunkSize     = 4 << 20
	maxChunks     = 4096 // a rendition of 16 GiB
	maxStatement  = 64 << 10
	maxBatch      = 200 // statements under one signature
	maxSlotsTotal = 5000

	maxPlaylistTitle = 4000 // bytes; with it, reading one playlist often stays cheap
)

// Programme is the signed root of what one screen is to play. Everything else
// is an object that it names, directly or through a playlist.
type Programme struct {
	Screen   playlists.ID      `json:"screen"`
	Cluster  playlists.ID      `json:"cluster"`
	Profile  playlists.Profile `json:"profile"`
	TimeZone string            `json:"time_zone"`
	Epoch    uint64            `json:"epoch"`     // the charter's; counters start anew in each
	Counter  uint64            `json:"counter"`   // rises with every programme of a screen
	IssuedAt int64             `json:"issued_at"` // Unix milliseconds
	Charter  uint64            `json:"charter"`   // the least number that it goes with, 0 before the first
	Orders   uint64            `json:"orders"`    // the least counter of orders that it goes with
	Audit    AuditHead         `json:"audit"`
	Slate    *Showing          `json:"slate"`   // null until one is approved
	Entries  []Entry           `json:"entries"` // in the order of the resolver
	// Withdrawn is media that must not be shown any more, from the moment this
	// programme is accepted and not only once all its renditions are there.
	// Sorted; the newest maxWithdrawn that were ever published.
	Withdrawn []playlists.ID `json:"withdrawn"`
}

// AuditHead is the end of the controller's audit log when the programme was
// made, so that screens hold what a rewritten log would have to deny.
type AuditHead struct {
	Seq  uint64           `json:"seq"` // 0 while the log is empty
	Hash playlists.Digest `json:"hash"`
}

// Entry is a schedule entry as a screen needs it.
type Entry struct {
	ID       playlists.ID     `json:"id"`
	Playlist playlists.Digest `json:"playlist"` // object of type Playlist
	Priority int              `json:"priority"`
	Rule     schedule.Rule    `json:"rule"`
}

// Showing names a rendition, what it takes to fetch and show it, and the
// approval that covers it.
type Showing struct {
	Media     playlists.ID     `json:"media"`
	Rendition playlists.Digest `json:"rendition"`
	Size      int64            `json:"size"` // bytes
	MIME      string           `json:"mime"`
	Chunks    playlists.Digest `json:"chunks"`   // object of type Chunks
	Approval  playlists.Digest `json:"approval"` // object of type Approval
	Prints    playlists.Digest `json:"prints"`   // object of type Prints, "" when there are none
}

// Playlist is the object of a playlist's version for one profile.
type Playlist struct {
	Type    string            `json:"type"`
	ID      playlists.ID      `json:"id"`
	Version int               `json:"version"`
	Title   string            `json:"title"`
	Profile playlists.Profile `json:"profile"`
	Items   []Item            `json:"items"`
}

// Item is one slot of a playlist object.
type Item struct {
	ID         playlists.ID         `json:"id"`
	DurationMS int64                `json:"duration_ms"`
	Transition playlists.Transition `json:"transition"`
	Showing    Showing              `json:"showing"`
}

// Duration of the item's slot.
func (i *Item) Duration() time.Duration { return time.Duration(i.DurationMS) * time.Millisecond }

// Approval is the object that carries two people's decisions over renditions.
type Approval struct {
	Type      string     `json:"type"`
	Decisions []Decision `json:"decisions"`
}

// Decision is the canonical bytes of a Statement as it was stored when the
// person decided, and their signature over it.
type Decision struct {
	Statement []byte `json:"statement"` // base64 in JSON
	// Batch is the canonical bytes of a Batch that names the statement, when
	// one signature covers several; null when it is over the statement alone.
	Batch     []byte         `json:"batch"`
	Signature *HandSignature `json:"signature"` // null before there was a charter
}

// Chunks is the object that lets a rendition be fetched and verified in parts.
type Chunks struct {
	Type      string             `json:"type"`
	Rendition playlists.Digest   `json:"rendition"`
	Size      int64              `json:"size"` // bytes
	ChunkSize int64              `json:"chunk_size"`
	Digests   []playlists.Digest `json:"digests"`
}
