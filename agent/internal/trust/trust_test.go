package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"math/big"
	"testing"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists/wire"
)

// memory is a floor store that may lose or break what it was given.
type memory struct{ data []byte }

func (m *memory) Document(_ state.Name, valid func([]byte) error) ([]byte, bool) {
	return m.data, m.data != nil && valid(m.data) == nil
}

func (m *memory) SetDocument(_ state.Name, b []byte) error { m.data = b; return nil }

var built = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

type machine struct{ r Reading }

func (m *machine) read() Reading { return m.r }

func (m *machine) run(d time.Duration) { m.r.Wall, m.r.Mono = m.r.Wall.Add(d), m.r.Mono+d }

func clock(m *machine, s *memory) *Clock {
	return NewClock(m.read, s, built, slog.New(slog.DiscardHandler))
}

func TestStates(t *testing.T) {
	t.Parallel()
	later := built.AddDate(0, 0, 20)
	for _, c := range []struct {
		name   string
		wall   time.Time
		synced bool
		state  wire.ClockState
		at     time.Time
	}{
		{"held by a time server", later, true, wire.ClockTrusted, later},
		{"by itself", later, false, wire.ClockPlausible, later},
		{"a minute slow", built.Add(-time.Minute), false, wire.ClockPlausible, built},
		{"1970", time.Unix(9, 0), false, wire.ClockLost, built},
		{"1970, and a liar says it is held", time.Unix(9, 0), true, wire.ClockLost, built},
	} {
		m := &machine{Reading{Wall: c.wall, Synced: c.synced}}
		if at, state := clock(m, &memory{}).Now(); state != c.state || !at.Equal(c.at) {
			t.Errorf("%s: %s at %s, want %s at %s", c.name, state, at, c.state, c.at)
		}
	}
}

// A lost clock goes on from the floor by powered time, over restarts, and is
// found again when somebody sets it.
func TestFloorIsCarried(t *testing.T) {
	t.Parallel()
	m, s := &machine{Reading{Wall: time.Unix(0, 0)}}, &memory{}
	c := clock(m, s)
	m.run(3 * time.Hour)
	if at, state := c.Now(); state != wire.ClockLost || !at.Equal(built.Add(3*time.Hour)) {
		t.Fatalf("%s at %s", state, at)
	}
	issued := built.AddDate(0, 1, 0)
	c.Prove(issued)
	c.Prove(built) // older proof changes nothing
	m.run(time.Hour)
	c.Save()
	m = &machine{Reading{Wall: time.Unix(5, 0)}}
	c = clock(m, s)
	if at, _ := c.Now(); !at.Equal(issued.Add(time.Hour)) {
		t.Fatalf("after the restart it is %s", at)
	}
	m.r.Wall = issued.AddDate(0, 0, 3)
	if at, state := c.Now(); state != wire.ClockPlausible || !at.Equal(m.r.Wall) {
		t.Fatalf("after it was set: %s at %s", state, at)
	}
	m.r.Wall = time.Unix(7, 0) // and lost again
	if at, state := c.Now(); state != wire.ClockLost || at.Before(issued) {
		t.Fatalf("%s at %s", state, at)
	}
}

// A wall clock that runs ahead, even for a long while, never raises the floor:
// setting it right is always possible.
func TestFutureDoesNotStick(t *testing.T) {
	t.Parallel()
	m, s := &machine{Reading{Wall: built.AddDate(40, 0, 0), Synced: true}}, &memory{}
	c := clock(m, s)
	c.Now()
	c.Save()
	m = &machine{Reading{Wall: built.AddDate(0, 0, 1)}}
	if at, state := clock(m, s).Now(); state != wire.ClockPlausible || !at.Equal(m.r.Wall) {
		t.Fatalf("%s at %s", state, at)
	}
}

func TestBrokenFloor(t *testing.T) {
	t.Parallel()
	for _, b := range []string{"", "{", `{"floor":-1}`, `{"floor":99999999999999}`, `[]`} {
		m := &machine{Reading{Wall: time.Unix(0, 0)}}
		if at, _ := clock(m, &memory{[]byte(b)}).Now(); !at.Equal(built) {
			t.Errorf("the floor %q gives %s", b, at)
		}
	}
}

func FuzzFloor(f *testing.F) {
	f.Add([]byte(`{"floor":1795000000000}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := parseFloor(b); err == nil && (r.Floor <= 0 || r.Floor > latest) {
			t.Errorf("%q gives %d", b, r.Floor)
		}
	})
}

type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, from, until time.Time) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := authority{key: key}
	a.cert = a.sign(t, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, IsCA: true, BasicConstraintsValid: true, NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageCertSign}, key.Public(), nil)
	return a
}

func (a authority) sign(t *testing.T, template *x509.Certificate, public any, parent *x509.Certificate) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func (a authority) leaf(t *testing.T, name string, usage x509.ExtKeyUsage, from, until time.Time) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return a.sign(t, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, ExtKeyUsage: []x509.ExtKeyUsage{usage}, NotBefore: from, NotAfter: until}, key.Public(), a.cert)
}

func TestVerifyServer(t *testing.T) {
	t.Parallel()
	now := built.AddDate(0, 0, 1)
	from, until := now.AddDate(0, 0, -10), now.AddDate(1, 0, 0)
	ours, theirs := newAuthority(t, from, until), newAuthority(t, from, until)
	server := x509.ExtKeyUsageServerAuth
	good := ours.leaf(t, "controller", server, from, until)
	for _, c := range []struct {
		name  string
		leaf  *x509.Certificate
		host  string
		at    time.Time
		state wire.ClockState
		ok    bool
	}{
		{"ours", good, "controller", now, wire.ClockTrusted, true},
		{"another CA", theirs.leaf(t, "controller", server, from, until), "controller", now, wire.ClockTrusted, false},
		{"another host", good, "elsewhere", now, wire.ClockTrusted, false},
		{"a screen's certificate", ours.leaf(t, "controller", x509.ExtKeyUsageClientAuth, from, until), "controller", now, wire.ClockTrusted, false},
		{"run out", good, "controller", until.AddDate(0, 0, 1), wire.ClockTrusted, false},
		{"run out by the floor of a lost clock", good, "controller", until.AddDate(0, 0, 1), wire.ClockLost, false},
		{"not begun by a trusted clock", good, "controller", from.AddDate(0, 0, -1), wire.ClockTrusted, false},
		{"not begun by a plausible clock", good, "controller", from.AddDate(0, 0, -1), wire.ClockPlausible, true},
		{"not begun by a lost clock", good, "controller", from.AddDate(-1, 0, 0), wire.ClockLost, true},
	} {
		err := VerifyServer(tls.ConnectionState{PeerCertificates: []*x509.Certificate{c.leaf, ours.cert}, ServerName: c.host}, ours.cert, c.at, c.state)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := VerifyServer(tls.ConnectionState{ServerName: "controller"}, ours.cert, now, wire.ClockTrusted); err == nil {
		t.Error("a server without a certificate is trusted")
	}
}

// A screen without a readable CA does not fall back to the machine's own.
func TestPinnedNeedsItsCA(t *testing.T) {
	t.Parallel()
	if _, err := Pinned(&wire.Identity{CA: []byte("none")}, nil, nil); err == nil {
		t.Error("pinned to nothing")
	}
}
