//go:build !linux

package children

import (
	"context"
	"syscall"
)

// The demo runs on Linux alone; elsewhere the driver stops before it starts
// anything. This keeps it buildable, so that it can say so.
func ownGroup() *syscall.SysProcAttr { return nil }

func askToEnd(int) {}

func askWhere(int) {}

func killGroup(int) {}

// WithParent gives ctx as it is.
func WithParent(ctx context.Context) context.Context { return ctx }
