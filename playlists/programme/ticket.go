package programme

import (
	"crypto/ed25519"
	"strings"

	"cotmoc/playlists"
)

// TicketType is the DSSE payload type of a ticket.
const TicketType = "application/vnd.cotmoc.ticket.v1+json"

// Bounds of a ticket.
const (
	MaxSeats   = 200
	MaxMarks   = 5 // of a seat
	MaxMark    = 100
	SecretSize = 32
)

// Ticket lets screen PCs join without anybody at their displays: who holds it
// may claim as many screens as it has seats left, until it ends or is revoked.
// It is a file on a USB stick. Its signature says nothing to a PC that knows
// nobody yet; it is held against the keys that the PC is given in the end, so
// that a ticket that was changed, or one of another controller, gives nothing.
type Ticket struct {
	Batch      playlists.ID     `json:"batch"`
	Controller string           `json:"controller"` // https://host:port
	CA         playlists.Digest `json:"ca"`         // of its certificate in DER, the only one to trust
	Secret     []byte           `json:"secret"`
	Until      int64            `json:"until"` // Unix milliseconds
	Seats      []Seat           `json:"seats"`
}

// Seat is a screen that a ticket has room for.
type Seat struct {
	Name string `json:"name"`
	// Marks tell the PC that it is for: host name, hardware address or serial
	// number; empty for whichever comes next.
	Marks []string `json:"marks"`
}

// ReadTicket reads a ticket, its signature unchecked.
func ReadTicket(envelope []byte) (*Ticket, error) {
	e, err := readEnvelope(envelope, TicketType)
	if err != nil {
		return nil, err
	}
	var t Ticket
	if err := Unmarshal(e.Payload, &t); err != nil {
		return nil, err
	}
	if t.Batch.Validate() != nil || t.CA.Validate() != nil || len(t.Secret) != SecretSize || !isInstant(t.Until) || len(t.Seats) == 0 || len(t.Seats) > MaxSeats ||
		!strings.HasPrefix(t.Controller, "https://") || len(t.Controller) > 300 {
		return nil, refuse(Malformed, "cannot read a ticket: a bound is broken")
	}
	for _, s := range t.Seats {
		if s.Name == "" || len(s.Name) > 400 || len(s.Marks) > MaxMarks {
			return nil, refuse(Malformed, "cannot read a ticket: a seat is unusable")
		}
		for _, m := range s.Marks {
			if m == "" || len(m) > MaxMark {
				return nil, refuse(Malformed, "cannot read a ticket: a seat is unusable")
			}
		}
	}
	return &t, nil
}

// CheckTicket tells whether one of the keys has signed the ticket.
func CheckTicket(envelope []byte, keys []PublicKey) error {
	_, err := open(envelope, TicketType, keys)
	return err
}

// SignTicket gives the envelope of a ticket.
func SignTicket(t *Ticket, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(t)
	if err != nil {
		return nil, err
	}
	return Seal(TicketType, payload, key)
}

// NormalMark gives a mark as it is compared: without case, spaces and the
// separators of hardware addresses.
func NormalMark(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ':' || r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
