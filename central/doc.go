// Package central is the order API's core: intake, review, allocation, work for
// stations, ingest of their event logs, the feed they pull, returns and tracking.
// It decides; a [Store] keeps; central/api speaks HTTP; central/ingest holds the
// pure rules of a push.
//
// What it promises:
//
//   - An order is unique by (channel, external id). Sending it again changes nothing.
//   - A shipment's state is the truth; an order's state is derived from its live
//     shipments, the least advanced one. Before it has any, it holds its own.
//   - An event that did happen is never refused. It is stored with its hash, the
//     high-water mark moves, and what does not fit becomes exactly one exception for
//     a person. Ingest is not apply.
//   - Receivers are encrypted in the store and leave it only sealed to the key of the
//     station that holds the shipment.
//
// Breadth of this version: one warehouse per order, one shipment per order, one
// parcel with a number from the stub carrier. Stock on hand is not reserved.
package central
