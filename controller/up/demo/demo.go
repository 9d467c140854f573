// Package demo runs the product on one computer as a stranger should meet it:
// the real controller, five real agents, people of every role, and a programme
// on every screen. Everything but the first administrator comes in through the
// public API.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/up/build"
	"cotmoc/controller/up/ports"
)

// Options say where and with what the demo runs.
type Options struct {
	Data     string // folder that holds everything
	Port     int    // of the console; the other ports follow from it
	Programs build.Binaries
	Chromium string
	FFmpeg   string
	Root     bool
	Out      io.Writer
	Colour   bool // Out is a terminal that shows colours
	Now      func() time.Time
	Random   io.Reader

	FilmSeconds int          // of each film, 0 for what a person should see
	Ready       func(Opened) // told when all of it is set up; may be nil
}

// Opened is what a demo offers once all of it is set up.
type Opened struct {
	Console string           // address
	Screens []string         // their addresses
	Logins  map[string]Login // by role
}

// Login opens the console for somebody.
type Login struct{ Login, Password string }

// The ports of the demo, counted from the console's.
const (
	agentOffset  = 1  // screen PCs come in here
	brokerOffset = 2  // MQTT
	screenOffset = 11 // of the first screen
	pageOffset   = 21 // of the first screen's page at its site
	peerOffset   = 31 // where the first screen answers its neighbours
)

func offsets() []int {
	list := []int{0, agentOffset, brokerOffset}
	for i := range screens() {
		list = append(list, screenOffset+i, pageOffset+i, peerOffset+i)
	}
	return list
}

// demo is one run.
type demo struct {
	Options
	console  string // address
	people   []account
	progress *progress
	sessions map[string]*apiclient.Client
	hands    map[string]apiclient.Hand // by role
	crew     *crew
	began    time.Time
	mu       sync.Mutex // of what is printed
	ticked   time.Time
}

// Run sets the demo up, or goes on with it, and keeps it running until ctx
// ends or something cannot go on.
func Run(ctx context.Context, o Options) error {
	data, err := filepath.Abs(o.Data)
	if err != nil {
		return err
	}
	o.Data = data
	if err := os.MkdirAll(filepath.Join(data, "logs"), 0o700); err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(data, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkPorts(o.Port); err != nil {
		return err
	}
	d := &demo{Options: o, console: fmt.Sprintf("http://127.0.0.1:%d", o.Port), sessions: map[string]*apiclient.Client{}, hands: map[string]apiclient.Hand{}, began: o.Now()}
	if d.people, err = loadAccounts(filepath.Join(data, "logins.json"), o.Random); err != nil {
		return err
	}
	if d.progress, err = loadProgress(filepath.Join(data, "progress.json")); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d.crew = newCrew(filepath.Join(data, "logs"), d.say, cancel)
	defer func() {
		fmt.Fprintln(o.Out, "\nStopping …")
		if err := d.crew.stop(12 * time.Second); err != nil {
			fmt.Fprintln(o.Out, err)
		}
		fmt.Fprintln(o.Out, "Everything is stopped. The same command goes on where this stopped.")
	}()
	if err := d.setUp(ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return ended(err)
	}
	d.summary(ctx)
	if o.Ready != nil {
		o.Ready(d.opened())
	}
	<-ctx.Done()
	return ended(context.Cause(ctx))
}

func (d *demo) opened() Opened {
	o := Opened{Console: d.address(), Logins: map[string]Login{}}
	for i := range screens() {
		o.Screens = append(o.Screens, d.screenAddress(i))
	}
	for _, p := range d.people {
		o.Logins[p.role] = Login{p.Login, p.Password}
	}
	return o
}

// FreePort looks for a port for Options, at first or above it; 0 when there is
// none.
func FreePort(first int) int { return ports.Free(first, offsets()) }

// ended makes nothing of being asked to stop.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (d *demo) setUp(ctx context.Context) error {
	for _, s := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"controller", d.startController},
		{"units and people", d.seedPeople},
		{"charter", d.seedCharter},
		{"screens", d.startScreens},
		{"media", d.seedMedia},
		{"decisions", d.decideMedia},
		{"programme", func(ctx context.Context) error { return d.seedPlans(ctx, d.Now()) }},
		{"on the screens", d.awaitScreens},
	} {
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("cannot set up the demo (%s): %w", s.name, err)
		}
	}
	return nil
}

// say tells of progress, with the time since the start.
func (d *demo) say(format string, args ...any) { d.tell(true, fmt.Sprintf(format, args...)) }

// tick tells of one of many like steps: on a terminal in one line that
// changes, elsewhere now and then.
func (d *demo) tick(format string, args ...any) { d.tell(false, fmt.Sprintf(format, args...)) }

// seldom is how often like steps are told of where lines stay.
const seldom = 5 * time.Second

func (d *demo) tell(stays bool, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.Now()
	line := fmt.Sprintf("%6.1f s  %s", now.Sub(d.began).Seconds(), text)
	switch {
	case d.Colour && stays:
		fmt.Fprintf(d.Out, "\r\x1b[K%s\n", line)
	case d.Colour:
		fmt.Fprintf(d.Out, "\r\x1b[K%s", line)
	case stays:
		fmt.Fprintln(d.Out, line)
	case now.Sub(d.ticked) >= seldom:
		d.ticked = now
		fmt.Fprintln(d.Out, line)
	}
}

// lock keeps a second demo off the same data.
func lock(file string) (func(), error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot use %s: another demo is running on it; stop that one, or give this one --data and --port", filepath.Dir(file))
	}
	return func() { f.Close() }, nil
}

// checkPorts explains busy ports and names a way out.
func checkPorts(base int) error {
	list := offsets()
	for i := range list {
		list[i] += base
	}
	busy := ports.Check(list)
	if len(busy) == 0 {
		return nil
	}
	text := "cannot use the ports from " + fmt.Sprint(base) + ":"
	for _, b := range busy {
		text += "\n  · " + b.String()
	}
	if free := ports.Free(base+1000, offsets()); free > 0 {
		text += fmt.Sprintf("\nStop that, or move the demo: go run ./controller/up --port %d", free)
	}
	return errors.New(text)
}
