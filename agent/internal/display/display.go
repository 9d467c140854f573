// Package display switches the display behind the screen PC on and off and
// sets its brightness and volume: over the cable (DDC/CI, CEC) or through the
// PC's own session, with whichever tools are installed. Their arguments are
// written here; nothing that comes from outside stands in them but a number.
package display

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cotmoc/agent/internal/tool"
	"cotmoc/playlists"
)

// Display is the one display of this PC. It is safe for concurrent use.
type Display struct{ tools tool.Runner }

// New makes a Display that works with these tools.
func New(tools tool.Runner) *Display { return &Display{tools} }

// way is one of the tools that can do a thing.
type way struct {
	tool    string
	pack    string // Debian's package
	session string // variable without which it has nothing to talk to, "" for none
	do      func(ctx context.Context, path string) error
}

// On switches the display on by every way there is: it is not known by which
// one it went off.
func (d *Display) On(ctx context.Context) error {
	return d.attempt(ctx, "switch the display on", d.power(true), true)
}

// Off switches the display off, by the first way that works.
func (d *Display) Off(ctx context.Context) error {
	return d.attempt(ctx, "switch the display off", d.power(false), false)
}

// Brightness sets the display's brightness in per cent.
func (d *Display) Brightness(ctx context.Context, percent int) error {
	return d.attempt(ctx, "set the brightness", []way{
		{"ddcutil", "ddcutil", "", d.feature("10", percent)},
		{"brightnessctl", "brightnessctl", "", d.args("", "--class=backlight", "set", strconv.Itoa(percent)+"%")},
	}, false)
}

// Volume sets the sound's volume in per cent.
func (d *Display) Volume(ctx context.Context, percent int) error {
	return d.attempt(ctx, "set the volume", []way{
		{"wpctl", "wireplumber", "XDG_RUNTIME_DIR", d.args("", "set-volume", "@DEFAULT_AUDIO_SINK@", strconv.Itoa(percent)+"%")},
		{"ddcutil", "ddcutil", "", d.feature("62", percent)},
	}, false)
}

// power lists the ways to switch. The display's own switch comes first: one
// that merely loses its signal says so on the glass.
func (d *Display) power(on bool) []way {
	pick := func(yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	return []way{
		{"cec-ctl", "v4l-utils", "", d.args("", "--playback", "--to", "0", pick("--image-view-on", "--standby"))},
		{"cec-client", "cec-utils", "", d.args(pick("on 0\n", "standby 0\n"), "-s", "-d", "1")},
		{"ddcutil", "ddcutil", "", d.args("", "--noverify", "setvcp", "d6", pick("01", "04"))},
		{"wlopm", "wlopm", "WAYLAND_DISPLAY", d.args("", pick("--on", "--off"), "*")},
		{"xset", "x11-xserver-utils", "DISPLAY", d.args("", "dpms", "force", pick("on", "off"))},
	}
}

func (d *Display) args(stdin string, args ...string) func(context.Context, string) error {
	return func(ctx context.Context, path string) error {
		_, err := d.tools.Run(ctx, path, stdin, args...)
		return err
	}
}

// feature sets a value of the monitor (VESA MCCS) in per cent of what it says
// is the most.
func (d *Display) feature(code string, percent int) func(context.Context, string) error {
	return func(ctx context.Context, path string) error {
		said, err := d.tools.Run(ctx, path, "", "--terse", "getvcp", code)
		if err != nil {
			return err
		}
		// VCP 10 C 50 100: code, continuous, current, most
		f := strings.Fields(said)
		if len(f) != 5 || f[0] != "VCP" || !strings.EqualFold(f[1], code) || f[2] != "C" {
			return fmt.Errorf("cannot read what the monitor says of %s: %.60q", code, said)
		}
		most, err := strconv.Atoi(f[4])
		if err != nil || most <= 0 || most > 65535 {
			return fmt.Errorf("cannot read what the monitor says of %s: %.60q", code, said)
		}
		_, err = d.tools.Run(ctx, path, "", "setvcp", code, strconv.Itoa((percent*most+50)/100))
		return err
	}
}

// attempt tries the ways in turn until one works, or all of them, of which one
// must.
func (d *Display) attempt(ctx context.Context, what string, ways []way, all bool) error {
	var failed []error
	var missing []string
	done := false
	for _, w := range ways {
		path, ok := d.tools.Find(w.tool)
		switch {
		case w.session != "" && !d.tools.Sees(w.session):
			continue // installing it would not help
		case !ok:
			missing = append(missing, w.pack)
			continue
		}
		err := w.do(ctx, path)
		switch {
		case err != nil:
			failed = append(failed, err)
		case !all:
			return nil
		default:
			done = true
		}
	}
	if done {
		return nil
	}
	if len(failed) > 0 {
		return playlists.Errorf(playlists.Unavailable, "display_refuses", nil, "cannot %s: %w", what, errors.Join(failed...))
	}
	return playlists.Errorf(playlists.Unavailable, "tool_missing", nil, "cannot %s: install one of the packages %s on the screen PC", what, strings.Join(missing, ", "))
}
