// Package customs makes the messages that an order declares to China's customs, and
// checks what they are made of. It is pure: orders, a declarant's profile, the buyer and
// a time in, bytes or a list of problems out; the same input gives the same bytes.
//
//   - 9610, B2C direct export: the inventory CEB603Message.
//   - 1210, bonded retail import: the inventory CEB621Message.
//   - Hainan offshore duty-free: a record of its own. Customs publish no message for it;
//     ours holds what the rules of delivery ask to be shown.
//
// The three are never mixed. Field order, lengths and digits stand in the tags of the
// structs in inventory.go; code tables are embedded text files that name their sources.
// Identity numbers stand in the message and nowhere else: every error shows them masked.
//
// What is made here is not signed: the signing key of the electronic port lives in a
// device of its own, and whoever holds it signs and sends the bytes.
package customs
