package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cotmoc/controller/up/children"
)

// crew keeps the demo's programs running: one that ends is started again, as
// the service manager of a real machine would, unless it ends again and again.
type crew struct {
	logs   string
	say    func(string, ...any)
	giveUp func(error)

	mu       sync.Mutex
	stopping bool
	list     []*children.Child // in the order they were started
	watchers sync.WaitGroup
}

// controllerName is the program that is stopped last.
const controllerName = "controller"

// How often a program may end at once before we give up.
const (
	quickEnd  = 5 * time.Second
	quickEnds = 4
)

func newCrew(logs string, say func(string, ...any), giveUp func(error)) *crew {
	return &crew{logs: logs, say: say, giveUp: giveUp}
}

// start runs a program and watches it. What it writes goes to a log file.
func (c *crew) start(name, path string, args, env []string) error {
	child, err := c.launch(name, path, args, env)
	if err != nil {
		return err
	}
	c.watchers.Go(func() { c.watch(child, path, args, env) })
	return nil
}

func (c *crew) launch(name, path string, args, env []string) (*children.Child, error) {
	log, err := os.OpenFile(c.logFile(name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the program has it by now
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return nil, context.Canceled
	}
	child, err := children.Start(children.Spec{Name: name, Path: path, Args: args, Env: env, Output: log})
	if err != nil {
		return nil, err
	}
	c.list = append(c.list, child)
	return child, nil
}

func (c *crew) logFile(name string) string { return filepath.Join(c.logs, name+".log") }

func (c *crew) watch(child *children.Child, path string, args, env []string) {
	quick := 0
	for {
		began := time.Now()
		err := child.Err()
		if c.isStopping() {
			return
		}
		if quick++; time.Since(began) > quickEnd {
			quick = 1
		}
		if quick >= quickEnds {
			c.giveUp(fmt.Errorf("cannot keep %s running: it ended %d times at once (%v). The end of %s:\n%s",
				child.Name(), quick, err, c.logFile(child.Name()), lastLines(c.logFile(child.Name()), 12)))
			return
		}
		c.say("%s ended (%v); starting it again", child.Name(), err)
		time.Sleep(time.Second)
		next, err := c.launch(child.Name(), path, args, env)
		if err != nil {
			if !c.isStopping() {
				c.giveUp(err)
			}
			return
		}
		c.drop(child)
		child = next
	}
}

// pid gives the process id of a program, 0 when it is not running.
func (c *crew) pid(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, child := range c.list {
		if child.Name() == name {
			return child.PID()
		}
	}
	return 0
}

func (c *crew) isStopping() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopping
}

func (c *crew) drop(gone *children.Child) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, child := range c.list {
		if child == gone {
			c.list = append(c.list[:i], c.list[i+1:]...)
			return
		}
	}
}

// stop ends everything: screens first, so that each says goodbye to a
// controller that still listens, then the controller.
func (c *crew) stop(bound time.Duration) error {
	c.mu.Lock()
	c.stopping = true
	var first, last []*children.Child
	for _, child := range c.list {
		if child.Name() == controllerName {
			last = append(last, child)
		} else {
			first = append(first, child)
		}
	}
	c.mu.Unlock()
	ctx := context.Background() // ours has ended; the bound holds
	err := errors.Join(children.StopAll(ctx, bound/2, first), children.StopAll(ctx, bound, last))
	c.watchers.Wait()
	return err
}

func lastLines(file string, n int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
