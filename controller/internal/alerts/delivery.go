package alerts

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"cotmoc/playlists"
)

// State is what became of a delivery.
type State string

// The states of a delivery.
const (
	Waiting  State = "waiting"
	Handed   State = "handed"   // on its way at this moment, or when the controller was ended
	Gathered State = "gathered" // part of another one
	Sent     State = "sent"
	Unsure   State = "unsure"  // it may have arrived; the answer was lost too often
	Failed   State = "failed"  // given up
	Dropped  State = "dropped" // not worth sending any more
)

// States lists them in the order people see them.
func States() []State { return []State{Waiting, Handed, Gathered, Sent, Unsure, Failed, Dropped} }

// Delivery is one message for one target of a channel. There is never a second
// one for the same thing: Key, channel and target are unique.
type Delivery struct {
	ID       int64
	Message  string // by which receivers tell a message that they have
	Key      string // what it is about
	Channel  playlists.ID
	Target   string
	Incident playlists.ID
	Cluster  playlists.ID
	Opens    bool // it tells of the incident first
	Severity Severity
	Content  Content
	State    State
	Attempts int
	Doubts   int       // how often it may have arrived without an answer
	Next     time.Time // not before
	Created  time.Time
	Expires  time.Time
	Done     time.Time
	Within   int64 // the delivery that it is gathered in
	Trouble  *Trouble
}

// Content is what a delivery says: one of these.
type Content struct {
	Event  *Event  `json:"event,omitempty"`
	Digest *Digest `json:"digest,omitempty"`
	Lost   *Lost   `json:"lost,omitempty"`
}

// Digest stands for many events of one cluster.
type Digest struct {
	Total       int       `json:"total"`
	Opened      int       `json:"opened"`
	Critical    int       `json:"critical"` // of the opened
	Closed      int       `json:"closed"`
	ClusterName string    `json:"cluster_name"`
	From        time.Time `json:"from"`
	First       []Event   `json:"first"` // the worst of them
}

// Lost tells the other channels of a unit that one of them does not work.
type Lost struct {
	Channel string    `json:"channel"`
	Kind    Kind      `json:"kind"`
	At      time.Time `json:"at"`
	Count   int       `json:"count"`
}

// Trouble is why something failed, in the console's words.
type Trouble struct {
	Reason string           `json:"reason"`
	Params playlists.Params `json:"params"`
}

// messageID names a message for all times: the same event gives the same name,
// even from a database that was restored.
func messageID(key string, channel playlists.ID, target string) string {
	sum := sha256.Sum256([]byte(key + "\x00" + string(channel) + "\x00" + target))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// Standing is what the targets of channels have been told about an incident.
type Standing struct {
	Level int // escalations so far
	// Told has what opened the incident for a target, by channel and target.
	Told map[string]Told
}

// Told is the newest delivery that opened an incident for a target.
type Told struct {
	ID       int64 // 0 for one that is being planned
	State    State
	Attempts int
	Next     time.Time
	Message  string
}

// Plan is what one reading of the journal leads to. All of it is stored, with
// the cursor, or nothing.
type Plan struct {
	From, To int64
	Add      []*Delivery
	Drop     []int64 // deliveries that were waiting
	Why      *Trouble
	Levels   map[playlists.ID]int // 0 forgets it
	At       time.Time
}

// Filter chooses deliveries.
type Filter struct {
	Channel playlists.ID
	Open    bool // only those that wait, failed or are unsure
	Cursor  string
	Limit   int
}

// Page is a page of deliveries, the newest first.
type Page struct {
	Items []*Delivery
	Next  string
}

// Ending is how an attempt ended.
type Ending struct {
	State   State // Sent, Waiting, Unsure or Failed
	Next    time.Time
	Doubt   bool
	At      time.Time
	Trouble *Trouble
	// Tell are the deliveries that tell others of the loss.
	Tell []*Delivery
}

// Store keeps channels and deliveries.
type Store interface {
	// Channels gives those that there are, in a reach over units.
	Channels(ctx context.Context, in playlists.Reach) ([]*Channel, error)
	// Channel gives one: NotFound, reason "alert_missing".
	Channel(ctx context.Context, id playlists.ID) (*Channel, error)
	// SaveChannel adds one of version 1, at most so many a unit, or changes the
	// version before: Conflict, reason "alert_changed". Without Sealed the
	// secrets stay.
	SaveChannel(ctx context.Context, c *Channel, most int) error
	// RemoveChannel takes one away and drops what waits for it.
	RemoveChannel(ctx context.Context, id playlists.ID, at time.Time, why Trouble) error
	// Reseal keeps renewed secrets, unless somebody has changed them meanwhile.
	Reseal(ctx context.Context, id playlists.ID, old, sealed []byte) (bool, error)

	Cursor(ctx context.Context) (int64, error)
	Standing(ctx context.Context, incidents []playlists.ID) (map[playlists.ID]Standing, error)
	Plan(ctx context.Context, p *Plan) error

	// Recover makes what was on its way when the controller was ended wait
	// again, in doubt.
	Recover(ctx context.Context) error
	// Waiting gives what waits, oldest first.
	Waiting(ctx context.Context, limit int) ([]*Delivery, error)
	// Recent counts what was sent of each cluster to each target since.
	Recent(ctx context.Context, since time.Time) (map[Lane]int, error)
	// Gather makes one delivery of several that wait.
	Gather(ctx context.Context, into *Delivery, parts []int64) error
	// Hand marks that a delivery is about to be out of our hands.
	Hand(ctx context.Context, id int64) error
	// End keeps how an attempt ended, for what was gathered in it too. One that
	// failed takes what would have followed it with it.
	End(ctx context.Context, id int64, e Ending) error
	// Hurry makes what waits for a channel due, unless the hour is quiet.
	Hurry(ctx context.Context, channel playlists.ID, now time.Time) error

	Deliveries(ctx context.Context, in playlists.Reach, f Filter) (Page, error)
	// Forget removes deliveries that were done before.
	Forget(ctx context.Context, before time.Time) error

	DeadMan(ctx context.Context) (*DeadMan, error)
	SaveDeadMan(ctx context.Context, d *DeadMan) error
}

// Lane is a target's messages of one cluster.
type Lane struct {
	Channel playlists.ID
	Target  string
	Cluster playlists.ID
}

// ToldKey names a target in Standing.Told.
func ToldKey(channel playlists.ID, target string) string { return string(channel) + " " + target }
