package mqttlink_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// line is the line between the controller and its broker. Frozen, it carries
// nothing and does not say so; cut, its connections end.
type line struct {
	broker
	listener net.Listener

	mu     sync.Mutex
	frozen chan struct{} // closed when it thaws, nil while it is not frozen
	open   []net.Conn
}

func newLine(t *testing.T, s *site) *line {
	t.Helper()
	l := &line{broker: s.broker}
	var err error
	if l.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	to := strings.TrimPrefix(s.broker.controllerURL(), "tls://")
	go func() {
		for {
			near, err := l.listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			l.mu.Lock()
			l.open = append(l.open, near, far)
			l.mu.Unlock()
			go l.carry(far, near)
			go l.carry(near, far)
		}
	}()
	t.Cleanup(func() {
		_ = l.listener.Close()
		l.cut()
	})
	s.broker = l
	return l
}

func (l *line) controllerURL() string {
	_, port, _ := net.SplitHostPort(l.listener.Addr().String())
	return "tls://127.0.0.1:" + port
}

func (l *line) carry(to io.WriteCloser, from io.Reader) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		l.mu.Lock()
		frozen := l.frozen
		l.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			return
		}
	}
}

func (l *line) freeze() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = make(chan struct{})
}

// cut ends what is open; what comes then is carried.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.open {
		_ = conn.Close()
	}
	l.open = nil
	if l.frozen != nil {
		close(l.frozen)
		l.frozen = nil
	}
}

// soon is shorter than what the library waits on a connection that has died.
const soon = 8 * time.Second

// Whoever announces while the connection dies hears of it, and what comes next
// goes over the next connection.
func TestNobodyWaitsForAConnectionThatDied(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	l := newLine(t, s)
	link := s.link(t, newDesk())
	l.freeze()
	var many []mqttlink.Document
	for i := range 64 { // more than fits into the buffers on the way
		many = append(many, programmeFor("gate", uint64(i+1), strings.Repeat("x", 200<<10)))
	}
	errs := make(chan []error, 1)
	begun := make(chan struct{})
	go func() {
		close(begun)
		errs <- link.Announce(t.Context(), many...)
	}()
	<-begun
	time.AfterFunc(300*time.Millisecond, l.cut) // in the middle of it, or before: then it is done at once
	select {
	case all := <-errs:
		if all[len(all)-1] == nil {
			t.Error("what was not sent counts as announced")
		}
	case <-time.After(soon):
		t.Fatal("an announcement waits for a connection that has died")
	}
	screen := s.mustConnect(t, s.device(t, "gate"))
	screen.subscribe(t, wire.Topic(playliststest.ID("gate"), wire.DownProgramme))
	eventually(t, "the next one arrives", func() bool {
		return link.Announce(t.Context(), programmeFor("gate", 100, "next"))[0] == nil
	})
	for !bytes.Equal(screen.next(t).Payload(), []byte("next")) {
	}
}

// A connection that dies while the broker is being filled is given up at once.
func TestFillingEndsWithTheConnection(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	l := newLine(t, s)
	d := newDesk()
	for i := range 64 {
		d.programmes = append(d.programmes, programmeFor(word(i), 1, strings.Repeat("x", 200<<10)))
	}
	d.onDocuments = sync.OnceFunc(func() {
		l.freeze()
		time.AfterFunc(300*time.Millisecond, l.cut)
	})
	s.link(t, d)
	last := word(len(d.programmes) - 1)
	screen := s.mustConnect(t, s.device(t, last))
	screen.subscribe(t, wire.Topic(playliststest.ID(last), wire.DownProgramme))
	select {
	case <-screen.got:
	case <-time.After(soon):
		t.Fatal("the broker is not filled again")
	}
}

func word(i int) string { return "s" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }
