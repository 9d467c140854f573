package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cotmoc/controller/app"
)

const keysApart = `The keys are a file of their own, kept in another place than the data: whoever
finds the data alone has nothing to sign with, and whoever finds the keys alone
has sealed files without their passphrase. The passphrase of the keys is in
neither; keep it in a third place.`

func backupCommand() *cobra.Command {
	var out string
	var lock lockFlags
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write everything but the keys into one encrypted file",
		Long: `Writes database, objects and settings into one file, beside a controller that
runs. The file is encrypted (age-encryption.org) to a recipient, whose identity
file stays off this machine, or with a passphrase, and is there only when it is
whole. Nothing is ever written over.

` + keysApart,
		Example: `  age-keygen -o cotmoc-identity.txt          (on another machine; keep the file there)
  controller backup --data /var/lib/cotmoc --config /etc/cotmoc/controller.yaml \
    --recipient age1… --out /mnt/backup/cotmoc-2026-11-25.age
  controller backup keys --data /var/lib/cotmoc --recipient age1… --out /media/stick/cotmoc-keys.age
  controller backup verify /mnt/backup/cotmoc-2026-11-25.age --identity cotmoc-identity.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, text, err := settings(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			to, err := lock.read()
			if err != nil {
				return err
			}
			m, err := app.Backup(cmd.Context(), cfg, text, version(), out, to, progress(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			describe(cmd.OutOrStdout(), m)
			fmt.Fprintf(cmd.OutOrStdout(), "written to %s\n", out)
			return nil
		},
	}
	dataFlag(cmd.PersistentFlags())
	cmd.Flags().StringVar(&out, "out", "", "file to write; it must not be there yet")
	lock.add(cmd.Flags())
	cmd.AddCommand(backupKeysCommand(), backupVerifyCommand())
	return cmd
}

func backupKeysCommand() *cobra.Command {
	var out string
	var lock lockFlags
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Write the keys into an encrypted file of their own",
		Long: `Writes the programme key, the authority's key and whatever else lies among the
keys into one encrypted file: sealed ones stay sealed in it.

` + keysApart + `

Do it once after the first start, and again whenever a key was rotated.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Flags(), os.Environ)
			if err != nil {
				return err
			}
			to, err := lock.read()
			if err != nil {
				return err
			}
			m, err := app.BackupKeys(cmd.Context(), cfg, version(), out, to)
			if err != nil {
				return err
			}
			describe(cmd.OutOrStdout(), m)
			fmt.Fprintf(cmd.OutOrStdout(), "written to %s; keep it apart from the data and from the passphrase of the keys\n", out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write; it must not be there yet")
	lock.add(cmd.Flags())
	return cmd
}

func backupVerifyCommand() *cobra.Command {
	var unlock unlockFlags
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Read a whole backup, of data or keys, and tell what it holds",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			by, err := unlock.read()
			if err != nil {
				return err
			}
			m, err := app.VerifyBackup(cmd.Context(), app.BackupFile{Path: args[0], Unlock: by}, progress(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			describe(cmd.OutOrStdout(), m)
			fmt.Fprintln(cmd.OutOrStdout(), "the backup is whole")
			return nil
		},
	}
	unlock.add(cmd.Flags(), "", "the backup")
	return cmd
}

func restoreCommand() *cobra.Command {
	var data, from, keys string
	var unlock, unlockKeys unlockFlags
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Bring a backup back into an empty folder",
		Long: `Verifies everything, and only then gives it its names: the folder holds all of
the backup, or nothing. A restore that was interrupted is begun again by the
same command.

Screens hold counters that only rise. When the backup is older than what they
hold, they refuse what this controller says and go on playing; the console
shows which ones, and they follow again once a signed charter has raised the
epoch. Nothing is healed silently.`,
		Example: `  controller restore --data /var/lib/cotmoc --from cotmoc-2026-11-25.age --identity cotmoc-identity.txt \
    --keys cotmoc-keys.age --keys-identity cotmoc-identity-of-keys.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			by, err := unlock.read()
			if err != nil {
				return err
			}
			var withKeys *app.BackupFile
			if keys != "" {
				withKeys = &app.BackupFile{Path: keys}
				if withKeys.Unlock, err = unlockKeys.read(); err != nil {
					return err
				}
			}
			m, err := app.Restore(cmd.Context(), data, app.BackupFile{Path: from, Unlock: by}, withKeys, progress(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			describe(cmd.OutOrStdout(), m)
			fmt.Fprintf(cmd.OutOrStdout(), "restored into %s\n\nWhat to do next:\n", data)
			steps := []string{
				"start it with the passphrase of its keys: controller serve --data " + data + " --config " + data + "/settings.yaml --key-passphrase-file FILE",
				"open Screens in the console: it names every screen that holds more than this backup, and what to do",
			}
			if keys == "" {
				steps = slices.Insert(steps, 0, "bring the keys into "+data+"/keys; without them it does not start, and screens trust no others")
			}
			for i, step := range steps {
				fmt.Fprintf(cmd.OutOrStdout(), "%d. %s\n", i+1, step)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "empty folder to restore into; it is made when it is missing")
	cmd.Flags().StringVar(&from, "from", "", "backup of the data")
	cmd.Flags().StringVar(&keys, "keys", "", "backup of the keys")
	unlock.add(cmd.Flags(), "", "the backup of the data")
	unlockKeys.add(cmd.Flags(), "keys-", "the backup of the keys")
	return cmd
}

// lockFlags say what a file is encrypted to.
type lockFlags struct {
	recipients []string
	passphrase string
}

func (l *lockFlags) add(f *pflag.FlagSet) {
	f.StringSliceVar(&l.recipients, "recipient", nil, "age1… whose identity file stays off this machine; repeat for several")
	f.StringVar(&l.passphrase, "passphrase-file", "", "file with a passphrase to encrypt with instead; another than that of the keys")
}

func (l *lockFlags) read() (app.BackupLock, error) {
	out := app.BackupLock{Recipients: l.recipients}
	if l.passphrase == "" {
		return out, nil
	}
	var err error
	out.Passphrase, err = secretFile(l.passphrase)
	return out, err
}

// unlockFlags say what opens a file.
type unlockFlags struct{ identity, passphrase string }

func (u *unlockFlags) add(f *pflag.FlagSet, prefix, what string) {
	f.StringVar(&u.identity, prefix+"identity", "", "identity file (AGE-SECRET-KEY-…) of the recipient of "+what)
	f.StringVar(&u.passphrase, prefix+"passphrase-file", "", "file with the passphrase of "+what)
}

func (u *unlockFlags) read() (app.BackupUnlock, error) {
	var out app.BackupUnlock
	var err error
	if u.passphrase != "" {
		if out.Passphrase, err = secretFile(u.passphrase); err != nil {
			return out, err
		}
	}
	if u.identity != "" {
		if out.Identities, err = os.ReadFile(u.identity); err != nil {
			return out, fmt.Errorf("cannot read the identity file: %w", err)
		}
	}
	return out, nil
}

func secretFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the passphrase: %w", err)
	}
	return []byte(strings.TrimRight(string(text), "\r\n")), nil
}

// progress writes how far it is, at each tenth.
func progress(w io.Writer) app.BackupProgress {
	told := int64(0)
	return func(done, total int64) {
		if tenth := done * 10 / max(total, 1); tenth > told {
			told = tenth
			fmt.Fprintf(w, "%d %% of %d MiB\n", tenth*10, total>>20)
		}
	}
}

// describe prints what a backup holds.
func describe(w io.Writer, m *app.BackupManifest) {
	fmt.Fprintf(w, "%s, made %s by version %s\n", m.Kind, m.MadeAt.Format(time.RFC3339), m.Version)
	if m.Facts == nil {
		for _, p := range m.Parts {
			fmt.Fprintf(w, "  %s, SHA-256 %s\n", p.Name, p.SHA256)
		}
		return
	}
	objects, bytes := m.Objects()
	fmt.Fprintf(w, "  audit log ends at %s\n  %d objects, %d bytes\n", m.Facts.Audit, objects, bytes)
	names := make([]string, 0, len(m.Facts.Counts))
	for name := range m.Facts.Counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(w, "  %d %s\n", m.Facts.Counts[name], name)
	}
}
