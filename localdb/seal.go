package localdb

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/crypto/nacl/box"

	"pickstation/order"
	"pickstation/sync/wire"
)

// BoxKey is the station's X25519 key pair. The centre seals receivers and the badge
// key to it, so that a database alone tells nobody's address.
type BoxKey struct {
	Public  [32]byte
	private [32]byte
}

// EnsureBoxKey returns the key of a data folder, making it where there is none. The
// file is readable for its owner only.
func EnsureBoxKey(dir string) (*BoxKey, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	k, err := openKeys(machine{}, dir)
	if err != nil || k.box != nil {
		return boxOf(k), err
	}
	_, priv, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make box key: %w", err)
	}
	if err := k.write(boxKeyFile, priv[:]); err != nil {
		return nil, err
	}
	return newBoxKey(priv[:])
}

func boxOf(k *keyring) *BoxKey {
	if k == nil {
		return nil
	}
	return k.box
}

// writeFile writes a private file that is there as a whole or not at all.
func writeFile(fs fileSystem, path string, body []byte) error {
	tmp := path + ".new"
	f, err := fs.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(writeAt(f, body, 0), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, fs.Remove(tmp))
	}
	if err := fs.Rename(tmp, path); err != nil {
		return err
	}
	return fs.SyncDir(filepath.Dir(path))
}

// newBoxKey makes a key pair of its private half.
func newBoxKey(raw []byte) (*BoxKey, error) {
	priv, err := ecdh.X25519().NewPrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("read box key: %w", err)
	}
	return &BoxKey{private: [32]byte(raw), Public: [32]byte(priv.PublicKey().Bytes())}, nil
}

// open unseals; k may be nil.
func (k *BoxKey) open(sealed []byte) ([]byte, error) {
	if k == nil {
		return nil, order.Errorf("no_box_key", "the station has no key to unseal with").
			WithHint("enrol the station")
	}
	plain, ok := box.OpenAnonymous(nil, sealed, &k.Public, &k.private)
	if !ok {
		return nil, order.Errorf("not_for_this_station", "the data is sealed to another key").
			WithHint("connect the station to the centre so that it is sealed anew")
	}
	return plain, nil
}

// unseal returns the receiver of a shipment.
func unseal(c *conn, k *keyring, id order.ShipmentID) (order.Receiver, error) {
	var rcv order.Receiver
	if k.broken != nil {
		return rcv, k.broken
	}
	r, err := c.one("SELECT sealed, day FROM receivers WHERE shipment = ?", string(id))
	if err != nil {
		return rcv, err
	}
	if r == nil {
		return rcv, order.Errorf("no_receiver", "the receiver of shipment %s is not known here", id).
			WithHint("connect the station to the centre; receivers of old shipments are deleted")
	}
	sealed := r.blob(0)
	if day := r.text(1); day != "" {
		if sealed, err = k.unsealDay(day, id, sealed); err != nil {
			return rcv, err
		}
	}
	plain, err := k.box.open(sealed)
	if err != nil {
		return rcv, err
	}
	if err := json.Unmarshal(plain, &rcv); err != nil {
		// The cause would quote personal data.
		return rcv, order.Errorf("bad_receiver", "the receiver of shipment %s cannot be read", id).
			WithHint("have the centre send the shipment again")
	}
	return rcv, nil
}

// Unseal returns the receiver of a shipment. It is personal data: render it, do not keep it.
func (db *DB) Unseal(id order.ShipmentID) (order.Receiver, error) {
	return unseal(db.w, db.keyring, id)
}

// readPolicy returns the policy and the sealed badge key.
func (db *DB) readPolicy() (order.Policy, []byte, error) { return policyIn(db.w) }

// policyIn reads the policy and the sealed badge key that came with it.
func policyIn(c *conn) (order.Policy, []byte, error) {
	r, err := c.one("SELECT body FROM policy")
	if err != nil || r == nil {
		return order.DefaultPolicy(), nil, err
	}
	var p wire.Policy
	if err := json.Unmarshal(r.blob(0), &p); err != nil {
		return order.DefaultPolicy(), nil, fmt.Errorf("read policy: %w", err)
	}
	return p.Policy, p.BadgeKey, nil
}

// badgeKey returns the warehouse's badge key, empty before the first pull and without the
// key to which it is sealed.
func (db *DB) badgeKey() ([]byte, error) {
	if db.badges != nil {
		return db.badges, nil
	}
	_, sealed, err := db.readPolicy()
	if err != nil {
		return nil, err
	}
	key := []byte{}
	if len(sealed) > 0 {
		key, err = db.box.open(sealed)
		if isCodeOf(err, "no_box_key") || isCodeOf(err, "not_for_this_station") {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	db.badges = key
	return key, nil
}

// forget drops what is kept in memory of the centre's rows.
func (db *DB) forget() {
	clear(db.plans)
	clear(db.sids)
	clear(db.heads)
	clear(db.flows)
	db.policy, db.badges, db.open = nil, nil, -1
}
