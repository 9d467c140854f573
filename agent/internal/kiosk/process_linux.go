package kiosk

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// runTree runs a program in a process group of its own until it ends or ctx
// does; then the group is asked to end, and killed after the grace. The
// program dies with this process however that ends.
func runTree(ctx context.Context, name string, args []string, grace time.Duration) error {
	// The parent-death signal is tied to the thread that starts the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = grace
	var said tail
	cmd.Stderr = &said
	err := cmd.Run()
	if cmd.Process != nil {
		// What is left of the group: helpers of a browser that died.
		if e := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); e != nil && !errors.Is(e, syscall.ESRCH) {
			err = errors.Join(err, fmt.Errorf("cannot end the browser's helpers: %w", e))
		}
	}
	if err != nil {
		return fmt.Errorf("browser failed: %w%s", err, said.lastLine())
	}
	return errors.New("browser ended by itself")
}
