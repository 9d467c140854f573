package machine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Use says what the computer is wanted for.
type Use int

const (
	// Demo builds the console and the binaries and runs them.
	Demo Use = iota
	// Check runs every check as well.
	Check
)

// need is one thing that must be on the computer.
type need struct {
	name string // as a person knows it
	why  string
	// checkOnly tells that only the checks want it.
	checkOnly bool
	// The packages that bring it, by package manager.
	apt, dnf, pacman []string
	// lacks says what is missing or wrong, nil when all is there.
	lacks func(context.Context, Host) error
}

func needs() []need {
	return []need{
		{name: "Node.js ≥ 20.19", why: "builds the console", lacks: lacksNode,
			apt: []string{"nodejs", "npm"}, dnf: []string{"nodejs", "nodejs-npm"}, pacman: []string{"nodejs", "npm"}},
		{name: "Chromium", why: "draws the sample pictures and is the screen in the stories", lacks: lacksChromium,
			apt: []string{"chromium"}, dnf: []string{"chromium"}, pacman: []string{"chromium"}},
		{name: "ffmpeg", why: "makes renditions and sample films", lacks: lacksProgram("ffmpeg", "ffprobe"),
			apt: []string{"ffmpeg"}, dnf: []string{"ffmpeg-free"}, pacman: []string{"ffmpeg"}},
		{name: "bubblewrap", why: "shuts ffmpeg in while it reads strangers' files", lacks: lacksProgram("bwrap"),
			apt: []string{"bubblewrap"}, dnf: []string{"bubblewrap"}, pacman: []string{"bubblewrap"}},
		{name: "Noto fonts with Lao", why: "shape the sample text", lacks: lacksFonts,
			apt: []string{"fonts-noto-core"}, dnf: []string{"google-noto-sans-fonts", "google-noto-serif-fonts", "google-noto-sans-lao-fonts"}, pacman: []string{"noto-fonts"}},
		{name: "git", why: "tells the walls which files are tracked", checkOnly: true, lacks: lacksProgram("git"),
			apt: []string{"git"}, dnf: []string{"git"}, pacman: []string{"git"}},
		{name: "mosquitto", why: "is the external broker in the stories (its service is not used)", checkOnly: true, lacks: lacksProgram("mosquitto"),
			apt: []string{"mosquitto"}, dnf: []string{"mosquitto"}, pacman: []string{"mosquitto"}},
		{name: "openssl", why: "checks an export of the audit log as a third party does", checkOnly: true, lacks: lacksProgram("openssl"),
			apt: []string{"openssl"}, dnf: []string{"openssl"}, pacman: []string{"openssl"}},
		{name: "Xvfb and matchbox", why: "are the display in the story of a window over the browser", checkOnly: true, lacks: lacksProgram("Xvfb", "matchbox-window-manager"),
			apt: []string{"xvfb", "matchbox-window-manager"}, dnf: []string{"xorg-x11-server-Xvfb"}, pacman: []string{"xorg-server-xvfb"}},
		{name: "a C compiler", why: "the race detector needs it", checkOnly: true, lacks: lacksCompiler,
			apt: []string{"gcc", "libc6-dev"}, dnf: []string{"gcc", "glibc-devel"}, pacman: []string{"gcc"}},
	}
}

func lacksProgram(names ...string) func(context.Context, Host) error {
	return func(_ context.Context, h Host) error {
		for _, name := range names {
			if _, err := h.LookPath(name); err != nil {
				return fmt.Errorf("%s is not installed", name)
			}
		}
		return nil
	}
}

// errOld tells that a program is there but too old, so that installing the
// system's package would not mend it.
var errOld = errors.New("too old")

func lacksNode(ctx context.Context, h Host) error {
	if _, err := h.LookPath("node"); err != nil {
		return errors.New("node is not installed")
	}
	version, err := h.Output(ctx, "", "node", "--version")
	if err != nil {
		return fmt.Errorf("cannot run node --version: %w", err)
	}
	if !atLeast(version, 20, 19) {
		return fmt.Errorf("node is there but %w: %s, and 20.19 is the least that builds the console", errOld, version)
	}
	if _, err := h.LookPath("npm"); err != nil {
		return errors.New("node is there but npm is not")
	}
	return nil
}

// atLeast compares a version such as "v20.19.2" with major.minor.
func atLeast(version string, major, minor int) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return false
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	if errA != nil || errB != nil {
		return false
	}
	return a > major || a == major && b >= minor
}

// Chromium finds the browser: COTMOC_CHROMIUM, else the usual names.
func (h Host) Chromium() (string, error) {
	if named := h.Getenv("COTMOC_CHROMIUM"); named != "" {
		found, err := h.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("cannot run COTMOC_CHROMIUM=%s: give the path of a Chromium or Chrome", named)
		}
		return found, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		found, err := h.LookPath(name)
		if err != nil {
			continue
		}
		if target, err := h.Resolve(found); err == nil && (strings.HasPrefix(target, "/snap/") || filepath.Base(target) == "snap") {
			continue
		}
		if strings.HasPrefix(found, "/snap/") || name == "chromium-browser" && h.System.ID == "ubuntu" {
			continue // a snap, or Ubuntu's script that only names the snap
		}
		return found, nil
	}
	return "", errors.New("no Chromium is installed (one from a snap does not count: it cannot read our folders); COTMOC_CHROMIUM may name another")
}

func lacksChromium(_ context.Context, h Host) error {
	_, err := h.Chromium()
	return err
}

func lacksFonts(_ context.Context, h Host) error {
	for _, prefix := range []string{"NotoSans-", "NotoSerif-", "NotoSansLao-"} {
		if !h.HasFont(prefix) && !h.HasFont(strings.TrimSuffix(prefix, "-")+"[") {
			return fmt.Errorf("the font %s is not installed", strings.TrimSuffix(prefix, "-"))
		}
	}
	return nil
}

func lacksCompiler(ctx context.Context, h Host) error {
	if _, err := h.LookPath("gcc"); err != nil {
		return errors.New("gcc is not installed")
	}
	if _, err := h.Output(ctx, "#include <stdlib.h>\n", "gcc", "-fsyntax-only", "-x", "c", "-"); err != nil {
		return errors.New("gcc is there but the C library's headers are not")
	}
	return nil
}
