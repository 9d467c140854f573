package playlists

import (
	"errors"
	"fmt"
)

// Code is the class of an error. There are few of them; each adapter maps
// them once (httpapi to a status, a command to an exit code).
type Code string

// The codes.
const (
	Invalid         Code = "invalid"         // the input breaks a rule; changing it helps
	NotFound        Code = "not_found"       // no such thing, or none that this person may see
	Conflict        Code = "conflict"        // the thing has changed or is in use
	Forbidden       Code = "forbidden"       // this person may not do this
	Unauthenticated Code = "unauthenticated" // nobody is logged in
	TooLarge        Code = "too_large"       // over a limit
	RateLimited     Code = "rate_limited"    // too often; later helps
	Unavailable     Code = "unavailable"     // something we depend on does not answer
	Internal        Code = "internal"        // our fault; details are logged, never shown
)

// Params are the values an error's sentence carries. They are shown to people.
type Params map[string]any

// Error is an error that a person or a program can act on. Its text begins
// with "cannot", carries the value and says what to do.
type Error struct {
	Code    Code
	Reason  string // snake_case; the console translates "reason.<Reason>"
	Params  Params
	Message string
	Err     error // the cause, for logs; may be nil
}

// Errorf makes an Error. The message follows "cannot …, …: what to do".
// A %w verb in format keeps the cause.
func Errorf(code Code, reason string, params Params, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Reason: reason, Params: params, Message: err.Error(), Err: errors.Unwrap(err)}
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf gives the code of the first Error in err's chain, Internal for any
// other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ReasonOf gives the reason of the first Error in err's chain, or "".
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}
