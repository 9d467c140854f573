package programme_test

import (
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

func TestEveryFieldOfACharter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	old := playliststest.SignCharter(t, w.next, "anh", "binh")
	before, err := programme.FirstCharter(playliststest.SignCharter(t, w.first, "anh", "binh"))
	if err != nil {
		t.Fatal(err)
	}
	flipAll(t, func() *programme.Charter { return copied(t, &w.next) }, `
		Number                             charter_gap      charter_gap
		Previous                           charter_forked   charter_forked
		Epoch                              charter_unsigned -
		IssuedAt                           charter_unsigned -
		ExpiresAt                          charter_unsigned -
		Roots#                             charter_unsigned -
		Roots[].Holder                     charter_unsigned -
		Roots[].Key                        charter_unsigned charter_unsigned
		RootThreshold                      charter_unsigned charter_unsigned
		ProgrammeKeys#                     malformed        malformed
		ProgrammeKeys[].ID                 malformed        malformed
		ProgrammeKeys[].Key                malformed        malformed
		RelyingParties#                    malformed        malformed
		RelyingParties[].ID                malformed        malformed
		RelyingParties[].Origins#          malformed        malformed
		RelyingParties[].Origins[]         malformed        malformed
		People#                            charter_unsigned -
		People[].ID                        charter_unsigned -
		People[].Name                      charter_unsigned -
		People[].May#                      charter_unsigned -
		People[].May[]                     malformed        malformed
		People[].Clusters#                 malformed        malformed
		People[].Clusters[]                malformed        malformed
		People[].ValidFrom                 charter_unsigned -
		People[].ValidUntil                malformed        malformed
		People[].Standing                  malformed        malformed
		People[].Kept                      malformed        malformed
		People[].Credentials#              charter_unsigned -
		People[].Credentials[].ID          malformed        malformed
		People[].Credentials[].Kind        malformed        malformed
		People[].Credentials[].Algorithm   malformed        malformed
		People[].Credentials[].Key         malformed        malformed
		People[].Credentials[].RPID        malformed        malformed
		People[].Credentials[].Independent charter_unsigned -
		LiftThreshold                      charter_unsigned -
		IndependentDecision                charter_unsigned -
		MaxUnattendedDays                  charter_unsigned -
		Pins#                              charter_unsigned -
		Pins[].Clusters#                   malformed        malformed
		Pins[].Clusters[]                  malformed        malformed
		Pins[].Salt                        charter_unsigned -
		Pins[].Hash                        charter_unsigned -
		Pins[].Time                        charter_unsigned -
		Pins[].MemoryKB                    charter_unsigned -
		Pins[].Threads                     charter_unsigned -
		ReleaseSigners#                    charter_unsigned -
		ReleaseSigners[].Holder            charter_unsigned -
		ReleaseSigners[].Key               charter_unsigned -
		ReleaseThreshold                   charter_unsigned -
	`, func(c *programme.Charter) error {
		e := readEnvelope(t, old)
		e.Payload = marshal(t, c)
		_, err := before.Next(marshal(t, e))
		return err
	}, func(c *programme.Charter) error {
		_, err := before.Next(playliststest.SignCharter(t, *c, "anh", "binh"))
		return err
	})
}

func TestEveryFieldOfACharterEnvelope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	before, err := programme.FirstCharter(playliststest.SignCharter(t, w.first, "anh", "binh"))
	if err != nil {
		t.Fatal(err)
	}
	judge := func(e *programme.Envelope) error {
		_, err := before.Next(marshal(t, e))
		return err
	}
	flipAll(t, func() *programme.Envelope {
		return readEnvelope(t, playliststest.SignCharter(t, w.next, "anh", "binh"))
	}, `
		PayloadType        bad_type         bad_type
		Payload            malformed        malformed
		Signatures#        charter_unsigned charter_unsigned
		Signatures[].KeyID charter_unsigned charter_unsigned
		Signatures[].Sig   charter_unsigned charter_unsigned
	`, judge, judge)
}

func TestEveryFieldOfAProgrammeEnvelope(t *testing.T) {
	t.Parallel()
	s := signed(t, 7)
	judge := func(e *programme.Envelope) error { return second(programme.Verify(marshal(t, e), trust())) }
	flipAll(t, func() *programme.Envelope { return readEnvelope(t, s.Envelope) }, `
		PayloadType        bad_type      bad_type
		Payload            bad_signature bad_signature
		Signatures#        malformed     malformed
		Signatures[].KeyID bad_signature bad_signature
		Signatures[].Sig   bad_signature bad_signature
	`, judge, judge)
}

// underOld gives an envelope with another payload and the signatures of before.
func underOld(t testing.TB, envelope []byte, payload any) []byte {
	t.Helper()
	e := readEnvelope(t, envelope)
	e.Payload = marshal(t, payload)
	return marshal(t, e)
}

// The old signature is checked before anything is read, so that every flip has
// one refusal; whoever holds the programme key meets the second column, and
// then the approvals.
func TestEveryFieldOfAProgramme(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	bundle := playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{})
	s := playliststest.Programme(t, playliststest.Screen(), 7, schedule.Rule{From: "2026-01-01", Until: "2026-12-31", Weekdays: []int{1}, Windows: []schedule.Window{{Start: "06:00", End: "22:00"}}}, true, bundle)
	doc := s.Programme
	doc.Charter, doc.Orders = w.held.Number, 4
	doc.Audit = programme.AuditHead{Seq: 9, Hash: playlists.DigestOf([]byte("audit"))}
	doc.Withdrawn = []playlists.ID{playliststest.ID("bien")}
	judge := func(envelope []byte) error {
		on := w.trust()
		on.Cluster = playliststest.Screen().Cluster
		on.Held = programme.Held{Epoch: 1, Counter: 7, Payload: playlists.DigestOf([]byte("that before"))}
		on.HeldOrders = programme.Held{Epoch: 1, Counter: 4}
		a, err := programme.Verify(envelope, on)
		if err != nil {
			return err
		}
		_, missing, err := programme.Load(a, w.grounds(), func(d playlists.Digest) ([]byte, bool) { b, ok := s.Objects[d]; return b, ok })
		if len(missing) > 0 {
			return &programme.RefusalError{Refusal: programme.MissingObject, Err: errMissing}
		}
		return err
	}
	doc.Counter = 8
	old := resign(t, doc)
	flipAll(t, func() *programme.Programme { return copied(t, &doc) }, `
		Screen                         bad_signature other_screen
		Cluster                        bad_signature other_cluster
		Profile                        bad_signature malformed
		TimeZone                       bad_signature malformed
		Epoch                          bad_signature wrong_epoch
		Counter                        bad_signature -
		IssuedAt                       bad_signature -
		Charter                        bad_signature charter_missing
		Orders                         bad_signature orders_missing
		Audit.Seq                      bad_signature -
		Audit.Hash                     bad_signature -
		Slate?                         bad_signature -
		Slate.Media                    bad_signature not_approved
		Slate.Rendition                bad_signature internally_wrong
		Slate.Size                     bad_signature internally_wrong
		Slate.MIME                     bad_signature malformed
		Slate.Chunks                   bad_signature missing_object
		Slate.Approval                 bad_signature missing_object
		Slate.Prints                   bad_signature malformed
		Entries#                       bad_signature -
		Entries[].ID                   bad_signature -
		Entries[].Playlist             bad_signature missing_object
		Entries[].Priority             bad_signature -
		Entries[].Rule.From            bad_signature malformed
		Entries[].Rule.Until           bad_signature malformed
		Entries[].Rule.Weekdays#       bad_signature -
		Entries[].Rule.Weekdays[]      bad_signature -
		Entries[].Rule.Windows#        bad_signature -
		Entries[].Rule.Windows[].Start bad_signature malformed
		Entries[].Rule.Windows[].End   bad_signature malformed
		Withdrawn#                     bad_signature -
		Withdrawn[]                    bad_signature -
	`,
		func(p *programme.Programme) error { return judge(underOld(t, old, p)) },
		func(p *programme.Programme) error { return judge(resign(t, *p)) })
}

func TestEveryFieldOfASetOfOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	takedown := playliststest.Order(t, orderOf(programme.Takedown), "approver")
	set := programme.Orders{
		Screen: playliststest.Screen().ID, Epoch: 1, Counter: 3, IssuedAt: playliststest.Now.UnixMilli(), Charter: w.held.Number,
		Orders: []programme.SignedOrder{takedown}, Safe: []programme.Safe{{ID: playliststest.ID("safe"), By: "Lê Trực", At: playliststest.Now.UnixMilli()}},
	}
	sign := func(o *programme.Orders) []byte {
		b, err := programme.SignOrders(o, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	old := sign(&set)
	judge := func(envelope []byte) error {
		on := w.trust()
		on.HeldOrders = programme.Held{Epoch: 1, Counter: 3, Payload: playlists.DigestOf(marshal(t, set))}
		a, err := programme.VerifyOrders(envelope, on)
		if err == nil && len(a.Refused) > 0 {
			err = a.Refused[0]
		}
		return err
	}
	flipAll(t, func() *programme.Orders { return copied(t, &set) }, `
		Screen                             bad_signature other_screen
		Epoch                              bad_signature wrong_epoch
		Counter                            bad_signature -
		IssuedAt                           bad_signature -
		Charter                            bad_signature charter_missing
		Orders#                            bad_signature -
		Orders[].Order                     bad_signature malformed
		Orders[].Hands#                    bad_signature too_few_people
		Orders[].Hands[].Person            bad_signature unknown_person
		Orders[].Hands[].Credential        bad_signature unknown_credential
		Orders[].Hands[].Sig               bad_signature person_signature
		Orders[].Hands[].AuthenticatorData bad_signature person_signature
		Orders[].Hands[].ClientData        bad_signature person_signature
		Safe#                              bad_signature -
		Safe[].ID                          bad_signature -
		Safe[].By                          bad_signature -
		Safe[].At                          bad_signature -
	`,
		func(o *programme.Orders) error { return judge(underOld(t, old, o)) },
		func(o *programme.Orders) error {
			if o.Counter == 3 && playlists.DigestOf(marshal(t, o)) != playlists.DigestOf(marshal(t, set)) {
				o.Counter = 4 // what is new has a new number
			}
			return judge(sign(o))
		})
}

func TestEveryFieldOfABeacon(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	nonce := make([]byte, programme.NonceSize)
	beacon := programme.Beacon{Screen: playliststest.Screen().ID, Nonce: nonce, Time: playliststest.Now.UnixMilli(), Epoch: 1, Charter: 2, Programme: 3, Orders: 4, Settings: 5, Reported: programme.Numbers{Epoch: 1, Counter: 3}}
	sign := func(b *programme.Beacon) []byte {
		e, err := programme.SignBeacon(b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	old := sign(&beacon)
	judge := func(envelope []byte) error { return second(programme.VerifyBeacon(envelope, nonce, w.trust())) }
	flipAll(t, func() *programme.Beacon { return copied(t, &beacon) }, `
		Screen           bad_signature other_screen
		Nonce            bad_signature wrong_nonce
		Time             bad_signature -
		Epoch            bad_signature -
		Charter          bad_signature -
		Programme        bad_signature -
		Orders           bad_signature -
		Settings         bad_signature -
		Reported.Epoch   bad_signature -
		Reported.Counter bad_signature -
	`,
		func(b *programme.Beacon) error { return judge(underOld(t, old, b)) },
		func(b *programme.Beacon) error { return judge(sign(b)) })
}
