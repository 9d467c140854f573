package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mosquitto is Debian's broker with the configuration that we ship.
func mosquitto(t *testing.T, s *stage, port string) *process {
	t.Helper()
	shipped := filepath.Join("..", "deploy", "mosquitto")
	text, err := os.ReadFile(filepath.Join(shipped, "mosquitto.conf"))
	if err != nil {
		t.Fatal(err)
	}
	acl, err := filepath.Abs(filepath.Join(shipped, "acl"))
	if err != nil {
		t.Fatal(err)
	}
	// Only where it listens and where the files are differs from what we ship.
	keys := filepath.Join(s.data, "keys")
	config := strings.NewReplacer("listener 8883", "listener "+port+" 127.0.0.1",
		"/etc/mosquitto/cotmoc", keys, "/etc/mosquitto/acl", acl).Replace(string(text))
	if os.Getuid() == 0 {
		config += "\nuser root\n"
	}
	file := filepath.Join(t.TempDir(), "mosquitto.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ca.crt", "ca.crl", "broker.crt", "broker.key"} {
		await(t, 30*time.Second, "the controller to make "+name, func() bool { _, err := os.Stat(filepath.Join(keys, name)); return err == nil })
	}
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto" // where Debian puts it, often not on the PATH
	}
	m := newProcess(t, "mosquitto", path, []string{"-c", file})
	startBroker(t, m, port)
	return m
}

func startBroker(t *testing.T, m *process, port string) {
	t.Helper()
	m.start()
	await(t, 10*time.Second, "mosquitto to listen", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// TestMosquitto tells the story with Debian's broker, which then loses
// everything it knows.
func TestMosquitto(t *testing.T) {
	port := freePort(t)
	var broker *process
	s := newStageWith(t, func(s *stage) { broker = mosquitto(t, s, port) }, "--broker", "tls://127.0.0.1:"+port)
	scr := s.screen("Quốc môn")
	show(t, s)
	w := look(t, scr.url)
	w.awaitColours(time.Minute, "red", "green")

	broker.kill()
	startBroker(t, broker, port)
	s.schedule("Mới", s.playlist("Danh sách mới", s.approved("moi.png", "Ảnh mới", picture(t, "yellow"))))
	s.publish()
	// Both ends come back by themselves, each after its own pause.
	w.awaitColours(4*time.Minute, "yellow")
	await(t, time.Minute, "green on the watch list", func() bool { return s.watch(scr.id).State == "playing" })
}
