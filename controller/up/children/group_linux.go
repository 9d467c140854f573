package children

import (
	"context"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ownGroup keeps a terminal's Ctrl-C from the child, so that we decide the
// order in which things stop, and has the kernel end it when we are killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// askToEnd signals the process; it may end at any moment, and an error says
// only that it has.
func askToEnd(pid int) {
	_ = syscall.Kill(pid, syscall.SIGTERM)
}

// askWhere has every Go program of the group say where it stands, and end.
func askWhere(pid int) {
	_ = syscall.Kill(-pid, syscall.SIGQUIT) // an error means that nobody is left
}

func killGroup(pid int) {
	// An error means that nobody is left in the group.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}

// WithParent gives a context that also ends when the `go run` that started us
// is gone: it does not hand on the signals that end it. Started otherwise, we
// outlive whoever started us, as any program does.
func WithParent(ctx context.Context) context.Context {
	parent := os.Getppid()
	comm, err := os.ReadFile("/proc/" + strconv.Itoa(parent) + "/comm")
	if err != nil || strings.TrimSpace(string(comm)) != "go" {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if os.Getppid() != parent {
					return
				}
			}
		}
	}()
	return ctx
}
