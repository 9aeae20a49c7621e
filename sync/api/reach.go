package api

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// reachTimeout bounds a question whether the centre is there; a person waits for it.
const reachTimeout = 8 * time.Second

// Reach asks whether the centre and its store answer this station's certificate. It
// changes nothing there. The error is an *Error.
func (c *Client) Reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	var reply struct {
		Status string `json:"status"`
	}
	return c.do(req, maxReply, &reply, nil, func() bool { return reply.Status == "ok" })
}
