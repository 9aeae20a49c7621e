package api

import (
	"crypto"
	"encoding/pem"
	"io"

	"pickstation/order"
	"pickstation/sync/wire"
)

// WriteLetter writes a payload as a carried file of this station: [wire.CarryEvents] or
// [wire.CarryCopy].
func (id *Identity) WriteLetter(w io.Writer, kind wire.CarryKind, payload []byte) error {
	key, ok := id.cert.PrivateKey.(crypto.Signer)
	if !ok || len(id.cert.Certificate) == 0 {
		return order.Errorf("bad_identity", "the station's key cannot sign").WithHint("enrol the station again")
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.cert.Certificate[0]})
	return wire.WriteCarried(w, wire.CarryHead{Kind: kind, Station: id.Station, Cert: string(cert)}, payload, key)
}

// ReadAnswer reads the centre's carried answer to this station and checks who wrote
// it. The payload is sealed to the station's key.
func (id *Identity) ReadAnswer(r io.Reader) ([]byte, error) {
	h, payload, err := wire.ReadCarried(r)
	if err != nil {
		return nil, err
	}
	if err := h.Verify(wire.CarryAnswer, id.root.PublicKey, payload); err != nil {
		return nil, err
	}
	if h.Station != id.Station {
		return nil, order.Errorf("wrong_station", "the answer is for station %s, this one is %s", h.Station, id.Station).
			WithHint("carry it to station %s", h.Station)
	}
	return payload, nil
}
