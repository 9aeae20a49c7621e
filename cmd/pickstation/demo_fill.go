package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pickstation/order"
)

// prepared is what a folder was made with; going on with other flags is refused.
type prepared struct {
	Orders int    `json:"orders"`
	From   string `json:"from"`
	Seed   uint64 `json:"seed"`
}

// prepare fills the centre's store, once per folder.
func (st *stage) prepare(ctx context.Context) error {
	want := prepared{st.o.orders, st.o.from, st.o.seed}
	mark := filepath.Join(st.dir, demoDone)
	if data, err := os.ReadFile(mark); err == nil {
		var had prepared
		if json.Unmarshal(data, &had) == nil && had != want {
			return &failure{code: exitUsage, what: fmt.Sprintf("demo: %s was started with --orders %d --from %q --seed %d",
				st.dir, had.Orders, had.From, had.Seed), do: "start it again with the same flags, or name another --dir"}
		}
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := st.fillCentre(ctx); err != nil {
		return err
	}
	data, err := json.Marshal(want)
	if err != nil {
		return err
	}
	if err := os.WriteFile(mark+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(mark+".new", mark)
}

// fillCentre imports people, places, goods and orders. Each step may be repeated.
func (st *stage) fillCentre(ctx context.Context) error {
	files := filepath.Join(st.dir, "import")
	if err := os.MkdirAll(files, 0o700); err != nil {
		return err
	}
	write := func(name string, v any) (string, error) {
		data, err := json.Marshal(v)
		if err != nil {
			return "", err
		}
		path := filepath.Join(files, name)
		return path, os.WriteFile(path, data, 0o600)
	}
	people, err := write("operators.json", sampleOperators(st.o.lang))
	if err != nil {
		return err
	}
	if _, err := st.centre.call(ctx, "operators", "import", people); err != nil {
		return err
	}
	if st.o.from != "" {
		from := st.o.from
		if st.o.orders > 0 {
			if from, err = firstInvoices(from, filepath.Join(files, "orders.csv"), st.o.orders); err != nil {
				return err
			}
		}
		_, err := st.centre.call(ctx, "import", "--format", "uci", from)
		return err
	}
	return st.fillSamples(ctx, write)
}

func (st *stage) fillSamples(ctx context.Context, write func(string, any) (string, error)) error {
	products, err := sampleProducts()
	if err != nil {
		return err
	}
	goods := make([]order.Product, len(products))
	var places []order.Location
	for i, p := range products {
		goods[i] = p.Product
		places = append(places, order.Location{ID: p.Home, Zone: string(p.Home[:1]), Walk: (i + 1) * 10, Temp: p.Temp})
	}
	orders, err := sampleOrders(st.o.orders, st.o.seed, time.Now())
	if err != nil {
		return err
	}
	if err := st.fillProfiles(ctx, write); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		body any
		args []string
	}{
		{"policy.json", samplePolicy(), []string{"policy", "set"}},
		{"catalogue.json", goods, []string{"catalogue", "import"}},
		{"locations.json", places, []string{"locations", "import"}},
		{"orders.json", orders, []string{"import", "--format", "json"}},
	} {
		path, err := write(step.name, step.body)
		if err != nil {
			return err
		}
		if _, err := st.centre.call(ctx, append(step.args, path)...); err != nil {
			return err
		}
	}
	return st.fillTasks(ctx)
}

// fillProfiles tells the centre who declares to customs.
func (st *stage) fillProfiles(ctx context.Context, write func(string, any) (string, error)) error {
	for _, regime := range []order.CustomsMode{order.CustomsExport, order.CustomsDutyFree} {
		name := "customs-" + string(regime) + ".json"
		data, err := sampleProfiles.ReadFile("samples/" + name)
		if err != nil {
			return err
		}
		path, err := write(name, json.RawMessage(data))
		if err != nil {
			return err
		}
		if _, err := st.centre.call(ctx, "customs", "profile", "set", path); err != nil {
			return err
		}
	}
	return nil
}

// count reads from the centre how many shipments there are.
func (st *stage) count(ctx context.Context) (err error) {
	if st.reader, err = newCentreReader(ctx, st); err != nil {
		return err
	}
	orders, err := st.reader.orders(ctx)
	for i := range orders {
		st.total += len(orders[i].Shipments)
	}
	return err
}

// enrol obtains the station's certificate, once per folder.
func (st *stage) enrol(ctx context.Context) error {
	if enrolled(st.cfg.DataDir) {
		return nil
	}
	out, err := st.centre.call(ctx, "enrol", "--station", st.cfg.Station)
	if err != nil {
		return err
	}
	code, err := enrolCode(out)
	if err != nil {
		return err
	}
	return enrolStation(ctx, st.cfg, code)
}
