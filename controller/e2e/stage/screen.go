package stage

import (
	"encoding/json"
	"path/filepath"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Screen is one agent.
type Screen struct {
	*Process
	stage *Stage
	Data  string
	URL   string // of its player
	ID    string
}

// AgentStatus is what an agent says of itself at its player's address.
type AgentStatus struct {
	State   string `json:"state"`
	Screen  string `json:"screen"`
	Pairing *struct {
		Code string `json:"code"`
	} `json:"pairing"`
	Connected bool          `json:"connected"`
	Report    wire.Reported `json:"report"`
}

// Screen starts an agent and pairs it as a technician does, by the code it
// shows. at is where it finds the controller, "" for the controller itself.
func (s *Stage) Screen(name, at string) *Screen {
	s.t.Helper()
	return s.ScreenIn(filepath.Join(s.t.TempDir(), "agent"), name, at)
}

// ScreenIn is Screen with the folder for the agent's data.
func (s *Stage) ScreenIn(data, name, at string) *Screen {
	s.t.Helper()
	if at == "" {
		at = s.Agents
	}
	port := FreePort(s.t)
	scr := &Screen{stage: s, Data: data, URL: "http://127.0.0.1:" + port + "/"}
	scr.Process = newProcess(s.t, "agent", s.programs.Agent,
		"run", "--data", data, "--controller", at, "--player-listen", "127.0.0.1:"+port)
	scr.Start()
	var code string
	Await(s.t, time.Minute, "a pairing code", func() bool {
		if st := scr.Status(); st.Pairing != nil {
			code = st.Pairing.Code
		}
		return code != ""
	})
	scr.ID = s.Post(s.Technician, "/screens/claim", Object{"code": code, "name": name, "cluster_id": s.Cluster,
		"profile": playlists.Landscape1080, "tags": []string{}})
	Await(s.t, time.Minute, "the agent to be enrolled and connected", func() bool { st := scr.Status(); return st.Screen == scr.ID && st.Connected })
	return scr
}

// AwaitServing waits until the agent answers the player.
func (scr *Screen) AwaitServing() {
	scr.t.Helper()
	Await(scr.t, 30*time.Second, "the agent to serve", func() bool { return scr.Status().State != "" })
}

// UseClock has the next start be of the agent whose clock begins at a time.
func (scr *Screen) UseClock(at time.Time) {
	scr.Path, scr.Env = scr.stage.programs.ClockAgent, []string{"COTMOC_AGENT_CLOCK=" + at.UTC().Format(time.RFC3339)}
}

// Status asks the agent how it is; the zero value when it does not answer.
func (scr *Screen) Status() AgentStatus {
	var st AgentStatus
	if body := Fetch(scr.t.Context(), scr.URL+"status"); body != nil {
		if err := json.Unmarshal(body, &st); err != nil {
			scr.t.Errorf("%v", err)
		}
	}
	return st
}

// AwaitCached waits until the agent holds every byte of its newest programme.
func (scr *Screen) AwaitCached(bound time.Duration) {
	scr.t.Helper()
	Await(scr.t, bound, "the whole programme on the agent's disk", func() bool {
		r := scr.Status().Report
		return r.Received != nil && r.Playing != nil && *r.Received == *r.Playing && r.Delivery.BytesTotal > 0 && r.Delivery.BytesDone == r.Delivery.BytesTotal
	})
}
