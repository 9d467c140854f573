package probe

import (
	"bytes"
	"testing"

	"cotmoc/controller/internal/media/mediatest"
	"cotmoc/playlists"
)

// seeds are one of each kind of file the header readers walk.
func seeds(f *testing.F) {
	f.Helper()
	jpeg := mediatest.JPEG(f, mediatest.Picture(16, 8))
	png := mediatest.PNG(f, mediatest.Picture(16, 8))
	f.Add(jpeg)
	f.Add(mediatest.WithEXIF(jpeg, 6))
	f.Add(mediatest.FlatJPEG(16, 8, true, 1, 2, 3))
	f.Add(mediatest.FlatJPEG(16, 8, false, 1, 2, 3, 4))
	f.Add(png)
	f.Add(mediatest.InsertPNGChunk(png, "iCCP", []byte("sRGB\x00\x00\x78\x9c\x03\x00\x00\x00\x00\x01")))
	f.Add(mediatest.InsertPNGChunk(png, "acTL", make([]byte, 8)))
	f.Add(mediatest.PNGHeader(50_000, 50_000))
	f.Add([]byte("RIFF\x1e\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x0f\x00\x00\x07\x00\x00ANIM\x00\x00\x00\x00"))
	f.Add([]byte("RIFF\x16\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f\x0f\xc0\x01\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("GIF89a\x10\x00\x08\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x10\x00\x08\x00\x00\x02\x02\x44\x01\x00;"))
	f.Add(mediatest.Bytes(f, mediatest.AVIF(f, "testsrc2=s=16x16")))
	f.Add([]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"))
	f.Add([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x01mdat\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00moov"))
	f.Add([]byte("\x1a\x45\xdf\xa3\x81\x00\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("RIFF\x04\x00\x00\x00AVI "))
	f.Add([]byte("#!/bin/sh"))
	f.Add([]byte("PK\x03\x04"))
}

// FuzzHeaders walks any bytes as what they claim to be and as everything else.
// Whatever comes out must be within sense and every refusal Invalid.
func FuzzHeaders(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		format := Sniff(b[:min(len(b), SniffLen)])
		if err := refuseFormat(format); err != nil && playlists.CodeOf(err) != playlists.Invalid {
			t.Errorf("refusal %v", err)
		}
		r, size := bytes.NewReader(b), int64(len(b))
		for _, as := range []Format{JPEG, PNG, WebP, GIF, AVIF} {
			p, err := ReadPicture(r, size, as)
			if err != nil {
				if playlists.CodeOf(err) != playlists.Invalid {
					t.Errorf("%s: %v", as, err)
				}
				continue
			}
			if w, h := p.Displayed(); w <= 0 || h <= 0 || p.Orientation < 1 || p.Orientation > 8 || p.Channels < 1 || len(p.ICC) > 2*maxICC {
				t.Errorf("%s: %+v", as, p)
			}
			if DefaultLimits().checkPicture(p) == nil && p.DecodedBytes() > 1<<20 {
				continue // decodable, but slow to fuzz
			}
			if DefaultLimits().checkPicture(p) == nil && as != AVIF {
				if img, err := decode(r, size, p); err == nil && img.Bounds().Dx() != p.Width {
					t.Errorf("%s: headers say %d wide, the picture is %v", as, p.Width, img.Bounds())
				}
			}
		}
		for _, as := range []Format{ISOMedia, Matroska, AVI} {
			_ = checkContainer(r, size, as)
		}
	})
}

func FuzzParseClip(f *testing.F) {
	f.Add([]byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":360,"height":288,"sample_aspect_ratio":"16:15","avg_frame_rate":"30000/1001","field_order":"tt","side_data_list":[{"rotation":-90}]},{"codec_type":"audio"}],"format":{"format_name":"mov,mp4","duration":"1.5"}}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","disposition":{"attached_pic":1}}]}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","sample_aspect_ratio":"1:0","avg_frame_rate":"0/0","width":-5}],"format":{"duration":"NaN"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseClip(b)
		if err != nil {
			return
		}
		if c.Duration < 0 || c.FrameRate < 0 || c.FrameRate > 1e6 || c.Pictures == 0 && c.Width != 0 {
			t.Errorf("parseClip = %+v", c)
		}
	})
}
