package polite_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// host is a site that answers as a test says, and notes when it was asked.
type host struct {
	mu         sync.Mutex
	robots     string
	robotsCode int
	code       int
	retryAfter string
	asked      []string
}

func (h *host) fetch(_ context.Context, r polite.Request) (*polite.Answer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, fmt.Sprintf("%s at %s", r.URL, time.Now().UTC().Format("15:04:05")))
	a := &polite.Answer{Status: 200, URL: r.URL, Type: "text/html", RetryAfter: h.retryAfter}
	text := "page"
	switch {
	case strings.HasSuffix(r.URL, "/robots.txt"):
		a.Status, text, a.RetryAfter = h.robotsCode, h.robots, ""
	case h.code != 0:
		a.Status = h.code
	case r.ETag == "\"1\"":
		a.Status = 304
	}
	a.Body = io.NopCloser(bytes.NewReader([]byte(text)))
	return a, nil
}

// memory keeps rests in a map.
type memory map[string]polite.Rest

func (m memory) Rest(_ context.Context, host string) (polite.Rest, error) { return m[host], nil }

func (m memory) KeepRest(_ context.Context, host string, r polite.Rest) error {
	m[host] = r
	return nil
}

func (h *host) set(code int, retryAfter string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.code, h.retryAfter = code, retryAfter
}

func someSite() *site.Site {
	return &site.Site{ID: "a", Hosts: []string{"a.example"}, Media: []string{"anh.a.example"}, Pace: 2 * time.Second, MediaPace: 2 * time.Second}
}

func request(at string) polite.Request {
	return polite.Request{URL: at, Types: []string{"text/html"}, Bytes: 1 << 20, Within: time.Minute}
}

func TestKeepsItsDistance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &host{robotsCode: 404}
		v := polite.New(h.fetch, "cotmoc", time.Now, memory{})
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := v.Get(t.Context(), someSite(), request("https://a.example/x")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		times := map[string]int{}
		for _, a := range h.asked {
			times[a[len(a)-8:]]++
		}
		for at, n := range times {
			if n > 1 {
				t.Errorf("%d requests at %s: %v", n, at, h.asked)
			}
		}
		before := time.Now()
		if _, err := v.Get(t.Context(), someSite(), request("https://a.example/y")); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(before); waited < 2*time.Second {
			t.Errorf("the next request waited %s", waited)
		}
		if _, err := v.Get(t.Context(), someSite(), request("https://anh.a.example/y")); err != nil {
			t.Errorf("another host does not have a turn of its own: %v", err)
		}
	})
}

func TestRobots(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		code       int
		path       string
		reason     string
	}{
		{"none", "", 404, "/x", ""},
		{"for all", "User-agent: *\nDisallow: /x\n", 200, "/x", "robots_forbid"},
		{"for us", "User-agent: cotmoc\nDisallow: /x\nUser-agent: *\nAllow: /\n", 200, "/x/y", "robots_forbid"},
		{"for others", "User-agent: other\nDisallow: /\n", 200, "/x", ""},
		{"an allowed part", "User-agent: *\nDisallow: /x\nAllow: /x/y\n", 200, "/x/y", ""},
		{"rubbish", "<html>\x00", 200, "/x", ""},
		{"failing", "", 500, "/x", "robots_forbid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &host{robots: c.text, robotsCode: c.code}
				_, err := polite.New(h.fetch, "cotmoc", time.Now, memory{}).Get(t.Context(), someSite(), request("https://a.example"+c.path))
				if playlists.ReasonOf(err) != c.reason {
					t.Errorf("it gives %v", err)
				}
			})
		})
	}
}

func TestStaysAwayFromOneThatSaysNo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code        int
		retryAfter  string
		first, next time.Duration
	}{
		{403, "", 15 * time.Minute, 30 * time.Minute},
		{429, "", time.Minute, 2 * time.Minute},
		{429, "600", 10 * time.Minute, 10 * time.Minute},
		{503, "", time.Minute, 2 * time.Minute},
	} {
		t.Run(fmt.Sprint(c.code, c.retryAfter), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &host{robotsCode: 404}
				v := polite.New(h.fetch, "cotmoc", time.Now, memory{})
				h.set(c.code, c.retryAfter)
				get := func() error {
					_, err := v.Get(t.Context(), someSite(), request("https://a.example/x"))
					return err
				}
				for _, rest := range []time.Duration{c.first, c.next} {
					if err := get(); playlists.ReasonOf(err) != "site_resting" {
						t.Fatalf("a %d gives %v", c.code, err)
					}
					asked := len(h.asked)
					time.Sleep(rest - 10*time.Second)
					if err := get(); playlists.ReasonOf(err) != "site_resting" || len(h.asked) != asked {
						t.Fatalf("asked again %s later: %v", rest-10*time.Second, err)
					}
					time.Sleep(20 * time.Second)
				}
				h.set(0, "")
				if err := get(); err != nil {
					t.Errorf("after its rest it gives %v", err)
				}
			})
		})
	}
}

func TestWhatIsGoneOrUnchanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &host{robotsCode: 404}
		v := polite.New(h.fetch, "cotmoc", time.Now, memory{})
		r := request("https://a.example/x")
		r.ETag = "\"1\""
		if a, err := v.Get(t.Context(), someSite(), r); err != nil || !a.NotModified {
			t.Errorf("an unchanged page gives %+v, %v", a, err)
		}
		h.set(410, "")
		if _, err := v.Get(t.Context(), someSite(), r); playlists.CodeOf(err) != playlists.NotFound {
			t.Errorf("a page that is gone gives %v", err)
		}
		h.set(500, "")
		if _, err := v.Get(t.Context(), someSite(), r); playlists.CodeOf(err) != playlists.Unavailable {
			t.Errorf("a failing site gives %v", err)
		}
		if _, err := v.Get(t.Context(), someSite(), request("https://b.example/")); playlists.ReasonOf(err) != "host_not_allowed" {
			t.Errorf("a foreign host gives %v", err)
		}
	})
}

// A restart does not forget what a host has asked for.
func TestRestsAreRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, kept := &host{robotsCode: 404}, memory{}
		get := func() error {
			_, err := polite.New(h.fetch, "cotmoc", time.Now, kept).Get(t.Context(), someSite(), request("https://a.example/x"))
			return err
		}
		h.set(429, "600")
		if err := get(); playlists.ReasonOf(err) != "site_resting" {
			t.Fatal(err)
		}
		asked := len(h.asked)
		h.set(0, "")
		if err := get(); playlists.ReasonOf(err) != "site_resting" || len(h.asked) != asked {
			t.Fatalf("after a restart it is asked at once: %v", err)
		}
		time.Sleep(9 * time.Minute)
		h.set(429, "")
		time.Sleep(2 * time.Minute)
		if err := get(); playlists.ReasonOf(err) != "site_resting" || kept["a.example"].Noes != 2 {
			t.Errorf("the second no in a row is the first after a restart: %+v, %v", kept, err)
		}
		h.set(0, "")
		time.Sleep(3 * time.Minute)
		if err := get(); err != nil || kept["a.example"] != (polite.Rest{}) {
			t.Errorf("once it says yes: %+v, %v", kept, err)
		}
	})
}
