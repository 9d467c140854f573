package ceremony

import (
	"sync"
	"time"
)

const (
	answerTime = 5 * time.Minute
	maxWaiting = 10_000 // at once, so that a flood of logins cannot take all memory
)

// Waiting remembers what was asked until the answer comes, each once. A
// restart forgets it: people begin anew. The zero value remembers nothing yet;
// it is safe for concurrent use.
type Waiting[T any] struct {
	mu  sync.Mutex
	all map[string]question[T]
}

type question[T any] struct {
	asked T
	ends  time.Time
}

// Open remembers a question under a name. Another one under this name is over.
func (w *Waiting[T]) Open(name string, asked T, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]question[T]{}
	}
	if len(w.all) >= maxWaiting {
		for old, q := range w.all {
			if !now.Before(q.ends) {
				delete(w.all, old)
			}
		}
		for old := range w.all { // any one, when none has ended
			if len(w.all) < maxWaiting {
				break
			}
			delete(w.all, old)
		}
	}
	w.all[name] = question[T]{asked, now.Add(answerTime)}
}

// Close gives a question that was asked and is not over, and ends it.
func (w *Waiting[T]) Close(name string, now time.Time) (T, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	q, ok := w.all[name]
	delete(w.all, name)
	return q.asked, ok && now.Before(q.ends)
}
