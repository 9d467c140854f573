// Command bench measures the product beside its references on this machine:
// go run ./controller/bench NAME prints one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/up/children"
)

const usage = `cannot tell what to measure; give a benchmark's name:
  publish      from the pressed button to every screen, beside the bare broker
  takedown     from the given order to every screen that has verified it
  library      lists, searches and edits of a library of many media
  screencheck  wrong, black and frozen pictures on real screens: found, how soon, at what cost
  wall         what the wall monitor's page holds after a shift that is told quickly
  agent        size, memory, processor and start of the agent
Each prints one line of JSON; -h after the name tells its flags.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(children.WithParent(ctx), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// errUsage tells how to ask.
func errUsage() error { return errors.New(strings.TrimSpace(usage)) }

// run measures what the first argument names.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) == 0 {
		return errUsage()
	}
	if args[0] == rawBrokerCommand {
		return serveRawBroker(ctx, args[1:])
	}
	flags := flag.NewFlagSet("bench "+args[0], flag.ContinueOnError)
	flags.SetOutput(log)
	var measure func(stage.T, stage.Programs) any
	switch args[0] {
	case "publish":
		o := publishOptions{}
		flags.IntVar(&o.screens, "screens", 1000, "how many screens are simulated")
		flags.IntVar(&o.rounds, "rounds", 9, "how often it is published; figures are medians of the rounds")
		measure = func(t stage.T, p stage.Programs) any { return measurePublish(t, p, o) }
	case "takedown":
		o := takedownOptions{}
		flags.IntVar(&o.screens, "screens", 1000, "how many screens are simulated")
		flags.IntVar(&o.agents, "agents", 2, "how many real agents stand among them")
		flags.IntVar(&o.rounds, "rounds", 5, "how many orders are given; figures are of all of them")
		measure = func(t stage.T, p stage.Programs) any { return measureTakedown(t, p, o) }
	case "library":
		o := libraryOptions{}
		flags.IntVar(&o.media, "media", 10000, "how many media there are")
		flags.IntVar(&o.rounds, "rounds", 200, "how often each list is asked for")
		flags.BoolVar(&o.serve, "serve", false, "measure nothing: serve the library for a look, until interrupted")
		measure = func(t stage.T, p stage.Programs) any { return measureLibrary(t, p, o) }
	case "screencheck":
		o := screencheckOptions{}
		flags.IntVar(&o.changes, "changes", 1000, "how many changes of what is due the screens show together")
		flags.IntVar(&o.screens, "screens", 3, "how many agents with a browser each")
		flags.IntVar(&o.slides, "slides", 6, "how many pictures there are besides the slate")
		flags.IntVar(&o.films, "films", 2, "how many films, two at most")
		flags.IntVar(&o.cases, "cases", 0, "how many intrusions on each screen; 0 for as many as the changes leave time for")
		flags.DurationVar(&o.quiet, "quiet", defaultIdle, "how long the agent's cost is watched")
		measure = func(t stage.T, p stage.Programs) any { return measureScreencheck(t, p, o) }
	case "wall":
		o := wallOptions{}
		flags.IntVar(&o.screens, "screens", 24, "how many screens are simulated")
		flags.Float64Var(&o.hours, "hours", 8, fmt.Sprintf("how long the shift is; it is told %d times as fast", faster))
		measure = func(t stage.T, p stage.Programs) any { return measureWall(t, p, o) }
	case "agent":
		o := agentOptions{}
		flags.IntVar(&o.megabytes, "megabytes", 200, "how much is synced, at least")
		flags.DurationVar(&o.idle, "idle", defaultIdle, "how long the agent is watched while it is idle")
		flags.IntVar(&o.starts, "starts", 5, "how often it is started; the figure is the median's")
		measure = func(t stage.T, p stage.Programs) any { return measureAgent(t, p, o) }
	default:
		return errUsage()
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	result, err := onRig(ctx, log, func(t stage.T) any {
		programs, err := stage.Build(t.Context(), t.TempDir())
		if err != nil {
			t.Fatalf("%v", err)
		}
		return measure(t, programs)
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}
