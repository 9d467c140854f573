package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"cotmoc/controller/e2e/stage"
)

// rig stands in for a test where there is none.
type rig struct {
	ctx context.Context
	log io.Writer

	mu       sync.Mutex
	cleanups []func()
	failures []error
}

// onRig runs a measurement and cleans up after it.
func onRig(ctx context.Context, log io.Writer, measure func(stage.T) any) (result any, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &rig{ctx: ctx, log: log}
	done := make(chan struct{})
	go func() { // of its own: Fatalf ends it
		defer close(done)
		defer r.cleanUp()
		result = measure(r)
	}()
	<-done
	return result, errors.Join(r.failures...)
}

func (r *rig) cleanUp() {
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
}

// Helper, Context and the others are those of a test.
func (r *rig) Helper()                  {}
func (r *rig) Context() context.Context { return r.ctx }

// Cleanup runs f at the end, the last one first.
func (r *rig) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

// TempDir gives a folder that is removed at the end.
func (r *rig) TempDir() string {
	dir, err := os.MkdirTemp("", "cotmoc-bench-")
	if err != nil {
		r.Fatalf("%v", err)
	}
	r.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			r.Errorf("%v", err)
		}
	})
	return dir
}

// Errorf remembers a failure.
func (r *rig) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Errorf(format, args...))
}

// Fatalf remembers a failure and ends the measurement.
func (r *rig) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// Logf writes beside the result.
func (r *rig) Logf(format string, args ...any) { fmt.Fprintf(r.log, format+"\n", args...) }

// Failed tells whether anything has.
func (r *rig) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.failures) > 0
}
