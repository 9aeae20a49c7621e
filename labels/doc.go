// Package labels draws the papers of a bench: waybills, customs forms, lists, logistic labels, cards and slips.
//
// A document is a plain struct (Waybill, BenchCard, …) whose Layout method places text, rules and barcodes on pages that
// are measured in the dots of one printer. The same pages go to three back ends: RenderPDF, RenderPNG (one bit a dot)
// and RenderZPL. Nothing is placed between two dots, so a barcode has the same run lengths on paper as in its standard.
//
// What is promised:
//
//   - Text is measured. It is wrapped, then shrunk to the smallest size its field allows, and what still does not fit is
//     marked with "…" and listed in Report.Overflow. Nothing is clipped silently.
//   - Words of a script that cannot be drawn are written in Latin letters (Report.Romanised) or refused (Report.Refused).
//   - A rune that no embedded font can draw becomes □ and is listed in Report.Missing.
//   - A barcode that would get fewer than two dots a module is refused with ErrorBarcodeTooFine.
//   - The same input gives the same bytes, in any goroutine. No byte sequence panics. Nothing is written to stdout.
//
// Where each document keeps its place: waybill.go and waybill_forms.go, benchcard.go, and so on, one file a document.
// How it becomes fast is told at the head of pdf.go.
package labels
