// Package machine tells what a computer lacks to build, run or check cotmoc,
// and fetches it from Debian's archive when it is allowed to.
package machine

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Host is the computer as this package sees it. Tests give their own.
type Host struct {
	// Getenv reads the environment.
	Getenv func(string) string
	// LookPath finds a program; it also looks in the sbin folders, where
	// Debian puts servers and where an ordinary user's PATH does not lead.
	LookPath func(string) (string, error)
	// Resolve follows symbolic links.
	Resolve func(string) (string, error)
	// Output runs a program, with stdin, and gives what it writes.
	Output func(ctx context.Context, stdin, name string, args ...string) (string, error)
	// Run runs a program that may take long and may ask for a password; what
	// it writes is seen by the person.
	Run func(ctx context.Context, env []string, name string, args ...string) error
	// HasFont tells whether a font file whose name begins so is installed.
	HasFont func(prefix string) bool
	// System is what /etc/os-release says, empty where there is none.
	System System
	// Root tells whether we run as root.
	Root bool
}

// System names an operating system.
type System struct {
	ID      string // "debian", "ubuntu", …; the kernel's name where there is no /etc/os-release
	Like    string // what it derives from
	Version string // "12"
	Name    string // for people
}

// This gives the computer we run on.
func This(goos string) Host {
	release, _ := os.ReadFile("/etc/os-release")
	return Host{
		Getenv:   os.Getenv,
		LookPath: lookPath,
		Resolve:  filepath.EvalSymlinks,
		Output:   output,
		Run:      run,
		HasFont:  hasFont,
		System:   parseRelease(string(release), goos),
		Root:     os.Geteuid() == 0,
	}
}

func lookPath(name string) (string, error) {
	if found, err := exec.LookPath(name); err == nil {
		return filepath.Abs(found)
	}
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("cannot find %s on the PATH", name)
}

func output(ctx context.Context, stdin, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return strings.TrimSpace(out.String()), err
}

func run(ctx context.Context, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

func hasFont(prefix string) bool {
	home, _ := os.UserHomeDir()
	dirs := []string{"/usr/share/fonts", "/usr/local/share/fonts"}
	if home != "" {
		dirs = append(dirs, filepath.Join(home, ".fonts"), filepath.Join(home, ".local/share/fonts"))
	}
	for _, dir := range dirs {
		found := false
		// A folder that cannot be read holds no font for us either.
		_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasPrefix(d.Name(), prefix) {
				found = true
				return filepath.SkipAll
			}
			return nil
		})
		if found {
			return true
		}
	}
	return false
}

func parseRelease(text, goos string) System {
	values := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok {
			values[key] = strings.Trim(value, `"'`)
		}
	}
	s := System{ID: values["ID"], Like: values["ID_LIKE"], Version: values["VERSION_ID"], Name: values["PRETTY_NAME"]}
	if s.ID == "" {
		s.ID = goos
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	return s
}
