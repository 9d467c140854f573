package fleet_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var ids = playliststest.ID

// observer remembers what it was told last.
type observer struct {
	mu    sync.Mutex
	set   map[playlists.ID]fleet.Member
	gone  map[playlists.ID]bool
	heard map[playlists.ID]fleet.Heard
	cut   []playlists.ID

	swapped, replaced []playlists.ID
}

func (o *observer) ScreenReplaced(id playlists.ID) { o.replaced = append(o.replaced, id) }

func (o *observer) ScreenSet(m fleet.Member) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.set[m.Screen.ID] = m
}

func (o *observer) ScreenGone(id playlists.ID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone[id] = true
}

func (o *observer) ScreenHeard(h fleet.Heard) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.heard[h.Screen] = h
}

// authority gives certificates that say whose they are.
type authority struct{}

func (authority) IssueScreen(screen playlists.ID, deviceKey []byte) ([]byte, error) {
	return append([]byte(screen+":"), deviceKey...), nil
}
func (authority) Young(c []byte) bool { return bytes.HasPrefix(c, []byte("young")) }
func (authority) Certificate() []byte { return []byte("authority") }
func (authority) SHA256() [32]byte    { return sha256.Sum256([]byte("authority")) }

// site is a fleet on a real database with a clock that tests move.
type site struct {
	t         *testing.T
	dir       string
	db        *sqlstore.DB
	authority authority
	observer  *observer
	fleet     *fleet.Service
	unit      playlists.ID
	other     playlists.ID

	signed bool             // only signed orders move screens
	maker  *playlists.Actor // of tickets; nil for one who cannot log in
	file   []byte           // of the newest ticket

	mu  sync.Mutex
	now time.Time
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), now: playliststest.Now, maker: new(administrator())}
	path := filepath.Join(s.dir, "cotmoc.db")
	sqlstoretest.Prepare(t, path)
	var err error
	if s.db, err = sqlstore.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	s.unit, s.other = s.addUnit("Sở Thông tin", ids("unit")), s.addUnit("Bộ đội Biên phòng", ids("other"))
	s.reopen()
	return s
}

// addUnit adds a unit as the feature that knows them would.
func (s *site) addUnit(name string, id playlists.ID) playlists.ID {
	s.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.dir, "cotmoc.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{
		"insert into units (id, short_name, created_at) values (?1, ?2, 0)",
		"insert into unit_names (unit_id, valid_from, name) values (?1, '2020-01-01', ?2)",
	} {
		if _, err := db.ExecContext(s.t.Context(), statement, string(id), name); err != nil {
			s.t.Fatal(err)
		}
	}
	return id
}

// person gives the one person there is, with the rights of maker.
func (s *site) person(_ context.Context, id playlists.ID) (playlists.Actor, error) {
	if s.maker == nil {
		return playlists.Actor{}, playlists.Errorf(playlists.NotFound, "person_missing", nil, "cannot find the person %s: look in the list of people", id)
	}
	return *s.maker, nil
}

// reopen is a restart of the controller.
func (s *site) reopen() {
	s.t.Helper()
	s.observer = &observer{set: map[playlists.ID]fleet.Member{}, gone: map[playlists.ID]bool{}, heard: map[playlists.ID]fleet.Heard{}}
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		s.t.Fatal(err)
	}
	s.fleet, err = fleet.Open(s.t.Context(), fleet.Options{
		Store: s.db.Fleet(), Authority: s.authority, Observer: s.observer,
		Cut:     func(_ context.Context, id playlists.ID) { s.observer.cut = append(s.observer.cut, id) },
		Swap:    func(_ context.Context, id playlists.ID) { s.observer.swapped = append(s.observer.swapped, id) },
		MQTTURL: func(host string) string { return "tls://" + host + ":8883" },
		Known:   known,
		Signed:  func() bool { return s.signed },
		Person:  s.person,
		Sign:    func(k *programme.Ticket) ([]byte, error) { return programme.SignTicket(k, playliststest.Key(1)) },
		Keys:    func() []programme.PublicKey { return []programme.PublicKey{playliststest.PublicKey(1)} },
		Charter: func() []byte { return []byte("a charter") },
		Zone:    zone, Now: s.clock, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func with(grants ...playlists.Grant) playlists.Actor {
	return playlists.Actor{ID: ids("person"), Grants: grants}
}

func administrator() playlists.Actor { return with(playlists.Grant{Role: playlists.Administrator}) }

func (s *site) cluster(name string) fleet.Cluster {
	s.t.Helper()
	c, err := s.fleet.AddCluster(s.t.Context(), administrator(), name, "Hà Tĩnh", s.unit)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// device is a screen PC that pairs.
type device struct {
	key     ed25519.PrivateKey
	pairing wire.Pairing
	code    string
}

func (s *site) open(seed byte) device {
	s.t.Helper()
	d := device{key: playliststest.Key(seed)}
	public := d.key.Public().(ed25519.PublicKey)
	var err error
	d.pairing, err = s.fleet.OpenPairing(s.t.Context(), "192.0.2.1", wire.PairingRequest{DeviceKey: public, Facts: wire.Facts{Hostname: "pc"}})
	if err != nil {
		s.t.Fatal(err)
	}
	d.code = wire.PairingCode(public, s.authority.SHA256(), d.pairing.Nonce)
	return d
}

func (s *site) poll(d device) (wire.PairingState, error) {
	proof := ed25519.Sign(d.key, wire.PollProof(d.pairing.Pairing, d.pairing.Nonce))
	return s.fleet.PollPairing(s.t.Context(), d.pairing.Pairing, proof, "cotmoc.example")
}

func (s *site) claim(d device, name string, c fleet.Cluster) fleet.Member {
	s.t.Helper()
	m, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: name, Cluster: c.ID, Profile: playlists.Landscape1080})
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func TestAScreenJoinsByItsCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.cluster("Cầu Treo")
	d := s.open(7)
	if st, err := s.poll(d); err != nil || st.State != "waiting" {
		t.Fatalf("before the claim: %+v, %v", st, err)
	}
	typed := strings.ToLower(strings.Replace(d.code, "-", " ", 1))
	m, err := s.fleet.Claim(t.Context(), administrator(), typed, playlists.Screen{Name: "  Cổng   chính ", Cluster: c.ID, Profile: playlists.Landscape1080, Tags: []string{"ngoài trời", "ngoài trời"}})
	if err != nil {
		t.Fatal(err)
	}
	if m.Screen.Name != "Cổng chính" || len(m.Screen.Tags) != 1 || m.Unit != s.unit || m.Screen.TimeZone != playlists.DefaultTimeZone {
		t.Errorf("claimed as %+v", m)
	}
	s.reopen() // between claim and poll the controller may restart
	st, err := s.poll(d)
	if err != nil || st.State != "claimed" {
		t.Fatalf("after the claim: %+v, %v", st, err)
	}
	if want := append([]byte(m.Screen.ID+":"), d.key.Public().(ed25519.PublicKey)...); !bytes.Equal(st.Grant.Certificate, want) {
		t.Errorf("certificate is %q", st.Grant.Certificate)
	}
	if st.Grant.MQTTURL != "tls://cotmoc.example:8883" || !bytes.Equal(st.Grant.CA, s.authority.Certificate()) || len(st.Grant.ProgrammeKeys) != 1 ||
		st.Grant.Cluster != c.ID || string(st.Grant.Charter) != "a charter" {
		t.Errorf("granted %+v", st.Grant)
	}
	if !s.fleet.Admits(m.Screen.ID) {
		t.Error("a claimed screen is not admitted")
	}
	if s.observer.set[m.Screen.ID].Screen.Name != "Cổng chính" {
		t.Error("the observer was not told of it after the restart")
	}
}

func TestPairingRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		act    func(s *site, d device, c fleet.Cluster) error
		reason string
	}{
		"a wrong code": {func(s *site, d device, c fleet.Cluster) error {
			_, err := s.fleet.Claim(s.t.Context(), administrator(), "2222-2222", playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "code_unknown"},
		"an expired code": {func(s *site, d device, c fleet.Cluster) error {
			s.pass(15 * time.Minute)
			_, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "code_unknown"},
		"a code twice": {func(s *site, d device, c fleet.Cluster) error {
			s.claim(d, "x", c)
			_, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: "y", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "code_unknown"},
		"a device that is a screen": {func(s *site, d device, c fleet.Cluster) error {
			s.claim(d, "x", c)
			_, err := s.fleet.Claim(s.t.Context(), administrator(), s.open(7).code, playlists.Screen{Name: "y", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "device_claimed"},
		"too many codes tried": {func(s *site, d device, c fleet.Cluster) error {
			var err error
			for range 11 {
				_, err = s.fleet.Claim(s.t.Context(), administrator(), "2222-2222", playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080})
			}
			return err
		}, "too_many_attempts"},
		"too many pairings of one address": {func(s *site, d device, _ fleet.Cluster) error {
			var err error
			for range 11 {
				_, err = s.fleet.OpenPairing(s.t.Context(), "192.0.2.9", wire.PairingRequest{DeviceKey: make([]byte, 32)})
			}
			return err
		}, "too_many_attempts"},
		"a short key": {func(s *site, d device, _ fleet.Cluster) error {
			_, err := s.fleet.OpenPairing(s.t.Context(), "192.0.2.9", wire.PairingRequest{DeviceKey: make([]byte, 31)})
			return err
		}, "device_key_malformed"},
		"a poll by another key": {func(s *site, d device, _ fleet.Cluster) error {
			d.key = playliststest.Key(8)
			_, err := s.poll(d)
			return err
		}, "proof_wrong"},
		"a poll too late": {func(s *site, d device, _ fleet.Cluster) error {
			s.pass(15 * time.Minute)
			_, err := s.poll(d)
			return err
		}, "pairing_over"},
		"a claim without the right": {func(s *site, d device, c fleet.Cluster) error {
			_, err := s.fleet.Claim(s.t.Context(), with(playlists.Grant{Role: playlists.Editor}), d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "right_missing"},
		"a claim into another's cluster": {func(s *site, d device, c fleet.Cluster) error {
			local := with(playlists.Grant{Role: playlists.Technician, Cluster: s.cluster("Vũng Áng").ID})
			_, err := s.fleet.Claim(s.t.Context(), local, d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080})
			return err
		}, "right_missing"},
		"an unknown profile": {func(s *site, d device, c fleet.Cluster) error {
			_, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: "8k"})
			return err
		}, "profile_unknown"},
		"a wall that nobody has described": {func(s *site, d device, c fleet.Cluster) error {
			_, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: "site-640x64"})
			return err
		}, "profile_unknown"},
		"an unknown zone": {func(s *site, d device, c fleet.Cluster) error {
			_, err := s.fleet.Claim(s.t.Context(), administrator(), d.code, playlists.Screen{Name: "x", Cluster: c.ID, Profile: playlists.Landscape1080, TimeZone: "Mars/Base"})
			return err
		}, "zone_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			cluster := s.cluster("Cầu Treo")
			if err := c.act(s, s.open(7), cluster); playlists.ReasonOf(err) != c.reason {
				t.Errorf("refused with %v, want %s", err, c.reason)
			}
		})
	}
}

func TestARevokedScreenIsCutOffAndCanPairAnew(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.cluster("Cầu Treo")
	m := s.claim(s.open(7), "Cổng chính", c)
	if err := s.fleet.Revoke(t.Context(), with(playlists.Grant{Role: playlists.WatchOfficer}), m.Screen.ID); playlists.CodeOf(err) != playlists.Forbidden {
		t.Fatalf("a watch officer revoked a screen: %v", err)
	}
	if err := s.fleet.Revoke(t.Context(), administrator(), m.Screen.ID); err != nil {
		t.Fatal(err)
	}
	if s.fleet.Admits(m.Screen.ID) || !s.observer.gone[m.Screen.ID] || len(s.observer.cut) != 1 {
		t.Error("the screen is still in")
	}
	s.reopen()
	if s.fleet.Admits(m.Screen.ID) {
		t.Error("the screen is in again after a restart")
	}
	revoked, err := s.fleet.Revoked(t.Context())
	if err != nil || len(revoked) != 1 || revoked[0] != m.Screen.ID {
		t.Errorf("revoked are %v, %v", revoked, err)
	}
	if list, err := s.fleet.RevokedCertificates(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("revoked certificates: %d, %v", len(list), err)
	}
	if again := s.claim(s.open(7), "Cổng chính", c); again.Screen.ID == m.Screen.ID {
		t.Error("the old id came back")
	}
	if page, err := s.fleet.Screens(t.Context(), administrator(), fleet.Filter{Limit: 10}); err != nil || page.Total != 1 {
		t.Errorf("%d screens are listed, %v", page.Total, err)
	}
}

func TestScreensAreListedWithinReach(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	treo, ang := s.cluster("Cầu Treo"), s.cluster("Vũng Áng")
	for i, name := range []string{"Cổng chính", "Cổng phụ", "Đường tỉnh"} {
		s.claim(s.open(byte(10+i)), name, treo)
	}
	harbour := s.claim(s.open(20), "Cảng", ang)
	var seen []string
	for cursor := ""; ; {
		page, err := s.fleet.Screens(t.Context(), administrator(), fleet.Filter{Limit: 2, Cursor: cursor})
		if err != nil || page.Total != 4 {
			t.Fatalf("total %d, %v", page.Total, err)
		}
		for _, screen := range page.Screens {
			seen = append(seen, screen.Name)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if got := strings.Join(seen, "|"); got != "Cảng|Cổng chính|Cổng phụ|Đường tỉnh" {
		t.Errorf("pages give %s", got)
	}
	count := func(a playlists.Actor, f fleet.Filter) int {
		t.Helper()
		f.Limit = 50
		page, err := s.fleet.Screens(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Screens) != page.Total {
			t.Errorf("%d of %d", len(page.Screens), page.Total)
		}
		return page.Total
	}
	for name, c := range map[string]struct {
		actor  playlists.Actor
		filter fleet.Filter
		want   int
	}{
		"folded words":        {administrator(), fleet.Filter{Query: "cong"}, 2},
		"đ and d":             {administrator(), fleet.Filter{Query: "DUONG"}, 1},
		"a cluster":           {administrator(), fleet.Filter{Cluster: ang.ID}, 1},
		"grant for a cluster": {with(playlists.Grant{Role: playlists.WatchOfficer, Cluster: ang.ID}), fleet.Filter{}, 1},
		"grant for the unit":  {with(playlists.Grant{Role: playlists.WatchOfficer, Unit: s.unit}), fleet.Filter{}, 4},
		"grant for another":   {with(playlists.Grant{Role: playlists.WatchOfficer, Unit: s.other}), fleet.Filter{}, 0},
		"unit and cluster":    {with(playlists.Grant{Role: playlists.Technician, Unit: s.unit, Cluster: treo.ID}), fleet.Filter{}, 3},
	} {
		if got := count(c.actor, c.filter); got != c.want {
			t.Errorf("%s: %d screens, want %d", name, got, c.want)
		}
	}
	if _, err := s.fleet.Screen(with(playlists.Grant{Role: playlists.WatchOfficer, Cluster: treo.ID}), harbour.Screen.ID); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("a screen out of reach: %v", err)
	}
}

func TestAClusterChangesHandsAtMidnight(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.cluster("Cầu Treo")
	m := s.claim(s.open(7), "Cổng chính", c)
	tomorrow := s.clock().Add(24 * time.Hour).Format(time.DateOnly)
	c, err := s.fleet.ChangeCluster(t.Context(), administrator(), c.ID, fleet.ClusterChange{Unit: &s.other, From: tomorrow})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Tenures) != 2 || c.UnitOn(s.fleet.Today()).ID != s.unit || c.UnitOn(tomorrow).ID != s.other || c.UnitOn(tomorrow).Name != "Bộ đội Biên phòng" {
		t.Errorf("tenures are %+v", c.Tenures)
	}
	if _, err := s.fleet.ChangeCluster(t.Context(), administrator(), c.ID, fleet.ClusterChange{Unit: &s.unit}); playlists.ReasonOf(err) != "tenure_before_last" {
		t.Errorf("history was rewritten: %v", err)
	}
	if got := s.observer.set[m.Screen.ID].Unit; got != s.unit {
		t.Errorf("handed over before midnight to %s", got)
	}
	s.pass(24 * time.Hour)
	if got, _ := s.fleet.Member(m.Screen.ID); got.Unit != s.other {
		t.Errorf("after midnight it is %s's", got.Unit)
	}
	missing := ids("missing")
	if _, err := s.fleet.ChangeCluster(t.Context(), administrator(), c.ID, fleet.ClusterChange{Unit: &missing}); playlists.ReasonOf(err) != "unit_missing" {
		t.Errorf("handed to nobody: %v", err)
	}
}

// Under a charter a screen moves by a signed order alone; all else about it
// changes as before.
func TestASignedOrderMovesAScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	treo, ang := s.cluster("Cầu Treo"), s.cluster("Vũng Áng")
	m := s.claim(s.open(1), "Cổng chính", treo)
	s.signed = true
	name := "Cổng phụ"
	if _, err := s.fleet.ChangeScreen(t.Context(), administrator(), m.Screen.ID, fleet.ScreenChange{Cluster: &ang.ID}); playlists.ReasonOf(err) != "signature_required" {
		t.Fatalf("moved without a signature: %v", err)
	}
	if _, err := s.fleet.ChangeScreen(t.Context(), administrator(), m.Screen.ID, fleet.ScreenChange{Name: &name, Cluster: &treo.ID}); err != nil {
		t.Fatal(err)
	}
	if err := s.fleet.Place(t.Context(), m.Screen.ID, ang.ID); err != nil {
		t.Fatal(err)
	}
	s.reopen()
	if got, _ := s.fleet.Member(m.Screen.ID); got.Screen.Cluster != ang.ID || got.Screen.Name != name {
		t.Errorf("the screen is %+v", got.Screen)
	}
	if err := s.fleet.Place(t.Context(), m.Screen.ID, ids("nowhere")); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("placed nowhere: %v", err)
	}
}

// known refuses one wall that nobody has described.
func known(_ context.Context, p playlists.Profile) error {
	if p == "site-640x64" {
		return playlists.Errorf(playlists.Invalid, "profile_unknown", nil, "cannot use %s", p)
	}
	return nil
}
