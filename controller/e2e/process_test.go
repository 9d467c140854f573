package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cotmoc/controller/up/children"
)

// process is one program of a story. Its log is read at the end: a data race
// or a panic in it fails the story.
type process struct {
	t     *testing.T
	name  string
	path  string
	args  []string
	env   []string
	log   string
	child *children.Child
}

func newProcess(t *testing.T, name, path string, args []string, env ...string) *process {
	t.Helper()
	p := &process{t: t, name: name, path: path, args: args, env: env, log: filepath.Join(t.TempDir(), name+".log")}
	t.Cleanup(p.finish)
	return p
}

func (p *process) start() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close() // the program has it by now
	p.child, err = children.Start(children.Spec{Name: p.name, Path: p.path, Args: p.args, Env: p.env, Output: log})
	if err != nil {
		p.t.Fatal(err)
	}
}

// kill ends the program as a power cut would.
func (p *process) kill() {
	p.t.Helper()
	if err := syscall.Kill(-p.child.PID(), syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	<-p.child.Done()
}

// stop ends the program politely; one that takes longer than it promises fails.
func (p *process) stop() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if err := p.child.Stop(ctx); err != nil {
		p.t.Error(err)
	}
}

// running tells whether the program has not ended.
func (p *process) running() bool {
	if p.child == nil {
		return false
	}
	select {
	case <-p.child.Done():
		return false
	default:
		return true
	}
}

func (p *process) finish() {
	if p.running() {
		p.stop()
	}
	text, err := os.ReadFile(p.log)
	if err != nil {
		return // never started
	}
	for _, bad := range []string{"DATA RACE", "panic:", "fatal error:"} {
		if strings.Contains(string(text), bad) {
			p.t.Errorf("%s: %s in its log", p.name, bad)
		}
	}
	if p.t.Failed() {
		lines := strings.Split(string(text), "\n")
		p.t.Logf("the end of the log of %s:\n%s", p.name, strings.Join(lines[max(0, len(lines)-60):], "\n"))
	}
}

// freePort gives a port that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await waits until a condition holds.
func await(t *testing.T, bound time.Duration, what string, holds func() bool) {
	t.Helper()
	limit := time.NewTimer(bound)
	defer limit.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-limit.C:
			t.Fatalf("waited %s in vain for %s", bound, what)
		case <-t.Context().Done():
			t.Fatal(context.Cause(t.Context()))
		case <-tick.C:
		}
	}
}

// fetch reads an address; nil when it does not answer with 200.
func fetch(ctx context.Context, url string) []byte {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 32<<20))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return body
}
