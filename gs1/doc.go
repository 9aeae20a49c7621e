// Package gs1 reads and writes what stands in warehouse barcodes: GS1 element strings, Digital Links, item numbers, SSCCs, and
// the neighbours that a scanner meets beside them. It depends on nothing of ours and does no I/O; time is an argument.
//
// # Two judges
//
// Parse judges a scan as the GS1 General Specifications do. It wants an AIM identifier that they list (]C1 ]E0 ]E4 ]e0 ]d1 ]d2
// ]Q1 ]Q3 ]J0 ]J1) and refuses whatever is wrong: characters, lengths, check digits, dates, code lists, pairs that must not stand
// together, one identifier with two values. With Options.Required it also asks for the identifiers that must accompany others,
// which is a question to all barcodes of an item together: see Merge and CheckRequired.
//
// Read is the station's ear. It takes identifiers that the specifications do not list, and scanners that send none; it drops
// one stray separator in front; and it flags each such mercy. It never guesses. Where data can be read in several ways all
// readings are returned, most telling first and the plain text last, and what the caller expects decides.
//
// # The walk of one scan
//
// The bytes "]C1010950600013435217270531" + "10LOT7" arrive. aimTable (aim.go) says GS1-128: element strings follow. The parser
// (element.go) looks the first digits up in a table (dictionary.go): 01, fourteen digits, no separator needed. The data
// field passes the checks that the rules name (rules_goods.go, lint.go): digits, check digit, company prefix. So do 17 and 10. The
// pair rules (associations.go) find nothing. The result is one Reading of KindGS1 whose elements are substrings of the scan; its
// accessors answer GTIN, Lot, Expiry. Nothing was allocated.
//
// A lost separator (FNC1) is not put back. FlagMissingFNC1 says that one seems to be missing, and Splits lists the possibilities;
// the station takes one only if exactly one fits the open work.
//
// # What is left out
//
// The layouts of North American coupons, (8110) and (8112), are recognised but not decoded. GBK is recognised, not converted.
package gs1
