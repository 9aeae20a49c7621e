package localdb

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/curve25519"
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
	if k, err := readBoxKey(dir); k != nil || err != nil {
		return k, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	_, priv, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make box key: %w", err)
	}
	path := filepath.Join(dir, boxKeyFile)
	if err := writeFile(path, []byte(hex.EncodeToString(priv[:])+"\n")); err != nil {
		return nil, err
	}
	return readBoxKey(dir)
}

// writeFile writes a private file that is there as a whole or not at all.
func writeFile(path string, body []byte) (err error) {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(tmp)
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// readBoxKey returns the key of a folder, nil where there is none.
func readBoxKey(dir string) (*BoxKey, error) {
	path := filepath.Join(dir, boxKeyFile)
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != 32 {
		return nil, order.Errorf("bad_box_key", "%s holds no key", path).
			WithHint("put the file back from a backup, or enrol the station again")
	}
	k := &BoxKey{private: [32]byte(raw)}
	pub, err := curve25519.X25519(k.private[:], curve25519.Basepoint)
	if err != nil {
		return nil, fmt.Errorf("read box key: %w", err)
	}
	k.Public = [32]byte(pub)
	return k, nil
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
func unseal(c *conn, k *BoxKey, id order.ShipmentID) (order.Receiver, error) {
	var rcv order.Receiver
	r, err := c.one("SELECT sealed FROM receivers WHERE shipment = ?", string(id))
	if err != nil {
		return rcv, err
	}
	if r == nil {
		return rcv, order.Errorf("no_receiver", "the receiver of shipment %s is not known here", id).
			WithHint("connect the station to the centre; receivers of old shipments are deleted")
	}
	plain, err := k.open(r.blob(0))
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
func (db *DB) Unseal(id order.ShipmentID) (order.Receiver, error) { return unseal(db.w, db.box, id) }

// readPolicy returns the policy and the sealed badge key.
func (db *DB) readPolicy() (order.Policy, []byte, error) {
	r, err := db.w.one("SELECT body FROM policy")
	if err != nil || r == nil {
		return order.DefaultPolicy(), nil, err
	}
	var p wire.Policy
	if err := json.Unmarshal(r.blob(0), &p); err != nil {
		return order.DefaultPolicy(), nil, fmt.Errorf("read policy: %w", err)
	}
	return p.Policy, p.BadgeKey, nil
}

// badgeKey returns the warehouse's badge key, empty before the first pull.
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
		if key, err = db.box.open(sealed); err != nil {
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
