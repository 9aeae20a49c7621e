package order

import "time"

// MsgCode names a message line; the texts stand in the screen's language files.
type MsgCode string

// Message is a line for the operator: a code and what it speaks of.
type Message struct {
	Code MsgCode `json:"code"`
	Args Args    `json:"args,omitzero"`
}

// Args are the things a message can name. Unused ones are empty.
type Args struct {
	Name     Names      `json:"name,omitzero"`
	SKU      SKU        `json:"sku,omitempty"`
	Other    Names      `json:"other,omitzero"` // goods that Name is mixed up with
	Ref      string     `json:"ref,omitempty"`  // order number as people say it
	Code     string     `json:"code,omitempty"`
	Location LocationID `json:"location,omitempty"`
	Who      string     `json:"who,omitempty"`
	Lot      string     `json:"lot,omitempty"`
	Serial   string     `json:"serial,omitempty"`
	Date     Date       `json:"date,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Waybill  string     `json:"waybill,omitempty"`
	N        int        `json:"n,omitempty"`
	Need     int        `json:"need,omitempty"`
	At       time.Time  `json:"at,omitzero"`
	AgeS     int        `json:"age_s,omitempty"` // seconds, -1 never
}
