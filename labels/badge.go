package labels

import "fmt"

// Badge is what an operator scans to sign in.
type Badge struct {
	Code string `json:"code"` // what the barcode says
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
	Team string `json:"team,omitempty"`
}

// Badges prints badge labels, one page each, on card stock of 90 × 54 mm. The code is never printed as text: a badge
// must be scanned, not read off and typed.
type Badges struct {
	Badges []Badge `json:"badges"`
}

// maxLabels bounds one job of small labels.
const maxLabels = maxPages

// Layout makes one page a badge.
func (b Badges) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	if n := len(b.Badges); n == 0 || n > maxLabels {
		return nil, &Error{ErrorBadInput, "lay out badges", fmt.Sprintf("give between 1 and %d badges", maxLabels), fmt.Errorf("%d badges", n)}
	}
	pages := make([]*Page, 0, len(b.Badges))
	for _, one := range b.Badges {
		p := newPage(KindBadge, pr, 900, 540)
		p.frame(box{20, 20, 860, 500}, 4)
		p.text("name", box{50, 45, 800, 130}, one.Name, style{size: 280, min: 120, lines: 1, bold: true, middle: true})
		p.text("role", box{50, 180, 800, 70}, joinNonEmpty(" · ", one.Role, one.Team), style{size: 140, min: 70, lines: 1, middle: true})
		p.code128("badge", box{30, 280, 840, 220}, one.Code)
		if err := p.done(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

func exampleBadges() Document {
	return Badges{[]Badge{{"OP7K2M9Q4X", "冯冬梅 Feng Dongmei", "拣货 Picker", "B 班"}, {"OP3D8W1L6R", "Nguyễn Văn Hùng", "组长 Lead", "Night"}}}
}
