package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cotmoc/agent/app"
)

// memoryLimit keeps the collector ahead of what a cheap PC has; it is soft.
const memoryLimit = 32 << 20

// command is the whole command line.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "agent",
		Short: "Plays a screen's approved programme",
		Long: `agent runs on the PC behind a screen. It shows a pairing code until someone
enters it in the console; from then on it fetches what the controller signs for
this screen, keeps it, and plays it whether the controller is there or not.

Every option can be given as an environment variable, too: --player-listen is
COTMOC_AGENT_PLAYER_LISTEN.`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(runCommand(), enrolCommand(), statusCommand())
	return root
}

func runCommand() *cobra.Command {
	var cfg app.Config
	launching := app.DefaultLaunching()
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run the screen",
		Long: `run plays the screen's programme. Where releases have come for this PC, it runs
the newest one that has proved itself in its place: a release is run only when
those have signed it whom the screen's charter names for that, and one that does
not show a picture within its time is rolled back.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if os.Getenv("GOMEMLIMIT") == "" {
				debug.SetMemoryLimit(memoryLimit)
			}
			cfg.Supervised = os.Getenv("NOTIFY_SOCKET") != ""
			log := slog.New(slog.NewTextHandler(os.Stderr, nil))
			var launched bool
			if cfg.Launched, launched = app.Launched(); !launched {
				if ended, err := app.Launch(cmd.Context(), cfg, launching, version(), log); ended || err != nil {
					return err
				}
			}
			a, err := app.New(cfg, version(), built(), log)
			if err != nil {
				return err
			}
			log.Info("agent running", "player", a.PlayerURL(), "version", version(), "folder", cfg.Launched.Slot)
			a.Start()
			select {
			case <-cmd.Context().Done():
			case <-a.Done():
			case <-a.Restarting():
				if err := a.Stop(); err != nil {
					log.Error("agent not stopped well for its release", "error", err)
				}
				if cmd.Context().Err() != nil {
					return nil
				}
				if cfg.Launched.Child {
					os.Exit(app.RestartCode)
				}
				return app.TakeOver(cfg.Launched)
			}
			return a.Stop()
		},
	}
	f := cmd.Flags()
	dataFlag(f, &cfg.Data)
	controllerFlags(f, &cfg)
	playerFlag(f, &cfg.PlayerListen)
	f.StringVar(&cfg.PeerListen, "peer-listen", "", "the `address` at which neighbours at the site ask how this screen is, such as 0.0.0.0:9444 (default: it does not answer)")
	f.StringVar(&cfg.SiteListen, "site-listen", "", "the `address` of the page that phones at the site open, such as 0.0.0.0:9443 (default: no page)")
	f.BoolVar(&cfg.Kiosk, "kiosk", false, "start a browser that fills the display, and keep it running")
	f.StringVar(&cfg.Browser, "browser", os.Getenv("COTMOC_CHROMIUM"), "the `path` of the kiosk's browser (default: COTMOC_CHROMIUM, or Chromium if it is found)")
	f.StringArrayVar(&cfg.BrowserExtra, "browser-arg", nil, "one more `argument` for the kiosk's browser; can be repeated")
	f.DurationVar(&launching.Time, "trial-time", launching.Time, "how long a new release has to show its picture")
	f.DurationVar(&launching.Steady, "trial-steady", launching.Steady, "how long it must show it to count")
	f.StringVar(&cfg.Camera, "camera", "", "a `camera` that looks at the wall: a device such as /dev/video0, or an http address in a private network that answers with a JPEG")
	f.BoolVar(&cfg.KioskInRoot, "insecure-root-kiosk", false, "run the kiosk's browser without its sandbox, as tests by root need; never in service")
	return fromEnvironment(cmd)
}

func enrolCommand() *cobra.Command {
	cfg := app.Config{PlayerListen: "127.0.0.1:0"}
	cmd := &cobra.Command{
		Use:   "enrol",
		Short: "Pair this PC with a controller from the terminal",
		Long: `enrol shows a pairing code and waits until someone has entered it in the
console. "agent run" does the same on the screen; this is for a PC that is
prepared without one. Stop the running agent first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
			name, err := app.Enrol(cmd.Context(), cfg, version(), built(), log, func(code string) {
				fmt.Fprintf(cmd.OutOrStdout(), "Enter this code in the console under Screens: %s\n", code)
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "This PC is now the screen %s.\n", name)
			return nil
		},
	}
	dataFlag(cmd.Flags(), &cfg.Data)
	controllerFlags(cmd.Flags(), &cfg)
	cmd.Flags().StringVar(&cfg.Ticket, "from", "", "the `file` of a ticket from the console, cotmoc-enrol.json, to join by (default: look for one on sticks)")
	return fromEnvironment(cmd)
}

func statusCommand() *cobra.Command {
	var listen string
	var raw bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell how the running screen is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			req, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, "http://"+listen+"/status", nil)
			if err != nil {
				return fmt.Errorf("cannot ask the agent on %s: %w", listen, err)
			}
			resp, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
			if err != nil {
				return fmt.Errorf("cannot ask the agent on %s: %w; is it running?", listen, err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
			if err != nil || resp.StatusCode != http.StatusOK {
				return fmt.Errorf("cannot read the answer of the agent on %s (%s): %w", listen, resp.Status, err)
			}
			if raw {
				_, err := cmd.OutOrStdout().Write(body)
				return err
			}
			var st app.Status
			if err := json.Unmarshal(body, &st); err != nil {
				return fmt.Errorf("cannot read the answer of the agent on %s: %w", listen, err)
			}
			return describe(cmd.OutOrStdout(), &st)
		},
	}
	playerFlag(cmd.Flags(), &listen)
	cmd.Flags().BoolVar(&raw, "json", false, "print all of it as JSON")
	return fromEnvironment(cmd)
}

func dataFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "data", "/var/lib/cotmoc-agent", "the `folder` for everything the agent keeps")
}

func playerFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "player-listen", "127.0.0.1:9001", "the loopback `address` of the player page")
}

func controllerFlags(f *pflag.FlagSet, cfg *app.Config) {
	f.StringVar(&cfg.Controller, "controller", "", "the controller's agent `address`, https://host:8443; needed until the screen is enrolled")
	f.StringVar(&cfg.CAPin, "ca-pin", "", "the `fingerprint` sha256:… of the controller's CA, to accept no other at the first contact")
}

// fromEnvironment lets environment variables stand for options that were not
// given.
func fromEnvironment(cmd *cobra.Command) *cobra.Command {
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var err error
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			name := "COTMOC_AGENT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
			if v, ok := os.LookupEnv(name); ok && !f.Changed && err == nil {
				if setErr := cmd.Flags().Set(f.Name, v); setErr != nil {
					err = fmt.Errorf("cannot use %s: %w", name, setErr)
				}
			}
		})
		return err
	}
	return cmd
}

// describe tells a technician what matters.
func describe(w io.Writer, st *app.Status) error {
	var b strings.Builder
	fmt.Fprintf(&b, "agent      %s\n", st.Version)
	switch {
	case st.State != "enrolled" && st.Pairing != nil && st.Pairing.Code != "":
		fmt.Fprintf(&b, "screen     not enrolled yet, code %s\n", st.Pairing.Code)
	case st.State != "enrolled":
		fmt.Fprintf(&b, "screen     not enrolled yet, no code yet\n")
	default:
		fmt.Fprintf(&b, "screen     %s (%s)\n", st.Name, st.Screen)
		fmt.Fprintf(&b, "connected  %t\n", st.Connected)
	}
	r := &st.Report
	fmt.Fprintf(&b, "shows      %s %s\n", r.Showing.Kind, r.Showing.Media)
	if r.Playing != nil && r.Received != nil {
		fmt.Fprintf(&b, "programme  plays %d.%d, newest accepted %d.%d\n", r.Playing.Epoch, r.Playing.Counter, r.Received.Epoch, r.Received.Counter)
	}
	fmt.Fprintf(&b, "fetched    %d of %d bytes, %d bytes/s\n", r.Delivery.BytesDone, r.Delivery.BytesTotal, r.Delivery.BytesPerS)
	fmt.Fprintf(&b, "clock      %s, not before %s\n", r.Clock.State, time.UnixMilli(r.Clock.Floor).UTC().Format(time.RFC3339))
	if u := r.Update; u != nil {
		fmt.Fprintf(&b, "release    %s %s %s\n", u.State, u.Version, u.Reason)
	}
	fmt.Fprintf(&b, "disk       %d of %d bytes free\n", r.Disk.Free, r.Disk.Total)
	if t := &r.Trust; t.Charter > 0 {
		fmt.Fprintf(&b, "charter    %d\n", t.Charter)
		if t.Orders != nil {
			fmt.Fprintf(&b, "orders     %d.%d\n", t.Orders.Epoch, t.Orders.Counter)
		}
		for _, l := range t.Latched {
			fmt.Fprintf(&b, "in force   %s %s since %s\n", l.Kind, l.ID, time.UnixMilli(l.Since).UTC().Format(time.RFC3339))
		}
		fmt.Fprintf(&b, "heard      %s, on its slate from %s\n", time.UnixMilli(t.Heard).UTC().Format(time.RFC3339), time.UnixMilli(t.Late).UTC().Format(time.RFC3339))
	}
	if h := r.Trust.Audit; h.Seq > 0 {
		fmt.Fprintf(&b, "audit log  %d:%s\n", h.Seq, h.Hash)
	}
	for _, code := range slices.Sorted(maps.Keys(r.Trust.Refused)) {
		fmt.Fprintf(&b, "refused    %s, %d times since the start\n", code, r.Trust.Refused[code])
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "problem    %s since %s: %s\n", p.Code, time.UnixMilli(p.Since).UTC().Format(time.RFC3339), p.Detail)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
