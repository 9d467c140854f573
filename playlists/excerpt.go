package playlists

import "time"

// Excerpt is what of a media is shown, in every profile alike. The zero one is all
// of it, with the sound that the file prefers and without subtitles. It is
// made anew from the source each time, so that it can be changed and undone.
type Excerpt struct {
	FromMS    int64 `json:"from_ms" doc:"Of a video: where it begins, in milliseconds."`
	UntilMS   int64 `json:"until_ms" doc:"Where it ends, exclusive; 0 for the end."`
	Crop      Crop  `json:"crop" doc:"All zero for the whole picture."`
	Silent    bool  `json:"silent"`
	Audio     int   `json:"audio" doc:"Which of the sounds, counted from 1; 0 for the one that the file prefers."`
	Subtitles int   `json:"subtitles" doc:"Which of the subtitles to burn in, counted from 1; 0 for none."`
}

// Crop is a part of a picture, in pixels of the source as it is displayed.
type Crop struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Track is one sound or one set of subtitles that a video can have.
type Track struct {
	Language string `json:"language"` // as the file says, ISO 639-2
	Title    string `json:"title"`
	Default  bool   `json:"default"`
	File     bool   `json:"file"`   // brought in beside the video
	Text     Digest `json:"text"`   // of subtitles: what they say
	Cues     int    `json:"cues"`   // how many there are
	Reason   string `json:"reason"` // why these subtitles cannot be burnt in, else ""
	Params   Params `json:"params,omitempty"`
}

// Tracks are what can be chosen from.
type Tracks struct {
	Known     bool    `json:"known"` // the file has been looked at
	FrameRate float64 `json:"frame_rate"`
	Audio     []Track `json:"audio"`
	Subtitles []Track `json:"subtitles"`
}

// minCrop is the least side of a crop, in pixels.
const minCrop = 16

// Span tells which time of a video of a length is shown.
func (e Excerpt) Span(whole time.Duration) (from, length time.Duration) {
	from, until := time.Duration(e.FromMS)*time.Millisecond, whole
	if e.UntilMS > 0 {
		until = min(until, time.Duration(e.UntilMS)*time.Millisecond)
	}
	return from, max(until-from, 0)
}

// Of tells the size of what is left of a picture.
func (c Crop) Of(width, height int) (int, int) {
	if c == (Crop{}) {
		return width, height
	}
	return c.Width, c.Height
}

// Validate refuses what cannot be cut out of a source.
func (e Excerpt) Validate(kind Kind, s Source, t Tracks) error {
	if err := e.Crop.validate(s.Width, s.Height); err != nil {
		return err
	}
	if kind != Video {
		if e != (Excerpt{Crop: e.Crop}) {
			return Errorf(Invalid, "cut_of_picture", nil, "cannot cut the time or the sound of a picture: it has none")
		}
		return nil
	}
	if err := e.time(s.Duration); err != nil {
		return err
	}
	return e.tracks(t)
}

func (c Crop) validate(width, height int) error {
	if c == (Crop{}) {
		return nil
	}
	inside := c.X >= 0 && c.Y >= 0 && c.Width > 0 && c.Height > 0 && c.X <= width-c.Width && c.Y <= height-c.Height
	if !inside {
		return Errorf(Invalid, "cut_outside", Params{"width": width, "height": height}, "cannot crop to %d × %d at %d, %d: the picture has %d × %d pixels", c.Width, c.Height, c.X, c.Y, width, height)
	}
	if c.Width < min(minCrop, width) || c.Height < min(minCrop, height) {
		return Errorf(Invalid, "cut_crop_small", Params{"min": minCrop}, "cannot crop to %d × %d pixels: leave at least %d on each side", c.Width, c.Height, minCrop)
	}
	return nil
}

func (e Excerpt) time(whole time.Duration) error {
	if e.FromMS == 0 && e.UntilMS == 0 {
		return nil
	}
	length := whole.Milliseconds()
	until := e.UntilMS
	if until == 0 {
		until = length
	}
	switch {
	case e.FromMS < 0 || e.UntilMS < 0 || e.FromMS >= length || until > length:
		return Errorf(Invalid, "cut_beyond", Params{"seconds": whole.Seconds()}, "cannot cut from %d to %d ms: the video takes %d ms", e.FromMS, until, length)
	case until <= e.FromMS:
		return Errorf(Invalid, "cut_reversed", nil, "cannot end the cut at %d ms: it begins at %d ms; move its end behind its beginning", until, e.FromMS)
	case until-e.FromMS < MinItemDuration.Milliseconds():
		return Errorf(Invalid, "cut_short", Params{"seconds": MinItemDuration.Seconds()}, "cannot cut to %d ms: leave at least %s", until-e.FromMS, MinItemDuration)
	}
	return nil
}

func (e Excerpt) tracks(t Tracks) error {
	if e.Audio == 0 && e.Subtitles == 0 {
		return nil
	}
	if !t.Known {
		return Errorf(Conflict, "cut_not_read", nil, "cannot choose sounds and subtitles yet: the video is being read; try again in a moment")
	}
	if e.Audio < 0 || e.Audio > len(t.Audio) || e.Silent && e.Audio != 0 {
		return Errorf(Invalid, "cut_audio", Params{"audio": e.Audio, "count": len(t.Audio)}, "cannot take sound %d: the video has %d; choose another one, or silence alone", e.Audio, len(t.Audio))
	}
	if e.Subtitles < 0 || e.Subtitles > len(t.Subtitles) {
		return Errorf(Invalid, "cut_subtitles", Params{"subtitles": e.Subtitles, "count": len(t.Subtitles)}, "cannot burn in subtitles %d: there are %d; choose others, or bring in a file", e.Subtitles, len(t.Subtitles))
	}
	if e.Subtitles > 0 && t.Subtitles[e.Subtitles-1].Text == "" {
		return Errorf(Invalid, "cut_subtitles_unusable", nil, "cannot burn in these subtitles: they are no text that can be read; bring in an SRT or WebVTT file instead")
	}
	return nil
}
