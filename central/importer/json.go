package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"pickstation/central"
	"pickstation/order"
)

// maxJSON bounds a JSON file, in bytes.
const maxJSON = 512 << 20

// JSON imports orders as POST /v1/orders:batch takes them: {"orders":[…]}, an array, or
// one order per line. Rows of the result are orders, counted from 1.
func JSON(ctx context.Context, svc *central.Service, files []string, opt Options) (Result, error) {
	res := Result{Rejected: []Rejection{}}
	for _, name := range files {
		f, err := Open(name)
		if err != nil {
			return res, err
		}
		data, err := io.ReadAll(io.LimitReader(f, maxJSON+1))
		err = errors.Join(err, f.Close())
		if err == nil && len(data) > maxJSON {
			err = errors.New("the file is too large")
		}
		if err != nil {
			return res, (&order.Error{Code: "file", Op: "read " + name, Msg: "the file cannot be read", Err: err}).
				WithHint("split it, or check the disk")
		}
		if err := res.json(ctx, svc, name, data, opt); err != nil {
			return res, err
		}
	}
	return res, nil
}

// rawOrder is an order of a JSON file; bad is set where the text is not JSON.
type rawOrder struct {
	row  int
	data json.RawMessage
	bad  string
}

// splitJSON takes a file apart without understanding its orders.
func splitJSON(data []byte) []rawOrder {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var doc struct {
		Orders []json.RawMessage `json:"orders"`
	}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		if json.Unmarshal(data, &doc) == nil && doc.Orders != nil {
			list = doc.Orders
		}
	}
	var all []rawOrder
	if list != nil {
		for i, d := range list {
			all = append(all, rawOrder{row: i + 1, data: d})
		}
		return all
	}
	if json.Valid(data) {
		return []rawOrder{{row: 1, data: data}}
	}
	for i, line := range bytes.Split(data, []byte{'\n'}) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case json.Valid(line):
			all = append(all, rawOrder{row: i + 1, data: line})
		default:
			all = append(all, rawOrder{row: i + 1, bad: "the line is not JSON"})
		}
	}
	return all
}

func (r *Result) json(ctx context.Context, svc *central.Service, name string, data []byte, opt Options) error {
	var orders []*pending
	for _, raw := range splitJSON(data) {
		r.Rows++
		if raw.bad != "" {
			r.reject(name, raw.row, "bad_json", "%s", raw.bad)
			continue
		}
		in, err := central.ParseOrder(raw.data)
		var known *order.Error
		if errors.As(err, &known) {
			msg := known.Msg
			if known.Err != nil {
				msg += ": " + known.Err.Error()
			}
			r.reject(name, raw.row, known.Code, "%s", msg)
			continue
		}
		if err != nil {
			return err
		}
		if in.Warehouse == "" {
			in.Warehouse = opt.Warehouse
		}
		p := &pending{in: in, rows: []int{raw.row}}
		for _, l := range in.Lines {
			p.units += l.Qty
		}
		orders = append(orders, p)
		if len(orders) == batchSize {
			if err := r.send(ctx, svc, name, orders); err != nil {
				return err
			}
			orders = orders[:0]
			opt.progress(r.Rows)
		}
	}
	return r.send(ctx, svc, name, orders)
}
