// Command up brings cotmoc up on a fresh machine: it sets up what is missing,
// builds the console and both binaries, runs the demo, and runs every check.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"cotmoc/controller/up/build"
	"cotmoc/controller/up/checks"
	"cotmoc/controller/up/children"
	"cotmoc/controller/up/demo"
	"cotmoc/controller/up/machine"
	"cotmoc/controller/up/mutate"
	"cotmoc/controller/up/pictures"
)

// errFailed ends the program with a failure that was already explained.
var errFailed = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	ctx = children.WithParent(ctx)
	go func() {
		<-ctx.Done()
		stop() // a second Ctrl-C ends us at once, and the kernel ends our children
	}()
	err := command().ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errFailed) {
		fmt.Fprintf(os.Stderr, "\nup: %v\n", err)
	}
	if err != nil {
		os.Exit(1)
	}
}

func command() *cobra.Command {
	var (
		yes  bool
		data string
		port int
	)
	root := &cobra.Command{
		Use:   "up",
		Short: "Set up, build, and run the demo of cotmoc",
		Long: `up brings cotmoc up on a fresh machine. Run it inside the working copy:

  go run ./controller/up           set up, build and run the demo
  go run ./controller/up test      set up and run every check
  go run ./controller/up audit     ask the databases of known faults about our dependencies
  go run ./controller/up mutate    remove each check of the verifying path and ask the tests
  go run ./controller/up pictures  take the README's pictures anew

It needs Go and Node.js; what else is missing on Debian it names, asks, and
installs with apt. The demo runs one controller and five screens on this
computer, with sample pictures and films made on the spot. Everything it makes
lies in .cotmoc, which may be deleted at any time.`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, host, err := setUp(cmd.Context(), machine.Demo, yes)
			if err != nil {
				return err
			}
			return runDemo(cmd.Context(), root, host, data, port)
		},
	}
	root.Flags().StringVar(&data, "data", "", "folder of the demo's data (default .cotmoc/demo in the working copy)")
	root.Flags().IntVar(&port, "port", 8080, "port of the console; the demo uses this one, the next two, and five from 11 above it")
	root.PersistentFlags().BoolVarP(&yes, "yes", "y", false, "install what is missing without asking (so does CI=true)")
	root.AddCommand(
		&cobra.Command{
			Use:   "test",
			Short: "Set up and run every check",
			Long: `test sets up and runs every check: formatting, walls, vet, staticcheck, all Go
tests with the race detector, the console's own checks, and the stories that
drive the real programs and a real browser. A missing tool fails; nothing skips.
It ends with a line that says how many passed and failed.`,
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				root, host, err := setUp(cmd.Context(), machine.Check, yes)
				if err != nil {
					return err
				}
				return check(cmd.Context(), host, checks.Project(root))
			},
		},
		&cobra.Command{
			Use:   "audit",
			Short: "Ask the databases of known faults about our dependencies",
			Long: `audit runs govulncheck over the Go modules and npm audit over the console's
packages. Both ask databases on the network, so this is no part of the checks.`,
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				root, host, err := setUp(cmd.Context(), machine.Demo, yes)
				if err != nil {
					return err
				}
				return check(cmd.Context(), host, checks.Audit(root))
			},
		},
		mutation(),
		&cobra.Command{
			Use:   "pictures",
			Short: "Take the README's pictures anew",
			Long: `pictures runs the demo with all its screens in a real browser, as one of the
stories does, and replaces the README's pictures by what that story has taken.`,
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				root, host, err := setUp(cmd.Context(), machine.Demo, yes)
				if err != nil {
					return err
				}
				if err := tellBrowser(host); err != nil {
					return err
				}
				return pictures.Take(cmd.Context(), root, os.Stdout)
			},
		},
	)
	return root
}

func mutation() *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use:   "mutate",
		Short: "Remove each check of the verifying path and ask the tests",
		Long: `mutate takes every check out of the code that judges signed documents, one at
a time, and runs the tests of that code. It names each check that no test
misses and ends with a line that counts. It takes minutes and is no part of the
checks.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := build.Root(".")
			if err != nil {
				return err
			}
			r, err := mutate.Run(cmd.Context(), mutate.Options{Root: root, Targets: mutate.VerifyingPath(), Only: only, Parallel: 2, Limit: 2 * time.Minute, Out: os.Stdout})
			if err == nil && r.Noticed < r.Removed {
				err = errFailed
			}
			return err
		},
	}
	cmd.Flags().StringVar(&only, "only", "", "remove the checks of files with this in their path alone")
	return cmd
}

// setUp provides the machine and builds what is not current.
func setUp(ctx context.Context, use machine.Use, yes bool) (root string, host machine.Host, err error) {
	root, err = build.Root(".")
	if err != nil {
		return "", host, err
	}
	host = machine.This(runtime.GOOS)
	yes = yes || os.Getenv("CI") == "true"
	if err := machine.Provide(ctx, host, use, yes, ask, os.Stdout); err != nil {
		return "", host, err
	}
	return root, host, makeConsole(ctx, root)
}

// runDemo builds the programs and runs the demo until it is stopped.
func runDemo(ctx context.Context, root string, host machine.Host, data string, port int) error {
	var programs build.Binaries
	err := step("Controller and agent", func() (bool, error) {
		var err error
		programs, err = build.Programs(ctx, root, build.Quiet())
		return true, err
	})
	if err != nil {
		return err
	}
	chromium, err := host.Chromium()
	if err != nil {
		return err
	}
	ffmpeg, err := host.LookPath("ffmpeg")
	if err != nil {
		return err
	}
	if data == "" {
		data = filepath.Join(root, build.State, "demo")
	}
	info, err := os.Stdout.Stat()
	colour := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
	return demo.Run(ctx, demo.Options{
		Data: data, Port: port, Programs: programs, Chromium: chromium, FFmpeg: ffmpeg, Root: host.Root,
		Out: os.Stdout, Colour: colour, Now: time.Now, Random: rand.Reader,
	})
}

func makeConsole(ctx context.Context, root string) error {
	run := build.Quiet()
	if err := step("Console packages", func() (bool, error) { return build.Packages(ctx, root, run) }); err != nil {
		return err
	}
	return step("Console", func() (bool, error) { return build.Console(ctx, root, run) })
}

// step runs one part of the setting up and tells of it when it takes longer
// than a moment.
func step(name string, do func() (changed bool, err error)) error {
	began := time.Now()
	slow := time.AfterFunc(time.Second, func() { fmt.Printf("%s … (only after changes)\n", name) })
	changed, err := do()
	if !slow.Stop() && err == nil {
		state := "current"
		if changed {
			state = "made"
		}
		fmt.Printf("%s %s in %.1f s\n", name, state, time.Since(began).Seconds())
	}
	return err
}

func check(ctx context.Context, host machine.Host, stages []checks.Stage) error {
	if err := tellBrowser(host); err != nil {
		return err
	}
	suite := checks.Suite{Out: os.Stdout, Now: time.Now, Beat: 30 * time.Second, Limit: 15 * time.Minute}
	if !suite.Run(ctx, stages) {
		return errFailed
	}
	return nil
}

// tellBrowser has the stories take the browser that the set-up found.
func tellBrowser(host machine.Host) error {
	chromium, err := host.Chromium()
	if err != nil {
		return nil // a story that needs one says so
	}
	return os.Setenv("COTMOC_CHROMIUM", chromium)
}

// ask puts a question to the person at the terminal. Without one the answer
// is no.
func ask(question string) bool {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		fmt.Println("There is no terminal to ask at; start with --yes to install without asking.")
		return false
	}
	fmt.Printf("%s [Y/n] ", question)
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return false
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "" || answer == "y" || answer == "yes" || answer == "c" || answer == "có"
}
