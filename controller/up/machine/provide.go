package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ErrIncomplete is given when something is missing that we may not, or cannot,
// install. Nothing was changed, and what to do was printed.
var ErrIncomplete = errors.New("cannot go on: the computer lacks what is named above")

// Lack is one thing that is missing.
type Lack struct {
	Name string // what
	Why  string // what it is for
	Text string // what was found instead
	// apt, dnf and pacman are the packages that bring it; none when a package
	// would not mend it.
	apt, dnf, pacman []string
}

// Survey tells what the computer lacks for a use, in a fixed order.
func Survey(ctx context.Context, h Host, use Use) []Lack {
	var lacks []Lack
	for _, n := range needs() {
		if n.checkOnly && use != Check {
			continue
		}
		err := n.lacks(ctx, h)
		if err == nil {
			continue
		}
		l := Lack{Name: n.name, Why: n.why, Text: err.Error(), apt: n.apt, dnf: n.dnf, pacman: n.pacman}
		switch {
		case errors.Is(err, errOld):
			l.apt, l.dnf, l.pacman = nil, nil, nil
		case n.apt[0] == "nodejs" && !h.System.hasNode():
			l.apt = nil
		case n.apt[0] == "chromium" && (h.System.ID == "ubuntu" || h.Getenv("COTMOC_CHROMIUM") != ""):
			l.apt = nil // Ubuntu's package is the snap
		}
		lacks = append(lacks, l)
	}
	return lacks
}

// usesApt tells whether packages come from Debian's archive or one like it.
func (s System) usesApt() bool {
	return s.ID == "debian" || slices.Contains(strings.Fields(s.Like), "debian") || s.ID == "ubuntu"
}

// hasNode tells whether the system's own Node is new enough: Debian's is from
// release 13 on.
func (s System) hasNode() bool {
	version, err := strconv.Atoi(s.Version)
	return s.ID == "debian" && (err != nil || version >= 13) // testing and unstable have no number
}

// Provide makes sure that the computer has what the use needs. It prints what
// is missing and the exact commands, asks unless yes, and installs. It stops
// with ErrIncomplete before it changes anything when not everything can be
// provided.
func Provide(ctx context.Context, h Host, use Use, yes bool, ask func(question string) bool, out io.Writer) error {
	lacks := Survey(ctx, h, use)
	if len(lacks) == 0 {
		return nil
	}
	fmt.Fprintf(out, "This computer (%s) lacks:\n", h.System.Name)
	for _, l := range lacks {
		fmt.Fprintf(out, "  · %s, which %s: %s\n", l.Name, l.Why, l.Text)
	}
	fmt.Fprintln(out)
	if !h.System.usesApt() {
		instruct(out, h.System, lacks)
		return ErrIncomplete
	}
	var packages []string
	byHand := false
	for _, l := range lacks {
		packages = append(packages, l.apt...)
		if len(l.apt) == 0 {
			byHand = true
			fmt.Fprintf(out, "Install by hand: %s\n", hint(l))
		}
	}
	commands := aptCommands(h, packages)
	if len(packages) > 0 {
		fmt.Fprintf(out, "From the system's archive:\n")
		for _, c := range commands {
			fmt.Fprintf(out, "    %s\n", strings.Join(c, " "))
		}
		fmt.Fprintln(out)
	}
	if byHand {
		return ErrIncomplete
	}
	if !h.Root {
		if _, err := h.LookPath("sudo"); err != nil {
			fmt.Fprintln(out, "Run that as root, then start again: we are not root and there is no sudo.")
			return ErrIncomplete
		}
	}
	if !yes && !ask("Run it now?") {
		return ErrIncomplete
	}
	return install(ctx, h, commands, use, out)
}

func aptCommands(h Host, packages []string) [][]string {
	commands := [][]string{
		{"apt-get", "update"},
		append([]string{"apt-get", "install", "-y", "--no-install-recommends"}, packages...),
	}
	if h.Root {
		return commands
	}
	for i, c := range commands {
		commands[i] = append([]string{"sudo"}, c...)
	}
	return commands
}

func install(ctx context.Context, h Host, commands [][]string, use Use, out io.Writer) error {
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	for i, c := range commands {
		err := h.Run(ctx, env, c[0], c[1:]...)
		if err != nil && i < len(commands)-1 {
			// Old package lists may still do, as on a computer that is offline
			// but has the packages in its cache.
			fmt.Fprintf(out, "%s failed (%v); trying with the package lists there are.\n", strings.Join(c, " "), err)
			continue
		}
		if err != nil {
			return fmt.Errorf("cannot install with %q: %w", strings.Join(c, " "), err)
		}
	}
	if left := Survey(ctx, h, use); len(left) > 0 {
		for _, l := range left {
			fmt.Fprintf(out, "Still missing after the installation: %s: %s\n", l.Name, l.Text)
		}
		return ErrIncomplete
	}
	return nil
}

// instruct names the exact things to install where we do not install.
func instruct(out io.Writer, s System, lacks []Lack) {
	manager, packages := "", []string{}
	for _, l := range lacks {
		switch {
		case s.ID == "fedora" || strings.Contains(s.Like, "fedora"):
			manager, packages = "sudo dnf install", append(packages, l.dnf...)
		case s.ID == "arch" || strings.Contains(s.Like, "arch"):
			manager, packages = "sudo pacman -S --needed", append(packages, l.pacman...)
		}
	}
	if manager != "" && len(packages) > 0 {
		fmt.Fprintf(out, "Install it, then start again:\n    %s %s\n", manager, strings.Join(packages, " "))
		return
	}
	fmt.Fprintln(out, "Only Linux runs the demo and the checks (Debian is what they are tried on). Install, then start again:")
	for _, l := range lacks {
		fmt.Fprintf(out, "  · %s\n", hint(l))
	}
}

// hint says where a thing comes from when no package of the system brings it.
func hint(l Lack) string {
	switch {
	case strings.HasPrefix(l.Name, "Node"):
		return "Node.js 20.19 or newer, from https://nodejs.org/en/download (its folder bin must be on the PATH)"
	case l.Name == "Chromium":
		return "Google Chrome from https://www.google.com/chrome/ or a Chromium that is no snap, and set COTMOC_CHROMIUM to its path"
	default:
		return l.Name + " (in Debian: " + strings.Join(l.apt, " ") + ")"
	}
}
