package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"cotmoc/controller/app"
	"cotmoc/playlists"
)

func userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Add people, list them, give them new passwords",
		Long: `Works on the data folder directly, so that a first administrator can be made
and a lost password or phone replaced. Everything else about people is done in the
console.`,
	}
	dataFlag(cmd.PersistentFlags())
	cmd.AddCommand(userAddCommand(), userPasswordCommand(), userFactorsCommand(), userListCommand())
	return cmd
}

func userAddCommand() *cobra.Command {
	var login, name, unit, role string
	var stdin bool
	cmd := &cobra.Command{
		Use:     "add",
		Aliases: []string{"create"},
		Short:   "Add a person with one role over everything",
		Example: `  controller user add --data /var/lib/cotmoc --login ha.le --name "Lê Thị Hà" --role administrator`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withUsers(cmd, func(ctx context.Context, users *app.Users) error {
				password, shown, err := newPassword(cmd, stdin)
				if err != nil {
					return err
				}
				if err := users.Add(ctx, login, name, unit, playlists.Role(role), password); err != nil {
					return err
				}
				if shown {
					fmt.Fprintf(cmd.OutOrStdout(), "%s can log in with the password %s\n", login, password)
				}
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&login, "login", "", "what they type to log in, such as ha.le")
	f.StringVar(&name, "name", "", "what they are called")
	f.StringVar(&unit, "unit", "", "their unit, made when it is missing; the first one without")
	f.StringVar(&role, "role", string(playlists.Administrator), "one of "+roleNames())
	passwordFlag(cmd, &stdin)
	for _, required := range []string{"login", "name"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return cmd
}

func userPasswordCommand() *cobra.Command {
	var stdin bool
	cmd := &cobra.Command{
		Use:   "reset-password LOGIN",
		Short: "Give somebody a new password; their sessions end",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, func(ctx context.Context, users *app.Users) error {
				password, shown, err := newPassword(cmd, stdin)
				if err != nil {
					return err
				}
				if err := users.SetPassword(ctx, args[0], password); err != nil {
					return err
				}
				if shown {
					fmt.Fprintf(cmd.OutOrStdout(), "%s can log in with the password %s\n", args[0], password)
				}
				return nil
			})
		},
	}
	passwordFlag(cmd, &stdin)
	return cmd
}

func userFactorsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "drop-factors LOGIN",
		Short: "Take somebody's authenticator, recovery codes and passkeys, for when they are lost; their sessions end",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withUsers(cmd, func(ctx context.Context, users *app.Users) error { return users.DropFactors(ctx, args[0]) })
		},
	}
}

func userListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List everybody",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withUsers(cmd, func(ctx context.Context, users *app.Users) error {
				all, err := users.List(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "LOGIN\tNAME\tUNIT\tROLES\tLAST LOGIN")
				for _, u := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, u.Unit, rolesOf(u), lastLogin(u))
				}
				return w.Flush()
			})
		},
	}
}

func withUsers(cmd *cobra.Command, fn func(context.Context, *app.Users) error) error {
	cfg, err := load(cmd.Flags(), os.Environ)
	if err != nil {
		return err
	}
	users, err := app.OpenUsers(cmd.Context(), cfg.Data)
	if err != nil {
		return err
	}
	defer users.Close() // what was done is committed
	return fn(cmd.Context(), users)
}

func passwordFlag(cmd *cobra.Command, stdin *bool) {
	cmd.Flags().BoolVar(stdin, "password-stdin", false, "read the password from the first line of the input; without, one is made and printed")
}

// maxPasswordLine bounds what is read from the input.
const maxPasswordLine = 4 << 10

// newPassword reads a password or makes one; shown tells that it must be
// printed. Passwords are never flags: other people see those.
func newPassword(cmd *cobra.Command, stdin bool) (password string, shown bool, err error) {
	if !stdin {
		var b [15]byte
		if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
			return "", false, fmt.Errorf("cannot make a password: %w", err)
		}
		return strings.ToLower(base32.StdEncoding.EncodeToString(b[:])), true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), maxPasswordLine)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", false, fmt.Errorf("cannot read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), false, nil
}

func roleNames() string {
	var names []string
	for _, r := range playlists.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func rolesOf(u app.User) string {
	if u.Disabled {
		return "disabled"
	}
	var out []string
	for _, g := range u.Roles {
		role := string(g.Role)
		if g.Unit != "" || g.Cluster != "" {
			role += " (in part)"
		}
		out = append(out, role)
	}
	return strings.Join(out, ", ")
}

func lastLogin(u app.User) string {
	if u.LastLoginAt.IsZero() {
		return "never"
	}
	return u.LastLoginAt.Format(time.RFC3339)
}
