package labels

import "fmt"

// The CN 22 is 74 × 105 mm (UPU forms); all places in tenths of a millimetre.
const (
	cn22W, cn22H   = 740, 1050
	cn22Rows       = 330 // where the item rows begin
	cn22RowsNumber = 625 // where they end when the S10 barcode stands on the form
	cn22RowsPlain  = 800
)

// Layout makes one label, or several numbered ones when the goods do not fit on one.
func (c CN22) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	if err := c.check("CN 22"); err != nil {
		return nil, err
	}
	end := cn22RowsPlain
	if c.Number != "" {
		end = cn22RowsNumber
	}
	cols := []column{{"qty, description", 470, left, ordinary}, {"kg", 160, right, ordinary}, {"value", 180, right, ordinary}, {"HS origin", 190, left, ordinary}}
	pages := c.split(KindCN22, pr, box{w: cn22W, h: cn22H}, cols, cn22Row, box{16, cn22Rows, cn22W - 32, end - cn22Rows}, style{size: 62, min: 45})
	for i, p := range pages {
		c.frame(p, fmt.Sprintf("%d/%d", i+1, len(pages)), len(pages) > 1, end)
		if err := p.done(); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func cn22Row(it CustomsItem, currency string) []string {
	return []string{fmt.Sprintf("%s %s", itemQuantity(it), joinNonEmpty(" ", it.Description, it.Local)), kilograms(it.NetG),
		Money{it.Value, currency}.Amount(), joinNonEmpty("\n", it.HS, it.Origin)}
}

func itemQuantity(it CustomsItem) string { return joinNonEmpty(" ", fmt.Sprint(it.Qty), it.Unit) }

// frame draws all that surrounds the item rows.
func (c *CN22) frame(p *Page, number string, several bool, end int) {
	const m, w = 16, cn22W - 32
	if !several {
		number = ""
	}
	p.text("title", box{m, 16, 500, 70}, "CUSTOMS DECLARATION\nDÉCLARATION EN DOUANE 报关单", style{size: 85, min: 60, lines: 2, bold: true})
	p.text("form", box{m + 510, 16, w - 510, 50}, "CN 22", style{size: 130, lines: 1, bold: true, align: right})
	p.text("page number", box{m + 510, 64, w - 510, 28}, joinNonEmpty("  ", reprintMark(c.PrintNo), number), style{size: 60, min: captionLeast, lines: 1, align: right})
	p.text("opened", box{m, 90, w, 26}, "May be opened officially / Peut être ouvert d'office 可以径行开拆", style{size: 60, min: 45, lines: 1})
	p.text("operator", box{m, 118, w / 2, 26}, c.Operator, style{size: 62, min: 45, lines: 1})
	p.text("explanation", box{m + w/2 + 6, 118, w/2 - 6, 26}, c.Explanation, style{size: 62, min: 42, lines: 1, align: right})
	p.tickGrid(box{m, 150, w, 96}, c.Category)
	p.cell(box{m, 255, w, end - 255})
	heads := []string{"Quantity and detailed description of contents / Description détaillée 内件", "Net weight / Poids net (kg) 净重",
		"Value / Valeur (" + c.Currency + ") 价值", "HS tariff No., origin / No tarifaire, origine 税号 原产国"}
	at := 0
	for i, part := range []int{470, 160, 180, 190} {
		x := m + w*at/1000
		p.text(fmt.Sprintf("head %d", i+1), box{x + 6, 261, w*part/1000 - 12, 64}, heads[i], style{size: 50, min: captionLeast})
		if at += part; at < 1000 {
			p.rule(box{m + w*at/1000, 255, 2, end - 255})
		}
	}
	p.rule(box{m, 327, w, 2})
	c.foot(p, end)
}

// foot draws totals, certificate, signature and, where there is a number, its barcode.
func (c *CN22) foot(p *Page, end int) {
	const m, w = 16, cn22W - 32
	_, value := c.totals()
	p.captioned("total weight", box{m, end, w / 2, 60}, "Total weight / Poids total (kg) 总重", kilograms(c.GrossG), style{size: 80, min: 55, lines: 1, bold: true})
	p.captioned("total value", box{m + w/2, end, w - w/2, 60}, "Total value / Valeur totale 总值", value.String(), style{size: 80, min: 55, lines: 1, bold: true})
	p.text("certificate", box{m, end + 66, w, 104}, customsCertificate, style{size: 50, min: 38})
	p.captioned("signature", box{m, end + 174, w, 68}, "Date and sender's signature / Date et signature de l'expéditeur 日期 签名", customsSignature(&c.Customs), style{size: 75, min: 50, lines: 1})
	if c.Number == "" {
		return
	}
	p.code128("barcode", box{4, end + 256, cn22W - 8, 110}, c.Number)
	p.text("number", box{m, end + 370, w, 38}, spacedS10(c.Number), style{size: 85, min: 60, lines: 1, align: center})
}

// customsCertificate is what the sender signs, in the languages of the Union and in Chinese.
const customsCertificate = "I certify that the particulars given in this customs declaration are correct and that this item does not contain any dangerous article or articles " +
	"prohibited by legislation or by postal or customs regulations. / Je certifie que les renseignements sont exacts et que cet envoi ne contient aucun objet dangereux ou interdit. " +
	"本人保证以上申报属实，邮件内未装寄法律或邮政、海关规章禁止寄递的危险物品。"

func customsSignature(c *Customs) string {
	day := ""
	if !c.Date.IsZero() {
		day = c.Date.Format("2006-01-02")
	}
	return joinNonEmpty("   ", day, c.SignedBy)
}
