package kiosk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// hasPipes tells that a browser can be given pipes here.
const hasPipes = true

// runTree runs a program in a process group of its own until it ends or ctx
// does; then the group is asked to end, and killed after the grace. The
// program dies with this process however that ends. It gets the files as its
// descriptors from 3 on; they are closed here.
func runTree(ctx context.Context, name string, args []string, files []*os.File, grace time.Duration) error {
	// The parent-death signal is tied to the thread that starts the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = grace
	// A pipe of our own: exec's would wait for every helper that holds it, and
	// the display would stay without a browser so long.
	reading, writing, err := os.Pipe()
	if err != nil {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
		return fmt.Errorf("cannot hear the browser: %w", err)
	}
	cmd.Stderr, cmd.ExtraFiles = writing, files
	heard := make(chan string, 1)
	go func() {
		var said tail
		if _, err := io.Copy(&said, reading); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			heard <- ""
			return
		}
		heard <- said.lastLine()
	}()
	err = cmd.Start()
	for _, f := range append(files, writing) {
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if cmd.Process != nil {
		err = errors.Join(err, cmd.Wait())
		// What is left of the group: helpers of a browser that died.
		if e := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); e != nil && !errors.Is(e, syscall.ESRCH) {
			err = errors.Join(err, fmt.Errorf("cannot end the browser's helpers: %w", e))
		}
	}
	// The group is gone, so that the pipe has ended, unless a helper left it.
	if e := reading.SetReadDeadline(time.Now().Add(time.Second)); e != nil {
		err = errors.Join(err, e)
	}
	last := <-heard
	if err = errors.Join(err, reading.Close()); err != nil {
		return fmt.Errorf("browser failed: %w%s", err, last)
	}
	return errors.New("browser ended by itself")
}
