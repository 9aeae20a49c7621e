package central

import (
	"encoding/json"

	"pickstation/order"
	"pickstation/sync/wire"
)

// enoughSamples is from how many parcels on a learnt weight helps to learn others.
const enoughSamples = 10

// learnWeight takes what a weighed parcel says of the one article in it whose weight no
// person gave, and tells the benches when that changes what is known of the article. A
// weight that a lead let pass says nothing.
func (f *fold) learnWeight(sh *folded, e *order.Event) error {
	p := sh.Parcel(e.Parcel)
	if p == nil || e.Auth != "" || e.Source != order.Weighed || e.WeightG <= 0 {
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
		if v == nil || v.Learnt > 0 && v.Learnt < enoughSamples || v.Learnt > 0 && alone(sh.Shipment, p, sku) {
			return 0
		}
		return v.WeightG
	}
	sku, x, ok := sh.WeightSample(p, e.WeightG, &w.Policy, given)
	if !ok || failed != nil {
		return failed
	}
	return f.s.learn(f.tx, sh.Warehouse, sku, x)
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
func (s *Service) learn(tx Tx, warehouse string, sku order.SKU, x order.WeightSample) error {
	v, err := tx.Product(warehouse, sku)
	if err != nil || v == nil || v.WeightG > 0 && v.Learnt == 0 {
		return err
	}
	key := "weight:" + warehouse + ":" + string(sku)
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
	grams, spread, ok := l.Weight()
	if !ok || !worthTelling(v, grams, spread, len(l.Samples)) {
		return nil
	}
	v.WeightG, v.SpreadG, v.Learnt = grams, spread, len(l.Samples)
	if _, err := tx.PutProduct(warehouse, v); err != nil {
		return err
	}
	return tx.Emit(warehouse, "", string(wire.RowProduct), string(sku))
}

// worthTelling keeps the feed quiet while a weight only trembles: by a hundredth, or by a
// quarter of the spread.
func worthTelling(v *order.Product, grams, spread, samples int) bool {
	off := func(a, b, by int) bool { return max(a-b, b-a) > by }
	return v.Learnt == 0 || v.Learnt < enoughSamples && samples >= enoughSamples ||
		off(v.WeightG, grams, v.WeightG/100) || off(v.SpreadG, spread, max(1, v.SpreadG/4))
}
