package labels

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Kinds of documents, as the label command and the print queue name them.
const (
	KindWaybill     = "waybill"
	KindBenchCard   = "bench-card"
	KindBadge       = "badge"
	KindPackingList = "packing-list"
	KindPickList    = "pick-list"
	KindPlace       = "place" // totes and locations
	KindSSCC        = "sscc"
	KindItem        = "item"
	KindCN22        = "cn22"
	KindCN23        = "cn23"
	KindCustomsForm = "customs-form" // CN 22 or CN 23, as value, weight and day ask
	KindInvoice     = "invoice"
	KindCustomsList = "customs-list"
	KindManifest    = "manifest"
	KindSlip        = "slip"
	KindReadyMade   = "ready-made" // drawn by a carrier; see ReadyMade
)

// Document is a paper that can be laid out for a printer. Layout gives one page or more, or an *Error.
type Document interface {
	Layout(p Printer) ([]*Page, error)
}

// kind is what the registry knows of a document.
type kind struct {
	name    string
	decode  func([]byte) (Document, error)
	example func() Document
}

// kinds lists the documents in the order in which help shows them.
var kinds = []kind{
	{KindWaybill, decodeAs[Waybill], exampleWaybill},
	{KindBenchCard, decodeAs[BenchCard], exampleBenchCard},
	{KindBadge, decodeAs[Badges], exampleBadges},
	{KindPackingList, decodeAs[PackingList], examplePackingList},
	{KindPickList, decodeAs[PickList], examplePickList},
	{KindPlace, decodeAs[TotesAndLocations], examplePlaces},
	{KindSSCC, decodeAs[LogisticLabel], exampleLogisticLabel},
	{KindItem, decodeAs[ItemLabels], exampleItemLabels},
	{KindCN22, decodeAs[CN22], exampleCN22},
	{KindCN23, decodeAs[CN23], exampleCN23},
	{KindCustomsForm, decodeAs[CustomsForm], exampleCustomsForm},
	{KindInvoice, decodeAs[Invoice], exampleInvoice},
	{KindCustomsList, decodeAs[CustomsList], exampleCustomsList},
	{KindManifest, decodeAs[Manifest], exampleManifest},
	{KindSlip, decodeAs[Slip], exampleSlip},
	{KindReadyMade, decodeAs[ReadyMade], exampleReadyMade},
}

// Kinds lists the names of all documents.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

func findKind(name string) (kind, error) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, &Error{ErrorUnknownKind, "choose document", "use one of " + fmt.Sprint(Kinds()), fmt.Errorf("no document of kind %q", name)}
	}
	return kinds[i], nil
}

// Decode reads the JSON input of a document. Unknown fields are refused, so that a misspelt one is not lost in silence.
func Decode(name string, data []byte) (Document, error) {
	k, err := findKind(name)
	if err != nil {
		return nil, err
	}
	d, err := k.decode(data)
	if err != nil {
		return nil, &Error{ErrorBadInput, "read " + name, "compare with: pickstation label --kind " + name + " --example", err}
	}
	return d, nil
}

// Example is an input of the kind that can be laid out as it is.
func Example(name string) (Document, error) {
	k, err := findKind(name)
	if err != nil {
		return nil, err
	}
	return k.example(), nil
}

func decodeAs[T Document](data []byte) (Document, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var v T
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more text after the document")
	}
	return v, nil
}
