package programme

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cotmoc/playlists"
	"cotmoc/playlists/webauthn"
)

// Validate refuses a charter that contradicts itself, breaks a bound, or
// would let one person do what takes two.
func (c *Charter) Validate() error {
	switch {
	case c.Number == 0 || c.Epoch == 0:
		return refuse(Malformed, "cannot use charter %d of epoch %d: both begin at 1", c.Number, c.Epoch)
	case (c.Number == 1) != (c.Previous == ""):
		return refuse(Malformed, "cannot use charter %d: the first alone has none before it", c.Number)
	case !isInstant(c.IssuedAt) || !isInstant(c.ExpiresAt) || c.ExpiresAt <= c.IssuedAt:
		return refuse(Malformed, "cannot use charter %d: it ends before it begins, or never", c.Number)
	case c.LiftThreshold < 2 || c.LiftThreshold > maxSignatures:
		return refuse(Malformed, "cannot use charter %d: lifting takes 2 to %d people, not %d", c.Number, maxSignatures, c.LiftThreshold)
	case c.MaxUnattendedDays < 1 || c.MaxUnattendedDays > maxUnattended:
		return refuse(Malformed, "cannot use charter %d: a screen may be unattended for 1 to %d days, not %d", c.Number, maxUnattended, c.MaxUnattendedDays)
	case len(c.Pins) > maxPins:
		return refuse(Malformed, "cannot use charter %d: it has more than %d PINs", c.Number, maxPins)
	}
	if c.Previous != "" {
		if err := c.Previous.Validate(); err != nil {
			return refuse(Malformed, "cannot use charter %d: %w", c.Number, err)
		}
	}
	for _, check := range []func() error{c.validateRoots, c.validateKeys, c.validateReleasers, c.validateParties, c.validatePeople, c.validatePins} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Charter) validateRoots() error {
	if len(c.Roots) > maxRoots || c.RootThreshold < 1 || c.RootThreshold > len(c.Roots) {
		return refuse(Malformed, "cannot use charter %d: %d of %d root keys", c.Number, c.RootThreshold, len(c.Roots))
	}
	for i, r := range c.Roots {
		if !r.usable() {
			return refuse(Malformed, "cannot use charter %d: root key %d has no holder or is no Ed25519 key", c.Number, i+1)
		}
		for _, other := range c.Roots[:i] {
			if other.Holder == r.Holder || other.Key.Equal(r.Key) {
				return refuse(Malformed, "cannot use charter %d: %.80q holds two root keys, or two hold one", c.Number, r.Holder)
			}
		}
	}
	return nil
}

func (c *Charter) validateKeys() error {
	if len(c.ProgrammeKeys) == 0 || len(c.ProgrammeKeys) > maxProgrammeKeys {
		return refuse(Malformed, "cannot use charter %d: it names %d programme keys, 1 to %d are possible", c.Number, len(c.ProgrammeKeys), maxProgrammeKeys)
	}
	for i, k := range c.ProgrammeKeys {
		if len(k.Key) != ed25519.PublicKeySize || k.ID != NewPublicKey(k.Key).ID {
			return refuse(Malformed, "cannot use charter %d: the programme key %.40q is not what its id says", c.Number, k.ID)
		}
		if slices.ContainsFunc(c.Roots, func(r Root) bool { return r.Key.Equal(k.Key) }) {
			return refuse(Malformed, "cannot use charter %d: a root key is its programme key", c.Number)
		}
		if slices.ContainsFunc(c.ProgrammeKeys[:i], func(o PublicKey) bool { return o.ID == k.ID }) {
			return refuse(Malformed, "cannot use charter %d: the programme key %s stands in it twice", c.Number, k.ID)
		}
	}
	return nil
}

// validateReleasers refuses keys that sign something else besides: whoever has
// the programme key, or a stick with a root key in it, must not bring code to
// screens by that alone.
func (c *Charter) validateReleasers() error {
	if len(c.ReleaseSigners) == 0 && c.ReleaseThreshold == 0 {
		return nil
	}
	if len(c.ReleaseSigners) > maxReleasers || c.ReleaseThreshold < 1 || c.ReleaseThreshold > len(c.ReleaseSigners) {
		return refuse(Malformed, "cannot use charter %d: %d of %d keys sign releases", c.Number, c.ReleaseThreshold, len(c.ReleaseSigners))
	}
	for i, r := range c.ReleaseSigners {
		if !r.usable() {
			return refuse(Malformed, "cannot use charter %d: key %d for releases has no holder or is no Ed25519 key", c.Number, i+1)
		}
		for _, other := range c.ReleaseSigners[:i] {
			if other.Holder == r.Holder || other.Key.Equal(r.Key) {
				return refuse(Malformed, "cannot use charter %d: %.80q holds two keys for releases, or two hold one", c.Number, r.Holder)
			}
		}
		if slices.ContainsFunc(c.Roots, func(o Root) bool { return o.Key.Equal(r.Key) }) ||
			slices.ContainsFunc(c.ProgrammeKeys, func(o PublicKey) bool { return r.Key.Equal(o.Key) }) {
			return refuse(Malformed, "cannot use charter %d: the key of %.80q for releases signs something else besides", c.Number, r.Holder)
		}
	}
	return nil
}

// usable tells whether there is a holder and a key.
func (r *Root) usable() bool {
	return len(r.Key) == ed25519.PublicKeySize && r.Holder != "" && r.Holder == strings.TrimSpace(r.Holder) && len(r.Holder) <= 200
}

func (c *Charter) validateParties() error {
	if len(c.RelyingParties) > maxParties {
		return refuse(Malformed, "cannot use charter %d: it names more than %d relying parties", c.Number, maxParties)
	}
	for i, rp := range c.RelyingParties {
		if rp.ID == "" || len(rp.ID) > 253 || len(rp.Origins) == 0 || len(rp.Origins) > maxOrigins {
			return refuse(Malformed, "cannot use charter %d: the relying party %.80q has no name or no origins", c.Number, rp.ID)
		}
		for _, origin := range rp.Origins {
			if !rp.owns(origin) {
				return refuse(Malformed, "cannot use charter %d: %.200q is no origin of the relying party %.80q", c.Number, origin, rp.ID)
			}
		}
		if slices.ContainsFunc(c.RelyingParties[:i], func(o RelyingParty) bool { return o.ID == rp.ID }) {
			return refuse(Malformed, "cannot use charter %d: the relying party %.80q stands in it twice", c.Number, rp.ID)
		}
	}
	return nil
}

func (c *Charter) validatePeople() error {
	if len(c.People) > maxPeople {
		return refuse(Malformed, "cannot use charter %d: it names more than %d people", c.Number, maxPeople)
	}
	people, keys := map[playlists.ID]bool{}, c.machineKeys()
	for i := range c.People {
		p := &c.People[i]
		if people[p.ID] {
			return refuse(Malformed, "cannot use charter %d: person %s stands in it twice", c.Number, p.ID)
		}
		people[p.ID] = true
		if err := c.validatePerson(p); err != nil {
			return err
		}
		for _, k := range p.Credentials {
			// One key is one person, or two people's signatures could be one's;
			// and a person's alone, or whoever has the programme key could sign.
			if keys[string(k.Key)] {
				return refuse(Malformed, "cannot use charter %d: the key %s stands in it twice", c.Number, k.ID)
			}
			keys[string(k.Key)] = true
		}
	}
	return nil
}

// machineKeys gives the keys of roots, programmes and releases, as people's are
// written.
func (c *Charter) machineKeys() map[string]bool {
	keys := map[string]bool{}
	add := func(key ed25519.PublicKey) {
		if k, err := FileCredential(key); err == nil {
			keys[string(k.Key)] = true
		}
	}
	for _, r := range c.Roots {
		add(r.Key)
	}
	for _, k := range c.ProgrammeKeys {
		add(k.Key)
	}
	for _, r := range c.ReleaseSigners {
		add(r.Key)
	}
	return keys
}

func (c *Charter) validatePerson(p *Person) error {
	bad := func(why string) error {
		return refuse(Malformed, "cannot use charter %d: %s of person %.80q", c.Number, why, p.Name)
	}
	if p.ID.Validate() != nil || strings.TrimSpace(p.Name) == "" || len(p.Name) > 400 {
		return bad("no id or name")
	}
	for _, may := range p.May {
		if !slices.Contains(Capacities(), may) {
			return bad("an unknown capacity")
		}
	}
	if !validClusters(p.Clusters) {
		return bad("unusable clusters")
	}
	if !isBound(p.ValidFrom) || !isBound(p.ValidUntil) || p.ValidUntil != 0 && p.ValidUntil <= p.ValidFrom {
		return bad("an empty validity")
	}
	switch {
	case p.Standing != Active && p.Standing != Retired && p.Standing != Compromised:
		return bad("an unknown standing")
	case p.Kept != "" && (p.Standing != Retired || p.Kept.Validate() != nil):
		return bad("an unusable set of kept decisions")
	case len(p.Credentials) > maxCredentials:
		return bad("too many credentials")
	}
	for i := range p.Credentials {
		if err := c.validateCredential(&p.Credentials[i]); err != nil {
			return bad(err.Error())
		}
	}
	return nil
}

func (c *Charter) validateCredential(k *Credential) error {
	if k.ID != CredentialID(k.Key) {
		return errors.New("a credential whose id is not of its key")
	}
	if err := (webauthn.Key{Algorithm: k.Algorithm, PKIX: k.Key}).Validate(); err != nil {
		return fmt.Errorf("an unusable credential (%w)", err)
	}
	switch k.Kind {
	case KeyFile:
		if k.Algorithm != webauthn.EdDSA || k.RPID != "" {
			return errors.New("a key file that is not Ed25519")
		}
	case Passkey:
		if c.party(k.RPID).ID == "" {
			return errors.New("a passkey of an unnamed relying party")
		}
		if k.Independent && k.RPID != independentParty {
			return errors.New("an independent passkey that signs on a website")
		}
	default:
		return errors.New("a credential of an unknown kind")
	}
	return nil
}

func (c *Charter) validatePins() error {
	for _, p := range c.Pins {
		if !validClusters(p.Clusters) || len(p.Salt) < 16 || len(p.Salt) > 64 || len(p.Hash) != 32 ||
			p.Time < 1 || p.Time > 16 || p.MemoryKB < 8<<10 || p.MemoryKB > 64<<10 || p.Threads < 1 || p.Threads > 4 {
			return refuse(Malformed, "cannot use charter %d: a PIN of it is not argon2id as screens compute it", c.Number)
		}
	}
	return nil
}

// owns tells whether an origin is one at which a browser lets the relying party
// ask for signatures: its own host or one below it, over TLS or on the computer
// itself.
func (rp *RelyingParty) owns(origin string) bool {
	host, secure := strings.CutPrefix(origin, "https://")
	if !secure {
		var plain bool
		if host, plain = strings.CutPrefix(origin, "http://"); !plain || rp.ID != independentParty {
			return false
		}
	}
	host, port, hasPort := strings.Cut(host, ":")
	if _, err := strconv.ParseUint(port, 10, 16); hasPort && err != nil {
		return false
	}
	return host == rp.ID || strings.HasSuffix(host, "."+rp.ID) && !strings.ContainsAny(host, "/?#@\\ ")
}

// party finds a relying party; one without a name, for which nobody can sign,
// when there is none.
func (c *Charter) party(id string) RelyingParty {
	for _, rp := range c.RelyingParties {
		if rp.ID == id {
			return rp
		}
	}
	return RelyingParty{}
}

func validClusters(clusters []string) bool {
	for _, c := range clusters {
		if c == playlists.Everywhere {
			return len(clusters) == 1
		}
		if playlists.ID(c).Validate() != nil {
			return false
		}
	}
	return len(clusters) > 0
}
