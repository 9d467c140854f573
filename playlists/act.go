package playlists

import (
	"context"
	"time"
)

// ActKind names what was done, in one or two words with a dot between. The
// console translates "audit.kind_…".
type ActKind string

// The kinds of acts that the audit log keeps.
const (
	DecisionSubmitted ActKind = "decision.submit"
	DecisionReviewed  ActKind = "decision.review"
	DecisionApproved  ActKind = "decision.approve"
	DecisionReturned  ActKind = "decision.return"
	DecisionWithdrawn ActKind = "decision.withdraw"

	ProgrammesPublished ActKind = "publish.plan"       // a person published the plan
	ProgrammesWithdrawn ActKind = "publish.withdrawal" // a media left the screens
	ProgrammesNewScreen ActKind = "publish.new_screen" // a screen is new or has changed
	ProgrammesCharter   ActKind = "publish.charter"    // other decisions count under a new charter
	ProgrammesHeld      ActKind = "publish.hold"       // a media is left out until somebody has looked at its source
	ProgrammesReleased  ActKind = "publish.release"    // somebody has, and it is shown again
	ProgrammesMore      ActKind = "publish.supplement" // pictures for other screens were approved later

	LoggedIn        ActKind = "login.ok"
	LoginFailed     ActKind = "login.failed"
	LoginsUnwritten ActKind = "login.flood" // failed logins that were too many to keep
	PasswordChanged ActKind = "login.password"
	SessionEnded    ActKind = "login.end"    // one's own, elsewhere
	SessionsEnded   ActKind = "login.endall" // all of a person, by an administrator

	CodesTurnedOn  ActKind = "factor.on"
	CodesTurnedOff ActKind = "factor.off"
	CodesRenewed   ActKind = "factor.recovery"
	PasskeyAdded   ActKind = "factor.passkey"
	PasskeyDeleted ActKind = "factor.remove"
	FactorsDropped ActKind = "factor.drop" // by an administrator

	TokenAdded   ActKind = "token.add"
	TokenDeleted ActKind = "token.delete"

	PersonAdded       ActKind = "person.add"
	PersonChanged     ActKind = "person.change"
	PersonNewPassword ActKind = "person.password"
	UnitAdded         ActKind = "unit.add"
	UnitChanged       ActKind = "unit.change"

	ClusterAdded    ActKind = "cluster.add"
	ClusterChanged  ActKind = "cluster.change"
	SitePINRenewed  ActKind = "site.pin" // of the page that screens serve at their site
	ScreenClaimed   ActKind = "screen.claim"
	ScreenChanged   ActKind = "screen.change"
	ScreenRevoked   ActKind = "screen.revoke"
	TicketGiven     ActKind = "ticket.give" // by which many PCs may join
	TicketRevoked   ActKind = "ticket.revoke"
	ScreenReplaced  ActKind = "screen.replace"  // it has another PC
	DeviceDescribed ActKind = "device.change"   // what people know of a screen's devices
	DeviceChecked   ActKind = "device.check"    // somebody went through a checklist
	SettingsChanged ActKind = "screen.settings" // its hours, camera or touch panel
	ProfileChanged  ActKind = "profile.change"  // a shape of screens was described or chosen
	ProfileDropped  ActKind = "profile.drop"

	MaintenancePlanned ActKind = "maintenance.plan"
	MaintenanceEnded   ActKind = "maintenance.end"

	BrandChanged  ActKind = "unit.brand"   // how slides of a unit look from now on
	SiteDescribed ActKind = "site.change"  // from where media may be taken, and how it is read
	SitePolicy    ActKind = "site.policy"  // what changed pages mean for media that came from them
	SourceHeld    ActKind = "source.hold"  // media is left out of programmes since the page it came from has changed or is gone
	SourceFlood   ActKind = "source.flood" // it would have been, but its site had as much held as it may
	SourceKept    ActKind = "source.keep"  // media stays although the page it came from has changed or is gone

	ThemeChanged ActKind = "theme.change"
	MediaEdited  ActKind = "library.edit" // many at once
	EditUndone   ActKind = "library.undo"

	OrderTakedown   ActKind = "order.takedown"
	OrderBulletin   ActKind = "order.bulletin"
	OrderSafe       ActKind = "order.safe"
	OrderLifted     ActKind = "order.lift"
	OrderPlaced     ActKind = "order.place"
	KeyOffered      ActKind = "key.offer" // to sign with; it counts once a charter names it
	KeyDropped      ActKind = "key.drop"
	CharterAccepted ActKind = "charter.accept"
	AuditExported   ActKind = "export.audit"

	AlertAdded         ActKind = "alert.add"
	AlertChanged       ActKind = "alert.change"
	AlertRemoved       ActKind = "alert.remove"
	AlertTested        ActKind = "alert.test"
	AlertLost          ActKind = "alert.lost"     // a channel lost messages; told once a day
	AlertDeadMan       ActKind = "alert.deadman"  // the address that is called while the controller lives
	StaffingChanged    ActKind = "shift.staffing" // when somebody has to be on duty
	ReleaseAdded       ActKind = "release.add"
	ReleaseProposed    ActKind = "release.propose"
	ReleaseStarted     ActKind = "release.start"
	ReleasePaused      ActKind = "release.pause"
	ReleaseResumed     ActKind = "release.resume"
	ReleaseHalted      ActKind = "release.halt" // by itself
	ReleaseUndone      ActKind = "release.back"
	ReleaseEnded       ActKind = "release.end"
	ReleaseFinished    ActKind = "release.finish" // by itself
	HelpRefresh        ActKind = "help.refresh"   // of a screen PC from afar
	HelpCapture        ActKind = "help.capture"
	HelpLogs           ActKind = "help.logs"
	HelpRestartBrowser ActKind = "help.restart_browser"
	HelpRestartAgent   ActKind = "help.restart_agent"
	HelpRestartPC      ActKind = "help.restart_pc"
	HelpDisplayOn      ActKind = "help.display_on"
	HelpDisplayOff     ActKind = "help.display_off"
	HelpBrightness     ActKind = "help.brightness"
	HelpVolume         ActKind = "help.volume"

	BackupMade     ActKind = "backup.make" // was begun; nothing is read before
	BackupRestored ActKind = "backup.restore"
	ScreenAhead    ActKind = "screen.ahead" // it holds more than the restored controller knows of
	ScreenLevel    ActKind = "screen.level" // it follows again
)

// ActKinds lists the kinds in the order people see them.
func ActKinds() []ActKind {
	return []ActKind{
		DecisionSubmitted, DecisionReviewed, DecisionApproved, DecisionReturned, DecisionWithdrawn,
		ProgrammesPublished, ProgrammesWithdrawn, ProgrammesNewScreen, ProgrammesCharter, ProgrammesMore, ProgrammesHeld, ProgrammesReleased,
		OrderTakedown, OrderBulletin, OrderSafe, OrderLifted, OrderPlaced, KeyOffered, KeyDropped, CharterAccepted,
		LoggedIn, LoginFailed, LoginsUnwritten, PasswordChanged, SessionEnded, SessionsEnded,
		CodesTurnedOn, CodesTurnedOff, CodesRenewed, PasskeyAdded, PasskeyDeleted, FactorsDropped, TokenAdded, TokenDeleted,
		PersonAdded, PersonChanged, PersonNewPassword, UnitAdded, UnitChanged,
		ClusterAdded, ClusterChanged, SitePINRenewed, ScreenClaimed, ScreenChanged, ScreenRevoked, SettingsChanged,
		ProfileChanged, ProfileDropped, MaintenancePlanned, MaintenanceEnded,
		BrandChanged, SiteDescribed, SitePolicy, SourceHeld, SourceFlood, SourceKept,
		ThemeChanged, MediaEdited, EditUndone,
		AlertAdded, AlertChanged, AlertRemoved, AlertTested, AlertLost, AlertDeadMan, StaffingChanged,
		ReleaseAdded, ReleaseProposed, ReleaseStarted, ReleasePaused, ReleaseResumed, ReleaseHalted, ReleaseUndone, ReleaseEnded, ReleaseFinished,
		ScreenReplaced, TicketGiven, TicketRevoked, DeviceDescribed, DeviceChecked,
		HelpRefresh, HelpCapture, HelpLogs, HelpRestartBrowser, HelpRestartAgent, HelpRestartPC, HelpDisplayOn, HelpDisplayOff, HelpBrightness, HelpVolume,
		AuditExported, BackupMade, BackupRestored, ScreenAhead, ScreenLevel,
	}
}

// Act is something that was done and that the audit log keeps for ever. No
// secret stands in it.
type Act struct {
	At      time.Time
	By      ID // "" for the system itself
	Kind    ActKind
	Subject ID  // what it was done to
	Detail  any // encodes as a JSON object; nil for an empty one
}

type actKey struct{}

// WithAct hands an act to the one write that does it: the store keeps both in
// one transaction or neither. What the write finds out is filled in before it
// ends; without a kind there is nothing to keep.
func WithAct(ctx context.Context, a *Act) context.Context {
	return context.WithValue(ctx, actKey{}, a)
}

// ActOf gives the act that a write does, or nil.
func ActOf(ctx context.Context) *Act {
	a, _ := ctx.Value(actKey{}).(*Act)
	return a
}
