package playlists

import (
	"net/url"
	"time"
	"unicode/utf8"
)

// Origin is where a media comes from. It stays with it for ever, and is part of
// what people sign. Of what was brought in by hand only Publisher, Author and
// Published are said by a person; the rest is noted by the controller.
type Origin struct {
	Page      string    // the address it was taken from; "" of what was brought in by hand
	Canonical string    // the one form of Page
	Publisher string    // the paper or organisation that first published it, or supplied it
	Author    string    // who made it
	Published time.Time // zero: unknown
	Fetched   time.Time // zero of what was brought in by hand
	PageBytes Digest    // of the page as fetched, which is kept; "" without a page
}

// maxAddress is the longest address, in bytes.
const maxAddress = 2048

// Validate refuses an origin that could not be read again.
func (o Origin) Validate() error {
	for _, text := range []struct{ field, value string }{{"publisher", o.Publisher}, {"author", o.Author}} {
		if Clean(text.value) != text.value || utf8.RuneCountInString(text.value) > MaxTitle {
			return Errorf(Invalid, "text_too_long", Params{"field": text.field, "max": MaxTitle}, "cannot use %s %.60q: write up to %d characters on one line", text.field, text.value, MaxTitle)
		}
	}
	for _, address := range []string{o.Page, o.Canonical} {
		if u, err := url.Parse(address); address != "" && (err != nil || len(address) > maxAddress || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
			return Errorf(Invalid, "address_unreadable", Params{"address": address}, "cannot read the address %.200q: copy it from the browser's address field", address)
		}
	}
	if (o.Page == "") != (o.Canonical == "") || (o.Page == "") != (o.PageBytes == "") || (o.Page == "") != o.Fetched.IsZero() {
		return Errorf(Invalid, "origin_incomplete", nil, "cannot keep a part of where a page came from: address, canonical address, time and bytes belong together")
	}
	if o.PageBytes != "" {
		return o.PageBytes.Validate()
	}
	return nil
}
