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

// lineHost is the address at which agents find everything through a line. It
// is not the controller's own: what passes there has passed the line.
const lineHost = "127.0.0.3"

// Line is all that an agent has of the network: TCP to the agents' listener
// and to the broker. It can be slow, be cut, and counts what it carries. Its
// methods may be called at any time.
type Line struct {
	stage   *Stage
	running sync.WaitGroup
	rate    atomic.Int64 // bytes a second towards the agent, 0 no limit
	down    atomic.Int64 // bytes carried towards the agent

	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool
}

// Line lays the stage's line, there is one; its address is URL. The controller
// sends a screen to the broker's port at the host at which the screen found
// the controller, and so through the line.
func (s *Stage) Line() *Line {
	s.t.Helper()
	l := &Line{stage: s, open: map[net.Conn]bool{}}
	var ends []net.Listener
	s.t.Cleanup(func() {
		for _, end := range ends {
			end.Close()
		}
		l.Cut()
		l.running.Wait()
	})
	for _, to := range []string{"127.0.0.1:" + s.agentPort, s.Broker} {
		_, port, err := net.SplitHostPort(to)
		if err != nil {
			s.t.Fatalf("%v", err)
		}
		end, err := net.Listen("tcp", net.JoinHostPort(lineHost, port))
		if err != nil {
			s.t.Fatalf("%v", err)
		}
		ends = append(ends, end)
		l.running.Go(func() { l.lead(end, to) })
	}
	return l
}

// lead carries what comes in at one end, until that is closed.
func (l *Line) lead(end net.Listener, to string) {
	for {
		conn, err := end.Accept()
		if err != nil {
			return
		}
		l.running.Go(func() { l.carry(conn, to) })
	}
}

// URL is where an agent finds the controller through the line.
func (l *Line) URL() string { return "https://" + net.JoinHostPort(lineHost, l.stage.agentPort) }

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

func (l *Line) enter(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[conn] = true
	return !l.cut
}

func (l *Line) leave(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, conn)
	conn.Close()
}

func (l *Line) carry(agent net.Conn, to string) {
	defer l.leave(agent)
	if !l.enter(agent) {
		return
	}
	controller, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer l.leave(controller)
	if !l.enter(controller) {
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
