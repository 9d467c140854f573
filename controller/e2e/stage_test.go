package e2e

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
)

// stage is a running controller with one person of every role that a story
// needs, and a cluster.
type stage struct {
	t          *testing.T
	data       string
	console    string // address
	agents     string // address that agents come in at
	controller *process

	admin, editor, reviewer, approver, technician *apiclient.Client

	cluster string
}

const (
	adminLogin = "story.admin"
	password   = "a-long-password-for-stories"
)

// newStage starts a controller with its own broker on an empty folder.
func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageWith(t, func(*stage) {})
}

// newStageWith starts a controller with more flags, which come last. Meanwhile
// runs what must be there before the controller is ready.
func newStageWith(t *testing.T, meanwhile func(*stage), extra ...string) *stage {
	t.Helper()
	port, agentPort, mqttPort := freePort(t), freePort(t), freePort(t)
	s := &stage{t: t, data: filepath.Join(t.TempDir(), "controller"), console: "http://127.0.0.1:" + port, agents: "https://127.0.0.1:" + agentPort}
	make := exec.CommandContext(t.Context(), built(t).controller, "user", "add", "--data", s.data,
		"--login", adminLogin, "--name", "Quản trị", "--role", "administrator", "--password-stdin")
	make.Stdin = strings.NewReader(password + "\n")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("cannot make the first administrator: %v\n%s", err, out)
	}
	args := []string{"serve", "--data", s.data, "--listen", "127.0.0.1:" + port,
		"--agent-listen", "127.0.0.1:" + agentPort, "--mqtt-listen", "127.0.0.1:" + mqttPort}
	s.controller = newProcess(t, "controller", built(t).controller, append(args, extra...))
	s.controller.start()
	meanwhile(s)
	s.awaitReady()
	s.admin = s.login(adminLogin, password)
	s.people()
	return s
}

func (s *stage) awaitReady() {
	s.t.Helper()
	await(s.t, time.Minute, "the controller", func() bool { return fetch(s.t.Context(), s.console+"/readyz") != nil })
}

func (s *stage) login(login, password string) *apiclient.Client {
	s.t.Helper()
	c, err := apiclient.New(s.console)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Login(s.t.Context(), login, password); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// made is what most answers to a POST have.
type made struct {
	ID string `json:"id"`
}

func (s *stage) post(c *apiclient.Client, path string, in any) string {
	s.t.Helper()
	var out made
	if err := c.Post(s.t.Context(), path, in, &out); err != nil {
		s.t.Fatal(err)
	}
	return out.ID
}

// object is a JSON object of a request.
type object map[string]any

func (s *stage) people() {
	s.t.Helper()
	unit := s.post(s.admin, "/units", object{"name": "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh", "short_name": "Sở VHTTDL", "valid_from": "2020-01-01"})
	s.cluster = s.post(s.admin, "/clusters", object{"name": "Cầu Treo", "unit_id": unit, "place": "Sơn Kim 1"})
	for role, client := range map[string]**apiclient.Client{
		"editor": &s.editor, "reviewer": &s.reviewer, "approver": &s.approver, "technician": &s.technician,
	} {
		login := "story." + role
		s.post(s.admin, "/people", object{"login": login, "name": role, "password": password, "unit_id": unit,
			"grants": []object{{"role": role, "unit_id": "", "cluster_id": ""}}})
		*client = s.login(login, password)
	}
}

// bring uploads a file and waits for its renditions.
func (s *stage) bring(name, title string, content []byte) *apiclient.Media {
	s.t.Helper()
	id, err := s.editor.Upload(s.t.Context(), name, title, int64(len(content)), strings.NewReader(string(content)))
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	m, err := s.editor.AwaitRenditions(ctx, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// approved brings a file in and has three people decide on it.
func (s *stage) approved(name, title string, content []byte) *apiclient.Media {
	s.t.Helper()
	m := s.bring(name, title, content)
	if err := apiclient.Decide(s.t.Context(), s.editor, s.reviewer, s.approver, m); err != nil {
		s.t.Fatal(err)
	}
	return m
}

// playlist makes a playlist of the media, each for a second.
func (s *stage) playlist(title string, media ...*apiclient.Media) string {
	s.t.Helper()
	id := s.post(s.editor, "/playlists", object{"title": title})
	var current struct {
		Version int `json:"version"`
	}
	if err := s.editor.Get(s.t.Context(), "/playlists/"+id, &current); err != nil {
		s.t.Fatal(err)
	}
	var items []object
	for _, m := range media {
		items = append(items, object{"media_id": m.ID, "duration_ms": 2000, "transition": "cut"})
	}
	if err := s.editor.Put(s.t.Context(), "/playlists/"+id, object{"base_version": current.Version, "title": title, "items": items}, nil); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// schedule has a playlist play in the whole cluster, always.
func (s *stage) schedule(title, playlist string) string {
	s.t.Helper()
	return s.post(s.editor, "/schedule/entries", object{
		"title": title, "playlist_id": playlist, "priority": 50, "enabled": true,
		"target": object{"clusters": []string{s.cluster}, "screens": []string{}, "tags": []string{}},
		"rule":   object{"from": "", "until": "", "weekdays": []int{}, "windows": []object{}},
	})
}

func (s *stage) slate(m *apiclient.Media) {
	s.t.Helper()
	if err := s.editor.Put(s.t.Context(), "/slates/"+string(playlists.Landscape1080), object{"media_id": m.ID}, nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) publish() {
	s.t.Helper()
	s.post(s.editor, "/publish", object{"note": "story"})
}

// state is what the watch list says of a screen.
type state struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Showing *struct {
		Kind    string `json:"kind"`
		MediaID string `json:"media_id"`
	} `json:"showing"`
}

func (s *stage) watch(screen string) state {
	s.t.Helper()
	var list struct {
		Screens []state `json:"screens"`
	}
	if err := s.technician.Get(s.t.Context(), "/watch", &list); err != nil {
		s.t.Fatal(err)
	}
	for _, one := range list.Screens {
		if one.ID == screen {
			return one
		}
	}
	return state{}
}

// screen is one agent process.
type screen struct {
	*process
	stage *stage
	data  string
	url   string // of its player
	id    string
}

// agentStatus is what an agent says of itself.
type agentStatus struct {
	Screen  string `json:"screen"`
	Pairing *struct {
		Code string `json:"code"`
	} `json:"pairing"`
	Connected bool `json:"connected"`
}

// screen starts an agent and pairs it as a technician does: by the code it
// shows.
func (s *stage) screen(name string) *screen {
	s.t.Helper()
	port := freePort(s.t)
	data := filepath.Join(s.t.TempDir(), "agent")
	scr := &screen{stage: s, data: data, url: "http://127.0.0.1:" + port + "/"}
	scr.process = newProcess(s.t, "agent", built(s.t).agent, []string{
		"run", "--data", data, "--controller", s.agents, "--player-listen", "127.0.0.1:" + port})
	scr.start()
	var code string
	await(s.t, time.Minute, "a pairing code", func() bool {
		if st := scr.status(); st.Pairing != nil {
			code = st.Pairing.Code
		}
		return code != ""
	})
	scr.id = s.post(s.technician, "/screens/claim", object{"code": code, "name": name, "cluster_id": s.cluster,
		"profile": playlists.Landscape1080, "tags": []string{}})
	await(s.t, time.Minute, "the agent to be enrolled and connected", func() bool { st := scr.status(); return st.Screen == scr.id && st.Connected })
	return scr
}

func (scr *screen) status() agentStatus {
	var st agentStatus
	if body := fetch(scr.t.Context(), scr.url+"status"); body != nil {
		if err := json.Unmarshal(body, &st); err != nil {
			scr.t.Error(err)
		}
	}
	return st
}
