package crowd

import (
	"io"
	"net"
	"net/netip"
	"testing"
	"time"
)

// Whoever has as many connections as one may is hung up on, and gets in again
// when one of them ends.
func TestLimit(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Limit(inner, 3, 2)
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	dial := func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial()
	dial()
	first := <-accepted
	<-accepted
	third := dial()
	if err := third.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := third.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("a third connection of one address ends with %v", err)
	}
	for range 2 { // closing twice frees one place
		_ = first.Close()
	}
	dial()
	select {
	case <-accepted:
	case <-time.After(10 * time.Second):
		t.Error("a place that was left stays taken")
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"10.1.2.3:5555": "10.1.2.3", "[::ffff:10.1.2.3]:1": "10.1.2.3", "[fd00:1:2:3:4:5:6:7]:1": "fd00:1:2:3::", "[fe80::7%eth0]:1": "fe80::7", "nonsense": "invalid IP",
	} {
		if got := Of(remote).String(); got != want {
			t.Errorf("%s counts as %s, want %s", remote, got, want)
		}
	}
}

// One address cannot ask for everybody, and all together are bounded too.
func TestRates(t *testing.T) {
	t.Parallel()
	r := NewRates(Rate{PerSecond: 1, AtOnce: 10}, Rate{PerSecond: 1, AtOnce: 4})
	now := time.Now()
	may := func(remote string, times int) (n int) {
		for range times {
			if r.May(Of(remote), now) {
				n++
			}
		}
		return n
	}
	if one, other := may("10.0.0.1:1", 100), may("10.0.0.2:1", 100); one != 4 || other != 4 {
		t.Errorf("%d and %d were let through", one, other)
	}
	crowd := 0
	for i := range 3 * maxRemembered {
		crowd += may(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 1).String(), 1)
	}
	if crowd != 2 || len(r.of) > maxRemembered {
		t.Errorf("%d of a crowd were let through, %d are remembered", crowd, len(r.of))
	}
	now = now.Add(time.Second)
	if n := may("10.0.0.1:1", 100); n != 1 {
		t.Errorf("a second later %d were let through", n)
	}
}
