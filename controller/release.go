package main

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"cotmoc/controller/app"
	"cotmoc/controller/app/offline"
	"cotmoc/playlists/programme"
)

func releaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release",
		Short: "Make release keys, write, sign and hand in releases of the agent",
		Long: `A release is a version of the agent that screen PCs may run. The holders of
release keys, whom the charter names, sign it on machines without a network; the
console then brings it to screens in stages. Neither the console nor the
controller's own key can bring code to a screen.

  controller release key --holder "Lê Thị Hà" --out /media/usb/ha.key
  controller release new --version 1.4.2 --program linux/amd64=agent --out release-1.4.2.json
  controller release sign release-1.4.2.json --key /media/usb/ha.key
  controller release add release-1.4.2.json --console https://cotmoc.example.vn --token-file token --program agent`,
	}
	cmd.AddCommand(releaseKeyCommand(), releaseNewCommand(), releaseShowCommand(), releaseSignCommand(), releaseAddCommand())
	return cmd
}

func releaseKeyCommand() *cobra.Command {
	var holder, out, file string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make a release key in a file that a passphrase protects",
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
			return say(cmd, "release key %s of %s: %s (keep it apart from every network, and from root keys)\nits public half, for the charter: %s\n", key.ID, holder, out, offline.PublicPath(out))
		},
	}
	cmd.Flags().StringVar(&holder, "holder", "", "full name of the person who keeps it")
	outFlag(cmd, &out)
	passphraseFlag(cmd, &file)
	require(cmd, "holder", "out")
	return cmd
}

func releaseNewCommand() *cobra.Command {
	var r programme.Release
	var version, floor, from, expires, notes, out string
	var programs []string
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write a release that names programs by their digests",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			end := now.AddDate(1, 0, 0)
			if expires != "" {
				var err error
				if end, err = time.Parse(time.DateOnly, expires); err != nil {
					return fmt.Errorf("cannot end the release on %q: write --expires as 2028-12-31", expires)
				}
			}
			r.Version, r.Floor, r.From = programme.Version(version), programme.Version(floor), programme.Version(from)
			r.IssuedAt, r.ExpiresAt = now.UnixMilli(), end.UnixMilli()
			payload, err := offline.NewRelease(r, programs, notes)
			if err != nil {
				return err
			}
			if err := offline.WriteNew(out, payload); err != nil {
				return err
			}
			return say(cmd, "%s: now as many holders as the charter asks for sign it with controller release sign\n", out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&version, "version", "", "of the release, three numbers; what the program says of itself (-ldflags \"-X main.release=1.4.2\")")
	f.StringArrayVar(&programs, "program", nil, "a program, as linux/amd64=PATH; once for each platform")
	f.StringVar(&floor, "floor", "", "the least version that a screen takes once this one has shown its picture; without, none before it")
	f.StringVar(&from, "from", "", "the least version that it follows; without, any")
	f.StringVar(&expires, "expires", "", "last day on which screens begin to use it, as 2028-12-31; a year from now without")
	f.StringVar(&notes, "notes-file", "", "what is new, for people")
	outFlag(cmd, &out)
	require(cmd, "version", "program", "out")
	return cmd
}

func releaseShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Show a release in words",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := offline.OpenRelease(args[0])
			if err != nil {
				return err
			}
			return offline.ShowRelease(cmd.OutOrStdout(), r)
		},
	}
}

func releaseSignCommand() *cobra.Command {
	var key, file string
	var yes bool
	cmd := &cobra.Command{
		Use:   "sign FILE",
		Short: "Sign a release with a release key, after showing it in words",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := offline.OpenRelease(args[0])
			if err != nil {
				return err
			}
			if err := offline.ShowRelease(cmd.OutOrStdout(), r); err != nil {
				return err
			}
			if err := agree(cmd, yes); err != nil {
				return err
			}
			passphrase, err := askPassphrase(cmd, file, "passphrase of "+key)
			if err != nil {
				return err
			}
			id, err := offline.SignRelease(args[0], r, key, passphrase)
			if err != nil {
				return err
			}
			return say(cmd, "key %s has signed release %s: %s\n", id, r.Release.Version, args[0])
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "file of the release key")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask whether it is what was agreed")
	passphraseFlag(cmd, &file)
	require(cmd, "key")
	return cmd
}

func releaseAddCommand() *cobra.Command {
	var h app.Handing
	var tokenFile string
	cmd := &cobra.Command{
		Use:   "add FILE",
		Short: "Hand a signed release and its programs in to a controller",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			token, err := askPassphrase(cmd, tokenFile, "token")
			if err != nil {
				return err
			}
			h.Token, h.Release = string(token), args[0]
			version, err := app.HandIn(cmd.Context(), h)
			if err != nil {
				return err
			}
			return say(cmd, "release %s is in: propose its way to the screens in the console, under Screens, Versions\n", version)
		},
	}
	cmd.Flags().StringVar(&h.Console, "console", "", "the console's `address`, https://name")
	cmd.Flags().StringVar(&tokenFile, "token-file", "", "read the token from this file's line instead of asking")
	cmd.Flags().StringVar(&h.CAFile, "ca-file", "", "certificates that vouch for the console, as PEM")
	cmd.Flags().StringArrayVar(&h.Programs, "program", nil, "file of a program that the release names; once for each")
	require(cmd, "console")
	return cmd
}
