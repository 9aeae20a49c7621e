// Package api is a station's way to its centre: HTTP/2 with a client certificate,
// the centre's own CA pinned. Every call has a deadline, every answer a size limit,
// and whatever comes back that is no answer of a centre (an error page, a captive
// portal, half a message, nothing) becomes an [Error] that says how to go on.
package api
