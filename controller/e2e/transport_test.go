package e2e

import (
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
)

// out revokes a screen and waits until its agent has no session.
func out(t *testing.T, s *stage.Stage, scr *stage.Screen) {
	t.Helper()
	if err := s.Technician.Delete(t.Context(), "/screens/"+scr.ID); err != nil {
		t.Fatal(err)
	}
	stage.Await(t, 10*time.Second, "the revoked screen to be cut off", func() bool { return !scr.Status().Connected })
}

// TestOnePortIsEnough has a screen that reaches the agents' port and nothing
// else: it is paired, gets its programme, comes back after the controller was
// away, and is out when it is revoked.
func TestOnePortIsEnough(t *testing.T) {
	t.Parallel()
	// Screens look for the broker where they found the controller, and there
	// nobody listens.
	s := stage.New(t, programs(t), "--mqtt-listen", "127.0.0.2:"+stage.FreePort(t))
	scr := s.Screen("Quốc môn")
	show(t, s)
	scr.AwaitCached(2 * time.Minute)
	s.Controller.Kill()
	stage.Await(t, time.Minute, "the loss", func() bool { return !scr.Status().Connected })
	s.Controller.Start()
	s.AwaitReady()
	stage.Await(t, 3*time.Minute, "the session again", func() bool { return scr.Status().Connected })
	out(t, s, scr)
}

// TestRevokedOnMosquitto has a screen's session ended on a broker that is not
// ours and has not read the list of revoked certificates.
func TestRevokedOnMosquitto(t *testing.T) {
	t.Parallel()
	s, _ := stage.NewWithMosquitto(t, programs(t), shipped)
	out(t, s, s.Screen("Quốc môn"))
}
