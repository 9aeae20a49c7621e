package records

import "pickstation/order"

// TakeUnit notes that a shipment holds the unit with a serial, unless another one does, and
// returns which one it is.
func (c *Handle) TakeUnit(sku order.SKU, serial string, shipment order.ShipmentID) (holder order.ShipmentID, err error) {
	n, err := c.Affected("INSERT INTO units (sku, serial, shipment) VALUES (?, ?, ?) ON CONFLICT (sku, serial) DO NOTHING", sku, serial, shipment)
	if err != nil || n > 0 {
		return shipment, err
	}
	_, err = c.One("SELECT shipment FROM units WHERE sku = ? AND serial = ?", []any{sku, serial}, &holder)
	return holder, err
}

// GiveUnit hands a unit on to another shipment, "" to none.
func (c *Handle) GiveUnit(sku order.SKU, serial string, from, to order.ShipmentID) error {
	if to == "" {
		return c.Exec("DELETE FROM units WHERE sku = ? AND serial = ? AND shipment = ?", sku, serial, from)
	}
	return c.Exec("UPDATE units SET shipment = ? WHERE sku = ? AND serial = ? AND shipment = ?", to, sku, serial, from)
}
