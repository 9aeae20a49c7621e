// Package devices is where bytes come in from scanners, scales and probes, and where the answer goes back to the gun.
//
// The walk of one scan: a link owns one port and is the only one that opens, reads and closes it; the bytes go to the
// device's driver, which frames them (framing is pure: any chunking of the same bytes gives the same frames); a Frame
// goes to the caller's Sink, which may block; once the scan is durable the caller says Bench.Answer, and the driver
// turns the tone into an acknowledgement, beeps and lights for that very scanner.
//
// What holds everywhere here:
//
//   - A scan is never dropped, and never swallowed because of the time at which it came. When the sink is slow, the port
//     is not read; the scanner's own buffer and its missing acknowledgement hold the rest.
//   - No acknowledgement leaves before Answer says that the scan is stored.
//   - Ports are never found by opening them. Only what the configuration names is opened.
//   - Every byte is hostile: noise is counted and reported, never a panic.
//
// The package imports none of the project's other packages.
package devices
