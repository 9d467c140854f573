package main

import (
	"fmt"
	"io"
	"os"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"cotmoc/controller/app"
	"cotmoc/playlists/chain"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Verify and export the log of what people did",
		Long: `The audit log is a chain: every entry names the hash of the one before. Screens
hold its head, so that a past that was rewritten is noticed. How an export is
checked with sha256sum and openssl stands in firmware-notes/audit.md.`,
	}
	dataFlag(cmd.PersistentFlags())
	keyFlag(cmd.PersistentFlags())
	cmd.AddCommand(auditVerifyCommand(), auditExportCommand(), auditKeyCommand())
	return cmd
}

func auditVerifyCommand() *cobra.Command {
	var heads []string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Tell whether the log is whole, and where it breaks",
		Long: `Reads the database without changing it, beside a controller that runs or over a
copy. It prints where the log ends, or each place where it breaks, and then
ends with status 1.`,
		Example: `  controller audit verify --data /var/lib/cotmoc --head 1204:9f86d0…`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			known := make([]chain.Head, len(heads))
			for i, text := range heads {
				if known[i], err = chain.Parse(text); err != nil {
					return err
				}
			}
			head, faults, err := app.VerifyAudit(cmd.Context(), cfg.Data, known)
			if err != nil {
				return err
			}
			for _, fault := range faults {
				fmt.Fprintln(cmd.OutOrStdout(), fault)
			}
			if len(faults) > 0 {
				return fmt.Errorf("cannot trust the audit log: it breaks in %d places; keep this database and compare it with a backup", len(faults))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "the audit log is whole: %d entries, head %s\n", head.Seq, head)
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&heads, "head", nil, "number:hash that a screen or an earlier export holds; repeat for several")
	return cmd
}

func auditExportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the whole log with its signed head into a file",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			file, err := renameio.NewPendingFile(out, renameio.WithPermissions(0o600))
			if err != nil {
				return fmt.Errorf("cannot write the export to %q: %w", out, err)
			}
			defer file.Cleanup() // does nothing once the file is in its place
			if err := app.ExportAudit(cmd.Context(), cfg, func() io.Writer { return file }); err != nil {
				return err
			}
			return file.CloseAtomicallyReplace()
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag was defined above
	}
	return cmd
}

func auditKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "key",
		Short: "Print the public key that checks exports (PEM)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			key, err := app.AuditKey(cfg)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(key)
			return err
		},
	}
}
