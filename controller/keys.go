package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cotmoc/controller/app/offline"
	"cotmoc/playlists/programme"
)

func keysCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make root keys and people's keys, write and sign charters; needs no network",
		Long: `Root keys sign charters, which say who may approve what is shown. Make each
on a machine without a network, straight onto a USB stick of its holder:

  controller keys root --holder "Lê Thị Hà" --out /media/usb/ha.key

The console prepares charters and shows them in words; their files are signed
here by as many holders as the charter asks for, one after another, and go back
into the console.`,
	}
	cmd.AddCommand(keysRootCommand(), keysHandCommand(), keysCharterCommand(), keysShowCommand(), keysSignCommand(), keysPinCommand())
	return cmd
}

func keysRootCommand() *cobra.Command {
	var holder, out, file string
	cmd := &cobra.Command{
		Use:   "root",
		Short: "Make a root key in a file that a passphrase protects",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			passphrase, err := newPassphrase(cmd, file)
			if err != nil {
				return err
			}
			key, err := offline.NewRoot(out, holder, passphrase, rand.Reader)
			if err != nil {
				return err
			}
			return say(cmd, "root key %s of %s: %s (keep it apart from every network)\nits public half, for controller keys charter new: %s\n", key.ID, holder, out, offline.PublicPath(out))
		},
	}
	cmd.Flags().StringVar(&holder, "holder", "", "full name of the person who keeps it")
	outFlag(cmd, &out)
	passphraseFlag(cmd, &file)
	require(cmd, "holder", "out")
	return cmd
}

func keysHandCommand() *cobra.Command {
	var out, file string
	cmd := &cobra.Command{
		Use:   "hand",
		Short: "Make a person's own key file, with which they sign decisions",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			passphrase, err := newPassphrase(cmd, file)
			if err != nil {
				return err
			}
			key, err := offline.NewHand(out, passphrase, rand.Reader)
			if err != nil {
				return err
			}
			return say(cmd, "%s\n", base64.StdEncoding.EncodeToString(key))
		},
	}
	outFlag(cmd, &out)
	passphraseFlag(cmd, &file)
	require(cmd, "out")
	return cmd
}

func keysCharterCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "charter", Short: "Write the first charter without a console"}
	var f offline.First
	var out, expires string
	var parties []string
	first := &cobra.Command{
		Use:     "new",
		Short:   "Write charter 1, which names root keys and the controller, and nobody else yet",
		Example: `  controller keys charter new --root ha.pub --root an.pub --root binh.pub --threshold 2 --programme-key 5L…= --out charter-1.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			end := now.AddDate(2, 0, 0)
			if expires != "" {
				var err error
				if end, err = time.Parse(time.DateOnly, expires); err != nil {
					return fmt.Errorf("cannot end the charter on %q: write --expires as 2028-12-31", expires)
				}
			}
			f.Charter.IssuedAt, f.Charter.ExpiresAt = now.UnixMilli(), end.UnixMilli()
			for _, p := range parties {
				id, origins, ok := strings.Cut(p, "=")
				if !ok {
					return fmt.Errorf("cannot use the relying party %q: write --relying-party name=https://name,…", p)
				}
				f.Charter.RelyingParties = append(f.Charter.RelyingParties, programme.RelyingParty{ID: id, Origins: strings.Split(origins, ",")})
			}
			payload, err := offline.FirstCharter(f)
			if err != nil {
				return err
			}
			if err := offline.WriteNew(out, payload); err != nil {
				return err
			}
			return say(cmd, "%s: now %d of its root keys sign it with controller keys sign\n", out, f.Threshold)
		},
	}
	fl := first.Flags()
	fl.StringArrayVar(&f.Roots, "root", nil, "public half of a root key, once for each")
	fl.IntVar(&f.Threshold, "threshold", 0, "how many holders must sign a charter")
	fl.StringArrayVar(&f.Releasers, "releaser", nil, "public half of a key that signs releases of the agent, once for each; without, screens take no update")
	fl.IntVar(&f.Charter.ReleaseThreshold, "release-threshold", 0, "how many of those must sign a release")
	fl.StringVar(&f.ProgrammeKey, "programme-key", "", "the controller's public key in base64, from the console's page of the charter")
	fl.StringVar(&expires, "expires", "", "last day, as 2028-12-31; two years from now without")
	fl.StringArrayVar(&parties, "relying-party", nil, "where people sign with passkeys, as name=https://name")
	fl.IntVar(&f.Charter.LiftThreshold, "lift-threshold", 2, "how many people lift a takedown or the slate")
	fl.IntVar(&f.Charter.MaxUnattendedDays, "max-unattended-days", 60, "how long a screen plays on without word from the controller")
	fl.BoolVar(&f.Charter.IndependentDecision, "independent-decision", false, "one of two decisions must come from the independent client")
	outFlag(first, &out)
	require(first, "root", "threshold", "programme-key", "out")
	cmd.AddCommand(first)
	return cmd
}

func keysShowCommand() *cobra.Command {
	var before string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show a charter in words: people, thresholds, who has signed, what changes",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, old, err := open(args[0], before)
			if err != nil {
				return err
			}
			return offline.Show(cmd.OutOrStdout(), d, old)
		},
	}
	beforeFlag(cmd, &before)
	return cmd
}

func keysSignCommand() *cobra.Command {
	var key, before, file string
	var yes bool
	cmd := &cobra.Command{
		Use:   "sign FILE",
		Short: "Sign a charter with a root key, after showing it in words",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, old, err := open(args[0], before)
			if err != nil {
				return err
			}
			if err := offline.Show(cmd.OutOrStdout(), d, old); err != nil {
				return err
			}
			if err := agree(cmd, yes); err != nil {
				return err
			}
			passphrase, err := askPassphrase(cmd, file, "passphrase of "+key)
			if err != nil {
				return err
			}
			holder, err := offline.Sign(args[0], d, old, key, passphrase)
			if err != nil {
				return err
			}
			return say(cmd, "%s has signed charter %d: %s\n", holder, d.Charter.Number, args[0])
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "file of the root key")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask whether it is what was agreed")
	beforeFlag(cmd, &before)
	passphraseFlag(cmd, &file)
	require(cmd, "key")
	return cmd
}

func keysPinCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "pin",
		Short: "Hash a PIN with which people at screens call for the slate",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			digits, err := newSecret(cmd, file, "PIN of 6 to 12 digits")
			if err != nil {
				return err
			}
			text, err := offline.NewPin(string(digits), rand.Reader)
			if err != nil {
				return err
			}
			return say(cmd, "%s\n", text)
		},
	}
	cmd.Flags().StringVar(&file, "pin-file", "", "read the PIN from this file's line instead of asking")
	return cmd
}

func open(path, before string) (d, old *offline.Document, err error) {
	if before != "" {
		if old, err = offline.Open(before, nil); err != nil {
			return nil, nil, err
		}
	}
	d, err = offline.Open(path, old)
	return d, old, err
}

func say(cmd *cobra.Command, format string, args ...any) error {
	_, err := fmt.Fprintf(cmd.OutOrStdout(), format, args...)
	return err
}

func outFlag(cmd *cobra.Command, out *string) {
	cmd.Flags().StringVar(out, "out", "", "file to write; it must not be there yet")
}

func beforeFlag(cmd *cobra.Command, before *string) {
	cmd.Flags().StringVar(before, "before", "", "the charter that counts now, to show what changes")
}

func passphraseFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "passphrase-file", "", "read the passphrase from this file's line instead of asking")
}

func require(cmd *cobra.Command, names ...string) {
	for _, n := range names {
		if err := cmd.MarkFlagRequired(n); err != nil {
			panic(err) // the flag was defined above
		}
	}
}
