package mqttlink_test

import (
	"bytes"
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists/wire"
)

// complaints is a log that tests read while it is written.
type complaints struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (c *complaints) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(b)
}

func (s *site) complained(t *testing.T, words ...string) {
	t.Helper()
	eventually(t, "a complaint with "+strings.Join(words, ", "), func() bool {
		s.complaints.mu.Lock()
		defer s.complaints.mu.Unlock()
		for _, line := range strings.Split(s.complaints.text.String(), "\n") {
			all := true
			for _, w := range words {
				all = all && strings.Contains(line, w)
			}
			if all {
				return true
			}
		}
		return false
	})
}

// A screen that has to be held back on and on is cut off and complained of;
// its neighbour is heard all the while.
func TestAFloodEndsTheConnection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*mqttlink.Limits)
		bytes  int
	}{
		"of packets": {func(l *mqttlink.Limits) { l.Rate, l.Burst, l.Patience = 20, 5, 300*time.Millisecond }, 0},
		"of bytes":   {func(l *mqttlink.Limits) { l.Bytes, l.BytesBurst, l.Patience = 40<<10, 40<<10, 300*time.Millisecond }, 20 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := guarded(t, c.change)
			d := newDesk()
			s.link(t, d)
			gate, other := s.device(t, "gate"), s.device(t, "other")
			flood, quiet := s.mustConnect(t, gate), s.mustConnect(t, other)
			payload := append(encode(t, wire.Status{Boot: "b"}), bytes.Repeat([]byte(" "), c.bytes)...)
			go func() { // the library holds whoever publishes on a connection that was cut off
				for range 100 {
					flood.Publish(wire.Topic(gate.id, wire.UpTelemetry), 0, false, payload)
				}
			}()
			next(t, "end of the connection", flood.lost)
			s.complained(t, string(gate.id), "more than a screen has to say")
			quiet.Publish(wire.Topic(other.id, wire.UpStatus), 1, false, encode(t, wire.Status{Boot: "quiet"}))
			if got := next(t, "status", d.statuses); got.screen != other.id {
				t.Errorf("heard %+v", got)
			}
		})
	}
}

func TestOneScreenTakesNoMoreThanItsConnections(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.PerScreen = 2 })
	gate := s.device(t, "gate")
	address := s.broker.url()[len("tls://"):]
	var closed atomic.Int32
	for range 5 {
		conn, err := tls.Dial("tcp", address, gate.tls)
		if err != nil {
			closed.Add(1)
			continue
		}
		t.Cleanup(func() { _ = conn.Close() })
		go func() {
			_, _ = conn.Read(make([]byte, 1)) // nothing is sent
			closed.Add(1)
		}()
	}
	eventually(t, "all but two are closed", func() bool { return closed.Load() >= 3 })
	if n := closed.Load(); n != 3 {
		t.Errorf("%d of five connections of one screen are closed, want 3", n)
	}
	s.complained(t, string(gate.id), "too many times at once")
	s.mustConnect(t, s.device(t, "other"))
}

func TestAScreenThatComesAgainAndAgainMustWait(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Returns, l.Return = 3, time.Hour })
	gate := s.device(t, "gate")
	for range 3 {
		s.mustConnect(t, gate).Disconnect(0)
	}
	if c, err := s.connect(t, s.options(gate)); err == nil {
		c.Disconnect(0)
		t.Error("a fourth connection came in")
	}
	s.complained(t, string(gate.id), "connects too often")
	s.mustConnect(t, s.device(t, "other"))
}

func TestThereIsAnEndToConnections(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Connections, l.Handshakes = 2, 1 })
	address := s.broker.url()[len("tls://"):]
	var open []net.Conn
	for _, word := range []string{"a", "b", "c"} {
		conn, err := tls.Dial("tcp", address, s.device(t, word).tls)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
		t.Cleanup(func() { _ = conn.Close() })
	}
	if conn, err := tls.Dial("tcp", address, s.device(t, "d").tls); err == nil {
		_ = conn.Close()
		t.Error("a connection beyond the bound was made")
	}
	s.complained(t, "too many connections")
	for _, conn := range open {
		_ = conn.Close()
	}
	eventually(t, "there is room again", func() bool {
		c, err := s.connect(t, s.options(s.device(t, "d")))
		if err == nil {
			c.Disconnect(0)
		}
		return err == nil
	})
}
