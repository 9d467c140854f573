package assist_test

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"cotmoc/agent/internal/assist"
)

func TestTail(t *testing.T) {
	t.Parallel()
	var tail assist.Tail
	if got := tail.Newest(10); len(got) != 0 {
		t.Errorf("nothing is %q", got)
	}
	log := tail.Logger(slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError})))
	log.With("part", "link").WithGroup("g").Info("connected", "n", 1)
	log.Debug("unheard")
	if got := tail.Newest(10); len(got) != 1 || !strings.HasSuffix(string(got[0]), `level=INFO msg=connected part=link g.n=1`) {
		t.Errorf("kept %q", got)
	}
	for i := range 1200 {
		log.Info(fmt.Sprint("line ", i))
	}
	got := tail.Newest(1000)
	if len(got) != 500 || !strings.Contains(string(got[0]), "line 700") || !strings.Contains(string(got[499]), "line 1199") {
		t.Errorf("%d lines from %q", len(got), got[0])
	}
	if got := tail.Newest(2); len(got) != 2 || !strings.Contains(string(got[0]), "line 1198") {
		t.Errorf("the newest are %q", got)
	}
}

// What leaves the PC holds no secret, and what helps stays.
func TestRedaction(t *testing.T) {
	t.Parallel()
	digest := strings.Repeat("0123456789abcdef", 4)
	for in, want := range map[string]string{
		`msg="pin taken" pin=123456`:                                  `msg="pin taken" pin=[hidden]`,
		`password="two words" n=1`:                                    `password=[hidden] n=1`,
		`Authorization: Bearer abc.def n=1`:                           `Authorization: [hidden] n=1`,
		`{"token":"x\"y","n":1}`:                                      `{"token":[hidden],"n":1}`,
		`camera=http://admin:geheim@10.0.0.9/jpg`:                     `camera=http://[hidden]@10.0.0.9/jpg`,
		`get "https://cam.lan/shot?user=a&key=b": refused`:            `get "https://cam.lan/shot?[hidden]": refused`,
		`-----BEGIN PRIVATE KEY-----MC4CAQ-----END PRIVATE KEY-----x`: `[hidden]x`,
		`-----BEGIN PRIVATE KEY-----MC4CAQ`:                           `[hidden]`,
		`key MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v8jCgWYlS3hQo7w1mYQ2f=`:       `key [hidden]`,
		`object=` + digest:                                            `object=` + digest,
		`pid=77 code=3VFA-CXGN`:                                       `pid=77 code=[hidden]`,
		`https://host:8443/objects/` + digest:                         `https://host:8443/objects/` + digest,
		`screen=abcdefghij234567 spinning=true passing=yes`:           `screen=abcdefghij234567 spinning=true passing=yes`,
		"bad \xff": "bad ?",
		`dir=/var/lib/cotmoc-agent/documents/objects/incoming-new`: `dir=/var/lib/cotmoc-agent/documents/objects/incoming-new`,
	} {
		var tail assist.Tail
		if _, err := tail.Write([]byte(in + "\n")); err != nil {
			t.Fatal(err)
		}
		if got := string(tail.Newest(1)[0]); got != want {
			t.Errorf("%s\nis kept as %s\nwant       %s", in, got, want)
		}
	}
	var tail assist.Tail
	_, _ = tail.Write([]byte(strings.Repeat("à ", 1000)))
	if got := tail.Newest(1)[0]; len(got) > 610 || !utf8.Valid(got) {
		t.Errorf("a long line has %d bytes", len(got))
	}
}
