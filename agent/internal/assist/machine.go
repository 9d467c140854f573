package assist

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"cotmoc/agent/internal/tool"
	"cotmoc/playlists"
)

// PC is the machine that this program runs on.
type PC struct{ Tools tool.Runner }

// Boot implements Machine.
func (PC) Boot() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Uptime implements Machine; 0 where the system does not say.
func (PC) Uptime() time.Duration {
	b, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	up, _, _ := strings.Cut(string(b), " ")
	s, err := strconv.ParseFloat(up, 64)
	if err != nil || s < 0 || s > 1e9 {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

// Restart implements Machine: it asks systemd, as polkit allows it.
func (p PC) Restart(ctx context.Context) error {
	path, ok := p.Tools.Find("systemctl")
	if !ok {
		return playlists.Errorf(playlists.Unavailable, "tool_missing", nil, "cannot restart the PC: there is no systemctl")
	}
	if _, err := p.Tools.Run(ctx, path, "", "--no-ask-password", "reboot"); err != nil {
		return playlists.Errorf(playlists.Unavailable, "restart_denied", nil, "cannot restart the PC: %w; install the polkit rule that comes with the agent", err)
	}
	return nil
}
