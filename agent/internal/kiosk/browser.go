package kiosk

import (
	"os/exec"
	"strings"

	"cotmoc/playlists"
)

// Find gives the browser to run: the named one, or the first Chromium that is
// installed.
func Find(named string) (string, error) {
	candidates := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge-stable"}
	if named != "" {
		candidates = []string{named}
	}
	for _, c := range candidates {
		if path, err := exec.LookPath(c); err == nil {
			return path, nil
		}
	}
	return "", playlists.Errorf(playlists.Unavailable, "browser_missing", playlists.Params{"looked_for": strings.Join(candidates, ", ")},
		"cannot find a browser (looked for %s): install Debian's package chromium, or name one with COTMOC_CHROMIUM", strings.Join(candidates, ", "))
}

// arguments gives the browser's command line: full screen, nothing of its own
// to say, no port open, and the page treated as always in front.
func arguments(o Options, profile string) []string {
	args := []string{
		"--kiosk",
		"--user-data-dir=" + profile,
		"--no-first-run", "--no-default-browser-check",
		"--noerrdialogs", "--disable-infobars", "--hide-crash-restore-bubble", "--disable-session-crashed-bubble",
		"--disable-features=Translate,TranslateUI,MediaRouter,OptimizationHints,GlobalMediaControls,CalculateNativeWinOcclusion",
		"--autoplay-policy=no-user-gesture-required",
		"--overscroll-history-navigation=0", "--disable-pinch",
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-sync",
		"--disable-extensions", "--disable-notifications", "--disable-print-preview", "--deny-permission-prompts",
		"--disable-breakpad", "--disable-crash-reporter", "--metrics-recording-only",
		"--password-store=basic", "--disk-cache-size=1",
		"--check-for-update-interval=31536000",
		"--no-proxy-server",
		"--lang=vi",
	}
	if o.Wayland { // left to itself it goes by the kind of log-in, and a service has none
		args = append(args, "--ozone-platform=wayland")
	}
	if o.NoSandbox {
		args = append(args, "--no-sandbox")
	}
	return append(append(args, o.Extra...), o.URL)
}
