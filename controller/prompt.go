package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// agree asks a person at a terminal whether what they have read is what was
// agreed.
func agree(cmd *cobra.Command, yes bool) error {
	if yes {
		return nil
	}
	fd, ok := terminal(cmd.InOrStdin())
	if !ok {
		return errors.New("cannot ask whether this is what was agreed: there is no terminal; give --yes")
	}
	answer, err := prompt(cmd, fd, "sign this? type yes: ", false)
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(answer)) != "yes" {
		return errors.New("cannot sign what was not agreed: nothing was changed")
	}
	return nil
}

func newPassphrase(cmd *cobra.Command, file string) ([]byte, error) {
	return newSecret(cmd, file, "new passphrase")
}

// newSecret asks twice: nobody can open what was mistyped once.
func newSecret(cmd *cobra.Command, file, what string) ([]byte, error) {
	first, err := askPassphrase(cmd, file, what)
	if err != nil || file != "" {
		return first, err
	}
	again, err := askPassphrase(cmd, file, "once more")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, again) {
		return nil, errors.New("cannot use it: it was typed differently the second time; begin again")
	}
	return first, nil
}

// askPassphrase reads a secret from a file's line or from a terminal that does
// not show it. Secrets are never flags: other people see those.
func askPassphrase(cmd *cobra.Command, file, what string) ([]byte, error) {
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read the %s: %w", what, err)
		}
		defer func() { _ = f.Close() }() // it was only read
		text, err := io.ReadAll(io.LimitReader(f, maxPasswordLine))
		if err != nil {
			return nil, fmt.Errorf("cannot read the %s: %w", what, err)
		}
		return bytes.TrimRight(text, "\r\n"), nil
	}
	fd, ok := terminal(cmd.InOrStdin())
	if !ok {
		return nil, fmt.Errorf("cannot ask for the %s: there is no terminal; give it in a file", what)
	}
	return prompt(cmd, fd, what+": ", true)
}

// askLine reads what is no secret from a terminal.
func askLine(cmd *cobra.Command, what string) (string, error) {
	fd, ok := terminal(cmd.InOrStdin())
	if !ok {
		return "", fmt.Errorf("cannot ask for the %s: there is no terminal; give it as a flag", what)
	}
	line, err := prompt(cmd, fd, what+": ", false)
	return strings.TrimSpace(string(line)), err
}

func terminal(in io.Reader) (fd int, ok bool) {
	f, ok := in.(*os.File)
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

func prompt(cmd *cobra.Command, fd int, text string, hidden bool) ([]byte, error) {
	if _, err := fmt.Fprint(cmd.ErrOrStderr(), text); err != nil {
		return nil, err
	}
	if hidden {
		secret, err := term.ReadPassword(fd)
		if err != nil {
			return nil, fmt.Errorf("cannot read from the terminal: %w", err)
		}
		_, err = fmt.Fprintln(cmd.ErrOrStderr())
		return secret, err
	}
	line := make([]byte, maxPasswordLine)
	n, err := cmd.InOrStdin().Read(line) // a terminal gives a line at a time
	if err != nil {
		return nil, fmt.Errorf("cannot read from the terminal: %w", err)
	}
	return line[:n], nil
}
