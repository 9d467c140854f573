package update

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

const (
	// crashPause is between two starts of a program that has ended on trial.
	crashPause = time.Second
	// endGrace is how long a program may take to end when it is asked to.
	endGrace = 10 * time.Second
)

// Launch runs what is to run now. A program that has proved itself takes this
// process over, so that launching costs no memory. One on trial is a child of
// this process, which judges it by its picture and, when it does not hold, runs
// the one before; this process then stays beside it until it ends. Launch
// returns with ended false when the installed program is to run, here.
func Launch(ctx context.Context, o LaunchOptions) (ended bool, err error) {
	path, err := ownPath()
	if err != nil {
		return false, err
	}
	for ctx.Err() == nil {
		c := o.Folder.choose(o.Own, time.Now(), o.Log)
		if c.Found == nil {
			return false, nil
		}
		l := Launched{Slot: c.Slot, Launcher: path, Installed: o.Own}
		if !c.trial {
			o.Log.Info("release begun", "folder", c.Slot, "version", c.Release.Version)
			err := syscall.Exec(c.Path, os.Args, l.environment(false))
			o.Log.Error("release not run", "folder", c.Slot, "version", c.Release.Version, "error", err)
			return false, nil
		}
		again, err := o.try(ctx, c, l)
		if !again {
			return true, err
		}
	}
	return true, nil
}

// TakeOver has the launcher look again at what to run, in this process. It
// returns only when that fails.
func TakeOver(l Launched) error {
	path := l.Launcher
	if path == "" {
		var err error
		if path, err = ownPath(); err != nil {
			return err
		}
	}
	if err := syscall.Exec(path, os.Args, os.Environ()); err != nil {
		return fmt.Errorf("cannot begin %s: %w", path, err)
	}
	return nil
}

// Runnable says why programs cannot be run from a folder, nil when they can.
func Runnable(dir string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return nil // it is not there yet; the trial finds out
	}
	const noexec = 8 // ST_NOEXEC
	if fs.Flags&noexec != 0 {
		return fmt.Errorf("cannot run programs from %s: it is mounted noexec", dir)
	}
	return nil
}

// child is a program on trial.
type child struct {
	cmd   *exec.Cmd
	ended chan error
}

// start begins a program that dies with this process however that ends.
func start(path string, env []string) (*child, error) {
	c := &child{cmd: exec.Command(path), ended: make(chan error, 1)}
	c.cmd.Args, c.cmd.Env = os.Args, env
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	began := make(chan error)
	go func() {
		// The parent-death signal is tied to the thread that starts the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		began <- err
		if err == nil {
			c.ended <- c.cmd.Wait()
		}
	}()
	return c, <-began
}

// end asks the program to end, waits, and kills what is left of it.
func (c *child) end() error {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	var err error
	select {
	case err = <-c.ended:
	case <-time.After(endGrace):
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		err = <-c.ended
	}
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // helpers of it
	return err
}

// try runs a program on trial and tells whether to look again at what to run.
func (o *LaunchOptions) try(ctx context.Context, c choice, l Launched) (again bool, err error) {
	log := o.Log.With("folder", c.Slot, "version", c.Release.Version)
	log.Info("release on trial", "time", o.Time, "steady", o.Steady)
	prog, err := start(c.Path, l.environment(true))
	if err != nil {
		log.Error("release not run", "error", err)
		o.give(CannotRun)
		return true, nil
	}
	notify(daemon.SdNotifyReady) // the trial has its own time
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: nil}}
	j := &jury{version: c.Release.Version, time: o.Time, steady: o.Steady, began: time.Now()}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for v := undecided; v != confirmed; {
		select {
		case <-ctx.Done():
			return false, exitOf(prog.end())
		case err := <-prog.ended:
			log.Error("release ended on trial", "error", err)
			select {
			case <-ctx.Done(): // all of us were asked to end
			case <-time.After(crashPause):
			}
			return true, nil // counted at its start
		case <-tick.C:
		}
		notify(daemon.SdNotifyWatchdog)
		if v = j.look(ask(ctx, client, o.Status), time.Now()); v == undecided || v == confirmed {
			continue
		}
		log.Error("release rolled back", "reason", string(v))
		log.Info("release ended", "error", prog.end())
		o.give(string(v))
		return true, nil
	}
	if _, err := o.Folder.confirm(o.Folder.read(), c.Release.Floor); err != nil {
		log.Error("release confirmed, and not written down", "error", err)
	} else {
		log.Info("release confirmed")
	}
	debug.FreeOSMemory() // from here on this process only waits
	select {
	case <-ctx.Done():
		return false, exitOf(prog.end())
	case err := <-prog.ended:
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == RestartCode {
			return true, nil
		}
		return false, exitOf(err)
	}
}

// give notes that the trial has failed. Where that cannot be written down the
// count of its starts ends it.
func (o *LaunchOptions) give(reason string) {
	r := o.Folder.read()
	if r.Trial == nil {
		return
	}
	if _, err := o.Folder.fail(r, reason, time.Now().UnixMilli()); err != nil {
		o.Log.Error("roll-back not written down", "error", err)
	}
}

// exitOf gives a program's end as this one's.
func exitOf(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cannot go on: the release ended: %w", err)
}

func notify(state string) {
	_, _ = daemon.SdNotify(false, state) // without systemd nobody listens
}
