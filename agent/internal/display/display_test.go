package display_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"cotmoc/agent/internal/display"
	"cotmoc/agent/internal/tool"
	"cotmoc/playlists"
)

// pc is a PC with tools that note what they were run with.
type pc struct {
	dir, log string
	tools    tool.Runner
}

func newPC(t *testing.T, env ...string) *pc {
	t.Helper()
	dir := t.TempDir()
	return &pc{dir: dir, log: filepath.Join(dir, "log"), tools: tool.Runner{Dirs: []string{dir}, Env: append(env, "PATH=/usr/bin:/bin"), Most: time.Minute}}
}

func (p *pc) install(t *testing.T, name, body string) {
	t.Helper()
	script := "#!/bin/sh\n{ printf '%s' " + name + "; for a; do printf ' [%s]' \"$a\"; done; [ " + name + " = cec-client ] && printf ' <%s' \"$(cat)\"; echo; } >>" + p.log + "\n" + body + "\n"
	// A program that starts meanwhile would hold the file open for writing.
	syscall.ForkLock.RLock()
	err := os.WriteFile(filepath.Join(p.dir, name), []byte(script), 0o700)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *pc) ran(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(p.log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.RemoveAll(p.log); err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' })
}

const (
	monitor = `case "$2$3" in getvcp10) echo "VCP 10 C 50 200";; getvcp62) echo "VCP 62 C 5 50";; esac`
	dead    = `echo "Display not found" >&2; exit 1`
)

func TestEveryTool(t *testing.T) {
	t.Parallel()
	on := (*display.Display).On
	off := (*display.Display).Off
	brightness := func(d *display.Display, ctx context.Context) error { return d.Brightness(ctx, 40) }
	volume := func(d *display.Display, ctx context.Context) error { return d.Volume(ctx, 30) }
	for name, c := range map[string]struct {
		env   []string
		tools map[string]string // what each does
		do    func(*display.Display, context.Context) error
		ran   []string
		why   string // reason, "" for success
		says  string
	}{
		"CEC off":                          {nil, map[string]string{"cec-ctl": "", "ddcutil": ""}, off, []string{"cec-ctl [--playback] [--to] [0] [--standby]"}, "", ""},
		"CEC on":                           {nil, map[string]string{"cec-client": ""}, on, []string{"cec-client [-s] [-d] [1] <on 0"}, "", ""},
		"DDC off when CEC fails":           {nil, map[string]string{"cec-ctl": dead, "ddcutil": ""}, off, []string{"cec-ctl [--playback] [--to] [0] [--standby]", "ddcutil [--noverify] [setvcp] [d6] [04]"}, "", ""},
		"on by every way":                  {[]string{"WAYLAND_DISPLAY=wayland-0"}, map[string]string{"cec-ctl": dead, "ddcutil": "", "wlopm": "", "xset": ""}, on, []string{"cec-ctl [--playback] [--to] [0] [--image-view-on]", "ddcutil [--noverify] [setvcp] [d6] [01]", "wlopm [--on] [*]"}, "", ""},
		"Wayland off":                      {[]string{"WAYLAND_DISPLAY=wayland-0"}, map[string]string{"wlopm": "", "xset": ""}, off, []string{"wlopm [--off] [*]"}, "", ""},
		"X11 off":                          {[]string{"DISPLAY=:0"}, map[string]string{"wlopm": "", "xset": ""}, off, []string{"xset [dpms] [force] [off]"}, "", ""},
		"no tool to switch":                {nil, map[string]string{"wlopm": "", "xset": ""}, off, nil, "tool_missing", "install one of the packages v4l-utils, cec-utils, ddcutil on the screen PC"},
		"no display":                       {nil, map[string]string{"ddcutil": dead}, off, []string{"ddcutil [--noverify] [setvcp] [d6] [04]"}, "display_refuses", "Display not found"},
		"brightness, of what the most is":  {nil, map[string]string{"ddcutil": monitor}, brightness, []string{"ddcutil [--terse] [getvcp] [10]", "ddcutil [setvcp] [10] [80]"}, "", ""},
		"brightness of a panel":            {nil, map[string]string{"ddcutil": dead, "brightnessctl": ""}, brightness, []string{"ddcutil [--terse] [getvcp] [10]", "brightnessctl [--class=backlight] [set] [40%]"}, "", ""},
		"a monitor that says nonsense":     {nil, map[string]string{"ddcutil": "echo VCP 10 C 50 -1"}, brightness, []string{"ddcutil [--terse] [getvcp] [10]"}, "display_refuses", "cannot read what the monitor says"},
		"a monitor without that":           {nil, map[string]string{"ddcutil": "echo VCP 10 ERR"}, brightness, []string{"ddcutil [--terse] [getvcp] [10]"}, "display_refuses", "cannot read what the monitor says"},
		"no tool for brightness":           {nil, nil, brightness, nil, "tool_missing", "ddcutil, brightnessctl"},
		"volume of the session":            {[]string{"XDG_RUNTIME_DIR=/run/user/1"}, map[string]string{"wpctl": "", "ddcutil": monitor}, volume, []string{"wpctl [set-volume] [@DEFAULT_AUDIO_SINK@] [30%]"}, "", ""},
		"volume of the monitor":            {nil, map[string]string{"ddcutil": monitor}, volume, []string{"ddcutil [--terse] [getvcp] [62]", "ddcutil [setvcp] [62] [15]"}, "", ""},
		"volume without sound or monitors": {[]string{"XDG_RUNTIME_DIR=/run/user/1"}, nil, volume, nil, "tool_missing", "wireplumber, ddcutil"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPC(t, c.env...)
			for tool, body := range c.tools {
				p.install(t, tool, body)
			}
			err := c.do(display.New(p.tools), t.Context())
			if playlists.ReasonOf(err) != c.why || err != nil && (!strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "cannot ")) {
				t.Errorf("ended with %v", err)
			}
			if ran := p.ran(t); !slices.Equal(ran, c.ran) {
				t.Errorf("ran %q", ran)
			}
		})
	}
}
