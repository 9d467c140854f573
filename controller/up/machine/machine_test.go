package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fake is a computer that has the programs and fonts it is told to have;
// installing a package brings what Debian's package brings.
type fake struct {
	programs map[string]bool
	node     string
	fonts    bool
	snap     bool
	env      map[string]string
	ran      []string
	broken   bool // installing fails
}

func (f *fake) host(s System, root bool) Host {
	return Host{
		System: s, Root: root,
		Getenv: func(k string) string { return f.env[k] },
		LookPath: func(name string) (string, error) {
			if f.programs[name] {
				return "/usr/bin/" + name, nil
			}
			return "", errors.New("not found")
		},
		Resolve: func(p string) (string, error) {
			if f.snap && strings.Contains(p, "chromium") {
				return "/usr/bin/snap", nil
			}
			return p, nil
		},
		Output: func(_ context.Context, _, name string, _ ...string) (string, error) {
			if name == "node" {
				return f.node, nil
			}
			return "", nil
		},
		Run: func(_ context.Context, _ []string, name string, args ...string) error {
			f.ran = append(f.ran, name+" "+strings.Join(args, " "))
			if f.broken {
				return errors.New("exit status 100")
			}
			for _, a := range args {
				switch a {
				case "bubblewrap":
					f.programs["bwrap"] = true
				case "ffmpeg":
					f.programs["ffmpeg"], f.programs["ffprobe"] = true, true
				case "nodejs":
					f.programs["node"], f.node = true, "v20.19.2"
				case "xvfb":
					f.programs["Xvfb"] = true
				case "fonts-noto-core":
					f.fonts = true
				default:
					f.programs[a] = true
				}
			}
			return nil
		},
		HasFont: func(string) bool { return f.fonts },
	}
}

func bare(programs ...string) *fake {
	f := &fake{programs: map[string]bool{}, node: "v20.19.0", env: map[string]string{}}
	for _, p := range programs {
		f.programs[p] = true
	}
	return f
}

func full() *fake {
	f := bare("node", "npm", "chromium", "ffmpeg", "ffprobe", "bwrap", "git", "mosquitto", "openssl", "Xvfb", "matchbox-window-manager", "gcc", "sudo")
	f.fonts = true
	return f
}

func TestCompleteComputerIsLeftAlone(t *testing.T) {
	t.Parallel()
	f := full()
	var out bytes.Buffer
	err := Provide(t.Context(), f.host(System{ID: "debian", Version: "12"}, true), Check, true, nil, &out)
	if err != nil || out.Len() > 0 || len(f.ran) > 0 {
		t.Fatalf("got %v, printed %q, ran %v", err, out.String(), f.ran)
	}
}

func TestDebianInstallsWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, root := range []bool{true, false} {
		t.Run(fmt.Sprintf("root=%v", root), func(t *testing.T) {
			t.Parallel()
			f := bare("node", "npm", "sudo")
			var out bytes.Buffer
			asked := 0
			ask := func(string) bool { asked++; return true }
			if err := Provide(t.Context(), f.host(System{ID: "debian", Version: "12"}, root), Check, false, ask, &out); err != nil {
				t.Fatal(err, out.String())
			}
			want := "apt-get install -y --no-install-recommends chromium ffmpeg bubblewrap fonts-noto-core git mosquitto openssl xvfb matchbox-window-manager gcc libc6-dev"
			if !root {
				want = "sudo " + want
			}
			if !slices.Contains(f.ran, want) || !strings.Contains(out.String(), want) {
				t.Errorf("ran %q, printed %q, wanted %q in both", f.ran, out.String(), want)
			}
			if asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestTheDemoNeedsNoBroker(t *testing.T) {
	t.Parallel()
	f := full()
	f.programs["mosquitto"], f.programs["gcc"] = false, false
	if lacks := Survey(t.Context(), f.host(System{ID: "debian"}, true), Demo); len(lacks) > 0 {
		t.Errorf("lacks %v", lacks)
	}
}

func TestWhatStopsBeforeAnythingChanges(t *testing.T) {
	t.Parallel()
	debian12 := System{ID: "debian", Version: "12", Name: "Debian 12"}
	cases := []struct {
		name   string
		system System
		change func(*fake)
		says   []string
	}{
		{"refused", debian12, func(f *fake) { f.programs["ffmpeg"] = false }, []string{"ffmpeg is not installed", "apt-get install"}},
		{"old Node", debian12, func(f *fake) { f.node = "v18.19.0" }, []string{"node is there but too old: v18.19.0", "nodejs.org"}},
		{"no Node and Debian's is old", debian12, func(f *fake) { f.programs["node"] = false }, []string{"nodejs.org"}},
		{"no npm", debian12, func(f *fake) { f.programs["npm"] = false }, []string{"npm is not"}},
		{"Ubuntu's snap", System{ID: "ubuntu", Like: "debian"}, func(f *fake) { f.snap = true }, []string{"snap", "COTMOC_CHROMIUM"}},
		{"COTMOC_CHROMIUM names nothing", debian12, func(f *fake) { f.env["COTMOC_CHROMIUM"] = "/nowhere" }, []string{"COTMOC_CHROMIUM=/nowhere"}},
		{"no sudo", debian12, func(f *fake) { f.programs["bwrap"], f.programs["sudo"] = false, false }, []string{"apt-get install -y --no-install-recommends bubblewrap", "no sudo"}},
		{"Fedora", System{ID: "fedora"}, func(f *fake) { f.programs["ffmpeg"] = false }, []string{"sudo dnf install ffmpeg-free"}},
		{"Arch's child", System{ID: "manjaro", Like: "arch"}, func(f *fake) { f.fonts = false }, []string{"sudo pacman -S --needed noto-fonts"}},
		{"something else", System{ID: "darwin"}, func(f *fake) { f.programs["bwrap"] = false }, []string{"Only Linux", "bubblewrap"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := full()
			c.change(f)
			var out bytes.Buffer
			err := Provide(t.Context(), f.host(c.system, false), Check, false, func(string) bool { return false }, &out)
			if !errors.Is(err, ErrIncomplete) {
				t.Errorf("got %v", err)
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("printed %q without %q", out.String(), want)
				}
			}
			if len(f.ran) > 0 {
				t.Errorf("ran %v", f.ran)
			}
		})
	}
}

func TestFailedInstallationIsSaid(t *testing.T) {
	t.Parallel()
	f := full()
	f.programs["ffmpeg"], f.broken = false, true
	var out bytes.Buffer
	err := Provide(t.Context(), f.host(System{ID: "debian", Version: "13"}, true), Demo, true, nil, &out)
	if err == nil || !strings.Contains(err.Error(), "cannot install") {
		t.Errorf("got %v", err)
	}
}

func TestDebian13BringsNode(t *testing.T) {
	t.Parallel()
	f := full()
	f.programs["node"], f.programs["npm"] = false, false
	var out bytes.Buffer
	if err := Provide(t.Context(), f.host(System{ID: "debian", Version: "13"}, true), Demo, true, nil, &out); err != nil {
		t.Fatal(err, out.String())
	}
}

func TestAtLeast(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"v20.19.0": true, "v20.18.9": false, "v22.0.0": true, "v18.20.0": false, "v9.99.0": false, "": false, "v20": false, "vx.y": false,
	} {
		if got := atLeast(version, 20, 19); got != want {
			t.Errorf("atLeast(%q) = %v", version, got)
		}
	}
}

func TestParseRelease(t *testing.T) {
	t.Parallel()
	got := parseRelease("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n", "linux")
	want := System{ID: "debian", Version: "12", Name: "Debian GNU/Linux 12 (bookworm)"}
	if got != want {
		t.Errorf("got %+v", got)
	}
	if got := parseRelease("", "darwin"); got.ID != "darwin" {
		t.Errorf("got %+v", got)
	}
}

// TestThisHost reads the real computer: what is asked of it must be answered.
func TestThisHost(t *testing.T) {
	t.Parallel()
	h := This("linux")
	if _, err := h.LookPath("go"); err != nil {
		t.Error(err)
	}
	if out, err := h.Output(t.Context(), "word", "cat"); err != nil || out != "word" {
		t.Errorf("got %q, %v", out, err)
	}
	if h.HasFont("no font is called so") {
		t.Error("a font was found that is not there")
	}
}
