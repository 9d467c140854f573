package stage

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// lineStep is how many bytes a line carries at a time.
const lineStep = 16 << 10

// Line is a TCP line to a listener that can be slow, be cut, and counts what
// it carries. Its methods may be called at any time.
type Line struct {
	t        T
	listener net.Listener
	to       string
	rate     atomic.Int64 // bytes a second towards the agent, 0 no limit
	down     atomic.Int64 // bytes carried towards the agent

	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool
}

// Line lays a line to the agents' listener; its address is URL.
func (s *Stage) Line() *Line {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	l := &Line{t: s.t, listener: listener, to: "127.0.0.1:" + s.agentPort, open: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { l.carry(conn) })
		}
	})
	s.t.Cleanup(func() {
		listener.Close()
		l.Cut()
		running.Wait()
	})
	return l
}

// URL is where an agent finds the controller through the line.
func (l *Line) URL() string { return "https://" + l.listener.Addr().String() }

// Carried gives the bytes carried towards the agent so far, TLS and headers
// included.
func (l *Line) Carried() int64 { return l.down.Load() }

// Limit slows the line; 0 is no limit.
func (l *Line) Limit(bytesPerSecond int64) { l.rate.Store(bytesPerSecond) }

// Cut ends what is open and lets nothing through until Mend.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for conn := range l.open {
		conn.Close()
	}
}

// Mend lets new connections through.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

func (l *Line) enter(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		l.open[c] = true
	}
	return !l.cut
}

func (l *Line) leave(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conns {
		delete(l.open, c)
		c.Close()
	}
}

func (l *Line) carry(agent net.Conn) {
	controller, err := net.Dial("tcp", l.to)
	if err != nil {
		agent.Close()
		return
	}
	defer l.leave(agent, controller)
	if !l.enter(agent, controller) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() {
		defer controller.Close()
		_, _ = io.Copy(controller, agent) // it ends when either side does
	})
	both.Go(func() {
		defer agent.Close()
		l.copyDown(agent, controller)
	})
	both.Wait()
}

func (l *Line) copyDown(agent, controller net.Conn) {
	buf := make([]byte, lineStep)
	for {
		n, err := controller.Read(buf)
		if n > 0 {
			l.down.Add(int64(n))
			if rate := l.rate.Load(); rate > 0 {
				time.Sleep(time.Duration(n) * time.Second / time.Duration(rate))
			}
			if _, err := agent.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
