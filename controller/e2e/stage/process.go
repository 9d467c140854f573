package stage

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"cotmoc/controller/up/children"
)

// stopBound is how long a program may take to stop: it promises ten seconds.
const stopBound = 15 * time.Second

// Process is one program of a story. Its log is read at the end: a panic in it
// fails the story.
type Process struct {
	t     T
	name  string
	Path  string // of the program; a story may start another one in its place
	Args  []string
	Env   []string
	log   string
	child *children.Child
}

func newProcess(t T, name, path string, args ...string) *Process {
	p := &Process{t: t, name: name, Path: path, Args: args, log: filepath.Join(t.TempDir(), name+".log")}
	t.Cleanup(p.finish)
	return p
}

// Start starts the program.
func (p *Process) Start() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		p.t.Fatalf("%v", err)
	}
	defer log.Close() // the program has it by now
	p.child, err = children.Start(children.Spec{Name: p.name, Path: p.Path, Args: p.Args, Env: p.Env, Output: log})
	if err != nil {
		p.t.Fatalf("%v", err)
	}
}

// Kill ends the program as a power cut would.
func (p *Process) Kill() {
	p.t.Helper()
	if err := syscall.Kill(-p.child.PID(), syscall.SIGKILL); err != nil {
		p.t.Fatalf("cannot kill %s, which should be running: %v", p.name, err)
	}
	<-p.child.Done()
}

// Stop ends the program politely; one that takes longer than it promises
// fails.
func (p *Process) Stop() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), stopBound)
	defer cancel()
	if err := p.child.Stop(ctx); err != nil {
		p.t.Errorf("%v", err)
	}
}

// PID is the process id of the program that runs.
func (p *Process) PID() int { return p.child.PID() }

// Running tells whether the program was started and has not ended.
func (p *Process) Running() bool {
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

// Log gives what the program has written since it was first started.
func (p *Process) Log() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return "" // never started
	}
	return string(text)
}

func (p *Process) finish() {
	if p.Running() {
		p.Stop()
	}
	text := p.Log()
	for _, bad := range []string{"DATA RACE", "panic:", "fatal error:"} {
		if strings.Contains(text, bad) {
			p.t.Errorf("%s: %s in its log", p.name, bad)
		}
	}
	if p.t.Failed() && text != "" {
		lines := strings.Split(text, "\n")
		p.t.Logf("the end of the log of %s:\n%s", p.name, strings.Join(lines[max(0, len(lines)-60):], "\n"))
	}
}
