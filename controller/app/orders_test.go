package app_test

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// ordersOf is a screen that listens to its orders and verifies them.
type ordersOf struct {
	t       *testing.T
	screen  playlists.ID
	charter *programme.HeldCharter
	client  mqtt.Client
	came    chan []byte
	held    programme.Held
}

// listen connects a claimed screen PC and waits for its subscription.
func listen(t *testing.T, pc *screenPC, charter *programme.HeldCharter) *ordersOf {
	t.Helper()
	s := &ordersOf{t: t, screen: pc.identity.Screen, charter: charter, came: make(chan []byte, 20)}
	o := mqtt.NewClientOptions().AddBroker(pc.identity.MQTTURL).SetClientID(string(s.screen)).SetTLSConfig(pc.tls(t)).SetProtocolVersion(4).SetCleanSession(true).SetAutoReconnect(false)
	s.client = mqtt.NewClient(o)
	if token := s.client.Connect(); !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot connect: %v", token.Error())
	}
	t.Cleanup(func() { s.client.Disconnect(0) })
	token := s.client.Subscribe(wire.Topic(s.screen, wire.DownOrders), 1, func(_ mqtt.Client, m mqtt.Message) { s.came <- m.Payload() })
	if !token.WaitTimeout(deadline) || token.Error() != nil {
		t.Fatalf("cannot subscribe: %v", token.Error())
	}
	return s
}

// next verifies the next set as an agent does.
func (s *ordersOf) next() *programme.AcceptedOrders {
	s.t.Helper()
	select {
	case envelope := <-s.came:
		if s.again(envelope) {
			return s.next()
		}
		a, err := programme.VerifyOrders(envelope, programme.Trust{Screen: s.screen, Charter: s.charter, Now: time.Now(), HeldOrders: s.held})
		if err != nil || len(a.Refused) > 0 {
			s.t.Fatalf("an agent refuses its orders: %v %v", err, a)
		}
		s.held = programme.Held{Epoch: a.Epoch, Counter: a.Counter, Payload: a.Payload}
		return a
	case <-time.After(deadline):
		s.t.Fatal("no orders came")
		return nil
	}
}

// again tells whether an envelope is the one that is held: a broker that comes
// back is filled anew.
func (s *ordersOf) again(envelope []byte) bool {
	s.t.Helper()
	a, err := programme.RereadOrders(envelope, s.screen, s.charter.ProgrammeKeys)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.Payload == s.held.Payload
}

// says reports that the newest set is held and things are latched.
func (s *ordersOf) says(seq uint64, latched ...wire.Latched) {
	s.t.Helper()
	payload, err := wire.Encode(wire.Reported{
		At: time.Now().UnixMilli(), Boot: "boot", Session: 1, Seq: seq, Clock: wire.Clock{State: wire.ClockTrusted}, Problems: []wire.Problem{},
		Showing: wire.Showing{Kind: wire.ShowSlate, LastFrame: time.Now().UnixMilli()},
		Trust:   wire.Trusted{Starts: 1, Charter: s.charter.Number, Orders: &wire.ProgrammeRef{Epoch: s.held.Epoch, Counter: s.held.Counter}, Latched: latched},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if token := s.client.Publish(wire.Topic(s.screen, wire.UpReported), 1, true, payload); !token.WaitTimeout(deadline) || token.Error() != nil {
		s.t.Fatalf("cannot report: %v", token.Error())
	}
}

// orderedList is what GET /orders says.
type orderedList struct {
	Items []struct {
		ID            playlists.ID `json:"id"`
		Kind          string       `json:"kind"`
		Order         []byte       `json:"order"`
		Signed        int          `json:"signed"`
		Needs         int          `json:"needs"`
		ScreensTold   int          `json:"screens_told"`
		ScreensObeyed int          `json:"screens_obeyed"`
	} `json:"items"`
}

// hand signs an order by the key file of a person's word.
func hand(t *testing.T, word string, order []byte) map[string]any {
	t.Helper()
	s, err := programme.SignByHand(programme.OrderType, order, "", playliststest.Hand(word))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"credential": s.Credential, "sig": s.Sig}
}

// ordered prepares, signs and gives an order.
func (o *office) ordered(who string, wish map[string]any) (id playlists.ID, signed, needs int) {
	o.t.Helper()
	var prepared struct {
		Order       []byte `json:"order"`
		Credentials []struct {
			ID string `json:"id"`
		} `json:"credentials"`
	}
	o.post(who, "/orders/prepare", wish, &prepared)
	if len(prepared.Credentials) != 1 {
		o.t.Errorf("%s may sign with %v", who, prepared.Credentials)
	}
	var taken struct {
		ID            playlists.ID `json:"id"`
		Signed, Needs int
	}
	o.post(who, "/orders", map[string]any{"order": prepared.Order, "hands": []any{hand(o.t, who, prepared.Order)}}, &taken)
	return taken.ID, taken.Signed, taken.Needs
}

// obeyedBy waits until so many screens have obeyed an order.
func (o *office) obeyedBy(who string, id playlists.ID, screens int) {
	o.t.Helper()
	for end := time.Now().Add(deadline); ; { // each look is a request
		var list orderedList
		if err := o.as(who).Get(o.t.Context(), "/orders?all=true", &list); err != nil {
			o.t.Fatal(err)
		}
		for _, item := range list.Items {
			if item.ID == id && item.ScreensObeyed == screens {
				return
			}
		}
		if time.Now().After(end) {
			o.t.Fatalf("order %s is not obeyed by %d screens: %+v", id, screens, list)
		}
	}
}

// TestOrdersFromPeopleToTheScreen tells through the API how people take down,
// warn, put on the slate, lift and place, and how a screen hears and obeys.
func TestOrdersFromPeopleToTheScreen(t *testing.T) {
	t.Parallel()
	o := newOffice(t, map[string][]playlists.Role{
		"root": {playlists.Administrator}, "author": {playlists.Contributor}, "approver": {playlists.Approver}, "second": {playlists.Approver},
		"emergency": {playlists.Emergency}, "officer": {playlists.WatchOfficer}, "tech": {playlists.Technician},
	})
	media := o.submitted("flag", "author")
	err := o.as("approver").Post(t.Context(), "/orders/prepare", map[string]any{"kind": "takedown", "media_id": media}, nil)
	refusedFor(t, "an order before a charter", "charter_missing", err)
	signers := []string{"approver", "second", "emergency", "tech"}
	for _, who := range signers {
		o.post(who, "/signing-credentials/key-file", map[string]any{"password": sqlstoretest.Password, "label": "USB", "public_key": []byte(playliststest.Hand(who).Public().(ed25519.PublicKey))}, nil)
	}
	first, _ := o.draft([]map[string]any{
		o.person("approver", programme.Active, "", programme.MayTakeDown, programme.MayLift), o.person("second", programme.Active, "", programme.MayLift),
		o.person("emergency", programme.Active, "", programme.MayBulletin), o.person("tech", programme.Active, "", programme.MayPlace),
	}, nil)
	if err := o.accept(first, "anh", "binh"); err != nil {
		t.Fatal(err)
	}
	pc := pair(t, o.agents)
	cluster, other := playliststest.ID("cautreo"), playliststest.ID("vungang")
	o.post("tech", "/screens/claim", map[string]any{"code": pc.code, "name": "Cổng", "cluster_id": cluster, "profile": "1080p-landscape", "tags": []string{}}, nil)
	pc.identity = pc.poll(t).Grant
	screen := listen(t, pc, o.held)

	down, signed, needs := o.ordered("approver", map[string]any{"kind": "takedown", "media_id": media, "reason": "sai bản đồ"})
	if signed != 1 || needs != 1 {
		t.Errorf("signed by %d of %d", signed, needs)
	}
	if a := screen.next(); len(a.Obeyed) != 1 || a.Obeyed[0].ID != down || a.Obeyed[0].Media != media {
		t.Fatalf("the screen is to obey %+v", a.Obeyed)
	}
	screen.says(1, wire.Latched{ID: down, Kind: wire.LatchTakedown})
	o.obeyedBy("officer", down, 1)

	warned, _, _ := o.ordered("emergency", map[string]any{"kind": "bulletin", "clusters": []any{cluster}, "level": "urgent", "minutes": 10,
		"text": []any{map[string]string{"language": "vi", "title": "Bão số 5", "body": "Không qua ngầm."}}})
	if a := screen.next(); len(a.Obeyed) != 2 || a.Obeyed[1].ID != warned {
		t.Fatalf("the screen is to obey %+v", a.Obeyed)
	}

	var called struct {
		IDs []playlists.ID `json:"ids"`
	}
	o.post("officer", "/safe", map[string]any{"clusters": []string{}, "screens": []any{screen.screen}}, &called)
	if a := screen.next(); len(a.Safe) != 1 || a.Safe[0].ID != called.IDs[0] {
		t.Fatalf("the screen is called by %+v", a.Safe)
	}

	lift, signed, needs := o.ordered("approver", map[string]any{"kind": "lift", "lifts": called.IDs[0]})
	if signed != 1 || needs != 2 {
		t.Fatalf("a lift by one is signed by %d of %d", signed, needs)
	}
	var waiting orderedList
	if err := o.as("second").Get(t.Context(), "/orders?waiting=true", &waiting); err != nil || len(waiting.Items) != 1 || waiting.Items[0].ID != lift {
		t.Fatalf("waiting are %+v, %v", waiting, err)
	}
	o.post("second", fmt.Sprintf("/orders/%s/hands", lift), map[string]any{"signature": hand(t, "second", waiting.Items[0].Order)}, nil)
	if a := screen.next(); len(a.Safe) != 0 || a.Obeyed[2].ID != lift {
		t.Fatalf("after the lift %+v %+v", a.Safe, a.Obeyed)
	}
	screen.says(2, wire.Latched{ID: down, Kind: wire.LatchTakedown})
	o.obeyedBy("officer", lift, 1)

	err = o.as("tech").Patch(t.Context(), "/screens/"+string(screen.screen), map[string]any{"cluster_id": other}, nil)
	refusedFor(t, "moving a screen without a signature", "signature_required", err)
	placed, _, _ := o.ordered("tech", map[string]any{"kind": "place", "screens": []any{screen.screen}, "cluster": other})
	a := screen.next()
	if last := a.Obeyed[len(a.Obeyed)-1]; last.ID != placed || last.Cluster != other {
		t.Fatalf("after the placement %+v", a.Obeyed)
	}
	var now struct {
		Cluster struct {
			ID playlists.ID `json:"id"`
		} `json:"cluster"`
	}
	if err := o.as("tech").Get(t.Context(), "/screens/"+string(screen.screen), &now); err != nil || now.Cluster.ID != other {
		t.Errorf("the screen stands in %s, %v", now.Cluster.ID, err)
	}
	if got := fetchStatus(t, o, "emergency", "/bulletin-templates"); got != http.StatusOK {
		t.Errorf("templates: %d", got)
	}
}

func fetchStatus(t *testing.T, o *office, who, path string) int {
	t.Helper()
	resp, _ := fetchAs(t, o.as(who), o.root+"/api/v1"+path, "Sec-Fetch-Site", "same-origin")
	return resp.StatusCode
}
