// Package devtools speaks with a browser through the two pipes that it was
// started with, which no other process has: a call and its answer, and events.
// What a browser sends is bounded and never trusted.
package devtools

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	// maxMessage is the most bytes of one message; longer ones are skipped.
	maxMessage = 2 << 20
	// maxWaiting calls may be unanswered.
	maxWaiting = 64
	writeTime  = 3 * time.Second
	readBuffer = 32 << 10
)

// ErrClosed says that the browser is gone.
var ErrClosed = errors.New("the browser is gone")

// Event is what a browser tells by itself.
type Event struct {
	Method  string
	Session string // "" for the browser's own
	Params  json.RawMessage
}

// Writer is the pipe to the browser.
type Writer interface {
	io.WriteCloser
	SetWriteDeadline(time.Time) error
}

// Conn is one browser. It is safe for concurrent use.
type Conn struct {
	in  io.ReadCloser
	out Writer

	writing sync.Mutex

	mu      sync.Mutex
	next    int64
	waiting map[int64]chan answer
	closed  bool
	done    chan struct{}
}

type answer struct {
	result json.RawMessage
	err    error
}

type message struct {
	ID     int64           `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
	Session string `json:"sessionId"`
}

type call struct {
	ID      int64  `json:"id"`
	Method  string `json:"method"`
	Params  any    `json:"params,omitempty"`
	Session string `json:"sessionId,omitempty"`
}

// New makes a connection; Run reads it.
func New(in io.ReadCloser, out Writer) *Conn {
	return &Conn{in: in, out: out, waiting: map[int64]chan answer{}, done: make(chan struct{})}
}

// Run reads until the browser is gone or Close. It gives events in their order;
// heard must not block, nor call the browser.
func (c *Conn) Run(heard func(Event)) error {
	defer c.end()
	r := bufio.NewReaderSize(c.in, readBuffer)
	var buf []byte
	skipping := false
	for {
		part, err := r.ReadSlice(0)
		if len(buf)+len(part) > maxMessage {
			skipping = true
		}
		if !skipping {
			buf = append(buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return ErrClosed
			}
			return fmt.Errorf("cannot hear the browser: %w", err)
		}
		if !skipping && len(buf) > 1 {
			c.take(buf[:len(buf)-1], heard)
		}
		if buf, skipping = buf[:0], false; cap(buf) > 256<<10 {
			buf = nil // a large one now and then does not stay
		}
	}
}

func (c *Conn) take(data []byte, heard func(Event)) {
	var m message
	if json.Unmarshal(data, &m) != nil {
		return // nothing that we asked for
	}
	if m.ID == 0 {
		if m.Method != "" {
			heard(Event{Method: m.Method, Session: m.Session, Params: m.Params})
		}
		return
	}
	c.mu.Lock()
	to := c.waiting[m.ID]
	delete(c.waiting, m.ID)
	c.mu.Unlock()
	if to == nil {
		return // nobody waits for it any more
	}
	a := answer{result: m.Result}
	if m.Error != nil {
		a.err = fmt.Errorf("the browser answered %d: %.200s", m.Error.Code, m.Error.Message)
	}
	to <- a
}

// Call asks the browser, or the target of a session, and reads its answer into
// result, which may be nil.
func (c *Conn) Call(ctx context.Context, session, method string, params, result any) error {
	to := make(chan answer, 1)
	c.mu.Lock()
	if c.closed || len(c.waiting) >= maxWaiting {
		c.mu.Unlock()
		return fmt.Errorf("cannot call %s: %w", method, ErrClosed)
	}
	c.next++
	id := c.next
	c.waiting[id] = to
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
	}()
	if err := c.write(call{ID: id, Method: method, Params: params, Session: session}); err != nil {
		return fmt.Errorf("cannot call %s: %w", method, err)
	}
	select {
	case a := <-to:
		if a.err != nil {
			return fmt.Errorf("cannot call %s: %w", method, a.err)
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(a.result, result); err != nil {
			return fmt.Errorf("cannot read the answer to %s: %w", method, err)
		}
		return nil
	case <-c.done:
		return fmt.Errorf("cannot call %s: %w", method, ErrClosed)
	case <-ctx.Done():
		return fmt.Errorf("cannot wait for %s: %w", method, ctx.Err())
	}
}

func (c *Conn) write(v call) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.out.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	_, err = c.out.Write(append(b, 0))
	return err
}

// Close lets go of the pipes: a browser that was started with them ends.
func (c *Conn) Close() error { return errors.Join(c.out.Close(), c.in.Close()) }

func (c *Conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.done)
	}
}
