package fleet_test

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// present opens a pairing with a ticket, as the PC of a seed.
func (s *site) present(t *programme.Ticket, seed byte, marks ...string) (device, error) {
	d := device{key: playliststest.Key(seed)}
	var err error
	d.pairing, err = s.fleet.OpenPairing(s.t.Context(), string(rune('a'+seed)), wire.PairingRequest{
		DeviceKey: d.key.Public().(ed25519.PublicKey), Facts: wire.Facts{Hostname: "pc"}, Ticket: &wire.TicketShown{Batch: t.Batch, Secret: t.Secret, Marks: marks},
	})
	return d, err
}

func (s *site) ticket(change func(*fleet.NewBatch)) (fleet.Batch, *programme.Ticket) {
	s.t.Helper()
	n := fleet.NewBatch{
		Cluster: s.cluster("Cầu Treo").ID, Profile: playlists.Landscape1080, Days: 14, Confirm: true, Controller: "https://10.20.0.5:8443",
		Seats: []programme.Seat{{Name: "Cổng", Marks: []string{"02:42:AC:11:00:02"}}, {Name: "Sảnh"}, {Name: "Nhà chờ"}},
	}
	change(&n)
	b, file, err := s.fleet.AddBatch(s.t.Context(), administrator(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	s.file = file
	t, err := programme.ReadTicket(file)
	if err != nil {
		s.t.Fatal(err)
	}
	return b, t
}

func TestTicketsForManyPCs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, ticket := s.ticket(func(*fleet.NewBatch) {})

	// Who shows it waits for a person, with the screen that is meant for it.
	marked, err := s.present(ticket, 21, "pc", "0242ac110002")
	if err != nil {
		t.Fatal(err)
	}
	next, err := s.present(ticket, 22)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.present(ticket, 22); err != nil { // it asks again and keeps its place
		t.Fatal(err)
	}
	third, err := s.present(ticket, 23)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.present(ticket, 24); playlists.ReasonOf(err) != "ticket_full" {
		t.Errorf("one too many: %v", err)
	}
	if st, err := s.poll(marked); err != nil || st.State != "waiting" {
		t.Errorf("before anybody has said yes: %+v, %v", st, err)
	}
	confirm := func(d device, want string) {
		t.Helper()
		m, err := s.fleet.Confirm(t.Context(), administrator(), b.ID, d.pairing.Pairing)
		if err != nil || m.Screen.Name != want {
			t.Fatalf("it became %q, %v, want %q", m.Screen.Name, err, want)
		}
		if st, err := s.poll(d); err != nil || st.Grant == nil || st.Grant.Screen != m.Screen.ID {
			t.Errorf("it is told %+v, %v", st, err)
		}
	}
	officer := with(playlists.Grant{Role: playlists.WatchOfficer})
	if _, err := s.fleet.Confirm(t.Context(), officer, b.ID, marked.pairing.Pairing); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("a watch officer says yes: %v", err)
	}
	elsewhere := with(playlists.Grant{Role: playlists.Technician, Cluster: ids("elsewhere")})
	if _, err := s.fleet.Confirm(t.Context(), elsewhere, b.ID, marked.pairing.Pairing); playlists.ReasonOf(err) != "ticket_missing" {
		t.Errorf("a technician of another site says yes: %v", err)
	}
	confirm(marked, "Cổng")
	confirm(third, "Nhà chờ")
	if _, err := s.fleet.Confirm(t.Context(), administrator(), b.ID, third.pairing.Pairing); playlists.ReasonOf(err) != "pairing_over" {
		t.Errorf("twice: %v", err)
	}
	if _, err := s.present(ticket, 25, "0242ac110002"); playlists.ReasonOf(err) != "ticket_full" {
		t.Errorf("the screen that is taken: %v", err)
	}

	// A stick that was lost: revoked, it lets nobody in, not even who waits.
	if err := s.fleet.RevokeBatch(t.Context(), administrator(), b.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.fleet.Confirm(t.Context(), administrator(), b.ID, next.pairing.Pairing); playlists.ReasonOf(err) != "ticket_over" {
		t.Errorf("after the revocation: %v", err)
	}
	if _, err := s.present(ticket, 22); playlists.ReasonOf(err) != "ticket_over" {
		t.Errorf("shown after the revocation: %v", err)
	}
	if err := s.fleet.RevokeBatch(t.Context(), administrator(), b.ID); playlists.ReasonOf(err) != "ticket_over" {
		t.Errorf("revoked twice: %v", err)
	}
}

func TestATicketThatAsksNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, ticket := s.ticket(func(n *fleet.NewBatch) { n.Confirm = false })
	d, err := s.present(ticket, 31)
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.poll(d)
	if err != nil || st.Grant == nil || st.Grant.Name != "Sảnh" {
		t.Fatalf("it is told %+v, %v", st, err)
	}
	if err := programme.CheckTicket(s.file, st.Grant.ProgrammeKeys); err != nil {
		t.Errorf("the ticket is not of the controller that answers: %v", err)
	}
	if _, err := s.present(ticket, 31); playlists.ReasonOf(err) != "device_claimed" {
		t.Errorf("one PC takes two screens: %v", err)
	}
	forged := *ticket
	forged.Secret = bytes.Repeat([]byte{9}, programme.SecretSize)
	if _, err := s.present(&forged, 32); playlists.ReasonOf(err) != "ticket_unknown" {
		t.Errorf("another secret: %v", err)
	}
	forged = *ticket
	forged.Batch = ids("other")
	if _, err := s.present(&forged, 32); playlists.ReasonOf(err) != "ticket_unknown" {
		t.Errorf("another ticket: %v", err)
	}
	s.pass(14 * 24 * time.Hour)
	if _, err := s.present(ticket, 32); playlists.ReasonOf(err) != "ticket_unknown" {
		t.Errorf("after its end: %v", err)
	}
}

// A ticket that asks nobody asks once who gave it may not let PCs in.
func TestATicketOutlivesItsMakersRights(t *testing.T) {
	t.Parallel()
	for name, maker := range map[string]*playlists.Actor{
		"who cannot log in": nil,
		"with other rights": {ID: administrator().ID, Grants: []playlists.Grant{{Role: playlists.Editor}}},
	} {
		s := newSite(t)
		b, ticket := s.ticket(func(n *fleet.NewBatch) { n.Confirm = false })
		s.maker = maker
		d, err := s.present(ticket, 31)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if st, err := s.poll(d); err != nil || st.Grant != nil {
			t.Errorf("%s: it is told %+v, %v", name, st, err)
		}
		if _, err := s.fleet.Confirm(t.Context(), administrator(), b.ID, d.pairing.Pairing); err != nil {
			t.Errorf("%s: it cannot be let in: %v", name, err)
		}
		if st, err := s.poll(d); err != nil || st.Grant == nil {
			t.Errorf("%s: let in, it is told %+v, %v", name, st, err)
		}
	}
}

func TestTicketsThatAreNotGiven(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cluster := s.cluster("Cầu Treo").ID
	for name, c := range map[string]struct {
		a      playlists.Actor
		change func(*fleet.NewBatch)
		reason string
	}{
		"by a watch officer":     {with(playlists.Grant{Role: playlists.WatchOfficer}), func(*fleet.NewBatch) {}, "right_missing"},
		"for another site":       {with(playlists.Grant{Role: playlists.Technician, Cluster: ids("elsewhere")}), func(*fleet.NewBatch) {}, "right_missing"},
		"for no site":            {administrator(), func(n *fleet.NewBatch) { n.Cluster = ids("nowhere") }, "cluster_missing"},
		"for longer than a week": {administrator(), func(n *fleet.NewBatch) { n.Days = 15 }, "ticket_days"},
		"for no time":            {administrator(), func(n *fleet.NewBatch) { n.Days = 0 }, "ticket_days"},
		"for nobody":             {administrator(), func(n *fleet.NewBatch) { n.Seats = nil }, "ticket_seats"},
		"for too many":           {administrator(), func(n *fleet.NewBatch) { n.Seats = make([]programme.Seat, 201) }, "ticket_seats"},
		"for a long mark":        {administrator(), func(n *fleet.NewBatch) { n.Seats[0].Marks = []string{strings.Repeat("a", 101)} }, "ticket_mark"},
		"without TLS":            {administrator(), func(n *fleet.NewBatch) { n.Controller = "http://10.20.0.5" }, "controller_malformed"},
		"with a path":            {administrator(), func(n *fleet.NewBatch) { n.Controller = "https://10.20.0.5/x" }, "controller_malformed"},
	} {
		n := fleet.NewBatch{Cluster: cluster, Profile: playlists.Landscape1080, Days: 1, Controller: "https://10.20.0.5:8443", Seats: []programme.Seat{{Name: "Cổng"}}}
		c.change(&n)
		if _, _, err := s.fleet.AddBatch(t.Context(), c.a, n); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
}
