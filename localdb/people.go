package localdb

import (
	"encoding/json"
	"fmt"

	"pickstation/order"
)

// storedOperator is an operator's row: as the centre sent it, the name encrypted. Who has
// a copy of the database without its keys has ids, as the events do, and no names.
type storedOperator struct {
	order.Operator
	SealedName []byte `json:"sealed_name,omitempty"`
}

// sealName encrypts the name in an operator's row, and leaves the rest of it as it is.
func (k *keyring) sealName(o *order.Operator, body []byte) ([]byte, error) {
	if o.Name == "" {
		return body, nil
	}
	sealed, err := k.seal(noDay, operatorName(o.ID), []byte(o.Name))
	if err != nil {
		return nil, err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, bad("cannot be read: " + err.Error())
	}
	if fields["sealed_name"], err = json.Marshal(sealed); err != nil {
		return nil, fmt.Errorf("seal the name of an operator: %w", err)
	}
	delete(fields, "name")
	return json.Marshal(fields)
}

// operator reads an operator's row. Without the key the id stands for the name.
func (k *keyring) operator(body []byte) (*order.Operator, error) {
	var s storedOperator
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, fmt.Errorf("read operator: %w", err)
	}
	o := s.Operator
	if len(s.SealedName) > 0 {
		o.Name = string(o.ID)
		if plain, err := k.unsealDay(noDay, operatorName(o.ID), s.SealedName); err == nil {
			o.Name = string(plain)
		}
	}
	return &o, nil
}

// operatorName binds a name to its row.
func operatorName(id order.OperatorID) order.ShipmentID { return order.ShipmentID("name of " + id) }
