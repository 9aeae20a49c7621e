package devices

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ProbeMap says where a Modbus probe keeps its temperature. Makers differ in everything, so it is data.
type ProbeMap struct {
	Slave    int    `toml:"slave"`    // 1…247
	Function int    `toml:"function"` // 3 holding registers, 4 input registers
	Register int    `toml:"register"` // as in the request on the wire, from 0
	Kind     string `toml:"kind"`     // int16, offset10000, float32, float32-swapped
	Scale    int    `toml:"scale"`    // integer kinds: the raw value divided by this (1, 10, 100, 1000) is degrees Celsius
}

func (m ProbeMap) check() error {
	switch {
	case m.Slave < 1 || m.Slave > 247:
		return fmt.Errorf("probe slave %d is not in 1…247", m.Slave)
	case m.Function != 3 && m.Function != 4:
		return fmt.Errorf("probe function %d is neither 3 nor 4", m.Function)
	case m.Register < 0 || m.Register > 0xffff:
		return fmt.Errorf("probe register %d is not in 0…65535", m.Register)
	}
	switch m.Kind {
	case "int16", "offset10000":
		if m.Scale != 1 && m.Scale != 10 && m.Scale != 100 && m.Scale != 1000 {
			return fmt.Errorf("probe scale %d is not 1, 10, 100 or 1000", m.Scale)
		}
	case "float32", "float32-swapped":
	default:
		return fmt.Errorf("probe kind %q: use int16, offset10000, float32 or float32-swapped", m.Kind)
	}
	return nil
}

// words is how many registers the value takes.
func (m ProbeMap) words() int {
	if m.Kind == "float32" || m.Kind == "float32-swapped" {
		return 2
	}
	return 1
}

// Request is the Modbus RTU frame that asks for the temperature (MODBUS Application Protocol 1.1b3, 6.3 and 6.4).
func (m ProbeMap) Request() []byte {
	b := []byte{byte(m.Slave), byte(m.Function)}
	b = binary.BigEndian.AppendUint16(b, uint16(m.Register))
	b = binary.BigEndian.AppendUint16(b, uint16(m.words()))
	return appendCRC(b)
}

// Reply is the frame with which a probe answers with these registers, for simulators.
func (m ProbeMap) Reply(registers []byte) []byte {
	b := append([]byte{byte(m.Slave), byte(m.Function), byte(len(registers))}, registers...)
	return appendCRC(b)
}

// Exception is the frame with which a probe refuses, for simulators.
func (m ProbeMap) Exception(code byte) []byte {
	return appendCRC([]byte{byte(m.Slave), byte(m.Function) | 0x80, code})
}

// Registers encodes a temperature in thousandths of a degree as the probe does, for simulators.
func (m ProbeMap) Registers(milliC int64) []byte {
	switch m.Kind {
	case "float32", "float32-swapped":
		b := binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(milliC)/1000))
		if m.Kind == "float32-swapped" {
			b[0], b[1], b[2], b[3] = b[2], b[3], b[0], b[1]
		}
		return b
	case "offset10000":
		if milliC < 0 {
			return binary.BigEndian.AppendUint16(nil, uint16(10000-milliC*int64(m.Scale)/1000))
		}
	}
	return binary.BigEndian.AppendUint16(nil, uint16(int16(milliC*int64(m.Scale)/1000)))
}

// errShort says that a reply is not whole yet.
var errShort = errors.New("the reply is not whole")

// exceptionError is a Modbus exception code.
type exceptionError byte

// Error names the exception (MODBUS Application Protocol 1.1b3, 7).
func (e exceptionError) Error() string {
	names := map[exceptionError]string{1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "device failure", 6: "device busy"}
	if n, ok := names[e]; ok {
		return fmt.Sprintf("modbus exception %d: %s", byte(e), n)
	}
	return fmt.Sprintf("modbus exception %d", byte(e))
}

// Parse reads the reply to Request: the temperature in thousandths of a degree Celsius. A reply must match slave,
// function and length; an exception is known from five bytes and needs no time-out.
func (m ProbeMap) Parse(b []byte) (milliC int64, err error) {
	if len(b) < 5 {
		return 0, errShort
	}
	if b[0] != byte(m.Slave) {
		return 0, fmt.Errorf("reply of slave %d, not %d", b[0], m.Slave)
	}
	if b[1] == byte(m.Function)|0x80 {
		if !crcOK(b[:5]) {
			return 0, errors.New("wrong checksum")
		}
		return 0, exceptionError(b[2])
	}
	n := 2 * m.words()
	if b[1] != byte(m.Function) || int(b[2]) != n {
		return 0, fmt.Errorf("reply to function %d with %d bytes, not to %d with %d", b[1], b[2], m.Function, n)
	}
	if len(b) < 5+n {
		return 0, errShort
	}
	if !crcOK(b[:5+n]) {
		return 0, errors.New("wrong checksum")
	}
	return m.value(b[3 : 3+n])
}

// absoluteZero and hottest bound what a probe can mean, in thousandths of a degree.
const (
	absoluteZero = -273_150
	hottest      = 2_000_000
)

func (m ProbeMap) value(b []byte) (int64, error) {
	var v int64
	switch m.Kind {
	case "float32", "float32-swapped":
		if m.Kind == "float32-swapped" {
			b = []byte{b[2], b[3], b[0], b[1]}
		}
		f := float64(math.Float32frombits(binary.BigEndian.Uint32(b))) * 1000
		if math.IsNaN(f) || math.Abs(f) > hottest {
			return 0, errors.New("the value is no temperature")
		}
		v = int64(math.Round(f))
	case "offset10000":
		// KinCony: up to 10000 as it is; above, the part over 10000 is below zero.
		if v = int64(binary.BigEndian.Uint16(b)); v > 10_000 {
			v = 10_000 - v
		}
		v = v * 1000 / int64(m.Scale)
	default:
		v = int64(int16(binary.BigEndian.Uint16(b))) * 1000 / int64(m.Scale)
	}
	if v < absoluteZero || v > hottest {
		return 0, errors.New("the value is no temperature")
	}
	return v, nil
}

// appendCRC adds the CRC-16 (MODBUS over Serial Line 1.02, 6.2.2): polynomial 0xA001 reflected, start 0xFFFF, low byte first.
func appendCRC(b []byte) []byte { return binary.LittleEndian.AppendUint16(b, crc16(b)) }

func crcOK(b []byte) bool {
	n := len(b) - 2
	return n > 0 && binary.LittleEndian.Uint16(b[n:]) == crc16(b[:n])
}

func crc16(b []byte) uint16 {
	crc := uint16(0xffff)
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xa001
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}
