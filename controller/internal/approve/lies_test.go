package approve

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// TestRefusesALyingController has a controller lie in every way that could have
// a person sign what they did not see.
func TestRefusesALyingController(t *testing.T) {
	t.Parallel()
	portrait := playlists.Portrait1080
	tests := []struct {
		name string
		want Refusal
		lie  func(*controller)
	}{
		{"other bytes for a digest", OtherBytes, func(c *controller) { c.bytes[portrait] = append(slices.Clone(c.bytes[portrait]), 0) }},
		{"other bytes of the same length", OtherBytes, func(c *controller) {
			b := slices.Clone(c.bytes[portrait])
			b[len(b)-1] ^= 1
			c.bytes[portrait] = b
		}},
		{"no bytes", OtherBytes, func(c *controller) { c.bytes[portrait] = nil }},
		{"no rendition", FromController, func(c *controller) { delete(c.bytes, portrait) }},
		{"a page instead of a picture", NoPicture, func(c *controller) {
			c.bytes[portrait] = []byte("<html><script>alert(1)</script></html>")
			c.media.Renditions[1].Digest = playlists.DigestOf(c.bytes[portrait])
		}},
		{"too short to be anything", NoPicture, func(c *controller) {
			c.bytes[portrait] = []byte{0xff, 0xd8, 0xff}
			c.media.Renditions[1].Digest = playlists.DigestOf(c.bytes[portrait])
		}},
		{"another payload than the statement", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Payload = bytes.Replace(p.Payload, []byte("Cầu Treo"), []byte("Vũng Áng"), 1) }
		}},
		{"another challenge", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Challenge = base64.RawURLEncoding.EncodeToString(make([]byte, 32)) }
		}},
		{"another type", OtherStatement, func(c *controller) { c.answer = func(p *prepared) { p.PayloadType = programme.OrderType } }},
		{"a batch with another statement", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) {
				other := bytes.Replace(p.Statements[0].Statement, []byte("Cầu Treo"), []byte("Vũng Áng"), 1)
				batch, err := programme.NewBatch(p.Statements[0].Statement, other)
				if err != nil {
					c.t.Error(err)
				}
				challenge := programme.Challenge(programme.BatchPayloadType, batch)
				p.PayloadType, p.Payload, p.Challenge = programme.BatchPayloadType, batch, base64.RawURLEncoding.EncodeToString(challenge[:])
			}
		}},
		{"two statements", OtherStatement, func(c *controller) {
			c.answer = func(p *prepared) { p.Statements = append(p.Statements, p.Statements[0]) }
		}},
		{"no statement", OtherStatement, func(c *controller) { c.answer = func(p *prepared) { p.Statements = nil } }},
		{"a statement with a field more", Unreadable, func(c *controller) {
			c.answer = func(p *prepared) {
				b := bytes.Replace(p.Payload, []byte(`"title":`), []byte(`"also":1,"title":`), 1)
				challenge := programme.Challenge(programme.StatementPayloadType, b)
				p.Payload, p.Statements[0].Statement, p.Challenge = b, b, base64.RawURLEncoding.EncodeToString(challenge[:])
			}
		}},
		{"another kind of statement", Unreadable, func(c *controller) {
			c.state = func(s *programme.Statement) { s.PredicateType = "https://slsa.dev/provenance/v1" }
		}},
		{"somebody else's name", OtherPerson, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.Person = playliststest.ID("reviewer") }
		}},
		{"another name for the same id", OtherPerson, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.PersonName = "Phạm Thu Hà" }
		}},
		{"another act", OtherAct, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Act = programme.Review } }},
		{"an act that nobody asks for", OtherAct, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Act = programme.Withdraw } }},
		{"another media", OtherMedia, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Predicate.Media = playliststest.ID("other") }
		}},
		{"own work", OwnWork, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Author = c.me.ID } }},
		{"a hidden reason", Unreadable, func(c *controller) { c.state = func(s *programme.Statement) { s.Predicate.Reason = "vì" } }},
		{"made long ago", OtherTime, func(c *controller) { c.now = c.now.Add(-time.Hour) }},
		{"made in the future", OtherTime, func(c *controller) { c.now = c.now.Add(time.Hour) }},
		{"an extra subject", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) {
				s.Subject = append(s.Subject, programme.Subject{Name: "4k", Digest: programme.SubjectDigest{SHA256: playlists.DigestOf([]byte("evil"))}})
			}
		}},
		{"another type than the bytes are", OtherBytes, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].MediaType = "video/mp4" }
		}},
		{"no type", OtherBytes, func(c *controller) { c.state = func(s *programme.Statement) { s.Subject[0].MediaType = "" } }},
		{"a profile twice", Unreadable, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1] = s.Subject[0] }
		}},
		{"an unknown profile", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].Name = "evil" }
			c.media.Renditions[1].Profile = "evil"
		}},
		{"a rendition less", OtherRenditions, func(c *controller) { c.state = func(s *programme.Statement) { s.Subject = s.Subject[:1] } }},
		{"another digest than is listed", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject[1].Digest.SHA256 = playlists.DigestOf([]byte("evil")) }
		}},
		{"swapped renditions", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) {
				s.Subject[0].Digest, s.Subject[1].Digest = s.Subject[1].Digest, s.Subject[0].Digest
			}
		}},
		{"a title that reads another way", HiddenText, func(c *controller) { c.media.Title = "Cầu\u202eoerT" }},
		{"a rights basis with a line that hides", HiddenText, func(c *controller) { c.media.Terms.RightsBasis = "Sở\n\n\n\nkhông" }},
		{"a profile listed twice", OtherRenditions, func(c *controller) {
			c.list = func(m map[string]any) {
				all, _ := m["renditions"].([]any)
				m["renditions"] = append(all, all[0])
			}
		}},
		{"more than what is to be decided", OtherRenditions, func(c *controller) {
			c.list = func(m map[string]any) { m["to_decide"] = []any{portrait} }
		}},
		{"less than what is to be decided", OtherRenditions, func(c *controller) {
			c.state = func(s *programme.Statement) { s.Subject = s.Subject[:1] }
			c.list = func(m map[string]any) { m["to_decide"] = []any{portrait} }
		}},
		{"a profile to decide that has no picture", OtherRenditions, func(c *controller) {
			c.list = func(m map[string]any) { m["to_decide"] = []any{playlists.Landscape1080, portrait, "site-1280x384"} }
		}},
		{"nothing to decide", OtherRenditions, func(c *controller) {
			c.list = func(m map[string]any) { m["to_decide"] = []any{} }
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			lies := newController(t)
			c := newClient(t, lies, playliststest.Hand("approver"))
			test.lie(lies)
			if _, p := look(t, c, programme.Approve); p.Reason != test.want {
				t.Errorf("refused for %q (%s), want %q", p.Reason, p.Detail, test.want)
			}
			if c.item != nil || len(lies.decided) != 0 {
				t.Error("it can still be signed")
			}
			if left, err := os.ReadDir(c.cfg.Folder); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// TestForgetsWhatWasLookedAtBefore holds a signature to the newest look and to
// ten minutes.
func TestForgetsWhatWasLookedAtBefore(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	c := newClient(t, lies, playliststest.Hand("approver"))
	old, _ := look(t, c, programme.Approve)
	fresh, _ := look(t, c, programme.Approve)
	if p := ask(t, c, http.MethodPost, "items/"+old.ID+"/sign", seen(old), nil); p.Reason != NotSeen {
		t.Errorf("the look before: %+v", p)
	}
	c.cfg.Now = func() time.Time { return playliststest.Now.Add(maxClockOff + time.Second) }
	if p := ask(t, c, http.MethodPost, "items/"+fresh.ID+"/sign", seen(fresh), nil); p.Reason != TooLate {
		t.Errorf("eleven minutes later: %+v", p)
	}
	if len(lies.decided) != 0 {
		t.Error("it was signed")
	}
}

// TestTakesOnlyAPasskeyOfThePage refuses to hand on a signature by a key that
// the charter is not said to name for this page.
func TestTakesOnlyAPasskeyOfThePage(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	lies.answer = func(p *prepared) {
		p.Credentials = []signer{
			{ID: "1111111111111111", Kind: programme.Passkey, RPID: "cotmoc.example.vn", CredentialID: "AQID"},
			{ID: "2222222222222222", Kind: programme.KeyFile}, {ID: "3333333333333333", Kind: programme.Passkey, RPID: "localhost", CredentialID: "!"},
			{ID: "4444444444444444", Kind: programme.Passkey, RPID: "localhost", CredentialID: "AQID", Independent: true},
		}
	}
	c := newClient(t, lies, nil)
	v, p := look(t, c, programme.Approve)
	if p.Reason != "" || len(v.Signers) != 1 || v.Signers[0].ID != "4444444444444444" {
		t.Fatalf("%+v %+v", v.Signers, p)
	}
	signed := seen(v)
	signed["hand"] = hand{Credential: "1111111111111111", Sig: []byte{1}}
	if p := ask(t, c, http.MethodPost, "items/"+v.ID+"/sign", signed, nil); p.Reason != NoKey {
		t.Errorf("another page's key: %+v", p)
	}
}
