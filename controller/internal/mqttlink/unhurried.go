package mqttlink

import (
	"crypto/x509"
	"net"
	"sync"
	"time"
)

// farewell is how long a connection that is closed may take for what it was
// given before.
const farewell = 500 * time.Millisecond

// known is a connection whose other end has shown a verified certificate. Its
// Write never waits for the other end: the broker writes under a lock that
// whoever publishes to the client needs, so that one screen that stopped
// reading would keep back what is announced to all. What waits is bounded; a
// client that leaves too much is cut off.
type known struct {
	net.Conn
	peer *x509.Certificate
	most int // bytes that may wait

	mu      sync.Mutex
	waiting []byte
	writing chan struct{} // closed when nothing waits any more; nil while nothing does
	over    error         // why nothing is taken any more
}

// Write takes b to be written.
func (k *known) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over == nil && len(k.waiting)+len(b) > k.most {
		k.over = errSlow
		go func() { _ = k.Conn.Close() }() // whoever reads meets the end
	}
	if k.over != nil {
		return 0, k.over
	}
	k.waiting = append(k.waiting, b...)
	if k.writing == nil {
		k.writing = make(chan struct{})
		go k.write()
	}
	return len(b), nil
}

// write writes until nothing waits.
func (k *known) write() {
	var spare []byte // they take turns
	for {
		k.mu.Lock()
		out := k.waiting
		if len(out) == 0 {
			close(k.writing)
			k.writing, k.waiting = nil, nil
			k.mu.Unlock()
			return
		}
		k.waiting = spare
		k.mu.Unlock()
		if _, err := k.Conn.Write(out); err != nil {
			k.fail(err)
		}
		spare = out[:0]
	}
}

// fail ends a connection that cannot be written to.
func (k *known) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.waiting = k.waiting[:0]
	if k.over == nil {
		k.over = err
		go func() { _ = k.Conn.Close() }()
	}
}

// Close ends the connection once what it was given is written, or soon.
func (k *known) Close() error {
	k.mu.Lock()
	if k.over == nil {
		k.over = net.ErrClosed
	}
	writing := k.writing
	k.mu.Unlock()
	if writing != nil {
		select {
		case <-writing:
		case <-time.After(farewell):
		}
	}
	return k.Conn.Close()
}
