package enrol

import (
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

func ticketFile(t testing.TB, controller string, ca [32]byte, key int) []byte {
	t.Helper()
	b, err := programme.SignTicket(&programme.Ticket{
		Batch: playliststest.ID("batch"), Controller: controller, CA: digestOf(ca), Secret: make([]byte, programme.SecretSize),
		Until: time.Now().UnixMilli(), Seats: []programme.Seat{{Name: "Cổng", Marks: []string{}}},
	}, playliststest.Key(byte(key)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func digestOf(ca [32]byte) playlists.Digest {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for _, v := range ca {
		b.WriteByte(hex[v>>4])
		b.WriteByte(hex[v&15])
	}
	return playlists.Digest(b.String())
}

func byTicket(t *testing.T, c *controllertest.Controller, m *memory, file []byte) *Enroller {
	t.Helper()
	ticket, err := ReadTicket(file)
	if err != nil {
		t.Fatal(err)
	}
	pin, err := ticket.Pin()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Options{
		Controller: ticket.Controller, CAPin: pin, Ticket: ticket, Marks: []string{"PC-1", "02:42:AC:11:00:02", "", "pc 1"}, Facts: wire.Facts{Hostname: "pc"}, Store: m, Random: rand.Reader,
		Now: func() (time.Time, wire.ClockState) { return time.Now(), wire.ClockPlausible }, Log: slog.New(slog.DiscardHandler), Changed: func() {},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAPCJoinsByATicket(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	var shown []wire.TicketShown
	c.Ticket = func(s *wire.TicketShown) (playlists.ID, string) {
		shown = append(shown, *s)
		return playliststest.Screen().ID, ""
	}
	e := byTicket(t, c, &memory{}, ticketFile(t, c.URL(), c.CASHA256(), 1))
	en, err := e.Run(t.Context())
	if err != nil || en.Screen != playliststest.Screen().ID {
		t.Fatal(err)
	}
	if len(shown) != 1 || shown[0].Batch != playliststest.ID("batch") || !slices.Equal(shown[0].Marks, []string{"pc1", "0242ac110002"}) {
		t.Errorf("it has shown %+v", shown)
	}
}

// A ticket that another controller's key has signed gives nothing, though this
// one may accept its secret.
func TestATicketOfAnotherController(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	c.Ticket = func(*wire.TicketShown) (playlists.ID, string) { return playliststest.Screen().ID, "" }
	m := &memory{}
	e := byTicket(t, c, m, ticketFile(t, c.URL(), c.CASHA256(), 2))
	if en, err := e.Run(t.Context()); err == nil || en != nil || e.Enrolled() != nil {
		t.Errorf("it became %+v, %v", en, err)
	}
}

// A ticket that is refused leaves the PC as one without: somebody enters its
// code.
func TestARefusedTicket(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	c.Ticket = func(*wire.TicketShown) (playlists.ID, string) { return "", "ticket_over" }
	e := byTicket(t, c, &memory{}, ticketFile(t, c.URL(), c.CASHA256(), 1))
	done := make(chan error, 1)
	go func() { _, err := e.Run(t.Context()); done <- err }()
	for code, _ := e.Code(); ; code, _ = e.Code() {
		if code != "" {
			c.Claim(code, playliststest.Screen().ID)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("it never showed a code")
		}
	}
}

func TestTicketsOnSticks(t *testing.T) {
	t.Parallel()
	good := &fstest.MapFile{Data: append(ticketFile(t, "https://10.20.0.5:8443", [32]byte{1}, 1), '\n')}
	for name, c := range map[string]struct {
		files fstest.MapFS
		found bool
	}{
		"at the top of a medium":    {fstest.MapFS{"media/usb/cotmoc-enrol.json": good}, true},
		"under a user's name":       {fstest.MapFS{"run/media/cotmoc/KINGSTON/cotmoc-enrol.json": good}, true},
		"beside one that is broken": {fstest.MapFS{"media/a/cotmoc-enrol.json": {Data: []byte("{}")}, "media/b/cotmoc-enrol.json": good}, true},
		"deep inside":               {fstest.MapFS{"media/usb/a/b/cotmoc-enrol.json": good}, false},
		"elsewhere":                 {fstest.MapFS{"tmp/cotmoc-enrol.json": good}, false},
		"under another name":        {fstest.MapFS{"media/usb/enrol.json": good}, false},
		"a folder":                  {fstest.MapFS{"media/usb/cotmoc-enrol.json/x": good}, false},
		"a link":                    {fstest.MapFS{"media/usb/cotmoc-enrol.json": {Data: []byte("../../tmp/t"), Mode: 0o777 | 1<<27}, "tmp/t": good}, false},
		"too large":                 {fstest.MapFS{"media/usb/cotmoc-enrol.json": {Data: append(good.Data, make([]byte, maxTicketFile)...)}}, false},
		"nothing":                   {fstest.MapFS{}, false},
	} {
		if got := FindTicket(c.files); (got != nil) != c.found {
			t.Errorf("%s: found %t", name, got != nil)
		}
	}
}
