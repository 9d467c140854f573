package incidents

import (
	"fmt"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Sign is something that is wrong, in a code that the console translates.
type Sign struct {
	Code   string
	Params playlists.Params
}

// Seen is a screen as the board and the fleet know it now.
type Seen struct {
	ID      playlists.ID
	Name    string
	Cluster Named
	Unit    playlists.ID // that operates the cluster now
	Tags    []string
	Address string // from which it called us last, "" unknown
	Switch  string // that technicians say it is behind, "" unknown
	// Fresh tells that it has reported lately: what it says of itself counts.
	Fresh  bool
	Signs  []Sign // the reason of its state first
	LastAt time.Time
	Boot   string // of the agent's start

	Facts           Facts     // told apart, see Service.Facts
	CertificateEnds time.Time // likewise; zero unknown
	Evidence        []Evidence
}

// Facts are what a screen PC sends now and then.
type Facts struct {
	At     time.Time // when they came, zero never
	TempC  float64   // 0 unknown
	Uptime time.Duration
}

// Bounds of facts.
const (
	hot     = 80.0 // °C: a screen PC throttles soon
	veryHot = 92.0
	cooled  = 75.0
	// factsFor is how long facts count: they come every five minutes.
	factsFor = 12 * time.Minute
	// Certificates are renewed at half of their 90 days.
	certificateSoon = 30 * 24 * time.Hour
	certificateNow  = 7 * 24 * time.Hour
)

// switchTag begins the tag by which technicians say what a screen hangs on.
const switchTag = "switch:"

func (s *Seen) behind() string {
	if s.Switch != "" {
		return s.Switch
	}
	for _, t := range s.Tags {
		if label, ok := strings.CutPrefix(strings.ToLower(t), switchTag); ok {
			return strings.TrimSpace(label)
		}
	}
	return ""
}

// condition is one rule that is broken now.
type condition struct {
	sign     Sign
	severity Severity // over the rule's, "" for none
	mark     string
	hints    []Hint
	evidence []Evidence
	// certain tells that the screen has made sure, so that nobody waits to see
	// whether it lasts.
	certain bool
}

// otherPage is what a screen says that has sent a foreign page away.
const otherPage = "other_page"

// conditions tells which rules a screen breaks. It is a pure function.
func conditions(s *Seen, byCode map[string]Rule, open func(Rule) bool, now time.Time) map[Rule]condition {
	out := map[Rule]condition{}
	for _, sign := range s.Signs {
		rule, known := byCode[sign.Code]
		if !known {
			rule = Trouble
			if programme.Known(programme.Refusal(sign.Code)) {
				rule = Refused
			}
		}
		if rule == "" {
			continue
		}
		c := condition{sign: sign, mark: sign.Code, certain: sign.Code == otherPage}
		if rule == Refused || rule == Takedown {
			c.mark = fmt.Sprint(sign.Code, " ", sign.Params["refusal"], " ", sign.Params["count"])
		}
		if sign.Code == "unattended" {
			c.severity = Critical
		}
		if before, ok := out[rule]; ok {
			if before.mark != c.mark {
				before.mark += "," + c.mark
			}
			if before.severity == "" {
				before.severity = c.severity
			}
			before.certain = before.certain || c.certain
			out[rule] = before
			continue
		}
		out[rule] = c
	}
	for rule, c := range out {
		switch rule {
		case WrongContent, Black, Frozen:
			c.evidence = s.Evidence
			c.hints = browserHint(s)
		case NoPicture:
			c.hints = browserHint(s)
		}
		out[rule] = c
	}
	heat(s, out, open, now)
	certificate(s, out, now)
	return out
}

// browserHint names the browser as the cause when the screen says so itself.
func browserHint(s *Seen) []Hint {
	for _, sign := range s.Signs {
		if sign.Code == "browser_fails" {
			return []Hint{{Code: "browser", Params: playlists.Params{"screen": s.Name}}}
		}
	}
	return nil
}

func heat(s *Seen, out map[Rule]condition, open func(Rule) bool, now time.Time) {
	if s.Facts.At.IsZero() || now.Sub(s.Facts.At) > factsFor || s.Facts.TempC < cooled {
		return
	}
	if s.Facts.TempC < hot && !open(Temperature) {
		return
	}
	c := condition{sign: Sign{Code: "too_hot", Params: playlists.Params{"celsius": int(s.Facts.TempC + 0.5)}}, mark: "too_hot"}
	if s.Facts.TempC >= veryHot {
		c.severity = Critical
	}
	out[Temperature] = c
}

func certificate(s *Seen, out map[Rule]condition, now time.Time) {
	left := s.CertificateEnds.Sub(now)
	if s.CertificateEnds.IsZero() || left >= certificateSoon {
		return
	}
	days := max(0, int(left.Hours()/24))
	c := condition{sign: Sign{Code: "certificate_ends", Params: playlists.Params{"days": days}}, mark: "certificate_ends"}
	if left < certificateNow {
		c.severity = Critical
	}
	if left <= 0 {
		c.sign = Sign{Code: "certificate_ended", Params: playlists.Params{}}
	}
	out[Certificate] = c
}

// ClusterSeen is a cluster as the shift log knows it.
type ClusterSeen struct {
	Named
	Unit   playlists.ID
	OnDuty bool
	Kept   bool // a shift was ever kept here: where none is, none is missed
}

func clusterConditions(c *ClusterSeen) map[Rule]condition {
	out := map[Rule]condition{}
	if c.Kept && !c.OnDuty {
		out[NobodyOnShift] = condition{sign: Sign{Code: "nobody_on_shift", Params: playlists.Params{}}, mark: "nobody_on_shift"}
	}
	return out
}
