// Command controller is the centre of cotmoc: the console where people bring
// in, approve and plan what is shown, and the source of signed programmes for
// the agents on the screens.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // screens name time zones; a bare machine has none

	"cotmoc/playlists"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command().ExecuteContext(ctx); err != nil {
		if reason := playlists.ReasonOf(err); reason != "" {
			err = fmt.Errorf("%w (%s)", err, reason) // for scripts
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
