package stage

import (
	"crypto/ed25519"
	"crypto/sha256"
	"time"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Key gives a key by a word, so that stories can be told again.
func Key(word string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("story key of " + word))
	return ed25519.NewKeyFromSeed(seed[:])
}

// The holders of the stories' root keys; two of the three sign a charter.
func holders() []string { return []string{"Thu", "Sơn", "Hạnh"} }

// capacities is what each role's hand may sign on a stage.
func capacities() map[string][]programme.Capacity {
	return map[string][]programme.Capacity{
		"reviewer":  {programme.MayReview, programme.MayLift},
		"approver":  {programme.MayApprove, programme.MayTakeDown, programme.MayLift},
		"emergency": {programme.MayBulletin, programme.MayTakeDown},
	}
}

// Charter gives the controller its first charter: reviewer, approver and
// emergency person sign with key files from then on. change may be nil.
func (s *Stage) Charter(change func(*programme.Charter)) *programme.HeldCharter {
	s.t.Helper()
	for role, client := range map[string]*apiclient.Client{"reviewer": s.Reviewer, "approver": s.Approver, "emergency": s.Emergency} {
		h := apiclient.Hand{Client: client, Person: s.People[role], Key: Key(role)}
		s.Hands[role] = h
		if err := h.Offer(s.t.Context(), "USB", Password); err != nil {
			s.t.Fatalf("%v", err)
		}
	}
	var roots []Object
	for _, h := range holders() {
		roots = append(roots, Object{"holder": h, "key": []byte(Key("root " + h).Public().(ed25519.PublicKey))})
	}
	return s.amend(Object{"roots": roots, "root_threshold": 2}, change)
}

// Amend gives the controller its next charter.
func (s *Stage) Amend(change func(*programme.Charter)) *programme.HeldCharter {
	s.t.Helper()
	return s.amend(Object{}, change)
}

// amend has the controller draft a charter of everybody, changes it, has two
// holders sign it and hands it in.
func (s *Stage) amend(draft Object, change func(*programme.Charter)) *programme.HeldCharter {
	s.t.Helper()
	var people []Object
	for role, may := range capacities() {
		c, err := programme.FileCredential(Key(role).Public().(ed25519.PublicKey))
		if err != nil {
			s.t.Fatalf("%v", err)
		}
		people = append(people, Object{"id": s.People[role], "may": may, "clusters": []string{playlists.Everywhere}, "standing": programme.Active, "credentials": []string{c.ID}})
	}
	for k, v := range (Object{"expires_at": time.Now().AddDate(2, 0, 0), "lift_threshold": 2, "independent_decision": false, "max_unattended_days": 60, "people": people}) {
		draft[k] = v
	}
	var drafted struct {
		Payload []byte `json:"payload"`
	}
	if err := s.Admin.Post(s.t.Context(), "/charter/draft", draft, &drafted); err != nil {
		s.t.Fatalf("%v", err)
	}
	payload := drafted.Payload
	if change != nil {
		var c programme.Charter
		if err := programme.Unmarshal(payload, &c); err != nil {
			s.t.Fatalf("%v", err)
		}
		change(&c)
		var err error
		if payload, err = programme.Marshal(c); err != nil {
			s.t.Fatalf("%v", err)
		}
	}
	envelope := SignCharter(s.t, payload, holders()[:2]...)
	if err := s.Admin.Post(s.t.Context(), "/charter", Object{"envelope": envelope}, nil); err != nil {
		s.t.Fatalf("%v", err)
	}
	var err error
	if s.charter == nil {
		s.charter, err = programme.FirstCharter(envelope)
	} else {
		s.charter, err = s.charter.Next(envelope)
	}
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	return s.charter
}

// SignCharter signs a charter's payload with the root keys of holders.
func SignCharter(t T, payload []byte, by ...string) []byte {
	t.Helper()
	var envelope []byte
	for _, h := range by {
		var err error
		if envelope, err = programme.SignCharter(envelope, payload, Key("root "+h)); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return envelope
}

// Decide has three people decide on a media, two of them by their hands.
func (s *Stage) Decide(m *apiclient.Media) {
	s.t.Helper()
	s.Post(s.Editor, "/media/"+string(m.ID)+"/submit", Object{"declared": true})
	if err := s.Hands["reviewer"].Decide(s.t.Context(), programme.Review, m); err != nil {
		s.t.Fatalf("%v", err)
	}
	if err := s.Hands["approver"].Decide(s.t.Context(), programme.Approve, m); err != nil {
		s.t.Fatalf("%v", err)
	}
}
