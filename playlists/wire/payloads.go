package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of what is read from outside.
const (
	MaxPayload   = 96 << 10 // bytes of any up payload, chain or ack
	MaxPlays     = 200      // in one event
	maxProblems  = 32
	maxLatched   = 256
	maxRefusals  = 64
	maxChain     = 1000 // charters
	maxShortText = 200  // bytes
)

// Status is a screen's birth or death. The will carries Online false; an agent
// that reads its own stale death publishes its birth again.
type Status struct {
	Online  bool   `json:"online"`
	Boot    string `json:"boot"`    // new at each start of the agent
	Session uint64 `json:"session"` // rises before each connect
}

// Reported is what a screen has and does. It replaces the one before.
type Reported struct {
	At        int64         `json:"at"` // agent's clock, Unix milliseconds
	Boot      string        `json:"boot"`
	Session   uint64        `json:"session"`
	Seq       uint64        `json:"seq"` // rises with every report of a boot
	Version   string        `json:"version"`
	Received  *ProgrammeRef `json:"received"` // newest accepted
	Playing   *ProgrammeRef `json:"playing"`  // the one that plays now
	Shown     *ProgrammeRef `json:"shown"`    // newest of which an item or slate was seen on glass
	Delivery  Delivery      `json:"delivery"`
	Showing   Showing       `json:"showing"`
	Clock     Clock         `json:"clock"`
	Disk      Disk          `json:"disk"`
	Profile   string        `json:"profile"`
	PlayerURL string        `json:"player_url"` // for people at the site
	Problems  []Problem     `json:"problems"`
	// Resting says that the display is off since it is outside the screen's
	// operating hours. What would show goes on behind it.
	Resting bool    `json:"resting"`
	Trust   Trusted `json:"trust"`
	// Checks are what each witness of the glass saw last, one of a kind; what
	// the page itself says stands in Showing.
	Checks []Check `json:"checks"`
	// Update is about the agent's own program, nil where it takes no updates.
	Update *Update `json:"update"`
}

// ProgrammeRef names a programme.
type ProgrammeRef struct {
	Epoch   uint64 `json:"epoch"`
	Counter uint64 `json:"counter"`
}

// Trusted is what a screen goes by beside its programme.
type Trusted struct {
	Starts   uint64        `json:"starts"`   // rises with every start of the agent; less than before is an old disk
	Charter  uint64        `json:"charter"`  // number held, 0 none
	Orders   *ProgrammeRef `json:"orders"`   // newest accepted set
	Settings *ProgrammeRef `json:"settings"` // newest accepted, null for none
	// Latched are the takedowns and calls for the slate in force here, and the
	// bulletin that shows.
	Latched []Latched `json:"latched"`
	// Heard is when the last beacon came, 0 never. Late is when the screen
	// goes to its slate without another, 0 never.
	Heard int64     `json:"heard"`
	Late  int64     `json:"late"`
	Audit AuditHead `json:"audit"` // of the newest accepted programme
	// Refused counts what was refused since the agent's start, by refusal.
	Refused map[string]uint64 `json:"refused"`
}

// AuditHead is the end of the controller's audit log as the screen holds it.
type AuditHead struct {
	Seq  uint64           `json:"seq"`
	Hash playlists.Digest `json:"hash"`
}

// LatchKind is what is latched.
type LatchKind string

// The kinds.
const (
	LatchTakedown LatchKind = "takedown"
	LatchSafe     LatchKind = "safe"
	LatchBulletin LatchKind = "bulletin"
)

// Latched is an order in force on a screen.
type Latched struct {
	ID    playlists.ID `json:"id"`
	Kind  LatchKind    `json:"kind"`
	Local bool         `json:"local"` // called at the screen PC
	Since int64        `json:"since"` // agent's clock, Unix milliseconds
}

// Delivery is the progress of the newest accepted programme's renditions.
type Delivery struct {
	BytesDone  int64 `json:"bytes_done"`
	BytesTotal int64 `json:"bytes_total"`
	BytesPerS  int64 `json:"bytes_per_s"` // recent rate, 0 when idle
}

// ShowKind is what fills the glass.
type ShowKind string

// The kinds.
const (
	ShowItem    ShowKind = "item"
	ShowSlate   ShowKind = "slate"
	ShowPairing ShowKind = "pairing"
	// ShowBulletin is a signed text; Item is its order's id.
	ShowBulletin ShowKind = "bulletin"
	// ShowPages is the pages that a visitor may open on a touch kiosk.
	ShowPages   ShowKind = "pages"
	ShowNothing ShowKind = "none" // no player page is connected
)

// Showing is what the player page says it shows, confirmed by a frame.
type Showing struct {
	Kind      ShowKind         `json:"kind"`
	Entry     playlists.ID     `json:"entry"`
	Item      playlists.ID     `json:"item"`
	Media     playlists.ID     `json:"media"`
	Rendition playlists.Digest `json:"rendition"`
	Since     int64            `json:"since"`      // agent's clock, Unix milliseconds
	LastFrame int64            `json:"last_frame"` // of the newest frame seen, Unix milliseconds
	Touched   bool             `json:"touched"`    // a visitor has opened it; the loop waits
}

// ClockState is how far the screen's clock can be trusted.
type ClockState string

// The states.
const (
	ClockTrusted   ClockState = "trusted"
	ClockPlausible ClockState = "plausible"
	ClockLost      ClockState = "lost"
)

// Clock is the state of a screen's clock.
type Clock struct {
	State ClockState `json:"state"`
	Floor int64      `json:"floor"` // no earlier than this, Unix milliseconds
}

// Disk is the space where the cache lives, in bytes.
type Disk struct {
	Free  int64 `json:"free"`
	Total int64 `json:"total"`
}

// Problem is something a person should know about a screen.
type Problem struct {
	Code   string `json:"code"` // snake_case; refusals keep their own code
	Detail string `json:"detail"`
	Since  int64  `json:"since"` // Unix milliseconds
}

// Event is a batch of plays. The agent sends it again until it is
// acknowledged; ids make each play count once.
type Event struct {
	Batch uint64 `json:"batch"` // rises; acknowledged by it
	Plays []Play `json:"plays"`
}

// Play is one showing, recorded when it ended: of an item, of the slate (without
// entry and item), or of a bulletin (with an order alone).
type Play struct {
	ID         playlists.ID     `json:"id"`
	Programme  ProgrammeRef     `json:"programme"`
	Entry      playlists.ID     `json:"entry"`
	Item       playlists.ID     `json:"item"`
	Media      playlists.ID     `json:"media"`
	Order      playlists.ID     `json:"order"`
	Rendition  playlists.Digest `json:"rendition"`   // of a bulletin: of the order's bytes as they were signed
	StartedAt  int64            `json:"started_at"`  // agent's clock, Unix milliseconds
	DurationMS int64            `json:"duration_ms"` // by the monotonic clock
	Clock      ClockState       `json:"clock"`
	Complete   bool             `json:"complete"` // its slot was shown to the end
	Touched    bool             `json:"touched"`  // a visitor had opened it
}

// Chain names the charters that follow one another, oldest first: each the
// SHA-256 of its envelope, which is an object.
type Chain struct {
	First     uint64             `json:"first"` // number of the first
	Envelopes []playlists.Digest `json:"envelopes"`
}

// Question asks for a beacon.
type Question struct {
	Nonce []byte `json:"nonce"`
}

// Ack says that a batch is stored.
type Ack struct {
	Batch uint64 `json:"batch"`
}

// Telemetry is facts that nobody waits for.
type Telemetry struct {
	Boot       string  `json:"boot"`
	RSS        int64   `json:"rss"` // bytes
	CPUPercent float64 `json:"cpu_percent"`
	Load1      float64 `json:"load1"`
	UptimeS    int64   `json:"uptime_s"`
	TempC      float64 `json:"temp_c"` // 0 unknown
}

// Peer says where a screen is found at its site. The addresses are what it has
// itself: hints, which prove nothing.
type Peer struct {
	Addresses []string `json:"addresses"` // for neighbours: private address and port
	Pages     []string `json:"pages"`     // for phones: where its page is
	// Fingerprint is the SHA-256 of the page's certificate as browsers write it,
	// "" without a page.
	Fingerprint string `json:"fingerprint"`
	Version     string `json:"version"`
}

// Encode gives a payload's JSON.
func Encode(v any) ([]byte, error) { return json.Marshal(v) }

// Decode reads a payload strictly: bounded, known fields only, nothing after.
func Decode(data []byte, v interface{ Validate() error }) error {
	if len(data) > MaxPayload {
		return playlists.Errorf(playlists.TooLarge, "payload_too_large", playlists.Params{"bytes": len(data), "max": MaxPayload}, "cannot read a payload of %d bytes: the most is %d", len(data), MaxPayload)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the payload: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the payload: bytes follow it")
	}
	return v.Validate()
}

// Shorten makes a text fit a payload: valid UTF-8, so that encoding does not
// lengthen it, and no longer than the texts of a payload may be.
func Shorten(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) <= maxShortText {
		return s
	}
	end := maxShortText - len("…")
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

func short(fields ...string) error {
	for _, f := range fields {
		if len(f) > maxShortText {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the payload: a text has %d bytes, the most is %d", len(f), maxShortText)
		}
	}
	return nil
}

// Validate bounds the status.
func (s *Status) Validate() error { return short(s.Boot) }

// Validate bounds the report.
func (r *Reported) Validate() error {
	if len(r.Problems) > maxProblems {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a report with %d problems: the most is %d", len(r.Problems), maxProblems)
	}
	for _, p := range r.Problems {
		if err := short(p.Code, p.Detail); err != nil {
			return err
		}
	}
	if r.Delivery.BytesDone < 0 || r.Delivery.BytesTotal < 0 || r.Disk.Free < 0 || r.Disk.Total < 0 {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a report with negative sizes")
	}
	switch r.Clock.State {
	case ClockTrusted, ClockPlausible, ClockLost:
	default:
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the clock state %.20q", string(r.Clock.State))
	}
	switch r.Showing.Kind {
	case ShowItem, ShowSlate, ShowPairing, ShowBulletin, ShowPages, ShowNothing:
	default:
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read what is shown: %.20q", string(r.Showing.Kind))
	}
	if len(r.Trust.Latched) > maxLatched || len(r.Trust.Refused) > maxRefusals {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a report with %d latched orders and %d refusals", len(r.Trust.Latched), len(r.Trust.Refused))
	}
	for _, l := range r.Trust.Latched {
		if l.ID.Validate() != nil || l.Kind != LatchTakedown && l.Kind != LatchSafe && l.Kind != LatchBulletin {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a latched order")
		}
	}
	for refusal := range r.Trust.Refused {
		if err := short(refusal); err != nil {
			return err
		}
	}
	if err := validateChecks(r.Checks); err != nil {
		return err
	}
	if r.Update != nil {
		if err := r.Update.Validate(); err != nil {
			return err
		}
	}
	if h := r.Trust.Audit; h.Hash != "" && h.Hash.Validate() != nil {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the audit head of a report")
	}
	return short(r.Boot, r.Version, r.Profile, r.PlayerURL, string(r.Showing.Entry), string(r.Showing.Item), string(r.Showing.Media), string(r.Showing.Rendition))
}

// Validate bounds the batch and its plays.
func (e *Event) Validate() error {
	if len(e.Plays) == 0 || len(e.Plays) > MaxPlays {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a batch of %d plays: 1 to %d", len(e.Plays), MaxPlays)
	}
	for i := range e.Plays {
		if err := e.Plays[i].Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Validate bounds the play.
func (p *Play) Validate() error {
	if err := p.ID.Validate(); err != nil {
		return err
	}
	if err := p.Rendition.Validate(); err != nil {
		return err
	}
	if p.DurationMS < 0 || p.DurationMS > 48*3600*1000 {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a play of %d ms", p.DurationMS)
	}
	switch p.Clock {
	case ClockTrusted, ClockPlausible, ClockLost:
	default:
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the clock state %.20q", string(p.Clock))
	}
	if p.Order != "" {
		if p.Entry != "" || p.Item != "" || p.Media != "" {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a play of order %.40q that names an item besides", string(p.Order))
		}
		return p.Order.Validate()
	}
	return short(string(p.Entry), string(p.Item), string(p.Media))
}

// Validate bounds the chain.
func (c *Chain) Validate() error {
	if c.First == 0 || len(c.Envelopes) == 0 || len(c.Envelopes) > maxChain || c.First > math.MaxUint64-maxChain {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a chain of %d charters from number %d", len(c.Envelopes), c.First)
	}
	for _, d := range c.Envelopes {
		if err := d.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Validate refuses a nonce of another length.
func (q *Question) Validate() error {
	if len(q.Nonce) != programme.NonceSize {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot answer a nonce of %d bytes: it has %d", len(q.Nonce), programme.NonceSize)
	}
	return nil
}

// Validate refuses addresses that are not a site's own.
func (p *Peer) Validate() error {
	for _, list := range [][]string{p.Addresses, p.Pages} {
		if len(list) > programme.MaxAddresses {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read %d addresses of a screen: the most is %d", len(list), programme.MaxAddresses)
		}
		for _, a := range list {
			if _, err := programme.PrivateAddress(a); err != nil {
				return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read where a screen is: %w", err)
			}
		}
	}
	return short(p.Fingerprint, p.Version)
}

// Validate accepts any acknowledgement.
func (a *Ack) Validate() error { return nil }

// Validate bounds the telemetry.
func (t *Telemetry) Validate() error { return short(t.Boot) }
