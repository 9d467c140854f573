package kiosk

import "bytes"

// tail keeps the end of what a browser says, which is where it says why it
// gives up. It is for one writer, and read after it.
type tail struct{ kept []byte }

const maxTail = 2 << 10

// Write implements io.Writer and never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if n := len(t.kept); n > maxTail {
		t.kept = append(t.kept[:0], t.kept[n-maxTail:]...)
	}
	return len(p), nil
}

// lastLine gives the last line that says something, after ": ", or "". A kiosk
// has no session bus, which Chromium complains of whatever else happens.
func (t *tail) lastLine() string {
	last := ""
	for line := range bytes.Lines(t.kept) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.Contains(line, []byte("dbus/")) {
			last = ": " + string(bytes.ToValidUTF8(line, []byte("?")))
		}
	}
	return last
}
