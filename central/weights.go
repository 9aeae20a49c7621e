package central

import (
	"encoding/json"
	"fmt"

	"pickstation/order"
	"pickstation/sync/wire"
)

// enoughSamples is from how many parcels on a learnt weight helps to learn others.
const enoughSamples = 10

// learnWeight takes what a weighed parcel says of one article in it, and tells the benches
// when that changes what is known of the article: of the one whose weight no person gave,
// or of the only one that is in it. A weight that a lead let pass counts as any other: what
// is learnt is the middle, and without them goods that weigh something else than was
// thought would be asked about for ever.
func (f *fold) learnWeight(sh *folded, e *order.Event) error {
	p := sh.Parcel(e.Parcel)
	if p == nil || e.Source != order.Weighed || e.WeightG <= 0 {
		return nil
	}
	w, err := f.tx.Warehouse(sh.Warehouse)
	if err != nil || w == nil {
		return err
	}
	var failed error
	given := func(sku order.SKU) int {
		v, err := f.tx.Product(sh.Warehouse, sku)
		if err != nil {
			failed = err
		}
		if v == nil || v.Learnt > 0 && v.Learnt < enoughSamples || alone(sh.Shipment, p, sku) {
			return 0
		}
		return v.WeightG
	}
	sku, x, ok := sh.WeightSample(p, e.WeightG, &w.Policy, given)
	if !ok || failed != nil {
		return failed
	}
	return f.s.learn(f.tx, w, sku, x)
}

// alone says whether a parcel holds nothing but that article.
func alone(sh *Shipment, p *order.Parcel, sku order.SKU) bool {
	for no := range sh.Contents(p.No) {
		if l := sh.Line(no); l != nil && l.SKU != sku {
			return false
		}
	}
	return true
}

// learn adds a sample to what is known of an article of the catalogue.
func (s *Service) learn(tx Tx, w *Warehouse, sku order.SKU, x order.WeightSample) error {
	v, err := tx.Product(w.ID, sku)
	if err != nil || v == nil {
		return err
	}
	key := "weight:" + w.ID + ":" + string(sku)
	body, err := tx.Meta(key)
	if err != nil {
		return err
	}
	var l order.LearntWeight
	if body != "" {
		if err := json.Unmarshal([]byte(body), &l); err != nil {
			return err
		}
	}
	l.Add(x)
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := tx.SetMeta(key, string(text)); err != nil {
		return err
	}
	told := *v
	if v.WeightG > 0 && v.Learnt == 0 {
		if err := s.learnBeside(tx, w, v, &l); err != nil {
			return err
		}
	} else if grams, spread, ok := l.Weight(); ok {
		v.WeightG, v.SpreadG, v.Learnt = grams, spread, len(l.Samples)
	}
	if !worthTelling(&told, v) {
		return nil
	}
	if _, err := tx.PutProduct(w.ID, v); err != nil {
		return err
	}
	return tx.Emit(w.ID, "", string(wire.RowProduct), string(sku))
}

// learnBeside learns the spread beside a weight that a person gave, unless the person gave
// it, too, and raises a weight that the boxes say is wrong.
func (s *Service) learnBeside(tx Tx, w *Warehouse, v *order.Product, l *order.LearntWeight) error {
	b, ok := l.Beside(v.WeightG, w.Policy.Weigh.TolG)
	if !ok {
		return nil
	}
	if v.SpreadG == 0 || v.SpreadLearnt > 0 {
		v.SpreadG, v.SpreadLearnt = b.SpreadG, len(l.Samples)
	}
	if !b.Wrong {
		return nil
	}
	return s.raise(tx, Exception{Key: fmt.Sprintf("%s:%s:%s:%d", ExcWeightGiven, w.ID, v.SKU, v.WeightG), Code: ExcWeightGiven,
		Detail: fmt.Sprintf("%s of %s: the catalogue says %d g, by %d boxes a unit weighs %d g", v.SKU, w.ID, v.WeightG, len(l.Samples), b.MeanG)})
}

// worthTelling keeps the feed quiet while a weight only trembles: by a hundredth, or by a
// quarter of the spread.
func worthTelling(told, v *order.Product) bool {
	off := func(a, b, by int) bool { return max(a-b, b-a) > by }
	return told.Learnt < enoughSamples && v.Learnt >= enoughSamples || told.Learnt == 0 && v.Learnt > 0 ||
		told.SpreadLearnt == 0 && v.SpreadLearnt > 0 ||
		off(told.WeightG, v.WeightG, told.WeightG/100) || off(told.SpreadG, v.SpreadG, max(1, told.SpreadG/4))
}
