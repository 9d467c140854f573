package devtools_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"cotmoc/agent/internal/devtools"
)

// pipes gives a connection and the browser's ends of it.
func pipes(t *testing.T, heard func(devtools.Event)) (c *devtools.Conn, in *bufio.Reader, out *os.File, ended <-chan error) {
	t.Helper()
	fromAgent, toBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBrowser, toAgent, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c = devtools.New(fromBrowser, toBrowser)
	done := make(chan error, 1)
	go func() { done <- c.Run(heard) }()
	t.Cleanup(func() { _, _, _ = c.Close(), fromAgent.Close(), toAgent.Close() })
	return c, bufio.NewReader(fromAgent), toAgent, done
}

func TestCallsAndEvents(t *testing.T) {
	t.Parallel()
	events := make(chan devtools.Event, 4)
	c, in, out, ended := pipes(t, func(e devtools.Event) { events <- e })
	go func() {
		for {
			b, err := in.ReadBytes(0)
			if err != nil {
				return
			}
			var asked struct {
				ID        int64  `json:"id"`
				Method    string `json:"method"`
				SessionID string `json:"sessionId"`
			}
			if err := json.Unmarshal(bytes.TrimSuffix(b, []byte{0}), &asked); err != nil {
				t.Error(err)
			}
			id, _ := json.Marshal(asked.ID)
			switch asked.Method {
			case "Refuse":
				_, err = out.WriteString(`{"id":` + string(id) + `,"error":{"code":-1,"message":"no"}}` + "\x00")
			case "Silence":
			case "Rubbish":
				// Far too much, then something that is no JSON, then the answer.
				_, err = out.WriteString(`{"method":"` + strings.Repeat("x", 3<<20) + "\"}\x00\x00nonsense\x00" + `{"id":` + string(id) + `,"result":{}}` + "\x00")
			default:
				_, err = out.WriteString(`{"method":"Told","sessionId":"` + asked.SessionID + `","params":{"n":1}}` + "\x00" + `{"id":` + string(id) + `,"result":{"said":"` + asked.Method + `"}}` + "\x00")
			}
			if err != nil {
				return
			}
		}
	}()
	var got struct{ Said string }
	if err := c.Call(t.Context(), "one", "Greet", map[string]int{"a": 1}, &got); err != nil || got.Said != "Greet" {
		t.Fatalf("%+v, %v", got, err)
	}
	if e := <-events; e.Method != "Told" || e.Session != "one" || string(e.Params) != `{"n":1}` {
		t.Errorf("heard %+v", e)
	}
	if err := c.Call(t.Context(), "", "Refuse", nil, nil); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("a refusal is %v", err)
	}
	if err := c.Call(t.Context(), "", "Rubbish", nil, nil); err != nil || len(events) != 0 {
		t.Errorf("after rubbish: %v, %d events", err, len(events))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Call(ctx, "", "Silence", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was given up: %v", err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, devtools.ErrClosed) {
		t.Errorf("a browser that is gone: %v", err)
	}
	if err := c.Call(t.Context(), "", "Greet", nil, nil); !errors.Is(err, devtools.ErrClosed) {
		t.Errorf("a call to nobody: %v", err)
	}
}
