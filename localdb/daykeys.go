package localdb

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pickstation/order"
)

// dayKey encrypts what came on a day. Its nonces are made of what is encrypted, so that
// the same row stored again on the same day is the same bytes: a feed applied twice
// changes nothing. What is encrypted is a sealed box, different each time, so equal
// bytes tell nothing more.
type dayKey struct {
	aead  cipher.AEAD
	nonce []byte // key of the nonces
}

func newDayKey(raw []byte) dayKey {
	m := hmac.New(sha256.New, raw)
	m.Write([]byte("nonce"))
	return dayKey{newAEAD(raw), m.Sum(nil)}
}

func (k dayKey) seal(plain, of []byte) []byte {
	m := hmac.New(sha256.New, k.nonce)
	m.Write(of)
	m.Write([]byte{0})
	m.Write(plain)
	nonce := m.Sum(nil)[:nonceSize:nonceSize]
	return k.aead.Seal(nonce, nonce, plain, of)
}

func (k dayKey) open(sealed, of []byte) ([]byte, bool) {
	if len(sealed) < nonceSize {
		return nil, false
	}
	plain, err := k.aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], of)
	return plain, err == nil
}

// noDay takes the place of a day for what is kept as long as the centre says: the names
// of operators. It comes after all days, so that nothing takes it for an old one.
const noDay = "names"

// day returns the key of a day; create makes it where there is none.
func (k *keyring) day(day string, create bool) (dayKey, error) {
	if k.broken != nil {
		return dayKey{}, k.broken
	}
	if a, ok := k.days[day]; ok {
		return a, nil
	}
	name := dayKeyPrefix + day + dayKeySuffix
	if day == noDay {
		name = namesKeyFile
	} else if _, err := time.Parse(dayFormat, day); err != nil {
		return dayKey{}, order.Errorf("bad_receiver", "%q is no day", day).WithHint("have the centre send the shipment again")
	}
	raw, err := k.read(name)
	damaged := day == noDay && isCodeOf(err, codeBadKey) // names come again from the centre
	switch {
	case create && (errors.Is(err, os.ErrNotExist) || damaged):
		raw = randomKey()
		if err := k.write(name, raw); err != nil {
			return dayKey{}, fmt.Errorf("make the key of %s: %w", day, err)
		}
	case errors.Is(err, os.ErrNotExist):
		return dayKey{}, order.Errorf("key_destroyed", "the key of %s is not here any more", day).
			WithHint("receivers are kept for some days after the hand-over; the centre sends those of open work again")
	case err != nil:
		return dayKey{}, err
	}
	if len(k.days) >= 100 { // of 100 days; they are read again when they are needed
		clear(k.days)
	}
	k.days[day] = newDayKey(raw)
	return k.days[day], nil
}

// dayNames lists the days that have a key, oldest first.
func (k *keyring) dayNames() (list []string, err error) {
	entries, err := os.ReadDir(k.dir)
	for _, e := range entries { // sorted by name
		day, ok := strings.CutPrefix(e.Name(), dayKeyPrefix)
		if day, ok2 := strings.CutSuffix(day, dayKeySuffix); ok && ok2 {
			list = append(list, day)
		}
	}
	return list, err
}

// destroy overwrites the key of a day and deletes it. Disks that write elsewhere instead
// of over (flash, snapshots) may keep the old bytes; those are encrypted with the
// station key.
func (k *keyring) destroy(day string) error {
	delete(k.days, day)
	return k.shred(dayKeyPrefix + day + dayKeySuffix)
}

func (k *keyring) shred(name string) error {
	path := filepath.Join(k.dir, name)
	f, err := k.fs.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err == nil {
		err = writeAt(f, make([]byte, st.Size()), 0)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(k.fs.Remove(path), k.fs.SyncDir(k.dir))
}

// seal encrypts the sealed receiver of a shipment with the key of a day.
func (k *keyring) seal(day string, id order.ShipmentID, plain []byte) ([]byte, error) {
	a, err := k.day(day, true)
	if err != nil {
		return nil, err
	}
	return a.seal(plain, sealedFor(day, id)), nil
}

// unsealDay takes the key of a day off again.
func (k *keyring) unsealDay(day string, id order.ShipmentID, sealed []byte) ([]byte, error) {
	a, err := k.day(day, false)
	if err != nil {
		return nil, err
	}
	if plain, ok := a.open(sealed, sealedFor(day, id)); ok {
		return plain, nil
	}
	return nil, order.Errorf("bad_receiver", "the receiver of shipment %s cannot be read", id).
		WithHint("have the centre send the shipment again")
}

// sealedFor binds a receiver to its row: moved to another shipment it cannot be opened.
func sealedFor(day string, id order.ShipmentID) []byte {
	return []byte("receivers\n" + day + "\n" + string(id))
}
