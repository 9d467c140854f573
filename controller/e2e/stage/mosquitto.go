package stage

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Mosquitto is Debian's broker with the configuration that we ship.
type Mosquitto struct {
	*Process
	port string
}

// NewWithMosquitto starts a controller that uses a Mosquitto. shipped is the
// folder of the configuration that we ship.
func NewWithMosquitto(t T, programs Programs, shipped string) (*Stage, *Mosquitto) {
	t.Helper()
	port := FreePort(t)
	s := Prepare(t, programs, "--broker", "tls://127.0.0.1:"+port)
	s.Broker = "127.0.0.1:" + port
	s.Controller.Start() // it makes the files that the broker needs
	m := &Mosquitto{port: port}
	m.Process = newProcess(t, "mosquitto", mosquittoPath(), "-c", mosquittoConfig(t, shipped, filepath.Join(s.Data, "keys"), port))
	m.StartListening()
	s.Open()
	return s, m
}

func mosquittoPath() string {
	if path, err := exec.LookPath("mosquitto"); err == nil {
		return path
	}
	return "/usr/sbin/mosquitto" // where Debian puts it, often not on the PATH
}

// mosquittoConfig writes the shipped configuration; only where it listens and
// where the files are differs.
func mosquittoConfig(t T, shipped, keys, port string) string {
	t.Helper()
	for _, name := range []string{"ca.crt", "ca.crl", "broker.crt", "broker.key"} {
		Await(t, 30*time.Second, "the controller to make "+name, func() bool { _, err := os.Stat(filepath.Join(keys, name)); return err == nil })
	}
	text, err := os.ReadFile(filepath.Join(shipped, "mosquitto.conf"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	acl, err := filepath.Abs(filepath.Join(shipped, "acl"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	config := strings.NewReplacer("listener 8883", "listener "+port+" 127.0.0.1",
		"/etc/mosquitto/cotmoc", keys, "/etc/mosquitto/acl", acl).Replace(string(text))
	if os.Getuid() == 0 {
		config += "\nuser root\n"
	}
	file := filepath.Join(t.TempDir(), "mosquitto.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatalf("%v", err)
	}
	return file
}

// StartListening starts the broker, with nothing kept from before, and waits
// until it listens.
func (m *Mosquitto) StartListening() {
	m.t.Helper()
	m.Start()
	Await(m.t, 10*time.Second, "mosquitto to listen", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+m.port)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}
