package approve

import (
	"fmt"

	"cotmoc/playlists"
)

// Refusal is why the client does not let a person sign. The page has words for
// each.
type Refusal string

// The refusals.
const (
	Unreadable      Refusal = "unreadable"       // the answer or the statement is none
	OtherStatement  Refusal = "other_statement"  // what would be signed is not what is shown
	OtherMedia      Refusal = "other_media"      // about something else than was asked for
	OtherAct        Refusal = "other_act"        // another decision than was asked for
	OtherPerson     Refusal = "other_person"     // in somebody else's name
	OwnWork         Refusal = "own_work"         // the author judges
	OtherTime       Refusal = "other_time"       // not now
	HiddenText      Refusal = "hidden_text"      // holds what cannot be seen
	OtherRenditions Refusal = "other_renditions" // more, fewer or others than are shown
	OtherBytes      Refusal = "other_bytes"      // the bytes are not those of the digest
	NoPicture       Refusal = "no_picture"       // neither a JPEG nor an MP4
	TooLarge        Refusal = "too_large"
	NotSeen         Refusal = "not_seen" // the page has not shown it
	TooLate         Refusal = "too_late" // prepared too long ago
	NoKey           Refusal = "no_key"   // the charter names none that signs here
	FromController  Refusal = "controller"
)

// Refusals lists all of them.
func Refusals() []Refusal {
	return []Refusal{Unreadable, OtherStatement, OtherMedia, OtherAct, OtherPerson, OwnWork, OtherTime, HiddenText, OtherRenditions, OtherBytes, NoPicture, TooLarge, NotSeen, TooLate, NoKey, FromController}
}

// refused is a refusal with what it is about.
type refused struct {
	Refusal
	why string
}

// Error implements error.
func (r *refused) Error() string { return "cannot sign: " + r.why }

func refuse(r Refusal, format string, args ...any) error {
	return &refused{r, fmt.Sprintf(format, args...)}
}

// plain refuses text that does not look like what it is: direction marks,
// control characters, letters in an unusual form.
func plain(texts ...string) error {
	for _, t := range texts {
		if playlists.Clean(t) != t {
			return refuse(HiddenText, "%.200q holds characters that cannot be seen", t)
		}
	}
	return nil
}
