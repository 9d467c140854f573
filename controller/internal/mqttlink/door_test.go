package mqttlink

import (
	"crypto/tls"
	"log/slog"
	"net"
	"testing"
)

// The door ends the clients in our way: the broker's takes a lock twice, and
// stands still for ever when somebody leaves between.
func TestTheDoorSaysFarewellItself(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	d := newDoor(l, &tls.Config{MinVersion: tls.VersionTLS12}, DefaultLimits(), func() { said++ }, slog.New(slog.DiscardHandler))
	d.Close(func(string) { t.Error("the broker looks for its clients itself") })
	if said != 1 {
		t.Errorf("farewell was said %d times", said)
	}
}
