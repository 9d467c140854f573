package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startController makes the first administrator and starts the controller.
func (d *demo) startController(ctx context.Context) error {
	data := filepath.Join(d.Data, "controller")
	if _, done := d.progress.done("administrator"); !done {
		if err := d.firstAdministrator(ctx, data); err != nil {
			return err
		}
		if err := d.progress.record("administrator", d.people[0].Login); err != nil {
			return err
		}
	}
	passphrase, err := keyPassphrase(filepath.Join(d.Data, "key-passphrase"), d.Random)
	if err != nil {
		return err
	}
	address := func(offset int) string { return fmt.Sprintf("127.0.0.1:%d", d.Port+offset) }
	err = d.crew.start(controllerName, d.Programs.Controller, []string{
		"serve", "--data", data, "--key-passphrase-file", passphrase, "--listen", address(0),
		"--agent-listen", address(agentOffset), "--mqtt-listen", address(brokerOffset),
		"--scan-url", d.address(),
	}, nil)
	if err != nil {
		return err
	}
	err = wait(ctx, time.Minute, func() string { return "the controller to answer" }, func() (bool, error) { return d.healthy(ctx), nil })
	if err == nil {
		d.say("the console is up at %s (it fills in the next minutes)", d.address())
	}
	return err
}

// firstAdministrator is the one thing that cannot come through the API: nobody
// could have logged in.
func (d *demo) firstAdministrator(ctx context.Context, data string) error {
	admin := d.people[0]
	cmd := exec.CommandContext(ctx, d.Programs.Controller, "user", "add", "--data", data,
		"--login", admin.Login, "--name", admin.name, "--role", admin.role, "--unit", units()[0].name, "--password-stdin")
	cmd.Stdin = strings.NewReader(admin.Password + "\n")
	out, err := cmd.CombinedOutput()
	if err != nil && !strings.Contains(string(out), "login_taken") {
		return fmt.Errorf("cannot make the first administrator: %w\n%s", err, out)
	}
	return nil
}

// agentStatus is what an agent tells of itself at its player's address.
type agentStatus struct {
	State   string `json:"state"`
	Screen  string `json:"screen"`
	Pairing *struct {
		Code string `json:"code"`
	} `json:"pairing"`
}

func (d *demo) screenAddress(i int) string {
	return fmt.Sprintf("http://127.0.0.1:%d/", d.Port+screenOffset+i)
}

// startScreens starts the agents and enters the codes they show, as the
// technician would who stands before them.
func (d *demo) startScreens(ctx context.Context) error {
	for i, s := range screens() {
		err := d.crew.start(s.key, d.Programs.Agent, []string{
			"run", "--data", filepath.Join(d.Data, "screens", s.key),
			"--controller", fmt.Sprintf("https://127.0.0.1:%d", d.Port+agentOffset),
			"--player-listen", fmt.Sprintf("127.0.0.1:%d", d.Port+screenOffset+i),
			"--site-listen", fmt.Sprintf("127.0.0.1:%d", d.Port+pageOffset+i),
			"--peer-listen", fmt.Sprintf("127.0.0.1:%d", d.Port+peerOffset+i),
		}, nil)
		if err != nil {
			return err
		}
	}
	for i, s := range screens() {
		if err := d.pair(ctx, i, s); err != nil {
			return fmt.Errorf("cannot pair %s (its log is %s): %w", s.name, d.crew.logFile(s.key), err)
		}
	}
	return nil
}

// pair waits until an agent is enrolled or shows a code, and enters the code.
func (d *demo) pair(ctx context.Context, i int, s screen) error {
	technician, err := d.as(ctx, "technician")
	if err != nil {
		return err
	}
	var status agentStatus
	return wait(ctx, 2*time.Minute, func() string { return fmt.Sprintf("the screen to be enrolled (it says %+v)", status) }, func() (bool, error) {
		status = agentStatus{}
		if err := readStatus(ctx, d.screenAddress(i), &status); err != nil {
			return false, nil // it is only starting
		}
		if status.Screen != "" {
			return true, d.progress.record("screen "+s.key, status.Screen)
		}
		if status.Pairing == nil || status.Pairing.Code == "" {
			return false, nil
		}
		var made named
		err := technician.Post(ctx, "/screens/claim", map[string]any{
			"code": status.Pairing.Code, "name": s.name, "cluster_id": d.id("cluster " + s.cluster),
			"profile": s.profile, "tags": s.tags,
		}, &made)
		if err != nil {
			return false, err
		}
		d.say("paired %s with the code %s", s.name, status.Pairing.Code)
		return true, d.progress.record("screen "+s.key, made.ID)
	})
}

func readStatus(ctx context.Context, base string, out *agentStatus) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"status", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(out)
}

// screenState is what the watch list says of a screen.
type screenState struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	State   string `json:"state"`
	Showing *struct {
		Kind  string `json:"kind"`
		Title string `json:"title"`
	} `json:"showing"`
}

// watch reads the state of the demo's screens, by id.
func (d *demo) watch(ctx context.Context) (map[string]screenState, error) {
	technician, err := d.as(ctx, "technician")
	if err != nil {
		return nil, err
	}
	var list struct {
		Screens []screenState `json:"screens"`
	}
	if err := technician.Get(ctx, "/watch", &list); err != nil {
		return nil, err
	}
	states := map[string]screenState{}
	for _, s := range list.Screens {
		states[s.ID] = s
	}
	return states, nil
}

// awaitScreens waits until each screen shows something of its programme. A
// browser that opens the screen's address shows it; the agent alone holds it
// ready, so what is waited for is that the programme has come.
func (d *demo) awaitScreens(ctx context.Context) error {
	ready := func(s screenState) bool {
		return s.State == "playing" || s.State == "slate" || s.State == "wrong" || s.State == "behind"
	}
	missing := ""
	err := wait(ctx, 2*time.Minute, func() string { return "the programme to reach " + missing }, func() (bool, error) {
		states, err := d.watch(ctx)
		if err != nil {
			return false, err
		}
		missing = ""
		for _, s := range screens() {
			if !ready(states[d.id("screen "+s.key)]) {
				missing = s.name
			}
		}
		return missing == "", nil
	})
	if err != nil && ctx.Err() == nil {
		// Not a reason to take everything down: the summary tells the states.
		d.say("%v", err)
		return nil
	}
	return err
}

// wait asks until the answer is yes or an error, or the bound is over.
func wait(ctx context.Context, bound time.Duration, what func() string, ask func() (bool, error)) error {
	limit := time.NewTimer(bound)
	defer limit.Stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := ask()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit.C:
			return fmt.Errorf("cannot wait longer than %s for %s", bound, what())
		case <-tick.C:
		}
	}
}
