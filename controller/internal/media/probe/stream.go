package probe

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Clip is what ffprobe says about a video.
type Clip struct {
	Container string
	Codec     string
	Width     int // pixels as displayed: rotation and pixel shape applied
	Height    int
	Coded     [2]int // width and height as stored
	FrameRate float64
	Duration  time.Duration // 0 when the container does not say
	Colour
	Pictures    int     // moving ones: the first is used
	Decoder     string  // ffmpeg's, where its own choice loses something; else ""
	Alpha       bool    // it may be transparent
	Sound       bool    // there is any, even if it cannot be read
	Audio       bool    // there is sound that can be read
	AudioStream int     // the one to take: the default, or the first
	Sounds      []Track // those that can be read
	Subtitles   []Track
	Encrypted   bool
	Interlaced  bool
	DolbyVision bool // of the kind that shows wrong colours without Dolby's decoder
}

// Track is a sound or the subtitles of a video.
type Track struct {
	Stream   int // as ffmpeg counts
	Codec    string
	Language string // cleaned, as all that a file says
	Title    string
	Default  bool
}

// maxTracks bounds what can be chosen from.
const maxTracks = 32

// ffprobe's JSON, the part that is used.
type description struct {
	Streams []stream `json:"streams"`
	Format  struct {
		Name     string `json:"format_name"`
		Duration string `json:"duration"`
	} `json:"format"`
}

type stream struct {
	Index       int    `json:"index"`
	Type        string `json:"codec_type"`
	Codec       string `json:"codec_name"`
	Tag         string `json:"codec_tag_string"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	SAR         string `json:"sample_aspect_ratio"`
	FieldOrder  string `json:"field_order"`
	PixFmt      string `json:"pix_fmt"`
	ColorSpace  string `json:"color_space"`
	Transfer    string `json:"color_transfer"`
	Primaries   string `json:"color_primaries"`
	SampleRate  string `json:"sample_rate"`
	Channels    int    `json:"channels"`
	AverageRate string `json:"avg_frame_rate"`
	RealRate    string `json:"r_frame_rate"`
	Duration    string `json:"duration"`
	Disposition struct {
		AttachedPicture int `json:"attached_pic"`
		Default         int `json:"default"`
	} `json:"disposition"`
	Tags struct {
		AlphaMode string `json:"alpha_mode"`
		Language  string `json:"language"`
		Title     string `json:"title"`
	} `json:"tags"`
	SideData []struct {
		Rotation  float64 `json:"rotation"`
		DVProfile int     `json:"dv_profile"`
		DVBase    int     `json:"dv_bl_signal_compatibility_id"`
	} `json:"side_data_list"`
}

// parseClip reads ffprobe's JSON. Pictures is 0 when there is no moving
// picture; err tells that it was no JSON.
func parseClip(b []byte) (Clip, error) {
	var c Clip
	var d description
	if err := json.Unmarshal(b, &d); err != nil {
		return Clip{}, err
	}
	c.Container, _, _ = strings.Cut(d.Format.Name, ",")
	c.Duration = seconds(d.Format.Duration)
	chosen := false
	for _, s := range d.Streams {
		c.Encrypted = c.Encrypted || slices.Contains([]string{"encv", "enca", "drmi", "drms"}, s.Tag)
		switch {
		case s.Type == "audio":
			c.Sound = true
			readable := s.Codec != "" && s.Codec != "none" && s.Channels > 0 && s.SampleRate != "" && s.SampleRate != "0"
			if readable && len(c.Sounds) < maxTracks {
				c.Sounds = append(c.Sounds, s.track())
			}
			if preferred := s.Disposition.Default != 0; readable && (!c.Audio || preferred && !chosen) {
				c.Audio, c.AudioStream, chosen = true, s.Index, preferred
			}
		case s.Type == "subtitle" && len(c.Subtitles) < maxTracks:
			c.Subtitles = append(c.Subtitles, s.track())
		case s.Type == "video" && s.Disposition.AttachedPicture == 0:
			if c.Pictures++; c.Pictures == 1 {
				c.take(s)
			}
		}
	}
	return c, nil
}

func (s stream) track() Track {
	clean := func(text string, most int) string {
		r := []rune(playlists.Clean(text))
		return strings.TrimSpace(string(r[:min(len(r), most)]))
	}
	language := clean(s.Tags.Language, 10)
	if language == "und" {
		language = ""
	}
	return Track{Stream: s.Index, Codec: s.Codec, Language: language, Title: clean(s.Tags.Title, 60), Default: s.Disposition.Default != 0}
}

// take copies the facts of the first moving picture.
func (c *Clip) take(s stream) {
	c.Codec, c.Width, c.Height = s.Codec, s.Width, s.Height
	c.Coded = [2]int{s.Width, s.Height}
	if num, den, ok := ratio(s.SAR, ":"); ok {
		if w := math.Round(float64(s.Width) * num / den); w >= 1 && w <= 1<<20 {
			c.Width = int(w)
		}
	}
	for _, side := range s.SideData {
		if r := math.Abs(math.Remainder(side.Rotation, 180)); r > 45 {
			c.Width, c.Height = c.Height, c.Width
			break
		}
	}
	c.Colour = Colour{Matrix: said(s.ColorSpace), Transfer: said(s.Transfer), Primaries: said(s.Primaries)}
	c.Alpha = slices.ContainsFunc([]string{"yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16", "pal8"}, func(with string) bool { return strings.HasPrefix(s.PixFmt, with) })
	if decoder := map[string]string{"vp8": "libvpx", "vp9": "libvpx-vp9"}[s.Codec]; decoder != "" && s.Tags.AlphaMode == "1" {
		c.Alpha, c.Decoder = true, decoder // ffmpeg's own leaves the transparency out
	}
	for _, side := range s.SideData {
		c.DolbyVision = c.DolbyVision || side.DVProfile > 0 && side.DVBase == 0
	}
	c.Interlaced = slices.Contains([]string{"tt", "bb", "tb", "bt"}, s.FieldOrder)
	for _, rate := range []string{s.AverageRate, s.RealRate} {
		if num, den, ok := ratio(rate, "/"); ok && c.FrameRate == 0 {
			c.FrameRate = num / den
		}
	}
	if c.Duration == 0 {
		c.Duration = seconds(s.Duration)
	}
}

// said is a name of ffprobe's, or "" for its ways to say nothing.
func said(name string) string {
	if name == "unknown" || name == "reserved" || name == "unspecified" {
		return ""
	}
	return name
}

// ratio parses "30000/1001" and the like; ok is false for zero and nonsense.
func ratio(s, sep string) (num, den float64, ok bool) {
	a, b, found := strings.Cut(s, sep)
	num, err1 := strconv.ParseFloat(a, 64)
	den, err2 := strconv.ParseFloat(b, 64)
	ok = found && err1 == nil && err2 == nil && num > 0 && den > 0 && !math.IsInf(num/den, 0) && num/den < 1e6
	return num, den, ok
}

// seconds parses ffprobe's decimal seconds; 0 for nonsense.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0 && f < 1e9) {
		return 0
	}
	return time.Duration(f * float64(time.Second)).Round(time.Millisecond)
}
