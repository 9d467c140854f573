package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Of several sounds the default one is taken, or else the first that can be
// read at all.
func TestWhichSound(t *testing.T) {
	t.Parallel()
	sound := func(codec string, preferred int) string {
		return fmt.Sprintf(`{"codec_type":"audio","codec_name":%q,"sample_rate":"48000","channels":2,"disposition":{"default":%d}}`, codec, preferred)
	}
	for name, c := range map[string]struct {
		streams []string
		audio   bool
		index   int
	}{
		"none":                       {nil, false, 0},
		"one":                        {[]string{sound("aac", 1)}, true, 1},
		"the first":                  {[]string{sound("aac", 0), sound("aac", 0)}, true, 1},
		"the default":                {[]string{sound("aac", 0), sound("aac", 1), sound("aac", 1)}, true, 2},
		"the first that can be read": {[]string{sound("", 1), sound("aac", 0)}, true, 2},
		"none that can be read":      {[]string{sound("", 1)}, false, 0},
	} {
		all := append([]string{`{"codec_type":"video","codec_name":"h264"}`}, c.streams...)
		for i := range all {
			all[i] = strings.Replace(all[i], "{", fmt.Sprintf(`{"index":%d,`, i), 1)
		}
		clip, err := parseClip([]byte(`{"streams":[` + strings.Join(all, ",") + `]}`))
		if err != nil || clip.Audio != c.audio || clip.AudioStream != c.index || clip.Sound != (len(c.streams) > 0) {
			t.Errorf("%s: %+v, %v", name, clip, err)
		}
	}
}

// Dolby Vision over a picture that others can show is shown as that.
func TestDolbyVision(t *testing.T) {
	t.Parallel()
	for side, want := range map[string]bool{
		`{"dv_profile":5,"dv_bl_signal_compatibility_id":0}`: true,
		`{"dv_profile":8,"dv_bl_signal_compatibility_id":4}`: false,
		`{"rotation":-90}`: false,
	} {
		clip, err := parseClip([]byte(`{"streams":[{"codec_type":"video","codec_name":"hevc","side_data_list":[` + side + `]}]}`))
		if err != nil || clip.DolbyVision != want {
			t.Errorf("%s: %t, %v", side, clip.DolbyVision, err)
		}
	}
}

// What can be chosen from is named as the file says it, cleaned.
func TestTracks(t *testing.T) {
	t.Parallel()
	clip, err := parseClip([]byte(`{"streams":[{"index":0,"codec_type":"video","codec_name":"h264"},
		{"index":1,"codec_type":"audio","codec_name":"none"},
		{"index":2,"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":2,"disposition":{"default":1},"tags":{"language":"vie","title":"Ti\u0302ng\u0007 Việt\u202e"}},
		{"index":3,"codec_type":"subtitle","codec_name":"subrip","tags":{"language":"und","title":"` + strings.Repeat("x", 100) + `"}}]}`))
	sounds := []Track{{Stream: 2, Codec: "aac", Language: "vie", Title: "Tîng Việt", Default: true}}
	subtitles := []Track{{Stream: 3, Codec: "subrip", Title: strings.Repeat("x", 60)}}
	if err != nil || !slices.Equal(clip.Sounds, sounds) || !slices.Equal(clip.Subtitles, subtitles) {
		t.Errorf("%+v %+v, %v", clip.Sounds, clip.Subtitles, err)
	}
}
