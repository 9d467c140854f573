package webauthn

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// clientData is the part of CollectedClientData, §5.8.1, that decides.
type clientData struct {
	kind, challenge, origin string
	crossOrigin, framed     bool
}

func checkClientData(data []byte, origins []string, challenge [sha256.Size]byte) error {
	c, err := parseClientData(data)
	if err != nil {
		return err
	}
	switch {
	case c.kind != "webauthn.get":
		return fmt.Errorf("cannot trust the assertion: it is of the type %.40q", c.kind)
	case c.challenge != base64.RawURLEncoding.EncodeToString(challenge[:]):
		return errors.New("cannot trust the assertion: it is over something else")
	case !slices.Contains(origins, c.origin):
		return fmt.Errorf("cannot trust the assertion: it was made on the site %.200q", c.origin)
	case c.crossOrigin || c.framed:
		return errors.New("cannot trust the assertion: it was made inside another site's page")
	}
	return nil
}

// deciding are the fields that decide.
func deciding() []string {
	return []string{"type", "challenge", "origin", "crossOrigin", "topOrigin", "tokenBinding"}
}

// parseClientData reads the object's fields by their exact names. One that
// stands in it twice, or that differs from one that decides in upper and lower
// case alone, is refused: two readers could take different ones.
func parseClientData(data []byte) (clientData, error) {
	var out clientData
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, _ := dec.Token(); t != json.Delim('{') {
		return out, errors.New("cannot read the client data: it is no JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		t, _ := dec.Token()
		name, isName := t.(string)
		if !isName {
			return out, errors.New("cannot read the client data: it is no JSON object")
		}
		if seen[name] {
			return out, fmt.Errorf("cannot read the client data: %.40q stands in it twice", name)
		}
		seen[name] = true
		if slices.ContainsFunc(deciding(), func(d string) bool { return d != name && strings.EqualFold(d, name) }) {
			return out, fmt.Errorf("cannot read the client data: %.40q is nearly a field that decides", name)
		}
		var into any = new(json.RawMessage)
		switch name {
		case "type":
			into = &out.kind
		case "challenge":
			into = &out.challenge
		case "origin":
			into = &out.origin
		case "crossOrigin":
			into = &out.crossOrigin
		case "topOrigin":
			out.framed = true
		case "tokenBinding":
			return out, errors.New("cannot trust the assertion: it is bound to a connection that nobody knows")
		}
		if err := dec.Decode(into); err != nil {
			return out, fmt.Errorf("cannot read the client data: %w", err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return out, fmt.Errorf("cannot read the client data: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return out, errors.New("cannot read the client data: bytes follow it")
	}
	return out, nil
}
