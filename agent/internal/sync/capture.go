package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"cotmoc/playlists/wire"
)

// PostCapture brings a capture of the glass to the controller.
func (c *Controller) PostCapture(ctx context.Context, of wire.Capture, jpeg []byte) error {
	if err := of.Validate(); err != nil {
		return err
	}
	if len(jpeg) > wire.MaxCapture {
		return fmt.Errorf("cannot send a capture of %d bytes: the most is %d", len(jpeg), wire.MaxCapture)
	}
	q := url.Values{"witness": {string(of.Witness)}, "finding": {string(of.Finding)}, "at": {strconv.FormatInt(of.At, 10)}, "wanted": {string(of.Wanted)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+wire.PathCaptures+"?"+q.Encode(), bytes.NewReader(jpeg))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "image/jpeg")
	resp, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("cannot reach the controller: %w", err)
	}
	err = resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		return errors.Join(fmt.Errorf("cannot send a capture: the controller answered %s", resp.Status), err)
	}
	return err
}
