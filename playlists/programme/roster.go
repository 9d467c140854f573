package programme

import (
	"bytes"
	"crypto/ed25519"
	"net/netip"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cotmoc/playlists"
)

// RosterType is the DSSE payload type of a roster.
const RosterType = "application/vnd.cotmoc.roster.v1+json"

// Bounds of a roster.
const (
	MaxNeighbours = 64
	MaxAddresses  = 8   // of one screen
	maxRosterName = 400 // bytes
	minPeerPort   = 1024
)

// Roster is who stands beside one screen: the neighbours of its cluster with
// the keys by which it knows them and the private addresses at which they may
// be, and the PIN of the page that it serves at the site. Addresses are hints,
// as screens have reported them; the keys decide who has answered.
type Roster struct {
	Screen      playlists.ID `json:"screen"`
	Name        string       `json:"name"` // of the screen
	Cluster     playlists.ID `json:"cluster"`
	ClusterName string       `json:"cluster_name"`
	Epoch       uint64       `json:"epoch"`
	Counter     uint64       `json:"counter"`
	IssuedAt    int64        `json:"issued_at"`  // Unix milliseconds
	Charter     uint64       `json:"charter"`    // the least number it goes with
	Neighbours  []Neighbour  `json:"neighbours"` // by screen, without the screen itself
	PIN         *SitePIN     `json:"pin"`        // null closes the page
}

// Neighbour is another screen of the cluster.
type Neighbour struct {
	Screen    playlists.ID      `json:"screen"`
	Name      string            `json:"name"`
	Profile   playlists.Profile `json:"profile"`
	Key       []byte            `json:"key"`       // of the device, Ed25519
	Addresses []string          `json:"addresses"` // address and port, private ones only
}

// SitePIN opens the page of a site, which shows and changes nothing. The hash
// is argon2id (RFC 9106) over the digits, within what a screen PC has to
// spare. Few digits hide nothing from whoever holds the hash: the waits of the
// page keep others from guessing.
type SitePIN struct {
	Number   uint64 `json:"number"` // another PIN has another number, and ends open sessions
	Salt     []byte `json:"salt"`
	Hash     []byte `json:"hash"`
	Time     uint32 `json:"time"`
	MemoryKB uint32 `json:"memory_kb"`
	Threads  uint8  `json:"threads"`
}

// AcceptedRoster is a roster that the screen's trust has let through.
type AcceptedRoster struct {
	Roster
	Payload playlists.Digest
}

// VerifyRoster reads a screen's roster and holds it against the one that is
// held. The same one again is accepted.
func VerifyRoster(envelope []byte, trust Trust, held Held) (*AcceptedRoster, error) {
	a, err := RereadRoster(envelope, trust.Screen, trust.keys())
	if err != nil {
		return nil, err
	}
	if err := trust.admit(a.Charter, a.Epoch, a.Counter, a.Payload, held, "roster"); err != nil {
		return nil, err
	}
	if trust.Cluster != "" && a.Cluster != trust.Cluster {
		return nil, refuse(OtherCluster, "cannot take neighbours in cluster %s: this screen was placed in %s", a.Cluster, trust.Cluster)
	}
	return a, nil
}

// RereadRoster reads a roster that was accepted before, under keys that
// counted then.
func RereadRoster(envelope []byte, screen playlists.ID, keys []PublicKey) (*AcceptedRoster, error) {
	payload, err := open(envelope, RosterType, keys)
	if err != nil {
		return nil, err
	}
	a := &AcceptedRoster{Payload: playlists.DigestOf(payload)}
	if err := Unmarshal(payload, &a.Roster); err != nil {
		return nil, err
	}
	if a.Screen != screen {
		return nil, refuse(OtherScreen, "cannot take the neighbours of screen %.40s on screen %s", string(a.Screen), screen)
	}
	if err := a.validate(); err != nil {
		return nil, err
	}
	return a, nil
}

func (r *Roster) validate() error {
	if err := r.Cluster.Validate(); err != nil {
		return refuse(Malformed, "cannot read the roster: %w", err)
	}
	if r.Counter == 0 || !isInstant(r.IssuedAt) || len(r.Neighbours) > MaxNeighbours || !isName(r.Name) || !isName(r.ClusterName) {
		return refuse(Malformed, "cannot read roster %d.%d: a bound is broken", r.Epoch, r.Counter)
	}
	keys := map[string]bool{}
	for i := range r.Neighbours {
		n := &r.Neighbours[i]
		if err := n.validate(); err != nil {
			return err
		}
		if n.Screen == r.Screen || keys[string(n.Key)] || i > 0 && n.Screen <= r.Neighbours[i-1].Screen {
			return refuse(InternallyWrong, "cannot read roster %d.%d: neighbour %s stands in it twice, out of turn, or is the screen itself", r.Epoch, r.Counter, n.Screen)
		}
		keys[string(n.Key)] = true
	}
	if r.PIN != nil {
		return r.PIN.Validate()
	}
	return nil
}

func (n *Neighbour) validate() error {
	if err := n.Screen.Validate(); err != nil {
		return refuse(Malformed, "cannot read a neighbour: %w", err)
	}
	if err := n.Profile.Validate(); err != nil {
		return refuse(Malformed, "cannot read a neighbour: %w", err)
	}
	if !isName(n.Name) || len(n.Key) != ed25519.PublicKeySize || len(n.Addresses) > MaxAddresses {
		return refuse(Malformed, "cannot read neighbour %s: its name, key or addresses are unusable", n.Screen)
	}
	for _, a := range n.Addresses {
		if _, err := PrivateAddress(a); err != nil {
			return err
		}
	}
	return nil
}

// Validate refuses a PIN that screens do not compute.
func (p *SitePIN) Validate() error {
	if p.Number == 0 || len(p.Salt) < 16 || len(p.Salt) > 64 || len(p.Hash) != 32 ||
		p.Time < 1 || p.Time > 8 || p.MemoryKB < 4<<10 || p.MemoryKB > 16<<10 || p.Threads < 1 || p.Threads > 4 {
		return refuse(Malformed, "cannot use the PIN of the site: it is not argon2id as screens compute it")
	}
	return nil
}

// PrivateAddress reads an address and port at which a neighbour may be, in the
// one way to write it: of RFC 1918, unique local or link-local without a zone.
// The machine itself counts too, for agents that share one; they use it only
// when they listen there.
func PrivateAddress(s string) (netip.AddrPort, error) {
	at, err := netip.ParseAddrPort(s)
	ip := at.Addr()
	if err != nil || at.String() != s || ip.Is4In6() || ip.Zone() != "" || at.Port() < minPeerPort ||
		!ip.IsPrivate() && !ip.IsLinkLocalUnicast() && !ip.IsLoopback() {
		return netip.AddrPort{}, refuse(Malformed, "cannot look for a neighbour at %.60q: it is no private address with a port from %d", s, minPeerPort)
	}
	return at, nil
}

// isName tells whether a document may give this name: a line of text.
func isName(s string) bool {
	return s != "" && len(s) <= maxRosterName && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// SignRoster gives the envelope of a roster, which must be one that a screen
// would read.
func SignRoster(r *Roster, key ed25519.PrivateKey) ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	payload, err := Marshal(r)
	if err != nil {
		return nil, err
	}
	return Seal(RosterType, payload, key)
}

// Neighbour gives the one with a key, nil for none.
func (r *Roster) Neighbour(key []byte) *Neighbour {
	for i := range r.Neighbours {
		if bytes.Equal(r.Neighbours[i].Key, key) {
			return &r.Neighbours[i]
		}
	}
	return nil
}

// Issued gives when the roster was made, by the controller's clock.
func (r *Roster) Issued() time.Time { return time.UnixMilli(r.IssuedAt).UTC() }
