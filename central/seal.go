package central

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/crypto/nacl/box"

	"pickstation/order"
)

// Vault encrypts personal data at rest with AES-256-GCM under a key that is kept in a
// file of its own (mode 0600), so that a copy of the store alone tells no addresses.
type Vault struct {
	aead cipher.AEAD
	mac  []byte
	id   string
}

// OpenVault reads the key file, or makes one when create is set.
func OpenVault(path string, create bool) (*Vault, error) {
	SweepNew(path)
	does, hint := "read", "put the key file back beside the store; without it receivers cannot be read"
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		does, hint = "made", "name a folder that is there and that this user may write"
		key = make([]byte, 32)
		rand.Read(key)
		if err = WriteNew(path, key); errors.Is(err, fs.ErrExist) { // another process was first
			key, err = os.ReadFile(path)
		}
	}
	if errors.Is(err, fs.ErrPermission) {
		hint = "run it as the user that owns the store and its keys"
	}
	if err != nil {
		return nil, (&order.Error{Code: "store_key", Op: "open key file " + path, Msg: "the store's key cannot be " + does, Err: err}).
			WithHint("%s", hint)
	}
	if err := Private("store_key", path); err != nil {
		return nil, err
	}
	return newVault(key)
}

// Private refuses a file of keys that everybody on the machine may read; a group that has
// it, as that of the service, was given it. The error has the code.
func Private(code, path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o007 != 0 {
		err = order.Errorf(code, "the key file %s may be read by everybody (mode %04o)", path, info.Mode().Perm()).
			WithHint("run chmod 600 %s; who may have read it may have used it", path)
	}
	return err
}

func newVault(key []byte) (*Vault, error) {
	if len(key) != 32 {
		return nil, order.Errorf("store_key", "the key file holds %d bytes, wanted 32", len(key)).
			WithHint("put the right key file back beside the store")
	}
	block, err := aes.NewCipher(derive(key, "seal"))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Vault{aead: aead, mac: derive(key, "digest"), id: hex.EncodeToString(derive(key, "id")[:8])}, nil
}

func derive(key []byte, use string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("pickcentral " + use))
	return m.Sum(nil)
}

// ID names the key without telling it.
func (v *Vault) ID() string { return v.id }

// Seal encrypts plain; what binds it to its place, so that it cannot be moved.
func (v *Vault) Seal(what string, plain []byte) []byte {
	nonce := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(plain)+v.aead.Overhead())
	rand.Read(nonce)
	return v.aead.Seal(nonce, nonce, plain, []byte(what))
}

// Open decrypts what [Vault.Seal] returned for the same place.
func (v *Vault) Open(what string, sealed []byte) ([]byte, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return nil, order.Errorf("sealed", "%s: sealed data is too short", what)
	}
	plain, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(what))
	if err != nil {
		return nil, (&order.Error{Code: "sealed", Op: "open " + what, Msg: "sealed with another key, or damaged", Err: err}).
			WithHint("put the key file that belongs to this store back beside it")
	}
	return plain, nil
}

// Digest returns a keyed digest, which tells that two things are equal and nothing else.
func (v *Vault) Digest(data []byte) string {
	m := hmac.New(sha256.New, v.mac)
	m.Write(data)
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// sealTo seals plain to a station's X25519 key (NaCl sealed box).
func sealTo(boxKey, plain []byte) ([]byte, error) {
	if len(boxKey) != 32 {
		return nil, order.Errorf("box_key", "a station's box key has 32 bytes, got %d", len(boxKey)).
			WithHint("enrol the station again")
	}
	return box.SealAnonymous(nil, plain, (*[32]byte)(boxKey), rand.Reader)
}
