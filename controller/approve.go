package main

import (
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"cotmoc/controller/app/independent"
)

func approveCommand() *cobra.Command {
	var o independent.Options
	var login, passwordFile, tokenFile, file string
	cmd := &cobra.Command{
		Use:   "approve",
		Short: "Review and approve on a page of your own machine, with a key of its own",
		Long: `Serves a page to the browser of this machine, on which you look at what waits
for you and sign it. The page and what it hashes and signs come from this
program, not from the controller: a controller that somebody has captured cannot
show you one thing and have you sign another. A charter can demand that one of
two decisions is made here.

Run it on your own machine with a program that you got from somebody you trust,
and open the address that it prints. It signs with a passkey that it makes once
(--enrol) or with your key file (--key); either counts once a charter names it.
Charters take the port 7788 for granted: name another one in the charter before
you use --listen.`,
		Example: `  controller approve --controller https://cotmoc.example.vn --login ha.pham --enrol
  controller approve --controller https://cotmoc.example.vn --login ha.pham`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if tokenFile != "" {
				token, err := askPassphrase(cmd, tokenFile, "token")
				if err != nil {
					return err
				}
				o.Token = string(token)
			}
			o.Login = func() (string, string, error) {
				name := login
				if name == "" {
					line, err := askLine(cmd, "login")
					if err != nil {
						return "", "", err
					}
					name = line
				}
				password, err := askPassphrase(cmd, passwordFile, "password of "+name)
				return name, string(password), err
			}
			o.Code = func() (string, error) {
				code, err := askPassphrase(cmd, "", "code of your authenticator")
				return strings.TrimSpace(string(code)), err
			}
			o.Passphrase = func() ([]byte, error) { return askPassphrase(cmd, file, "passphrase of "+o.Key) }
			o.Ready = func(page, person string) error {
				return say(cmd, "%s signs at %s\nopen this address on this machine and give it to nobody; Ctrl-C ends it\n", person, page)
			}
			o.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
			return independent.Run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Controller, "controller", "", "address of the console, as https://name")
	f.StringVar(&o.CAFile, "ca-file", "", "certificate (PEM) of the controller's own authority")
	f.StringVar(&o.Listen, "listen", "127.0.0.1:7788", "address of the page, on this machine alone")
	f.StringVar(&login, "login", "", "what you type to log in; asked for without")
	f.StringVar(&passwordFile, "password-file", "", "read the password from this file's line instead of asking")
	f.StringVar(&tokenFile, "token-file", "", "use the token in this file's line instead of logging in")
	f.StringVar(&o.Key, "key", "", "sign with this key file instead of a passkey")
	f.BoolVar(&o.Enrol, "enrol", false, "begin with offering a new key for the next charter")
	passphraseFlag(cmd, &file)
	require(cmd, "controller")
	return cmd
}
