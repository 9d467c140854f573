package playlists

import (
	"testing"
	"time"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	film := Source{Width: 320, Height: 180, Duration: 3 * time.Second}
	tracks := Tracks{Known: true, Audio: make([]Track, 2), Subtitles: []Track{{Text: DigestOf(nil)}, {Reason: "subtitle_bitmap"}}}
	for name, c := range map[string]struct {
		cut    Excerpt
		kind   Kind
		tracks Tracks
		reason string
	}{
		"all of it":                    {Excerpt{}, Video, tracks, ""},
		"all of a picture":             {Excerpt{}, Image, Tracks{}, ""},
		"everything":                   {Excerpt{500, 2500, Crop{10, 20, 300, 160}, false, 2, 1}, Video, tracks, ""},
		"to the end":                   {Excerpt{FromMS: 2000}, Video, tracks, ""},
		"to the very end":              {Excerpt{FromMS: 2000, UntilMS: 3000}, Video, tracks, ""},
		"before the file is read":      {Excerpt{FromMS: 1000, Silent: true}, Video, Tracks{}, ""},
		"a picture's part":             {Excerpt{Crop: Crop{0, 0, 16, 180}}, Image, Tracks{}, ""},
		"end before beginning":         {Excerpt{FromMS: 2000, UntilMS: 1000}, Video, tracks, "cut_reversed"},
		"no time at all":               {Excerpt{FromMS: 2000, UntilMS: 2000}, Video, tracks, "cut_reversed"},
		"too short":                    {Excerpt{FromMS: 1000, UntilMS: 1999}, Video, tracks, "cut_short"},
		"too short at the end":         {Excerpt{FromMS: 2500}, Video, tracks, "cut_short"},
		"beyond the end":               {Excerpt{UntilMS: 3001}, Video, tracks, "cut_beyond"},
		"from beyond the end":          {Excerpt{FromMS: 3000}, Video, tracks, "cut_beyond"},
		"before the beginning":         {Excerpt{FromMS: -1, UntilMS: 2000}, Video, tracks, "cut_beyond"},
		"numbers that run over":        {Excerpt{Crop: Crop{1, 1, 1<<63 - 1, 1<<63 - 1}}, Image, tracks, "cut_outside"},
		"right of the picture":         {Excerpt{Crop: Crop{300, 0, 21, 100}}, Image, tracks, "cut_outside"},
		"above the picture":            {Excerpt{Crop: Crop{0, -1, 100, 100}}, Image, tracks, "cut_outside"},
		"no width":                     {Excerpt{Crop: Crop{0, 0, 0, 100}}, Image, tracks, "cut_outside"},
		"a few pixels":                 {Excerpt{Crop: Crop{0, 0, 15, 100}}, Image, tracks, "cut_crop_small"},
		"the time of a picture":        {Excerpt{FromMS: 1}, Image, tracks, "cut_of_picture"},
		"the sound of a picture":       {Excerpt{Silent: true}, Image, tracks, "cut_of_picture"},
		"a sound that is not there":    {Excerpt{Audio: 3}, Video, tracks, "cut_audio"},
		"a sound before the first":     {Excerpt{Audio: -1}, Video, tracks, "cut_audio"},
		"a sound and silence":          {Excerpt{Audio: 1, Silent: true}, Video, tracks, "cut_audio"},
		"a sound before it is read":    {Excerpt{Audio: 1}, Video, Tracks{}, "cut_not_read"},
		"subtitles that are not there": {Excerpt{Subtitles: 3}, Video, tracks, "cut_subtitles"},
		"subtitles before the first":   {Excerpt{Subtitles: -1}, Video, tracks, "cut_subtitles"},
		"subtitles that are pictures":  {Excerpt{Subtitles: 2}, Video, tracks, "cut_subtitles_unusable"},
	} {
		err := c.cut.Validate(c.kind, film, c.tracks)
		if ReasonOf(err) != c.reason || (err == nil) != (c.reason == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if from, length := (Excerpt{FromMS: 500, UntilMS: 9000}).Span(3 * time.Second); from != 500*time.Millisecond || length != 2500*time.Millisecond {
		t.Errorf("span %s %s", from, length)
	}
}
