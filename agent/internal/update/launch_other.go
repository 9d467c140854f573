//go:build !linux

package update

import (
	"context"
	"errors"
)

var errSystem = errors.New("cannot run releases on this system")

// Launch runs the installed program alone: no trial is possible here.
func Launch(context.Context, LaunchOptions) (ended bool, err error) { return false, nil }

// TakeOver fails: there is no launcher here.
func TakeOver(Launched) error { return errSystem }

// Runnable fails: no release is run here.
func Runnable(string) error { return errSystem }
