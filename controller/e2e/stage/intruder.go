package stage

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// KioskArgs have an agent start its own browser, without a display, and with a
// second way into it that only a stage opens: through it comes whoever tries to
// show something else.
func KioskArgs() []string {
	args := []string{"--kiosk", "--browser-arg=--headless=new", "--browser-arg=--window-size=640,360", "--browser-arg=--remote-debugging-port=0"}
	if os.Geteuid() == 0 {
		args = append(args, "--insecure-root-kiosk")
	}
	return args
}

// Intruder is somebody who has got into a screen's browser.
type Intruder struct {
	t   T
	scr *Screen
}

// Intrude gets into the browser of a screen that was started with KioskArgs.
func (scr *Screen) Intrude() *Intruder { return &Intruder{t: scr.t, scr: scr} }

// intruderTime bounds each thing that an intruder does.
const intruderTime = 10 * time.Second

// Open opens another page in front.
func (i *Intruder) Open(address string) {
	i.t.Helper()
	if i.ask(http.MethodPut, "/json/new?"+url.QueryEscape(address)) == nil {
		i.t.Fatalf("cannot open %s in the kiosk", address)
	}
}

// Pages lists the addresses of the browser's pages; nil while it does not
// answer.
func (i *Intruder) Pages() []string {
	var out []string
	for _, p := range i.pages() {
		out = append(out, p.URL)
	}
	return out
}

// Navigate leads the player's page elsewhere.
func (i *Intruder) Navigate(address string) {
	i.t.Helper()
	i.command("Page.navigate", map[string]string{"url": address})
}

// Run runs a script in the player's page.
func (i *Intruder) Run(script string) {
	i.t.Helper()
	i.command("Runtime.evaluate", map[string]string{"expression": script})
}

type intrudedPage struct {
	Type   string `json:"type"`
	URL    string `json:"url"`
	Socket string `json:"webSocketDebuggerUrl"`
}

func (i *Intruder) pages() []intrudedPage {
	var all, pages []intrudedPage
	if err := json.Unmarshal(i.ask(http.MethodGet, "/json/list"), &all); err != nil {
		return nil
	}
	for _, p := range all {
		if p.Type == "page" {
			pages = append(pages, p)
		}
	}
	return pages
}

// ask gives what the browser answers, nil when it does not.
func (i *Intruder) ask(method, path string) []byte {
	b, err := os.ReadFile(filepath.Join(i.scr.Data, "kiosk", "profile", "DevToolsActivePort"))
	if err != nil {
		return nil
	}
	port, _, _ := strings.Cut(string(b), "\n")
	ctx, cancel := context.WithTimeout(i.t.Context(), intruderTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1:"+port+path, nil)
	if err != nil {
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFetch))
	if err != nil || resp.StatusCode != http.StatusOK {
		return nil
	}
	return body
}

func (i *Intruder) command(method string, params any) {
	i.t.Helper()
	for _, p := range i.pages() {
		if p.URL == i.scr.URL {
			if err := command(i.t.Context(), p.Socket, method, params); err != nil {
				i.t.Fatalf("%s in the kiosk: %v", method, err)
			}
			return
		}
	}
	i.t.Fatalf("the player is not among the kiosk's pages %v", i.Pages())
}

func command(ctx context.Context, socket, method string, params any) error {
	ctx, cancel := context.WithTimeout(ctx, intruderTime)
	defer cancel()
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, socket, nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	err = errors.Join(resp.Body.Close(), conn.SetWriteDeadline(deadline), conn.SetReadDeadline(deadline),
		conn.WriteJSON(map[string]any{"id": 1, "method": method, "params": params}))
	var answer struct {
		Error *struct {
			Message string `json:"message"`
		} `json:"error"`
		Result struct {
			ExceptionDetails *struct {
				Text string `json:"text"`
			} `json:"exceptionDetails"`
		} `json:"result"`
	}
	if err = errors.Join(err, conn.ReadJSON(&answer)); err != nil {
		return err
	}
	switch {
	case answer.Error != nil:
		return errors.New(answer.Error.Message)
	case answer.Result.ExceptionDetails != nil:
		return errors.New(answer.Result.ExceptionDetails.Text)
	}
	return nil
}
