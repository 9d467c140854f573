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
	Page  string // for phones at its site, "" for none
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

// Place is where and how an agent runs.
type Place struct {
	Line *Line    // to the controller, nil for none between
	Data string   // folder, "" for a new one
	In   []string // command that runs the agent's command line, such as a sandbox
	Args []string // more of its options
	Site bool     // answers its neighbours and serves a page at its site
}

// Screen starts an agent and pairs it as a technician does, by the code it
// shows.
func (s *Stage) Screen(name string) *Screen {
	s.t.Helper()
	return s.ScreenAt(name, Place{})
}

// ScreenAt is Screen at a special place.
func (s *Stage) ScreenAt(name string, at Place) *Screen {
	s.t.Helper()
	scr := s.Newcomer(at)
	scr.AwaitJoined(s.Post(s.Technician, "/screens/claim", Object{"code": scr.Code(), "name": name, "cluster_id": s.Cluster,
		"profile": playlists.Landscape1080, "tags": []string{}}))
	return scr
}

// Enrol prepares the program that brings a PC, whose agent is to have a
// folder, in by a ticket's file.
func (s *Stage) Enrol(data, ticket string) *Process {
	return newProcess(s.t, "enrol", s.programs.Agent, "enrol", "--data", data, "--from", ticket)
}

// Newcomer starts an agent and leaves it to others to let it in.
func (s *Stage) Newcomer(at Place) *Screen {
	s.t.Helper()
	controller := s.Agents
	if at.Line != nil {
		controller = at.Line.URL()
	}
	if at.Data == "" {
		at.Data = filepath.Join(s.t.TempDir(), "agent")
	}
	port := FreePort(s.t)
	scr := &Screen{stage: s, Data: at.Data, URL: "http://127.0.0.1:" + port + "/"}
	command := append(at.In, s.programs.Agent, "run", "--data", at.Data, "--controller", controller, "--player-listen", "127.0.0.1:"+port)
	command = append(command, at.Args...)
	if at.Site {
		pages := "127.0.0.1:" + FreePort(s.t)
		scr.Page = "https://" + pages
		command = append(command, "--site-listen", pages, "--peer-listen", "127.0.0.1:"+FreePort(s.t))
	}
	scr.Process = newProcess(s.t, "agent", command[0], command[1:]...)
	scr.Start()
	return scr
}

// Code waits for the code that the agent shows.
func (scr *Screen) Code() string {
	scr.t.Helper()
	var code string
	Await(scr.t, time.Minute, "a pairing code", func() bool {
		if st := scr.Status(); st.Pairing != nil {
			code = st.Pairing.Code
		}
		return code != ""
	})
	return code
}

// AwaitJoined waits until the agent is a screen, "" for any, and connected.
func (scr *Screen) AwaitJoined(id string) {
	scr.t.Helper()
	Await(scr.t, time.Minute, "the agent to be enrolled and connected", func() bool {
		st := scr.Status()
		if scr.ID = id; id == "" {
			scr.ID = st.Screen
		}
		return st.Screen != "" && st.Screen == scr.ID && st.Connected
	})
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
