//go:build !linux

package kiosk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// hasPipes tells that a browser can be given pipes here.
const hasPipes = false

// runTree runs a program until it ends or ctx does; then it is killed. A
// service manager sees to what a killed agent leaves.
func runTree(ctx context.Context, name string, args []string, _ []*os.File, grace time.Duration) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.WaitDelay = grace
	var said tail
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("browser failed: %w%s", err, said.lastLine())
	}
	return errors.New("browser ended by itself")
}
