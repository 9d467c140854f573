package checks

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command gives a check that runs a program in a folder, with more in its
// environment: it holds when the program succeeds.
func Command(name, dir string, env []string, args ...string) Check {
	return Check{Name: name, Run: func(ctx context.Context, _ func(string)) (Count, string) {
		out, err := execute(ctx, dir, env, args...)
		if err != nil {
			return Count{Failed: 1}, fmt.Sprintf("%s: %v\n%s", strings.Join(args, " "), err, tail(out, 200))
		}
		return Count{Passed: 1}, ""
	}}
}

// Silent gives a check that holds when the program succeeds and writes
// nothing, as gofmt -l does.
func Silent(name, dir, advice string, args ...string) Check {
	return Check{Name: name, Run: func(ctx context.Context, _ func(string)) (Count, string) {
		out, err := execute(ctx, dir, nil, args...)
		if err != nil || len(bytes.TrimSpace(out)) > 0 {
			return Count{Failed: 1}, fmt.Sprintf("%s\n%s", advice, tail(out, 200))
		}
		return Count{Passed: 1}, ""
	}}
}

// unreachable is how programs say that they could not ask over the network.
func unreachable(said string) bool {
	for _, phrase := range []string{"no such host", "dial tcp", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "audit endpoint returned an error"} {
		if strings.Contains(said, phrase) {
			return true
		}
	}
	return false
}

// WhereReachable makes a check of one that asks a database on the network: when
// the database cannot be reached it says so and counts for nothing.
func WhereReachable(c Check) Check {
	ask := c.Run
	c.Run = func(ctx context.Context, say func(string)) (Count, string) {
		count, said := ask(ctx, say)
		if count.Failed > 0 && unreachable(said) {
			return Count{}, "not asked: " + said
		}
		return count, said
	}
	return c
}

func execute(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	bound(cmd)
	return cmd.CombinedOutput()
}

// bound gives the program some time to end when its context does.
func bound(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
}

// tail keeps the last lines of what a program wrote.
func tail(out []byte, lines int) string {
	all := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(all) > lines {
		all = append([]string{fmt.Sprintf("… %d lines before", len(all)-lines)}, all[len(all)-lines:]...)
	}
	return strings.Join(all, "\n")
}
