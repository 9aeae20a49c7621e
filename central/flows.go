package central

import (
	"context"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// flow returns a template; an order pins id and version. A published version never
// changes, so it is kept once it was read.
func (s *Service) flow(r Reader, id string, version int) (*order.Flow, error) {
	key := flowRowID(id, version)
	if f, ok := s.flows.Load(key); ok {
		return f.(*order.Flow), nil // only flows are stored in it
	}
	f, err := r.Flow(id, version)
	if err == nil && f != nil {
		s.flows.Store(key, f)
	}
	if err == nil && f == nil {
		err = order.Errorf("unknown_flow", "flow %s version %d is not known", id, version).
			WithHint("publish it with: pickcentral flows publish")
	}
	return f, err
}

// newestFlow returns the newest version of a flow for shipments; "" is the standard one.
func (s *Service) newestFlow(r Reader, id string) (*order.Flow, error) {
	if id == "" {
		id = order.StandardFlow().ID
	}
	version, err := r.NewestFlow(id)
	if err != nil {
		return nil, err
	}
	newest, err := s.flow(r, id, version)
	if err == nil && newest.Kind != "shipment" {
		err = order.Errorf("bad_flow", "flow %q is not one for shipments", id).WithHint("name a flow of the kind shipment")
	}
	return newest, err
}

// Flows lists all templates.
func (s *Service) Flows(ctx context.Context) (all []*order.Flow, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Flows()
		return err
	})
	return all, err
}

// PublishFlow validates a template and publishes it. A version is never changed:
// publishing the same again is fine, another one under the same number is refused.
func (s *Service) PublishFlow(ctx context.Context, data []byte) (*order.Flow, error) {
	f, err := order.ParseFlow(data)
	if err != nil {
		return nil, err
	}
	if err := fitForStations(f); err != nil {
		return nil, err
	}
	return f, s.store.Write(ctx, func(tx Tx) error {
		all, err := tx.Flows()
		if err != nil {
			return err
		}
		for _, have := range all {
			if have.ID != f.ID || have.Version < f.Version {
				continue
			}
			if have.Version == f.Version && sameFlow(have, f) {
				return nil
			}
			return order.Errorf("flow_published", "flow %s version %d is published already", f.ID, have.Version).
				WithHint("raise the version; running orders stay on the one they have")
		}
		return s.putFlow(tx, f)
	})
}

// fitForStations checks that a flow for shipments has every stage that benches and
// intake move through.
func fitForStations(f *order.Flow) error {
	need := []order.Stage{order.StageAwaitingPayment, order.StagePaid, order.StageAwaitingPick, order.StagePicked,
		order.StageAwaitingDispatch, order.StageDispatched}
	switch f.Kind {
	case "return":
		need = []order.Stage{order.StageReturnRequested, order.StageRefunded}
	case "shipment":
	default:
		return order.Errorf("bad_flow", "flow %q has kind %q", f.ID, f.Kind).WithHint("the kind is shipment or return")
	}
	for _, stage := range need {
		if _, ok := stateAt(f, stage); !ok {
			return order.Errorf("bad_flow", "flow %q has no state with stage %s", f.ID, stage).
				WithHint("add one; benches move shipments through this stage")
		}
	}
	return nil
}

// stateAt returns the first state of a flow with that stage.
func stateAt(f *order.Flow, stage order.Stage) (order.StateCode, bool) {
	for _, st := range f.States {
		if st.Stage == stage {
			return st.Code, true
		}
	}
	return "", false
}

func sameFlow(a, b *order.Flow) bool {
	if a.Kind != b.Kind || a.Initial != b.Initial || len(a.States) != len(b.States) || len(a.Edges) != len(b.Edges) {
		return false
	}
	for i := range a.States {
		if a.States[i] != b.States[i] {
			return false
		}
	}
	for i := range a.Edges {
		if a.Edges[i] != b.Edges[i] {
			return false
		}
	}
	return true
}

func flowRowID(id string, version int) string { return id + "@" + strconv.Itoa(version) }

func parseFlowRowID(row string) (id string, version int) {
	id, v, _ := strings.Cut(row, "@")
	version, _ = strconv.Atoi(v) // written by flowRowID
	return id, version
}

// putFlow stores a template and tells every warehouse.
func (s *Service) putFlow(tx Tx, f *order.Flow) error {
	if err := tx.PutFlow(f); err != nil {
		return err
	}
	all, err := tx.Warehouses()
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := tx.Emit(w.ID, "", string(wire.RowFlow), flowRowID(f.ID, f.Version)); err != nil {
			return err
		}
	}
	return nil
}
