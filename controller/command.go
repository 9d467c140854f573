package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"cotmoc/controller/app"
)

// command is the whole command line.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "controller",
		Short: "Centre of cotmoc: console, approvals, programmes for the screens",
		Long: `cotmoc shows approved images and videos on screens, and nothing else.

This is its centre. "controller serve" runs the console that people open in a
browser and the listener that the agents on the screen PCs connect to. All it
knows stands in one folder (--data).

First steps:
  controller user add --data DIR --login ha.admin --name "Lê Thị Hà" --role administrator
  controller serve --data DIR --key-passphrase-file FILE

FILE holds the passphrase that seals the controller's keys. Write it yourself,
where only you can read it, and keep a copy apart from the backup of DIR.`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(serveCommand(), userCommand(), keysCommand(), releaseCommand(), auditCommand(), backupCommand(), restoreCommand(), approveCommand(), openapiCommand())
	return root
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "development"
}

func openapiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI 3.1 document of the API",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			document, err := app.OpenAPI(version())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(document))
			return err
		},
	}
}

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the controller until it is interrupted",
		Long: `Runs the controller until it is interrupted (Ctrl-C or SIGTERM).

Every flag can also be given in the environment (--agent-listen as
COTMOC_AGENT_LISTEN) or in a YAML file named by --config (agent-listen: …).
Flags win over the environment, the environment over the file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			var level slog.Level
			if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
				return fmt.Errorf("cannot log at level %q: choose debug, info, warn or error", cfg.LogLevel)
			}
			log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: level}))
			a, err := app.New(cmd.Context(), cfg, version(), log)
			if err != nil {
				return err
			}
			a.Start()
			select {
			case <-a.Done():
			case <-cmd.Context().Done():
			}
			return a.Stop()
		},
	}
	serveFlags(cmd.Flags())
	return cmd
}
