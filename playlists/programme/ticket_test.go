package programme_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func someTicket() programme.Ticket {
	return programme.Ticket{
		Batch: playliststest.ID("batch"), Controller: "https://10.20.0.5:8443", CA: playlists.DigestOf([]byte("ca")), Secret: bytes.Repeat([]byte{1}, programme.SecretSize),
		Until: playliststest.Now.UnixMilli(), Seats: []programme.Seat{{Name: "Cổng", Marks: []string{"pc-1"}}, {Name: "Sảnh", Marks: []string{}}},
	}
}

func TestTickets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*programme.Ticket)
		want   programme.Refusal
	}{
		{"sound", func(*programme.Ticket) {}, ""},
		{"of no batch", func(k *programme.Ticket) { k.Batch = "x" }, programme.Malformed},
		{"without TLS", func(k *programme.Ticket) { k.Controller = "http://10.20.0.5" }, programme.Malformed},
		{"without an authority", func(k *programme.Ticket) { k.CA = "" }, programme.Malformed},
		{"with a short secret", func(k *programme.Ticket) { k.Secret = k.Secret[1:] }, programme.Malformed},
		{"without end", func(k *programme.Ticket) { k.Until = 0 }, programme.Malformed},
		{"without a seat", func(k *programme.Ticket) { k.Seats = []programme.Seat{} }, programme.Malformed},
		{"with 200 seats", func(k *programme.Ticket) { k.Seats = slices.Repeat(k.Seats, 100) }, ""},
		{"with more", func(k *programme.Ticket) { k.Seats = slices.Repeat(k.Seats, 101) }, programme.Malformed},
		{"with a seat for nobody", func(k *programme.Ticket) { k.Seats[0].Name = "" }, programme.Malformed},
		{"with an empty mark", func(k *programme.Ticket) { k.Seats[0].Marks = []string{""} }, programme.Malformed},
		{"with a long mark", func(k *programme.Ticket) { k.Seats[0].Marks = []string{strings.Repeat("a", 101)} }, programme.Malformed},
		{"with many marks", func(k *programme.Ticket) { k.Seats[0].Marks = slices.Repeat([]string{"a"}, 6) }, programme.Malformed},
	} {
		k := someTicket()
		c.change(&k)
		envelope, err := programme.SignTicket(&k, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		check(t, c.name, second(programme.ReadTicket(envelope)), c.want)
		check(t, c.name+", its own key", programme.CheckTicket(envelope, []programme.PublicKey{playliststest.PublicKey(1)}), "")
		check(t, c.name+", another key", programme.CheckTicket(envelope, []programme.PublicKey{playliststest.PublicKey(2)}), programme.BadSignature)
	}
	if programme.NormalMark("02:42-AC 11.00:02") != "0242ac110002" {
		t.Error("a hardware address is not compared without its separators")
	}
}

// FuzzTicket: bytes of a stick are a ticket that keeps every bound, or refused.
func FuzzTicket(f *testing.F) {
	k := someTicket()
	envelope, err := programme.SignTicket(&k, playliststest.Key(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(envelope)
	f.Add(marshal(f, k))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.TicketType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			k, err := programme.ReadTicket(e)
			refusedByName(t, err)
			if k != nil && (len(k.Seats) == 0 || len(k.Seats) > programme.MaxSeats || len(k.Secret) != programme.SecretSize || !strings.HasPrefix(k.Controller, "https://")) {
				t.Fatalf("an unsound ticket: %+v", k)
			}
		}
	})
}
