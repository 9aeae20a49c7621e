package world

import (
	"encoding/json"
	"fmt"

	"pickstation/sync/wire"
)

// Benches and the centre may run programs one version apart. What the other one's program
// adds, or does not say yet, is put into messages on their way and taken out of them.

// versions says who runs which program.
func (w *world) versions() string {
	var ages []int
	for _, b := range w.benches {
		ages = append(ages, b.age)
	}
	return fmt.Sprintf("versions: centre %+d, benches %+d", w.centre.age, ages)
}

// rowOfTheFuture is a kind of row of the feed that no program knows.
const rowOfTheFuture wire.RowKind = "of_the_future"

// sent is a message as the other side reads it, with a field that it does not know.
func sent[T any](w *world, v T) T {
	data, err := json.Marshal(v)
	w.must(err)
	var got T
	w.must(json.Unmarshal(future(data), &got))
	return got
}

// future adds a field to an object.
func future(object []byte) []byte {
	if len(object) < 3 {
		return object
	}
	return append([]byte(`{"of_the_future":{"a":[1,null]},`), object[1:]...)
}

// read is a page of the feed as a bench reads it.
func (b *bench) read(r wire.FeedReply) wire.FeedReply {
	rows := make([]wire.FeedRow, 0, len(r.Rows)+1)
	for _, row := range r.Rows {
		switch {
		case b.age < 0 && row.Kind == wire.RowBlock:
			row.Body = json.RawMessage(`{}`) // an older program does not know newer rows
		case b.w.centre.age > 0:
			row.Body = future(row.Body)
		case b.w.centre.age < 0 && row.Kind == wire.RowWork:
			row.Body = withoutMarks(b.w, row.Body)
		}
		rows = append(rows, row)
		if b.w.centre.age > 0 && row.FS%8 == 0 {
			rows = append(rows, wire.FeedRow{FS: row.FS, Kind: rowOfTheFuture, ID: row.ID, Body: json.RawMessage(`["?"]`)})
			b.w.counts["unknown row"]++
		}
	}
	r.Rows = rows
	if b.w.centre.age > 0 {
		r = sent(b.w, r)
	}
	return r
}

// withoutMarks is a row of work of a centre that tells only of a station's newest log.
func withoutMarks(w *world, body []byte) []byte {
	var row wire.Work
	w.must(json.Unmarshal(body, &row))
	row.Marks = nil
	body, err := json.Marshal(&row)
	w.must(err)
	return body
}
