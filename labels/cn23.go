package labels

import (
	"fmt"
	"strings"
)

// The CN 23 is A5 across, 210 × 148 mm (UPU forms); all places in tenths of a millimetre.
const (
	cn23W, cn23H = 2100, 1480
	cn23M        = 40 // margin
	cn23Split    = 1180
	cn23Rows     = 690 // where the item rows begin
	cn23RowsEnd  = 1000
)

var cn23Columns = []column{{"Detailed description of contents / Description détaillée du contenu 内件详细名称", 430, left, ordinary}, {"Quantity / Quantité 数量", 110, right, ordinary},
	{"Net weight / Poids net (kg) 净重", 120, right, ordinary}, {"Value / Valeur 价值", 130, right, ordinary}, {"HS tariff number / No tarifaire du SH 税则号列", 120, left, ordinary},
	{"Origin / Origine 原产国", 90, left, ordinary}}

// Layout makes one form, or several numbered ones when the goods do not fit on one.
func (c CN23) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	if c.Number == "" {
		return nil, &Error{ErrorBadInput, "lay out CN 23", "obtain a postal item number first", fmt.Errorf("the S10 item number is missing")}
	}
	if err := c.check("CN 23"); err != nil {
		return nil, err
	}
	area := box{cn23M, cn23Rows, cn23W - 2*cn23M, cn23RowsEnd - cn23Rows}
	pages := c.split(KindCN23, pr, box{w: cn23W, h: cn23H}, cn23Columns, cn23Row, area, style{size: 80, min: 50})
	for i, p := range pages {
		c.parties(p, fmt.Sprintf("%d/%d", i+1, len(pages)))
		c.columns(p)
		c.foot(p)
		if err := p.done(); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func cn23Row(it CustomsItem, currency string) []string {
	return []string{joinNonEmpty(" ", it.Description, it.Local), itemQuantity(it), kilograms(it.NetG), Money{it.Value, currency}.Amount(), it.HS, it.Origin}
}

// parties draws the upper half: title, number, sender and addressee.
func (c *CN23) parties(p *Page, number string) {
	const m, s, end = cn23M, cn23Split, cn23W - cn23M
	p.text("operator", box{m, 34, 640, 40}, c.Operator, style{size: 90, min: 55, lines: 1, bold: true})
	p.text("opened", box{m, 78, 640, 66}, "May be opened officially / Peut être ouvert d'office\n可以径行开拆", style{size: 65, min: 45})
	p.text("title", box{m + 650, 34, 360, 110}, "CUSTOMS DECLARATION\nDÉCLARATION EN DOUANE\n报关单", style{size: 90, min: 60, lines: 3, bold: true})
	p.text("form", box{m + 1015, 34, 120, 46}, "CN 23", style{size: 110, min: 80, lines: 1, bold: true, align: right})
	p.text("page number", box{m + 1015, 84, 120, 60}, joinNonEmpty("\n", number, reprintMark(c.PrintNo)), style{size: 65, min: captionLeast, align: right})
	p.code128("barcode", box{s, 34, end - s, 130}, c.Number)
	p.text("number", box{s, 168, end - s, 40}, spacedS10(c.Number), style{size: 95, min: 60, lines: 1, align: center})
	value := style{size: 85, min: 50}
	p.captioned("sender", box{m, 150, s - m, 232}, "From / De 寄件人 (name, business, address, tel.)", partyBlock(c.Sender), value)
	p.captioned("receiver", box{m, 382, s - m, 232}, "To / À 收件人 (name, business, address, tel.)", partyBlock(c.Receiver), value)
	p.captioned("sender reference", box{s, 212, end - s, 110}, "Sender's customs reference (if any) / Référence en douane de l'expéditeur 寄件人海关编号", firstOf(c.SenderRef, c.Sender.TaxID), value)
	p.captioned("importer reference", box{s, 322, end - s, 146}, "Importer's reference (tax code, VAT No., importer code) / Référence de l'importateur 进口商编号", firstOf(c.ImporterRef, c.Receiver.TaxID), value)
	p.captioned("importer contact", box{s, 468, end - s, 146}, "Importer's telephone, e-mail / Téléphone, courriel de l'importateur 进口商电话 电邮", joinNonEmpty("  ", c.Receiver.Phone, c.Receiver.Email), value)
}

// partyBlock is a name with its address and telephone, one part a line.
func partyBlock(p Party) string {
	lines := append([]string{p.Name}, p.Lines()...)
	if p.Phone != "" {
		lines = append(lines, "Tel. "+p.Phone)
	}
	return strings.Join(lines, "\n")
}

// columns draws the heads and rules of the item table.
func (c *CN23) columns(p *Page) {
	const m, w = cn23M, cn23W - 2*cn23M
	p.cell(box{m, 614, w, cn23RowsEnd - 614})
	at := 0
	for i, col := range cn23Columns {
		title := col.title
		if i == 3 {
			title += " (" + c.Currency + ")"
		}
		p.text(fmt.Sprintf("head %d", i+1), box{m + w*at/1000 + 8, 620, w*col.part/1000 - 16, 62}, title, style{size: 55, min: captionLeast})
		if at += col.part; at < 1000 {
			p.rule(box{m + w*at/1000, 614, 2, cn23RowsEnd - 614})
		}
	}
	p.rule(box{m, cn23Rows - 6, w, 2})
}

// foot draws totals, category, remarks and the signature.
func (c *CN23) foot(p *Page) {
	const m, s, end, y = cn23M, cn23Split, cn23W - cn23M, cn23RowsEnd
	third := (end - m) / 3
	net, value := c.totals()
	bold := style{size: 90, min: 55, lines: 1, bold: true}
	p.captioned("gross weight", box{m, y, third, 78}, "Total gross weight / Poids brut total (kg) 总毛重", kilograms(c.GrossG)+"   (net "+kilograms(net)+")", bold)
	p.captioned("total value", box{m + third, y, third, 78}, "Total value / Valeur totale 总价值", value.String(), bold)
	postage := ""
	if c.Postage != nil {
		postage = c.Postage.String()
	}
	p.captioned("postage", box{m + 2*third, y, end - m - 2*third, 78}, "Postal charges, fees / Frais de port 邮费", postage, bold)
	small := style{size: 75, min: 48}
	p.cell(box{m, y + 78, s - m, 132})
	p.text("category caption", box{m + 10, y + 84, 420, 24}, "Category of item / Catégorie de l'envoi 类别", style{size: captionSize, min: captionLeast, lines: 1})
	p.text("explanation", box{m + 440, y + 84, s - m - 450, 26}, c.Explanation, style{size: 60, min: 42, lines: 1})
	p.tickGrid(box{m + 10, y + 112, s - m - 20, 94}, c.Category)
	p.captioned("comments", box{m, y + 210, s - m, 110}, "Comments (quarantine, sanitary inspection, other restrictions) / Observations 备注", c.Comments, small)
	w := (s - m) / 3
	p.captioned("licences", box{m, y + 320, w, 110}, "Licence No. / No de licence 许可证", c.Licences, small)
	p.captioned("certificates", box{m + w, y + 320, w, 110}, "Certificate No. / No de certificat 证书", c.Certificates, small)
	p.captioned("invoice", box{m + 2*w, y + 320, s - m - 2*w, 110}, "Invoice No. / No de facture 发票", c.Invoice, small)
	p.captioned("office", box{s, y + 78, end - s, 92}, "Office of origin, date of posting / Bureau d'origine, date de dépôt 原寄局", c.Office, small)
	p.cell(box{s, y + 170, end - s, 150})
	p.text("certificate", box{s + 10, y + 176, end - s - 20, 140}, customsCertificate, style{size: 55, min: 40})
	p.captioned("signature", box{s, y + 320, end - s, 110}, "Date and sender's signature / Date et signature de l'expéditeur 日期 签名", customsSignature(&c.Customs), style{size: 90, min: 55})
}
