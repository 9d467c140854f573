// Package children runs other programs so that none outlives us: each in a
// process group of its own, ended by the kernel when we die, stopped politely
// and then not.
package children

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// Spec says what to run.
type Spec struct {
	Name string   // for people
	Path string   // of the program
	Args []string // without the program's own name
	Env  []string // added to ours
	Dir  string
	// Output takes what the program writes. With an *os.File the program
	// writes to it by itself.
	Output io.Writer
}

// Child is a program that was started. Its methods may be called by several
// goroutines.
type Child struct {
	name string
	pid  int
	done chan struct{}
	err  error // set before done is closed
}

// Start runs the program.
func Start(spec Spec) (*Child, error) {
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Env = append(os.Environ(), spec.Env...)
	cmd.Dir = spec.Dir
	cmd.Stdout, cmd.Stderr = spec.Output, spec.Output
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = 2 * time.Second
	c := &Child{name: spec.Name, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The parent-death signal is sent when the thread that started the
		// child ends, so that thread must stay ours until the child is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			c.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", spec.Name, err)
	}
	return c, nil
}

// Name gives the name for people.
func (c *Child) Name() string { return c.name }

// PID gives the process id, which is also that of its group.
func (c *Child) PID() int { return c.pid }

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err tells how the program ended; nil when it ended well. It waits for the
// end.
func (c *Child) Err() error {
	<-c.done
	return c.err
}

// Trace has a Go program, and those that it runs, write the stacks of all
// goroutines and end. Stop must follow.
func (c *Child) Trace() { askWhere(c.pid) }

// Stop asks the program to end and waits; when ctx ends first, the whole group
// is killed. It gives an error when it had to be killed.
func (c *Child) Stop(ctx context.Context) error {
	select {
	case <-c.done:
		killGroup(c.pid) // what it may have left behind
		return nil
	default:
	}
	askToEnd(c.pid)
	select {
	case <-c.done:
		killGroup(c.pid)
		return nil
	case <-ctx.Done():
	}
	killGroup(c.pid)
	<-c.done
	return fmt.Errorf("%s did not stop by itself and was killed: %w", c.name, context.Cause(ctx))
}

// StopAll stops the children at the same time, within the given bound.
func StopAll(ctx context.Context, bound time.Duration, list []*Child) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	errs := make(chan error, len(list))
	for _, c := range list {
		go func() { errs <- c.Stop(ctx) }()
	}
	var all []error
	for range list {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}
