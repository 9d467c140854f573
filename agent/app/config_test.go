package app

import (
	"testing"

	"cotmoc/playlists"
)

func TestConfigOfASite(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"": "", "0.0.0.0:9443": "", ":9443": "", "[::]:9443": "", "192.168.10.5:9443": "", "127.0.0.1:0": "",
		"screen.example:9443": "site_listen_malformed", "9443": "site_listen_malformed", "0.0.0.0": "site_listen_malformed",
	} {
		for _, c := range []Config{{SiteListen: listen}, {PeerListen: listen}} {
			c.Data, c.PlayerListen = "x", "127.0.0.1:9001"
			if got := playlists.ReasonOf(c.Validate()); got != want {
				t.Errorf("%q: %q, want %q", listen, got, want)
			}
		}
	}
	// Neighbours on this machine are looked for by agents that listen here alone.
	for listen, want := range map[string]bool{"": false, "0.0.0.0:9444": false, ":9444": false, "192.168.10.5:9444": false, "127.0.0.1:9444": true, "[::1]:9444": true} {
		if got := (&Config{PeerListen: listen}).alone(); got != want {
			t.Errorf("%q: %t", listen, got)
		}
	}
}
