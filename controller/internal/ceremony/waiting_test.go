package ceremony_test

import (
	"fmt"
	"testing"
	"time"

	"cotmoc/controller/internal/ceremony"
)

// A question is answered once, in time, and by who was asked last.
func TestWaiting(t *testing.T) {
	t.Parallel()
	var w ceremony.Waiting[int]
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	w.Open("an", 1, now)
	w.Open("an", 2, now)
	w.Open("binh", 3, now)
	if got, ok := w.Close("an", now.Add(5*time.Minute-1)); !ok || got != 2 {
		t.Errorf("the newest question is %d, %t", got, ok)
	}
	if _, ok := w.Close("an", now); ok {
		t.Error("a question is answered twice")
	}
	if _, ok := w.Close("binh", now.Add(5*time.Minute)); ok {
		t.Error("a question is answered too late")
	}
}

// A flood of questions takes no more memory than it may, those that are over
// going first.
func TestWaitingIsBounded(t *testing.T) {
	t.Parallel()
	var w ceremony.Waiting[int]
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	for i := range 5000 {
		w.Open(fmt.Sprint("old ", i), i, now)
	}
	now = now.Add(5 * time.Minute)
	for i := range 10_000 {
		w.Open(fmt.Sprint("new ", i), i, now)
	}
	for i := range 10_000 {
		if _, ok := w.Close(fmt.Sprint("new ", i), now); !ok {
			t.Fatalf("question %d of as many as there may be is forgotten", i)
		}
	}
	for i := range 11_000 {
		w.Open(fmt.Sprint("flood ", i), i, now)
	}
	kept := 0
	for i := range 11_000 {
		if _, ok := w.Close(fmt.Sprint("flood ", i), now); ok {
			kept++
		}
	}
	if kept != 10_000 {
		t.Errorf("%d of a flood are remembered", kept)
	}
}
