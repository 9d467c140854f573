package sitepage

import (
	"context"
	"net/http"
	"sync"

	"cotmoc/playlists"
)

// everyScreen names the whole site in the form.
const everyScreen = "all"

// safeView asks for the safe PIN, and says what became of it.
type safeView struct {
	view
	Of      string
	Screen  string
	Results []result
}

// result is what became of the PIN at one screen.
type result struct {
	Name, Words string
	Done        bool
}

// chosen gives the screens that a form is about.
func (p *Page) chosen(id string) []Screen {
	if id == everyScreen {
		return p.o.Site().Screens
	}
	if s, ok := p.find(id); ok {
		return []Screen{s}
	}
	return nil
}

func (p *Page) safeView(r *http.Request, id string, of []Screen) safeView {
	v := safeView{view: p.view(r), Screen: id}
	v.Path = "/"
	if v.Of = p.teller(r).say("safe.whole"); id != everyScreen {
		v.Of = of[0].Name
	}
	return v
}

func (p *Page) askSafe(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("screen")
	of := p.chosen(id)
	if len(of) == 0 {
		p.missing(w, r)
		return
	}
	p.render(w, http.StatusOK, "safe", p.safeView(r, id, of))
}

// doSafe puts screens on their slate. The PIN of the site does not do: each
// screen judges the safe PIN of the charter itself. Of the whole site the
// screen that serves the page is asked first, so that a wrong PIN costs the
// others no try.
func (p *Page) doSafe(w http.ResponseWriter, r *http.Request) {
	id, pin := r.PostForm.Get("screen"), r.PostForm.Get("pin")
	of := p.chosen(id)
	if len(of) == 0 {
		p.missing(w, r)
		return
	}
	v, t := p.safeView(r, id, of), p.teller(r)
	v.Results = make([]result, len(of))
	first := p.safeAt(r.Context(), t, &of[0], pin)
	v.Results[0] = first
	var asked sync.WaitGroup
	for i := range of[1:] {
		out := &v.Results[i+1]
		if !first.Done {
			*out = result{Name: of[i+1].Name, Words: t.say("safe.not")}
			continue
		}
		asked.Go(func() { *out = p.safeAt(r.Context(), t, &of[i+1], pin) })
	}
	asked.Wait()
	status := http.StatusOK
	if !first.Done {
		status = http.StatusForbidden
	}
	p.render(w, status, "safe", v)
}

func (p *Page) safeAt(ctx context.Context, t *teller, s *Screen, pin string) result {
	out := result{Name: s.Name}
	a, err := p.o.Safe(ctx, s.ID, pin)
	p.o.Log.Warn("safe was asked for at the page of the site", "screen", s.ID, "right", a.Right, "error", err)
	switch {
	case playlists.CodeOf(err) == playlists.NotFound:
		out.Words = t.say("safe.missing")
	case err != nil:
		out.Words = t.say("safe.failed")
	case a.Right:
		out.Words, out.Done = t.say("safe.done"), true
	case a.Wait > 0:
		out.Words = t.say("safe.wait", lasting(t.lang, a.Wait))
	default:
		out.Words = t.say("safe.wrong", a.Left)
	}
	return out
}
