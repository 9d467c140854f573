package programme

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// OrderKind is what an order asks for.
type OrderKind string

// The kinds.
const (
	Takedown OrderKind = "takedown" // stop showing a media
	Bulletin OrderKind = "bulletin" // show a text at once, for a while
	Lift     OrderKind = "lift"     // end a takedown or the slate
	Place    OrderKind = "place"    // the screen stands in another cluster now
)

// Bounds of an order.
const (
	MaxBulletin     = 24 * time.Hour
	maxBulletinText = 600 // characters in one language
	maxOrder        = 16 << 10
	maxTargets      = 500
)

// Order is what a person tells screens beside the programme. Which fields
// count follows from the kind; the others are empty.
type Order struct {
	ID       playlists.ID   `json:"id"`
	Kind     OrderKind      `json:"kind"`
	Clusters []string       `json:"clusters"` // ids, or the single element "*"
	Screens  []playlists.ID `json:"screens"`  // only these of the clusters; empty for all
	Reason   string         `json:"reason"`
	IssuedAt int64          `json:"issued_at"` // Unix milliseconds
	// Of a takedown: every rendition of the media, and these bytes besides.
	Media      playlists.ID       `json:"media"`
	Renditions []playlists.Digest `json:"renditions"`
	// Of a lift: the order, or the slate's id, that ends.
	Lifts playlists.ID `json:"lifts"`
	// Of a placement: where the one screen stands.
	Cluster playlists.ID `json:"cluster"`
	// Of a bulletin.
	Text  []BulletinText `json:"text"`
	Level BulletinLevel  `json:"level"`
	Until int64          `json:"until"` // Unix milliseconds, exclusive
}

// BulletinText is the final text in one language.
type BulletinText struct {
	Language string `json:"language"` // vi, lo, en
	Title    string `json:"title"`
	Body     string `json:"body"`
}

// BulletinLevel says how a bulletin looks.
type BulletinLevel string

// The levels.
const (
	Notice BulletinLevel = "notice"
	Urgent BulletinLevel = "urgent"
)

// SignedOrder is an order with the hands that signed it.
type SignedOrder struct {
	Order []byte          `json:"order"` // canonical bytes of an Order
	Hands []HandSignature `json:"hands"`
}

// Concerns tells whether an order is for a screen.
func (o *Order) Concerns(screen, cluster playlists.ID) bool {
	return (len(o.Screens) == 0 || slices.Contains(o.Screens, screen)) && covers(o.Clusters, cluster)
}

// Validate refuses an order that contradicts its kind or breaks a bound.
func (o *Order) Validate() error {
	if err := o.ID.Validate(); err != nil {
		return refuse(Malformed, "cannot read an order: %w", err)
	}
	if !validClusters(o.Clusters) || len(o.Clusters) > maxTargets || len(o.Screens) > maxTargets {
		return refuse(Malformed, "cannot read order %s: its targets are unusable", o.ID)
	}
	for _, s := range o.Screens {
		if s.Validate() != nil {
			return refuse(Malformed, "cannot read order %s: its targets are unusable", o.ID)
		}
	}
	if !isInstant(o.IssuedAt) || utf8.RuneCountInString(o.Reason) > 2000 {
		return refuse(Malformed, "cannot read order %s: it has no time of issue, or a reason that is too long", o.ID)
	}
	return o.validateKind()
}

func (o *Order) validateKind() error {
	bare := *o
	bare.ID, bare.Kind, bare.Clusters, bare.Screens, bare.Reason, bare.IssuedAt = "", "", nil, nil, "", 0
	var ok bool
	switch o.Kind {
	case Takedown:
		ok = o.Media.Validate() == nil && len(o.Renditions) <= maxTargets && !slices.ContainsFunc(o.Renditions, func(d playlists.Digest) bool { return d.Validate() != nil })
		bare.Media, bare.Renditions = "", nil
	case Lift:
		ok = o.Lifts.Validate() == nil
		bare.Lifts = ""
	case Place:
		// It is for those who may speak for the cluster that is left, in which
		// the order finds the screen, and for the one that is entered.
		ok = o.Cluster.Validate() == nil && len(o.Screens) == 1 && covers(o.Clusters, o.Cluster)
		bare.Cluster = ""
	case Bulletin:
		ok = o.validBulletin()
		bare.Text, bare.Level, bare.Until = nil, "", 0
	}
	if !ok || bare.Media != "" || len(bare.Renditions) > 0 || bare.Lifts != "" || bare.Cluster != "" || len(bare.Text) > 0 || bare.Level != "" || bare.Until != 0 {
		return refuse(Malformed, "cannot read order %s: its parts are not those of a %.20q", o.ID, string(o.Kind))
	}
	return nil
}

func (o *Order) validBulletin() bool {
	if o.Until <= o.IssuedAt || o.Until-o.IssuedAt > MaxBulletin.Milliseconds() || len(o.Text) == 0 || o.Level != Notice && o.Level != Urgent {
		return false
	}
	seen := map[string]bool{}
	for _, t := range o.Text {
		n := utf8.RuneCountInString(t.Title) + utf8.RuneCountInString(t.Body)
		if !slices.Contains([]string{"vi", "lo", "en"}, t.Language) || seen[t.Language] || strings.TrimSpace(t.Title) == "" || n > maxBulletinText {
			return false
		}
		seen[t.Language] = true
	}
	return true
}

// capacity gives what it takes to sign an order, and how many people.
func (o *Order) capacity(c *Charter) (Capacity, int) {
	switch o.Kind {
	case Takedown:
		return MayTakeDown, 1
	case Bulletin:
		return MayBulletin, 1
	case Place:
		return MayPlace, 1
	}
	return MayLift, c.LiftThreshold
}

// CheckOrder reads an order and holds it to the charter: signed by as many
// different people as it takes, each of whom may do this where the order is
// for. A retired person signs nothing more; what a screen has latched before
// stays.
func (c *Charter) CheckOrder(s *SignedOrder) (*Order, error) {
	if len(s.Order) > maxOrder || len(s.Hands) > maxSignatures {
		return nil, refuse(Malformed, "cannot read an order of %d bytes with %d signatures", len(s.Order), len(s.Hands))
	}
	var o Order
	if err := Unmarshal(s.Order, &o); err != nil {
		return nil, err
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	may, need := o.capacity(c)
	people := map[playlists.ID]bool{}
	for i := range s.Hands {
		p, _, err := c.CheckHand(&s.Hands[i], OrderType, s.Order)
		if err != nil {
			return nil, err
		}
		if err := c.mayOrder(p, &o, may); err != nil {
			return nil, err
		}
		people[p.ID] = true
	}
	if len(people) < need {
		return nil, refuse(TooFewPeople, "cannot obey order %s: %d of %d people have signed it", o.ID, len(people), need)
	}
	return &o, nil
}

func (c *Charter) mayOrder(p *Person, o *Order, may Capacity) error {
	if !slices.Contains(p.May, may) {
		return refuse(CapacityMissing, "cannot obey order %s: charter %d does not let %s %s", o.ID, c.Number, p.Name, may)
	}
	if p.Standing != Active {
		return refuse(PersonRetired, "cannot obey order %s: %s has left", o.ID, p.Name)
	}
	if !p.At(o.IssuedAt) {
		return refuse(PersonNotValid, "cannot obey order %s: %s signed it outside their term", o.ID, p.Name)
	}
	if slices.Contains(p.Clusters, playlists.Everywhere) {
		return nil
	}
	for _, cluster := range o.Clusters {
		if !slices.Contains(p.Clusters, cluster) {
			return refuse(CapacityMissing, "cannot obey order %s: charter %d does not let %s %s at %.40s", o.ID, c.Number, p.Name, may, cluster)
		}
	}
	return nil
}
