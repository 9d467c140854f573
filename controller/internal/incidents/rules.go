package incidents

import "time"

// Rule names what must not be.
type Rule string

// The rules. Each has a runbook of its name.
const (
	Offline       Rule = "offline"
	GroupOffline  Rule = "group_offline" // several at once
	Late          Rule = "late"          // a line that comes and goes
	WrongContent  Rule = "wrong_content"
	Black         Rule = "black"
	Frozen        Rule = "frozen"
	NoPicture     Rule = "no_picture" // browser or player page
	SlateShown    Rule = "slate"      // although something is due
	Behind        Rule = "behind"     // an older programme than published
	Refused       Rule = "refused"
	Cache         Rule = "cache"
	Disk          Rule = "disk"
	Temperature   Rule = "temperature"
	Clock         Rule = "clock"
	Certificate   Rule = "certificate"
	Stale         Rule = "stale" // no proof of freshness
	Takedown      Rule = "takedown"
	PeerLying     Rule = "peer_lying"
	Contested     Rule = "contested"
	Tampered      Rule = "tampered"
	Restarting    Rule = "restarting"
	NobodyOnShift Rule = "nobody_on_shift"
	Trouble       Rule = "trouble" // whatever else a screen reports
)

// Spec is how a rule becomes an incident and how it ends.
type Spec struct {
	Rule     Rule
	Severity Severity
	// After is how long it must last before it opens, Clear how long it must be
	// gone before it is over.
	After, Clear time.Duration
	// Times in Within opens it too, however short each was; 0 never.
	Times  int
	Within time.Duration
	// Escalate is how long nobody may have taken it before it becomes To; then
	// it is told again every Repeat, 0 never.
	Escalate, Repeat time.Duration
	To               Severity
	// Report tells that only a fresh report can say it is so, or is not.
	Report bool
	// Link tells that a controller that has just started knows nothing of it.
	Link bool
	// Sticky keeps it from being over by itself: a person must have looked.
	Sticky bool
}

const (
	second = time.Second
	minute = time.Minute
	hour   = time.Hour
)

// Specs is the one table of the rules, in the order people see them.
func Specs() []Spec {
	return []Spec{
		{Rule: WrongContent, Severity: Critical, After: 10 * second, Clear: 30 * second, Escalate: 2 * minute, Repeat: 10 * minute, Report: true},
		{Rule: Takedown, Severity: Critical, After: minute, Clear: 20 * second, Escalate: 5 * minute, Repeat: 15 * minute},
		{Rule: Black, Severity: Critical, After: 15 * second, Clear: 30 * second, Escalate: 5 * minute, Repeat: 30 * minute, Report: true},
		{Rule: NoPicture, Severity: Critical, After: minute, Clear: 30 * second, Escalate: 10 * minute, Repeat: 30 * minute, Report: true},
		{Rule: Frozen, Severity: Warning, After: 20 * second, Clear: 30 * second, Escalate: 10 * minute, Repeat: 30 * minute, To: Critical, Report: true},
		{Rule: Contested, Severity: Critical, After: 0, Clear: 5 * minute, Escalate: 5 * minute, Repeat: 30 * minute, Sticky: true},
		{Rule: Tampered, Severity: Critical, After: 0, Clear: 5 * minute, Escalate: 10 * minute, Repeat: hour, Sticky: true},
		{Rule: PeerLying, Severity: Critical, After: 30 * second, Clear: 5 * minute, Escalate: 10 * minute, Repeat: hour, Sticky: true},
		{Rule: GroupOffline, Severity: Critical, After: 40 * second, Clear: minute, Escalate: 15 * minute, Repeat: hour, Link: true},
		{Rule: Offline, Severity: Warning, After: 40 * second, Clear: minute, Escalate: 15 * minute, Repeat: hour, To: Critical, Link: true},
		{Rule: Refused, Severity: Warning, After: 10 * second, Clear: 5 * minute, Escalate: 30 * minute, To: Critical, Report: true, Sticky: true},
		{Rule: SlateShown, Severity: Warning, After: 2 * minute, Clear: minute, Escalate: hour, To: Critical, Report: true},
		{Rule: Stale, Severity: Warning, After: 15 * minute, Clear: 2 * minute, Report: true},
		{Rule: Clock, Severity: Warning, After: 5 * minute, Clear: 2 * minute, Escalate: 2 * hour, To: Critical, Report: true},
		{Rule: Cache, Severity: Warning, After: 5 * minute, Clear: 2 * minute, Escalate: 4 * hour, To: Critical, Report: true},
		{Rule: Disk, Severity: Warning, After: 10 * minute, Clear: 5 * minute, Report: true},
		{Rule: Temperature, Severity: Warning, After: 6 * minute, Clear: 10 * minute, Escalate: hour, To: Critical},
		{Rule: Restarting, Severity: Warning, Clear: 30 * minute, Times: 3, Within: 30 * minute, Escalate: 2 * hour, To: Critical},
		{Rule: Late, Severity: Info, Clear: 20 * minute, Times: 4, Within: 30 * minute, Escalate: 2 * hour, To: Warning, Link: true},
		{Rule: Behind, Severity: Info, After: 30 * minute, Clear: minute, Escalate: 4 * hour, To: Warning, Report: true},
		{Rule: Certificate, Severity: Warning, After: 0, Clear: minute, Escalate: 24 * hour, Repeat: 24 * hour},
		{Rule: NobodyOnShift, Severity: Warning, After: 15 * minute, Clear: minute, Escalate: 30 * minute, To: Critical, Repeat: 2 * hour},
		{Rule: Trouble, Severity: Info, After: 5 * minute, Clear: 5 * minute, Report: true},
	}
}

const (
	// settle is how long screens have to come back to a controller that has
	// just started: they wait up to two minutes before they try again.
	settle = 150 * second
	// again is how soon after it was over by itself an incident is the same one.
	again = 20 * minute
	// keep is how long one that somebody has taken waits for their word after
	// it has gone.
	keep = 8 * hour
	// together is how far apart screens may be lost and still be lost at once:
	// silence shows a beat later on one than on the other.
	together = 45 * second
	// maxEscalations bounds how often one is told again.
	maxEscalations = 12
)

// codes says which rule what the board says of a screen breaks.
func codes() map[string]Rule {
	out := map[string]Rule{}
	for rule, all := range map[Rule][]string{
		Offline:      {"connection_ended", "silent"},
		Late:         {"report_late", "no_report"},
		WrongContent: {"other_item", "nothing_due", "glass_wrong", otherPage},
		Black:        {"glass_black", "off_in_hours"},
		Frozen:       {"glass_frozen", "no_frames"},
		NoPicture:    {"no_player", "no_frame", "browser_fails", "pairing_shown"},
		SlateShown:   {"slate_instead"},
		Behind:       {"not_received", "downloading", "not_switched", "programme_unplayable", "item_failed"},
		Refused:      {"refused"},
		Cache:        {"fetch_failed", "documents_not_kept", "plays_not_kept", "state_not_kept", "trust_not_kept", "database_damaged"},
		Disk:         {"disk_full", "disk_low"},
		Clock:        {"clock_lost"},
		Stale:        {"beacon_late", "unattended_soon", "unattended", "charter_behind", "orders_behind", "withheld"},
		Takedown:     {"taken_down_shown", "takedown_pending", "safe_not_shown", "safe_pending"},
		PeerLying:    {"peer_lying"},
		Contested:    {"session_contested", "broker_refuses"},
		Tampered:     {"audit_rewritten", "state_restored", "restored"},
		"":           {"nothing_published", "safe", "bulletin", "never_seen", "resting", "resting_ends", "resting_silent"}, // as it should be
	} {
		for _, code := range all {
			out[code] = rule
		}
	}
	return out
}
