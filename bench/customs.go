package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"time"

	"pickstation/central/customs"
	"pickstation/order"
)

// inventoriesOfAMessage is the longest message.
const inventoriesOfAMessage = customs.MaxInventories

// customsMessage measures how long an inventory to customs takes, checked against all
// its facets and tables. Its peer is the standard library's encoder, which writes the same
// elements and checks nothing.
func customsMessage(*env) ([]result, error) {
	cases := make([]customs.Case, inventoriesOfAMessage)
	for i := range cases {
		cases[i] = inventory(i)
	}
	message, err := customs.Message(cases)
	if err != nil {
		return nil, err
	}
	tokens, err := tokensOf(message)
	if err != nil {
		return nil, err
	}
	var r rival
	for range 20 {
		ours, err := timed(func() error {
			_, err := customs.Message(cases)
			return err
		})
		if err != nil {
			return nil, err
		}
		peer, err := timed(func() error { return encode(tokens) })
		if err != nil {
			return nil, err
		}
		r.add([]time.Duration{ours / inventoriesOfAMessage}, []time.Duration{peer / inventoriesOfAMessage})
	}
	return []result{r.p50("customs_inventory_p50"), r.p99("customs_inventory_p99")}, nil
}

// inventory is an export with three kinds of goods.
func inventory(i int) customs.Case {
	s := &order.Shipment{ID: order.ShipmentID(fmt.Sprintf("S%09d", i+1)), Version: 1, Customs: order.CustomsExport, Carrier: order.Carrier{ID: "EMS"},
		Orders:  []order.OrderRef{{ID: "O1", Channel: "shop", External: fmt.Sprintf("XB%06d", i)}},
		Declare: &order.Declaration{Currency: "CNY", Freight: 1200},
		Parcels: []order.Parcel{{No: 1, WeightG: 2000, Waybill: order.Waybill{Number: "EA123456785CN"}}}}
	for no := 1; no <= 3; no++ {
		s.Lines = append(s.Lines, order.Line{No: no, Order: "O1", OrderLine: no, SKU: "TEA", Name: order.Names{ZH: "五指山红茶 200 克"}, Qty: 2, Picked: 2, WeightG: 235,
			PriceEach: order.Money{Minor: 12345, Currency: "CNY"}, Customs: &order.LineCustoms{HS: "0902301000", Origin: "CN", Model: "200 克/盒", Unit: "盒", NetG: 200}})
	}
	return customs.Case{Profile: customs.ExampleProfile(order.CustomsExport), Shipment: s, Receiver: order.Receiver{Country: "GB"}, At: time.Unix(1772000000, 0)}
}

// tokensOf reads a message as the peer writes it.
func tokensOf(message []byte) ([]xml.Token, error) {
	dec := xml.NewDecoder(bytes.NewReader(message))
	var all []xml.Token
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, xml.CopyToken(tok))
	}
}

func encode(tokens []xml.Token) error {
	enc := xml.NewEncoder(&bytes.Buffer{})
	for _, tok := range tokens {
		if err := enc.EncodeToken(tok); err != nil {
			return err
		}
	}
	return enc.Close()
}
