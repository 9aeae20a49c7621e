package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/gs1"
)

// maxDecodeLine is the longest scan that decode reads, in bytes. The densest symbol, a QR code of version 40, holds 7,089 digits.
const maxDecodeLine = 16 << 10

// decodeMode is how decode judges a line.
type decodeMode struct {
	strict, station, digitalLink bool
	now                          time.Time // for the century of dates
}

// decoded is one line of output; the order of its fields is a promise.
type decoded struct {
	RawHex    string            `json:"raw_hex"`
	OK        bool              `json:"ok"`
	Kind      string            `json:"kind"`
	Symbology string            `json:"symbology"`
	AIs       [][2]string       `json:"ais"`
	GTIN      string            `json:"gtin"`
	SSCC      string            `json:"sscc"`
	Lot       string            `json:"lot"`
	Expiry    string            `json:"expiry"`
	Serial    string            `json:"serial"`
	Code      string            `json:"code"`
	Message   string            `json:"message"`
	Flags     *[]string         `json:"flags,omitempty"`
	Readings  *[]decodedReading `json:"readings,omitempty"`
	Splits    [][][2]string     `json:"splits,omitempty"`
}

// decodedReading is one of the ways in which the station can understand a scan.
type decodedReading struct {
	Kind     string      `json:"kind"`
	Text     string      `json:"text"`
	AIs      [][2]string `json:"ais"`
	GTIN     string      `json:"gtin"`
	SSCC     string      `json:"sscc"`
	Lot      string      `json:"lot"`
	Expiry   string      `json:"expiry"`
	Serial   string      `json:"serial"`
	Carrier  string      `json:"carrier,omitempty"`
	Encoding string      `json:"encoding,omitempty"`
}

func newDecodeCommand() *cobra.Command {
	var mode decodeMode
	cmd := &cobra.Command{
		Use:   "decode",
		Short: "Decode barcode scans, one a line, to JSON",
		Long: `Reads one raw scan per line from the standard input, as the scanner sends it: AIM identifier first, GS as the
byte 0x1D. Writes one JSON object per line, for each line exactly one, also for empty ones. Scans are judged as the
GS1 General Specifications do; dates are completed with the century that is nearest to today.

ok is false and code says why if a scan does not hold up. decode is a filter: it exits with 0 when it has read
everything, however many lines were not ok.`,
		Example: `  printf ']C101095060001343521727053110LOT7\n' | pickstation decode
  printf ']E09506000134352\n9506000134352\n' | pickstation decode --station
  echo 'https://id.gs1.org/01/09506000134352/10/LOT7' | pickstation decode --digital-link`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			mode.now = time.Now()
			return decodeLines(cmd.InOrStdin(), cmd.OutOrStdout(), mode)
		},
	}
	cmd.Flags().BoolVar(&mode.strict, "strict", false, "also ask for the AIs that must accompany others")
	cmd.Flags().BoolVar(&mode.station, "station", false, "read with the station's tolerance, Digital Links and a CR at the end included, and show all readings")
	cmd.Flags().BoolVar(&mode.digitalLink, "digital-link", false, "the lines are GS1 Digital Link URIs")
	return cmd
}

// decodeLines answers every line of in with one line on out. What is written is flushed before decode waits for more input.
func decodeLines(in io.Reader, out io.Writer, mode decodeMode) error {
	r := bufio.NewReaderSize(in, maxDecodeLine+2)
	w := bufio.NewWriter(out)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for {
		line, length, err := decodeLine(r)
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return fmt.Errorf("read scans: %w", errors.Join(err, w.Flush()))
		}
		answer := decodeScan(line, mode)
		if length > maxDecodeLine {
			answer = decodeTooLong(line, length, mode)
		}
		if err := encoder.Encode(answer); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
		if r.Buffered() == 0 {
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write results: %w", err)
			}
		}
	}
}

// decodeLine reads a line without its newline. Of a line that is too long it keeps the beginning and counts the rest. A last line
// without newline is a line unless it is empty.
func decodeLine(r *bufio.Reader) (line string, length int, err error) {
	part, err := r.ReadSlice('\n')
	line, length = string(part), len(part)
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = r.ReadSlice('\n')
		length += len(part)
	}
	if err == nil {
		return strings.TrimSuffix(line, "\n"), length - 1, nil
	}
	if errors.Is(err, io.EOF) && length > 0 {
		return line, length, nil
	}
	return "", 0, err
}

func decodeTooLong(line string, length int, mode decodeMode) decoded {
	d := blankDecoded(line[:64], mode)
	d.Code = "line_too_long"
	d.Message = fmt.Sprintf("the line has %d bytes, more than any barcode holds (%d are read, the first 64 are shown); "+
		"end each scan with a newline", length, maxDecodeLine)
	return d
}

func blankDecoded(line string, mode decodeMode) decoded {
	d := decoded{RawHex: hex.EncodeToString([]byte(line)), Kind: "unknown", Symbology: gs1.SymbologyUnknown.String(), AIs: [][2]string{}}
	if mode.station {
		d.Flags, d.Readings = &[]string{}, &[]decodedReading{}
	}
	return d
}

func decodeScan(line string, mode decodeMode) decoded {
	d := blankDecoded(line, mode)
	options := gs1.Options{Required: mode.strict}
	switch {
	case mode.station:
		d.station(gs1.Read(strings.TrimSuffix(line, "\r")), mode)
	case line == "":
		d.refuse(&gs1.Error{Code: gs1.EmptyScan})
	case mode.digitalLink && line[0] != ']':
		elements, err := gs1.ParseDigitalLink(nil, line, options)
		d.Kind = gs1.KindDigitalLink.String()
		d.fill(gs1.Reading{Kind: gs1.KindDigitalLink, Text: line, Elements: elements}, mode.now)
		d.refuse(err)
	default:
		m, err := gs1.Parse(line, options)
		d.Symbology = m.Symbology.String()
		if c := gs1CodeOf(err); c != gs1.MissingSymbologyIdentifier && c != gs1.UnsupportedSymbologyIdentifier {
			d.Kind = m.Kind.String()
		}
		if err == nil {
			d.fill(m.Reading, mode.now)
		}
		d.refuse(err)
	}
	return d
}

func gs1CodeOf(err error) gs1.Code {
	var e *gs1.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// refuse closes the line: ok without an error, else the code and what to do.
func (d *decoded) refuse(err error) {
	d.OK = err == nil
	var e *gs1.Error
	if errors.As(err, &e) {
		d.Code = string(e.Code)
		d.Message = e.Error() + "; " + e.Hint()
	}
}

func (d *decoded) fill(r gs1.Reading, now time.Time) {
	v := decodedReadingOf(r, now)
	d.AIs, d.GTIN, d.SSCC, d.Lot, d.Expiry, d.Serial = v.AIs, v.GTIN, v.SSCC, v.Lot, v.Expiry, v.Serial
}

func (d *decoded) station(s gs1.Scan, mode decodeMode) {
	d.Kind = s.Kind().String()
	d.Symbology = s.Symbology.String()
	*d.Flags = s.Flags.Names()
	for i, r := range s.Readings {
		*d.Readings = append(*d.Readings, decodedReadingOf(r, mode.now))
		if i == 0 {
			d.fill(r, mode.now)
			if mode.strict && s.Err == nil {
				s.Err = gs1.CheckRequired(r.Elements)
			}
		}
	}
	if s.Flags.Has(gs1.FlagMissingFNC1) {
		splits, _ := s.Splits(8)
		for _, split := range splits {
			d.Splits = append(d.Splits, decodedPairs(split))
		}
	}
	d.refuse(s.Err)
}

func decodedReadingOf(r gs1.Reading, now time.Time) decodedReading {
	v := decodedReading{Kind: r.Kind.String(), Text: r.Text, AIs: decodedPairs(r.Elements), Carrier: string(r.Carrier)}
	v.GTIN, _ = r.GTIN()
	v.SSCC, _ = r.SSCC()
	v.Lot, _ = r.Lot()
	v.Serial, _ = r.Serial()
	if m, ok := r.Expiry(now); ok {
		v.Expiry = m.String()
	}
	if r.Kind == gs1.KindText {
		v.Encoding = r.Encoding.String()
	}
	return v
}

func decodedPairs(elements []gs1.Element) [][2]string {
	pairs := make([][2]string, 0, len(elements))
	for _, e := range elements {
		pairs = append(pairs, [2]string{e.AI, e.Value})
	}
	return pairs
}
