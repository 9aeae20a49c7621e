package customs

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"pickstation/order"
)

// Effect is what a reply means for a shipment.
type Effect string

// Effects of replies.
const (
	Wait Effect = "wait" // customs are at it
	Stop Effect = "stop" // refused, detained or to be inspected: the goods may not go on
	Done Effect = "done" // released
)

// Reply is what customs say of one inventory.
type Reply struct {
	GUID   string    `json:"guid"`
	CopNo  string    `json:"cop_no"`            // the number under which it was declared
	PreNo  string    `json:"pre_no,omitempty"`  // the electronic port's number
	InvtNo string    `json:"invt_no,omitempty"` // customs' number, once they have taken it
	Status string    `json:"status"`
	Effect Effect    `json:"effect"`
	Words  string    `json:"words"` // what the status means
	Info   string    `json:"info,omitempty"`
	At     time.Time `json:"at"`
}

// inventoryReturn is the element of a reply, as it comes.
type inventoryReturn struct {
	GUID   string `xml:"guid"`
	CopNo  string `xml:"copNo"`
	PreNo  string `xml:"preNo"`
	InvtNo string `xml:"invtNo"`
	Status string `xml:"returnStatus"`
	Time   string `xml:"returnTime"`
	Info   string `xml:"returnInfo"`
}

// Bounds of what is read.
const (
	MaxReplyBytes = 4 << 20
	maxReplies    = 5000
	maxDepth      = 8
)

// ParseReplies reads a CEB604Message or CEB622Message.
func ParseReplies(data []byte) ([]Reply, error) {
	bad := func(what string, err error) ([]Reply, error) {
		return nil, (&order.Error{Code: "bad_reply", Op: "read customs reply", Msg: what, Err: err}).
			WithHint("give a CEB604Message or CEB622Message as the electronic port sent it")
	}
	if len(data) > MaxReplyBytes {
		return bad("the message is too large", nil)
	}
	dec := xml.NewDecoder(bytes.NewReader(data))
	var all []Reply
	for depth := 0; ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) && len(all) > 0 {
			return all, nil
		}
		if err != nil {
			return bad("not a message with replies to inventories", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			switch {
			case depth == 0 && name != "CEB604Message" && name != "CEB622Message":
				return bad("the message is a "+clip(name), nil)
			case name != "InventoryReturn":
				if depth++; depth > maxDepth {
					return bad("the message is nested too deep", nil)
				}
				continue
			case len(all) == maxReplies:
				return bad("the message holds too many replies", nil)
			}
			var r inventoryReturn
			if err := dec.DecodeElement(&r, &tok); err != nil {
				return bad("a reply cannot be read", err)
			}
			reply, err := r.reply()
			if err != nil {
				return nil, err
			}
			all = append(all, reply)
		case xml.EndElement:
			depth--
		}
	}
}

var replyCode = regexp.MustCompile(`^-?\d{1,10}$`)

// reply checks a reply's facets and says what it means.
func (r *inventoryReturn) reply() (Reply, error) {
	bad := func(what string) (Reply, error) {
		return Reply{}, order.Errorf("bad_reply", "reply to %q: %s", clip(r.CopNo), what).
			WithHint("give the message as the electronic port sent it")
	}
	at, err := time.ParseInLocation("20060102150405", r.Time[:min(14, len(r.Time))], chinaTime)
	switch {
	case utf8.RuneCountInString(r.GUID) > 36 || r.CopNo == "" || utf8.RuneCountInString(r.CopNo) > 20 || len(r.PreNo) > 18 || len(r.InvtNo) > 18:
		return bad("its numbers are missing or too long")
	case !replyCode.MatchString(r.Status):
		return bad("its status is no number")
	case err != nil || at.Year() < 1990 || at.Year() > 2200 || len(r.Time) != 17 && len(r.Time) != 14 || !digits(r.Time):
		return bad("its time is none")
	case utf8.RuneCountInString(r.Info) > 1000:
		return bad("its text is too long")
	}
	out := Reply{GUID: r.GUID, CopNo: r.CopNo, PreNo: r.PreNo, InvtNo: r.InvtNo, Status: r.Status, Info: hideNumbers(r.Info), At: at.UTC()}
	known, ok := codeTables().replies[r.Status]
	switch {
	case ok:
		out.Effect, out.Words = known.effect, known.words
	case strings.HasPrefix(r.Status, "-"):
		out.Effect, out.Words = Stop, "处理异常"
	default: // better one question too many than goods that customs hold on a lorry
		out.Effect, out.Words = Stop, "状态 "+r.Status
	}
	return out, nil
}

// longNumber is what may be an identity number or a telephone number in a free text.
var longNumber = regexp.MustCompile(`[0-9]{7,}[0-9Xx]?`)

// hideNumbers keeps free text of customs from telling who bought.
func hideNumbers(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	return longNumber.ReplaceAllStringFunc(text, mask)
}
