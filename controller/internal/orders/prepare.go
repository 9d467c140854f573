package orders

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// maxRenditions is how many renditions a takedown names; it names the media
// too, which covers the rest.
const maxRenditions = 100

// Wish is what a person wants ordered. Which fields count follows from the
// kind.
type Wish struct {
	Kind     programme.OrderKind
	Media    playlists.ID   // takedown
	Lifts    playlists.ID   // lift
	Cluster  playlists.ID   // place
	Clusters []string       // ids, or the single element "*"
	Screens  []playlists.ID // instead of clusters
	Reason   string
	Text     []programme.BulletinText // bulletin
	Level    programme.BulletinLevel
	Lasts    time.Duration
}

// Prepared is an order that waits to be signed.
type Prepared struct {
	Order       *programme.Order
	Bytes       []byte // canonical
	Credentials []programme.Credential
	Signed      int // people who have signed it
	Needs       int // people
}

// rightFor gives the right that a person needs for an order.
func rightFor(k programme.OrderKind) playlists.Right {
	switch k {
	case programme.Bulletin:
		return playlists.IssueBulletin
	case programme.Place:
		return playlists.ManageScreens
	}
	return playlists.TakeDown
}

func capacityFor(k programme.OrderKind) programme.Capacity {
	switch k {
	case programme.Takedown:
		return programme.MayTakeDown
	case programme.Bulletin:
		return programme.MayBulletin
	case programme.Place:
		return programme.MayPlace
	}
	return programme.MayLift
}

// needs gives how many people sign an order.
func needs(c *programme.HeldCharter, k programme.OrderKind) int {
	if k == programme.Lift {
		return c.LiftThreshold
	}
	return 1
}

// Prepare gives the bytes of an order for the actor to sign.
func (s *Service) Prepare(ctx context.Context, a playlists.Actor, w Wish) (*Prepared, error) {
	if err := a.Require(rightFor(w.Kind), playlists.Scope{}); err != nil {
		return nil, err
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	p, err := signer(charter, a, w.Kind, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	o := &programme.Order{
		ID: id, Kind: w.Kind, Reason: playlists.Clean(w.Reason), IssuedAt: s.cfg.Now().UnixMilli(),
		Clusters: []string{}, Screens: []playlists.ID{}, Renditions: []playlists.Digest{}, Text: []programme.BulletinText{},
	}
	if err := s.fill(ctx, a, p, o, w); err != nil {
		return nil, err
	}
	if err := o.Validate(); err != nil {
		return nil, programme.Problem(err)
	}
	if err := s.mayOrder(a, o); err != nil {
		return nil, err
	}
	if err := reaches(charter, p, o); err != nil {
		return nil, err
	}
	b, err := programme.Marshal(o)
	if err != nil {
		return nil, err
	}
	return &Prepared{Order: o, Bytes: b, Credentials: p.Credentials, Needs: needs(charter, o.Kind)}, nil
}

// Waiting gives the bytes of an order that waits for more hands, for the actor
// to add one.
func (s *Service) Waiting(a playlists.Actor, id playlists.ID) (*Prepared, error) {
	if err := mayBring(a); err != nil {
		return nil, err
	}
	charter, err := s.charter()
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	r, ok := s.book.record(id)
	s.mu.RUnlock()
	if !ok {
		return nil, errNoOrder(id)
	}
	if err := s.mayOrder(a, &r.Order); err != nil {
		return nil, err
	}
	p, err := signer(charter, a, r.Order.Kind, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	if !r.Stands.IsZero() {
		return nil, playlists.Errorf(playlists.Conflict, "order_signed", nil, "cannot add another signature: the order has %d, which is enough", len(r.Hands))
	}
	if r.by(a.ID) {
		return nil, playlists.Errorf(playlists.Conflict, "order_hand_known", nil, "cannot sign an order twice: it waits for another person")
	}
	return &Prepared{Order: &r.Order, Bytes: r.Bytes, Credentials: p.Credentials, Signed: len(s.checked.judge(charter, &r).signed.Hands), Needs: needs(charter, r.Order.Kind)}, nil
}

func errNoOrder(id playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "order_missing", playlists.Params{"id": string(id)}, "cannot find the order %.40q: choose one from the list", string(id))
}

// by tells whether a person has signed the order.
func (r *Record) by(person playlists.ID) bool {
	return slices.ContainsFunc(r.Hands, func(h Hand) bool { return h.Signature.Person == person })
}

// signer finds the actor in the charter, so that nobody is asked to sign what
// no screen would obey.
func signer(c *programme.HeldCharter, a playlists.Actor, k programme.OrderKind, now time.Time) (*programme.Person, error) {
	may := capacityFor(k)
	p, ok := c.Person(a.ID)
	if !ok || p.Standing != programme.Active || !p.At(now.UnixMilli()) || !slices.Contains(p.May, may) {
		return nil, playlists.Errorf(playlists.Forbidden, "order_capacity_missing", playlists.Params{"capacity": string(may), "charter": c.Number},
			"cannot sign this: charter %d does not let you %s; ask an administrator to name you in the next one", c.Number, may)
	}
	return p, nil
}

// reaches refuses an order that some of its screens would not obey, since the
// charter lets the signer speak for others only.
func reaches(c *programme.HeldCharter, p *programme.Person, o *programme.Order) error {
	if slices.Contains(p.Clusters, playlists.Everywhere) {
		return nil
	}
	for _, cluster := range o.Clusters {
		if !slices.Contains(p.Clusters, cluster) {
			return playlists.Errorf(playlists.Forbidden, "order_reach_missing", playlists.Params{"charter": c.Number},
				"cannot sign this for all of these screens: charter %d names you for some clusters only; choose those", c.Number)
		}
	}
	return nil
}

// fill gives an order its targets and the parts of its kind.
func (s *Service) fill(ctx context.Context, a playlists.Actor, p *programme.Person, o *programme.Order, w Wish) error {
	if o.Kind == programme.Place {
		return s.fillPlace(o, w)
	}
	if err := s.fillTargets(o, w); err != nil {
		return err
	}
	switch o.Kind {
	case programme.Takedown:
		m, err := s.cfg.Store.Media(ctx, w.Media)
		if err != nil {
			return err
		}
		o.Media, o.Renditions = w.Media, m.Renditions[:min(len(m.Renditions), maxRenditions)]
		if len(o.Clusters) == 0 {
			o.Clusters = s.widest(a, p, playlists.TakeDown)
		}
	case programme.Bulletin:
		return fillBulletin(o, w)
	case programme.Lift:
		return s.fillLift(o, w.Lifts)
	}
	if len(o.Clusters) == 0 {
		return errNoTarget()
	}
	return nil
}

func errNoTarget() error {
	return playlists.Errorf(playlists.Invalid, "target_empty", nil, "cannot give an order to nobody: choose clusters or screens")
}

func (s *Service) fillTargets(o *programme.Order, w Wish) error {
	if len(w.Screens) == 0 {
		o.Clusters = append(o.Clusters, slices.Compact(slices.Sorted(slices.Values(w.Clusters)))...)
		return nil
	}
	if len(w.Clusters) > 0 {
		return playlists.Errorf(playlists.Invalid, "targets_mixed", nil, "cannot name clusters and single screens in one order: choose one or the other")
	}
	clusters, screens, err := s.standIn(w.Screens)
	o.Clusters, o.Screens = clusters, screens
	return err
}

// standIn gives the clusters of screens, both sorted.
func (s *Service) standIn(wanted []playlists.ID) (clusters []string, screens []playlists.ID, err error) {
	screens = slices.Compact(slices.Sorted(slices.Values(wanted)))
	for _, id := range screens {
		screen, ok := s.screen(id)
		if !ok {
			return nil, nil, playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(id)}, "cannot find the screen %.40q: choose one from the list of screens", string(id))
		}
		clusters = append(clusters, string(s.where(screen)))
	}
	return slices.Compact(slices.Sorted(slices.Values(clusters))), screens, nil
}

func (s *Service) screen(id playlists.ID) (Screen, bool) {
	all := s.cfg.Fleet.Screens()
	i := slices.IndexFunc(all, func(screen Screen) bool { return screen.ID == id })
	if i < 0 {
		return Screen{}, false
	}
	return all[i], true
}

func (s *Service) where(screen Screen) playlists.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.book.where(screen)
}

// widest gives everywhere, as far as both the console and the charter let a
// person: what must go must go everywhere.
func (s *Service) widest(a playlists.Actor, p *programme.Person, r playlists.Right) []string {
	everywhere := slices.Contains(p.Clusters, playlists.Everywhere)
	if everywhere && a.Reach(r).All {
		return []string{playlists.Everywhere}
	}
	out := []string{}
	for _, screen := range s.cfg.Fleet.Screens() {
		cluster := s.where(screen)
		if (everywhere || slices.Contains(p.Clusters, string(cluster))) && s.may(a, r, cluster) {
			out = append(out, string(cluster))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(out)))
}

func fillBulletin(o *programme.Order, w Wish) error {
	if len(o.Clusters) == 0 {
		return errNoTarget()
	}
	if w.Lasts < time.Minute || w.Lasts > programme.MaxBulletin {
		return playlists.Errorf(playlists.Invalid, "bulletin_length", playlists.Params{"max_hours": int(programme.MaxBulletin.Hours())}, "cannot show a bulletin for %s: choose a minute to %s", w.Lasts, programme.MaxBulletin)
	}
	o.Level, o.Until = w.Level, o.IssuedAt+w.Lasts.Milliseconds()
	for _, t := range w.Text {
		clean := programme.BulletinText{Language: t.Language, Title: playlists.Clean(t.Title), Body: cleanLines(t.Body)}
		if clean.Title == "" && clean.Body == "" {
			continue
		}
		if strings.Contains(clean.Title+clean.Body, blank) {
			return playlists.Errorf(playlists.Invalid, "bulletin_blank", playlists.Params{"language": t.Language}, "cannot show a bulletin with %s in it: fill in every blank", blank)
		}
		if n := utf8.RuneCountInString(clean.Title) + utf8.RuneCountInString(clean.Body); n > maxText {
			return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": t.Language, "max": maxText}, "cannot use a bulletin of %d characters: shorten it to %d", n, maxText)
		}
		if clean.Title == "" {
			return playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "title"}, "cannot leave the title of a bulletin empty: write at least one character")
		}
		o.Text = append(o.Text, clean)
	}
	if len(o.Text) == 0 {
		return playlists.Errorf(playlists.Invalid, "text_empty", playlists.Params{"field": "text"}, "cannot show an empty bulletin: write its text in at least one language")
	}
	return nil
}

// maxText is the most characters of a bulletin in one language.
const maxText = 600

func cleanLines(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		lines = append(lines, playlists.Clean(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// fillLift aims a lift, unless it is aimed already, at whom the order was for
// and at the screens that say they have latched it since and stand elsewhere.
func (s *Service) fillLift(o *programme.Order, lifts playlists.ID) error {
	clusters, screens, known := s.lifted(lifts)
	var latched []playlists.ID
	for _, screen := range s.cfg.Fleet.Screens() {
		if holds(s.cfg.Fleet.Report(screen.ID), lifts) {
			latched = append(latched, screen.ID)
		}
	}
	if !known && len(latched) == 0 {
		return playlists.Errorf(playlists.NotFound, "order_missing", playlists.Params{"id": string(lifts)}, "cannot lift %.40q: no such order stands", string(lifts))
	}
	o.Lifts = lifts
	if len(o.Clusters) > 0 {
		return nil
	}
	where, _, err := s.standIn(latched)
	if err != nil {
		return err
	}
	if slices.Contains(clusters, playlists.Everywhere) {
		o.Clusters = clusters
		return nil
	}
	o.Clusters = slices.Compact(slices.Sorted(slices.Values(slices.Concat(clusters, where))))
	if !known || len(screens) > 0 {
		o.Screens = slices.Compact(slices.Sorted(slices.Values(slices.Concat(screens, latched))))
	}
	return nil
}

// lifted gives whom an order or a call for the slate was for.
func (s *Service) lifted(id playlists.ID) (clusters []string, screens []playlists.ID, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if r, ok := s.book.record(id); ok {
		return r.Order.Clusters, r.Order.Screens, !r.Stands.IsZero() && (r.Order.Kind == programme.Takedown || r.Order.Kind == programme.Bulletin)
	}
	c, ok := s.book.call(id)
	return c.Clusters, c.Screens, ok
}

// fillPlace aims a placement at where the screen stands and where it will, so
// that it concerns the screen before and after.
func (s *Service) fillPlace(o *programme.Order, w Wish) error {
	if len(w.Screens) != 1 {
		return playlists.Errorf(playlists.Invalid, "place_one_screen", nil, "cannot place %d screens with one order: choose one", len(w.Screens))
	}
	from, screens, err := s.standIn(w.Screens)
	if err != nil {
		return err
	}
	if _, ok := s.cfg.Fleet.Operator(w.Cluster); !ok {
		return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(w.Cluster)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(w.Cluster))
	}
	if from[0] == string(w.Cluster) {
		return playlists.Errorf(playlists.Conflict, "place_same", nil, "cannot place the screen where it stands already: choose another cluster")
	}
	o.Cluster, o.Screens = w.Cluster, screens
	o.Clusters = slices.Sorted(slices.Values([]string{from[0], string(w.Cluster)}))
	return nil
}

// mayOrder refuses an order for clusters where the actor has no right.
func (s *Service) mayOrder(a playlists.Actor, o *programme.Order) error {
	return s.require(a, rightFor(o.Kind), o.Clusters)
}

func (s *Service) require(a playlists.Actor, r playlists.Right, clusters []string) error {
	for _, c := range clusters {
		if c == playlists.Everywhere {
			if !a.Reach(r).All {
				return playlists.Errorf(playlists.Forbidden, "right_missing", playlists.Params{"right": string(r)}, "cannot do this everywhere without the right %s everywhere: choose clusters", r)
			}
			continue
		}
		unit, ok := s.cfg.Fleet.Operator(playlists.ID(c))
		if !ok {
			return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": c}, "cannot find the cluster %.40q: choose one from the list of clusters", c)
		}
		if err := a.Require(r, playlists.Scope{Unit: unit, Cluster: playlists.ID(c)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) may(a playlists.Actor, r playlists.Right, cluster playlists.ID) bool {
	unit, ok := s.cfg.Fleet.Operator(cluster)
	return ok && a.May(r, playlists.Scope{Unit: unit, Cluster: cluster})
}
