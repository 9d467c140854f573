package sources

import (
	"cmp"
	"context"
	"slices"

	"cotmoc/playlists"
)

// Alike is something known that shows almost the same picture as a find: a
// media, or another find with what was decided about it.
type Alike struct {
	Media  playlists.ID // "" of a find
	Find   playlists.ID // "" of a media
	Title  string
	State  string // of the media or find
	Reason string // of a rejected find
	By     string // who rejected it
}

// Prints compares pictures by what is left of them.
type Prints interface {
	// Print gives what is left of a small JPEG, 0 of one that is like no other.
	Print(small []byte) (uint64, error)
	// Near tells whether two pictures look almost the same.
	Near(x, y uint64) bool
	// Library gives, for each print, the media that look so and that the actor
	// may see.
	Library(ctx context.Context, a playlists.Actor, prints []uint64) ([][]Alike, error)
}

// PrintStore keeps the prints of pictures that somebody has looked at.
type PrintStore interface {
	// SavePrint stores one in place of the same picture's, and forgets the
	// oldest beyond most.
	SavePrint(ctx context.Context, address string, print uint64, at int64, most int) error
	// Printed gives the prints of those addresses that have one.
	Printed(ctx context.Context, addresses []string) (map[string]uint64, error)
}

const (
	mostPrints   = 20_000
	mostCompared = 200 // finds of a state, the newest
	mostAlike    = 3   // of a find, or of a media
)

// remember keeps the print of a picture as it was shown to somebody. That it
// cannot be compared is no reason not to show it.
func (s *Service) remember(ctx context.Context, address string, small []byte) {
	print, err := s.cfg.Prints.Print(small)
	if err == nil {
		err = s.cfg.Store.SavePrint(ctx, address, print, s.cfg.Now().UnixMilli(), mostPrints)
	}
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "picture of another site cannot be compared", "address", address, "error", err)
	}
}

// Alike tells of finds that the actor may see what is known to look like their
// pictures: rejections first, since somebody has judged such a picture before.
// Only pictures that somebody has looked at are compared.
func (s *Service) Alike(ctx context.Context, a playlists.Actor, finds ...*Find) (map[playlists.ID][]Alike, error) {
	in := a.Reach(playlists.AddMedia)
	rejected, err := s.cfg.Store.ListFinds(ctx, in, Rejected, "", mostCompared)
	if err != nil {
		return nil, err
	}
	waiting, err := s.cfg.Store.ListFinds(ctx, in, Waiting, "", mostCompared)
	if err != nil {
		return nil, err
	}
	others := slices.Concat(rejected, waiting)
	of, err := s.printsOf(ctx, slices.Concat(others, finds))
	if err != nil {
		return nil, err
	}
	var prints []uint64
	for _, f := range finds {
		prints = append(prints, of(f)...)
	}
	media, err := s.cfg.Prints.Library(ctx, a, prints)
	if err != nil {
		return nil, err
	}
	out := map[playlists.ID][]Alike{}
	for _, f := range finds {
		own := of(f)
		like := s.likeFinds(f, own, others, of)
		for _, m := range slices.Concat(media[:len(own)]...) {
			if !slices.Contains(f.Media, m.Media) && !slices.Contains(like, m) {
				like = append(like, m)
			}
		}
		media = media[len(own):]
		slices.SortStableFunc(like, func(x, y Alike) int { return cmp.Compare(x.rank(), y.rank()) })
		if len(like) > 0 {
			out[f.ID] = like[:min(mostAlike, len(like))]
		}
	}
	return out, nil
}

// likeFinds gives other pages that show almost the same picture. The same
// article in another language shows it, too, and is none.
func (s *Service) likeFinds(f *Find, own []uint64, others []*Find, of func(*Find) []uint64) []Alike {
	var like []Alike
	for _, other := range others {
		if other.Key != f.Key && s.anyNear(of(other), own) {
			like = append(like, alikeFind(other))
		}
	}
	return like
}

// printsOf gives the prints of the finds' pictures that somebody has looked at.
func (s *Service) printsOf(ctx context.Context, finds []*Find) (func(*Find) []uint64, error) {
	var addresses []string
	for _, f := range finds {
		addresses = append(addresses, f.shown()...)
	}
	printed, err := s.cfg.Store.Printed(ctx, addresses)
	return func(f *Find) []uint64 {
		var out []uint64
		for _, address := range f.shown() {
			if p := printed[address]; p != 0 {
				out = append(out, p)
			}
		}
		return out
	}, err
}

func (s *Service) anyNear(some, others []uint64) bool {
	return slices.ContainsFunc(some, func(p uint64) bool {
		return slices.ContainsFunc(others, func(q uint64) bool { return s.cfg.Prints.Near(p, q) })
	})
}

func alikeFind(f *Find) Alike {
	one := Alike{Find: f.ID, Title: f.Article.Title, State: string(f.State)}
	if f.State == Rejected {
		one.Reason, one.By = f.Reason, f.ByName
	}
	return one
}

// LikeRejected gives rejected finds, of units whose media the actor may see, with
// a picture that looks almost like a print: the newest three.
func (s *Service) LikeRejected(ctx context.Context, a playlists.Actor, print uint64) ([]Alike, error) {
	rejected, err := s.cfg.Store.ListFinds(ctx, a.Reach(playlists.ReadMedia), Rejected, "", mostCompared)
	if err != nil {
		return nil, err
	}
	of, err := s.printsOf(ctx, rejected)
	if err != nil {
		return nil, err
	}
	var out []Alike
	for _, f := range rejected {
		if len(out) < mostAlike && s.anyNear(of(f), []uint64{print}) {
			out = append(out, alikeFind(f))
		}
	}
	return out, nil
}

// rank says what is told first: a rejection, then what is in the library.
func (x Alike) rank() int {
	switch {
	case x.State == string(Rejected):
		return 0
	case x.Media != "":
		return 1
	}
	return 2
}

// shown gives the addresses under which a find's pictures are shown.
func (f *Find) shown() []string {
	var out []string
	for _, p := range f.Article.Pictures {
		out = append(out, p.Shown)
	}
	return out
}
