package programme

import (
	"crypto/ed25519"
	"time"

	"cotmoc/playlists"
)

// CommandType is the DSSE payload type of a command.
const CommandType = "application/vnd.cotmoc.command.v1+json"

// CommandKind is what a command asks for. The list is closed: none of it
// changes what may be shown, or runs what somebody has written.
type CommandKind string

// The kinds.
const (
	CommandRefresh        CommandKind = "refresh" // the player page loads again
	CommandRestartBrowser CommandKind = "restart_browser"
	CommandRestartAgent   CommandKind = "restart_agent"
	CommandRestartPC      CommandKind = "restart_pc"
	CommandDisplayOn      CommandKind = "display_on"
	CommandDisplayOff     CommandKind = "display_off" // for Amount minutes
	CommandBrightness     CommandKind = "brightness"  // Amount per cent
	CommandVolume         CommandKind = "volume"      // Amount per cent
	CommandLogs           CommandKind = "logs"        // the last Amount lines
	CommandCapture        CommandKind = "capture"     // what is on the glass, now
)

// CommandKinds lists the kinds in the order people see them.
func CommandKinds() []CommandKind {
	return []CommandKind{
		CommandRefresh, CommandCapture, CommandLogs, CommandRestartBrowser, CommandRestartAgent, CommandRestartPC,
		CommandDisplayOn, CommandDisplayOff, CommandBrightness, CommandVolume,
	}
}

// amounts bounds Amount for each kind. A picture that is too dark to read is a
// display that is off without an end: the least brightness leaves it readable.
func (k CommandKind) amounts() (least, most int, known bool) {
	switch k {
	case CommandRefresh, CommandRestartBrowser, CommandRestartAgent, CommandRestartPC, CommandDisplayOn, CommandCapture:
		return 0, 0, true
	case CommandDisplayOff:
		return 1, 120, true
	case CommandBrightness:
		return 10, 100, true
	case CommandVolume:
		return 0, 100, true
	case CommandLogs:
		return 1, 500, true
	}
	return 0, 0, false
}

// MaxCommandLife is how long after its issue a command may begin.
const MaxCommandLife = 15 * time.Minute

// maxAsker is the most bytes of the name of who asks.
const maxAsker = 400

// Command asks one screen's PC for help from afar, once, within minutes. The
// programme key suffices: whoever holds it can hide things anyway, and what a
// command can do is bounded by the screen itself. Person and By say who asked.
type Command struct {
	Screen    playlists.ID `json:"screen"`
	ID        playlists.ID `json:"id"`
	Kind      CommandKind  `json:"kind"`
	Amount    int          `json:"amount"` // what it is of depends on the kind, 0 for none
	Person    playlists.ID `json:"person"`
	By        string       `json:"by"` // name, for people
	Epoch     uint64       `json:"epoch"`
	IssuedAt  int64        `json:"issued_at"`  // Unix milliseconds
	ExpiresAt int64        `json:"expires_at"` // Unix milliseconds; it does not begin from then on
}

// Validate refuses what is not on the list or breaks a bound. Its errors are
// for the person who asks.
func (c *Command) Validate() error {
	least, most, known := c.Kind.amounts()
	if !known {
		return playlists.Errorf(playlists.Invalid, "command_unknown", playlists.Params{"kind": string(c.Kind)}, "cannot ask a screen for %.40q: choose one of %v", string(c.Kind), CommandKinds())
	}
	if c.Amount < least || c.Amount > most {
		return playlists.Errorf(playlists.Invalid, "command_amount", playlists.Params{"kind": string(c.Kind), "min": least, "max": most}, "cannot ask for %s of %d: give %d to %d", c.Kind, c.Amount, least, most)
	}
	for _, id := range []playlists.ID{c.Screen, c.ID, c.Person} {
		if err := id.Validate(); err != nil {
			return err
		}
	}
	if c.By == "" || len(c.By) > maxAsker || !isInstant(c.IssuedAt) || !isInstant(c.ExpiresAt) || c.Epoch == 0 {
		return playlists.Errorf(playlists.Invalid, "command_malformed", nil, "cannot use command %s: it does not say who asked, or when", c.ID)
	}
	if life := c.ExpiresAt - c.IssuedAt; life <= 0 || life > MaxCommandLife.Milliseconds() {
		return playlists.Errorf(playlists.Invalid, "command_malformed", nil, "cannot use command %s: it is good for %d ms, the most is %s", c.ID, life, MaxCommandLife)
	}
	return nil
}

// Expires gives when the command does not begin any more.
func (c *Command) Expires() time.Time { return time.UnixMilli(c.ExpiresAt).UTC() }

// FirstEpoch is the epoch before the first charter.
const FirstEpoch = 1

// VerifyCommand reads a command for a screen. Whether its time is over is for
// the screen's clock to say.
func VerifyCommand(envelope []byte, trust Trust) (*Command, error) {
	payload, err := open(envelope, CommandType, trust.keys())
	if err != nil {
		return nil, err
	}
	var c Command
	if err := Unmarshal(payload, &c); err != nil {
		return nil, err
	}
	if c.Screen != trust.Screen {
		return nil, refuse(OtherScreen, "cannot do on screen %s what screen %.40s was asked for", trust.Screen, string(c.Screen))
	}
	if err := c.Validate(); err != nil {
		return nil, refuse(Malformed, "cannot read the command: %w", err)
	}
	epoch := uint64(FirstEpoch)
	if held := trust.Charter; held != nil {
		epoch = held.Epoch
		if !trust.Now.Before(held.Expires()) {
			return nil, refuse(CharterExpired, "cannot do what command %s asks: charter %d ended on %s", c.ID, held.Number, held.Expires().Format(time.DateOnly))
		}
	}
	if c.Epoch != epoch {
		return nil, refuse(WrongEpoch, "cannot do what command %s of epoch %d asks: this is epoch %d", c.ID, c.Epoch, epoch)
	}
	return &c, nil
}

// SignCommand gives the envelope of a command.
func SignCommand(c *Command, key ed25519.PrivateKey) ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	payload, err := Marshal(c)
	if err != nil {
		return nil, err
	}
	return Seal(CommandType, payload, key)
}
