package wire

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"unicode/utf8"

	"cotmoc/playlists"
)

const screen, other = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"

func TestAccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		user, topic string
		pub, sub    bool
	}{
		{screen, Topic(screen, UpReported), true, false},
		{screen, Topic(screen, "up/anything/later"), true, false},
		{screen, Topic(screen, DownProgramme), false, true},
		{screen, DownFilter(screen), false, true},
		{screen, Topic(other, UpReported), false, false},
		{screen, DownFilter(other), false, false},
		{screen, UpFilter, false, false},
		{screen, "cotmoc/v1/s/+/down/#", false, false},
		{screen, Topic(screen, UpStatus), true, true},
		{screen, Topic(other, UpStatus), false, false},
		{screen, "x" + Topic(screen, UpReported), false, false},
		{screen, screen + "/up/status", false, false},
		{screen, "#", false, false},
		{screen, "$SYS/#", false, false},
		{screen, Topic(screen, "up/#"), false, false},
		{screen, Topic(screen, "down/"), false, false},
		{screen, "cotmoc/v1/s/" + screen, false, false},
		{"+", "cotmoc/v1/s/+/down/#", false, false},
		{"", "cotmoc/v1/s//down/#", false, false},
	} {
		if got := MayPublish(c.user, c.topic); got != c.pub {
			t.Errorf("%q publishes to %s: %v", c.user, c.topic, got)
		}
		if got := MaySubscribe(c.user, c.topic); got != c.sub {
			t.Errorf("%q subscribes to %s: %v", c.user, c.topic, got)
		}
	}
}

// A screen names each topic that it listens to, and may listen to all of them.
func TestDownTopics(t *testing.T) {
	t.Parallel()
	for _, topic := range DownTopics(screen) {
		if strings.ContainsAny(topic, "+#") || !MaySubscribe(screen, topic) || MayPublish(screen, topic) {
			t.Errorf("a screen listens to %s", topic)
		}
	}
}

func TestParseTopic(t *testing.T) {
	t.Parallel()
	for topic, leaf := range map[string]string{
		Topic(screen, UpStatus): UpStatus, Topic(screen, "x"): "x",
		Topic(screen, ""): "", prefix + screen: "", screen + "/up/status": "", prefix + "/up/status": "", prefix + "x/up/status": "", "": "",
	} {
		id, got, ok := ParseTopic(topic)
		if ok != (leaf != "") || got != leaf || ok != (id == screen) {
			t.Errorf("%q parses to %q and %q", topic, id, got)
		}
	}
}

// The code is part of the protocol: both programs, of any two versions, must
// compute the same.
func TestPairingCode(t *testing.T) {
	t.Parallel()
	key, ca, nonce := bytes.Repeat([]byte{1}, 32), sha256.Sum256([]byte("ca")), bytes.Repeat([]byte{2}, 32)
	code := PairingCode(key, ca, nonce)
	if code != "3VFA-CXGN" {
		t.Errorf("the code is %s", code)
	}
	for name, changed := range map[string]string{
		"key":   PairingCode(nonce, ca, nonce),
		"ca":    PairingCode(key, sha256.Sum256([]byte("man in the middle")), nonce),
		"nonce": PairingCode(key, ca, key),
		"split": PairingCode(key[:31], ca, append([]byte{1}, nonce...)),
	} {
		if changed == code {
			t.Errorf("another %s gives the same code", name)
		}
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	play := `{"id":"aaaaaaaaaaaaaaaa","programme":{"epoch":1,"counter":1},"entry":"","item":"","media":"","rendition":"` + strings.Repeat("a", 64) + `","started_at":1,"duration_ms":5,"clock":"trusted","complete":true}`
	of := func(from, to string) string {
		return `{"batch":1,"plays":[` + strings.Replace(play, from, to, 1) + `]}`
	}
	for _, c := range []struct {
		name, data string
		into       interface{ Validate() error }
		ok         bool
	}{
		{"a batch", `{"batch":1,"plays":[` + play + `]}`, &Event{}, true},
		{"an empty batch", `{"batch":1,"plays":[]}`, &Event{}, false},
		{"too many plays", `{"batch":1,"plays":[` + strings.Repeat(play+",", 200) + play + `]}`, &Event{}, false},
		{"a negative play", `{"batch":1,"plays":[` + strings.Replace(play, `"duration_ms":5`, `"duration_ms":-5`, 1) + `]}`, &Event{}, false},
		{"an unknown clock", `{"batch":1,"plays":[` + strings.Replace(play, "trusted", "fine", 1) + `]}`, &Event{}, false},
		{"a bulletin", of(`"media":""`, `"media":"","order":"bbbbbbbbbbbbbbbb"`), &Event{}, true},
		{"a bulletin without its bytes", strings.Replace(of(`"media":""`, `"media":"","order":"bbbbbbbbbbbbbbbb"`), strings.Repeat("a", 64), "", 1), &Event{}, false},
		{"a bulletin by no id", of(`"media":""`, `"media":"","order":"storm"`), &Event{}, false},
		{"a bulletin that is a media too", of(`"media":""`, `"media":"cccccccccccccccc","order":"bbbbbbbbbbbbbbbb"`), &Event{}, false},
		{"a bulletin that is an item too", of(`"item":""`, `"item":"cccccccccccccccc","order":"bbbbbbbbbbbbbbbb"`), &Event{}, false},
		{"a bulletin of an entry", of(`"entry":""`, `"entry":"cccccccccccccccc","order":"bbbbbbbbbbbbbbbb"`), &Event{}, false},
		{"a play with a word of its own", of(`"media":""`, `"media":"","text":"storm"`), &Event{}, false},
		{"an unknown field", `{"batch":1,"x":1}`, &Ack{}, false},
		{"bytes after it", `{"batch":1}{}`, &Ack{}, false},
		{"nothing", ``, &Ack{}, false},
		{"over the limit", `{"batch":1}` + strings.Repeat(" ", MaxPayload), &Ack{}, false},
		{"a birth", `{"online":true,"boot":"b","session":1}`, &Status{}, true},
		{"a boot as long as a book", `{"online":true,"boot":"` + strings.Repeat("b", 300) + `","session":1}`, &Status{}, false},
		{"a report of nothing", `{}`, &Reported{}, false},
	} {
		if err := Decode([]byte(c.data), c.into); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		} else if err != nil && !strings.HasPrefix(err.Error(), "cannot ") {
			t.Errorf("%s: %q does not say what cannot be done", c.name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"online":true,"boot":"b","session":1}`))
	f.Add([]byte(`{"at":1,"clock":{"state":"lost","floor":0},"showing":{"kind":"none"}}`))
	f.Add([]byte(`{"batch":1,"plays":[{"id":"aaaaaaaaaaaaaaaa"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range []interface{ Validate() error }{&Status{}, &Reported{}, &Event{}, &Ack{}, &Telemetry{}} {
			if err := Decode(b, v); err != nil && playlists.CodeOf(err) == playlists.Internal {
				t.Fatalf("%T: an error that blames us: %v", v, err)
			}
		}
	})
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "lỗi": "lỗi", "a\xffb": "a?b",
		strings.Repeat("x", 200): strings.Repeat("x", 200),
		strings.Repeat("x", 201): strings.Repeat("x", 197) + "…",
		strings.Repeat("ệ", 67):  strings.Repeat("ệ", 65) + "…",
	} {
		if got := Shorten(text); got != want {
			t.Errorf("%q is shortened to %q", text, got)
		}
	}
}

// FuzzShorten holds that a shortened text passes as a payload's text, however
// it came, after it was encoded and read again.
func FuzzShorten(f *testing.F) {
	f.Add("short")
	f.Add(strings.Repeat("ệ", 67))
	f.Add(strings.Repeat("x", 199) + "ệ")
	f.Add(strings.Repeat("\xff", 200))
	f.Fuzz(func(t *testing.T, text string) {
		data, err := Encode(&Status{Boot: Shorten(text)})
		if err != nil {
			t.Fatal(err)
		}
		var back Status
		if err := Decode(data, &back); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if utf8.ValidString(text) && len(text) <= maxShortText && back.Boot != text {
			t.Fatalf("%q becomes %q", text, back.Boot)
		}
	})
}

func FuzzParseTopic(f *testing.F) {
	f.Add("cotmoc/v1/s/aaaaaaaaaaaaaaaa/up/status")
	f.Add("cotmoc/v1/s/+/up/#")
	f.Fuzz(func(t *testing.T, topic string) {
		if id, leaf, ok := ParseTopic(topic); ok && Topic(id, leaf) != topic {
			t.Fatalf("%q parses to %q and %q", topic, id, leaf)
		}
	})
}
