// Package stage sets up what stories and benchmarks play on: the real
// controller with people and a cluster, real agents, Debian's broker, and a
// line between them that can be cut.
package stage

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// T is what a stage needs of the story that is told on it; *testing.T is one.
// Fatalf does not return.
type T interface {
	Helper()
	Context() context.Context
	TempDir() string
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Failed() bool
}

const (
	adminLogin = "story.admin"
	// Password is everybody's on a stage.
	Password = "a-long-password-for-stories"
	// KeyPassphrase seals the keys of every controller on a stage.
	KeyPassphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

// Stage is a controller with one person of every role that a story needs, and
// a cluster. Its methods fail the story when they cannot do their work.
type Stage struct {
	t          T
	programs   Programs
	Data       string // the controller's folder
	Console    string // address
	Agents     string // address that agents come in at
	Broker     string // host:port of its broker
	Controller *Process
	Cluster    string

	Admin, Editor, Reviewer, Approver, Technician *apiclient.Client
	Emergency                                     *apiclient.Client
	// People are the ids by role, Hands what signs for a role under a charter.
	People map[string]playlists.ID
	Hands  map[string]apiclient.Hand

	charter *programme.HeldCharter // nil before Charter

	agentPort string
}

// New starts a controller with its own broker on an empty folder.
func New(t T, programs Programs, flags ...string) *Stage {
	t.Helper()
	s := Prepare(t, programs, flags...)
	s.Open()
	return s
}

// Prepare is New without starting the controller; Open does that.
func Prepare(t T, programs Programs, flags ...string) *Stage {
	t.Helper()
	port, mqttPort := FreePort(t), FreePort(t)
	s := &Stage{t: t, programs: programs, Data: filepath.Join(t.TempDir(), "controller"), Console: "http://127.0.0.1:" + port, agentPort: FreePort(t), People: map[string]playlists.ID{}, Hands: map[string]apiclient.Hand{}}
	s.Agents, s.Broker = "https://127.0.0.1:"+s.agentPort, "127.0.0.1:"+mqttPort
	first := exec.CommandContext(t.Context(), programs.Controller, "user", "add", "--data", s.Data,
		"--login", adminLogin, "--name", "Quản trị", "--role", "administrator", "--password-stdin")
	first.Stdin = strings.NewReader(Password + "\n")
	if out, err := first.CombinedOutput(); err != nil {
		t.Fatalf("cannot make the first administrator: %v\n%s", err, out)
	}
	passphrase := filepath.Join(t.TempDir(), "key-passphrase")
	if err := os.WriteFile(passphrase, []byte(KeyPassphrase+"\n"), 0o600); err != nil {
		t.Fatalf("%v", err)
	}
	args := []string{"serve", "--data", s.Data, "--key-passphrase-file", passphrase, "--listen", "127.0.0.1:" + port, "--scan-url", s.Console,
		"--public-host", lineHost, "--agent-listen", "127.0.0.1:" + s.agentPort, "--mqtt-listen", "127.0.0.1:" + mqttPort}
	s.Controller = newProcess(t, "controller", programs.Controller, append(args, flags...)...)
	return s
}

// Open starts the controller when it does not run, waits for it and makes the
// people.
func (s *Stage) Open() {
	s.t.Helper()
	if !s.Controller.Running() {
		s.Controller.Start()
	}
	s.AwaitReady()
	s.Admin = s.Login(adminLogin)
	s.people()
}

// Command prepares another run of the controller's program, such as a command
// on somebody's own machine.
func (s *Stage) Command(name string, args ...string) *Process {
	return newProcess(s.t, name, s.programs.Controller, args...)
}

// AwaitReady waits until the controller and what it depends on are ready.
func (s *Stage) AwaitReady() {
	s.t.Helper()
	Await(s.t, time.Minute, "the controller", func() bool {
		if !s.Controller.Running() {
			s.t.Fatalf("the controller has ended by itself")
		}
		return Fetch(s.t.Context(), s.Console+"/readyz") != nil
	})
}

// Login opens a session for somebody.
func (s *Stage) Login(login string) *apiclient.Client {
	s.t.Helper()
	c, err := apiclient.New(s.Console)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	if err := c.Login(s.t.Context(), login, Password); err != nil {
		s.t.Fatalf("%v", err)
	}
	return c
}

// Object is a JSON object of a request.
type Object map[string]any

// Post makes something and gives its id.
func (s *Stage) Post(c *apiclient.Client, path string, in any) string {
	s.t.Helper()
	var out struct {
		ID string `json:"id"`
	}
	if err := c.Post(s.t.Context(), path, in, &out); err != nil {
		s.t.Fatalf("%v", err)
	}
	return out.ID
}

// LoginOf is the login of the person with a role.
func LoginOf(role string) string { return "story." + role }

func (s *Stage) people() {
	s.t.Helper()
	unit := s.Post(s.Admin, "/units", Object{"name": "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh", "short_name": "Sở VHTTDL", "valid_from": "2020-01-01"})
	s.Cluster = s.Post(s.Admin, "/clusters", Object{"name": "Cầu Treo", "unit_id": unit, "place": "Sơn Kim 1"})
	for _, p := range []struct {
		role, name string
		client     **apiclient.Client
	}{
		{"editor", "Trần Thị Lan", &s.Editor}, {"reviewer", "Phạm Thu Hà", &s.Reviewer},
		{"approver", "Hoàng Đức Anh", &s.Approver}, {"technician", "Võ Minh Tuấn", &s.Technician},
		{"emergency", "Lê Văn Báo", &s.Emergency},
	} {
		s.People[p.role] = playlists.ID(s.Post(s.Admin, "/people", Object{"login": LoginOf(p.role), "name": p.name, "password": Password, "unit_id": unit,
			"grants": []Object{{"role": p.role, "unit_id": "", "cluster_id": ""}}}))
		*p.client = s.Login(LoginOf(p.role))
	}
}
