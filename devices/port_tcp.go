package devices

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"
)

// tcpDialTimeout bounds one attempt to reach a serial server.
const tcpDialTimeout = 3 * time.Second

// OpenTCP opens a raw TCP line to a serial server or RF base, tcp://host:port. The line settings are the server's own.
func OpenTCP(ctx context.Context, address string, _ Line) (Port, error) {
	host := strings.TrimPrefix(address, "tcp://")
	if _, _, err := net.SplitHostPort(host); err != nil {
		return nil, &Fault{Op: "open " + address, Status: Failed, Err: err, Hint: "write the address as tcp://host:port"}
	}
	d := net.Dialer{Timeout: tcpDialTimeout, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}
	c, err := d.DialContext(ctx, "tcp", host)
	if err == nil {
		return c, nil
	}
	f := &Fault{Op: "open " + address, Status: Failed, Err: err, Hint: "check the address and the serial server"}
	var timeout net.Error
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) ||
		(errors.As(err, &timeout) && timeout.Timeout()) {
		f.Status, f.Hint = Absent, "switch the serial server on and check its cable"
	}
	return nil, f
}
