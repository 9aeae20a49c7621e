package localdb

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"pickstation/order"
)

// Keys of a station, all beside the database, none in it or in its backups:
//
//   - The seal key encrypts the other key files. It is a systemd credential
//     (LoadCredentialEncrypted=seal.key:…, which can be bound to the machine's TPM)
//     or, without one, a file in the data folder.
//   - The box key is what the centre seals receivers to.
//   - The station key is the private half of the certificate that the centre knows the
//     station by. What is in it is the client's business: see Vault.
//   - The names key encrypts the names of the people who work here.
//   - Each day has a key, with which the receivers that came on that day are encrypted
//     once more. It is destroyed when none of them may be kept any longer: after that no
//     copy of the database, however old, tells them.
const (
	sealKeyFile  = "seal.key"
	boxKeyFile   = "box.key"
	stationKey   = "station.key"
	namesKeyFile = "names.key"
	dayKeyPrefix = "day-"
	dayKeySuffix = ".key"
	dayFormat    = "2006-01-02"
)

// wrappedPrefix begins a key file that is encrypted with the seal key.
const wrappedPrefix = "wrapped:"

// keySize is the length of every key, bytes.
const keySize = 32

const nonceSize = 12

// keyring holds the keys of a data folder. It is for one goroutine at a time.
type keyring struct {
	dir    string
	fs     fileSystem
	master cipher.AEAD // nil: no seal key
	given  bool        // the seal key is a credential of systemd
	box    *BoxKey     // nil: no box key in the folder
	days   map[string]dayKey
	broken error // why none of them can be used, in a keyring that is for reading only
}

// openKeys reads the keys of a folder. A file that others can read is refused with code
// key_exposed.
func openKeys(fs fileSystem, dir string) (*keyring, error) {
	k := &keyring{dir: dir, fs: fs, days: map[string]dayKey{}}
	var err error
	if k.master, err = k.sealKey(); err != nil {
		return nil, err
	}
	raw, err := k.read(boxKeyFile)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, err
	}
	k.box, err = newBoxKey(raw)
	return k, err
}

// openKeysToWrite is openKeys for the station itself, which brings the files up to date.
func openKeysToWrite(fs fileSystem, dir string) (*keyring, error) {
	k := &keyring{dir: dir, fs: fs}
	var err error
	if k.master, err = k.sealKey(); err != nil {
		return nil, err
	}
	if err := k.adopt(); err != nil {
		return nil, err
	}
	return openKeys(fs, dir)
}

// Keys says why the keys of the folder cannot be used, nil where they can.
func (k *keyring) Keys() error { return k.broken }

// keysToRead is openKeys for who only reads: checking and counting need no keys, and who
// has no right to them may do that.
func keysToRead(fs fileSystem, dir string) *keyring {
	k, err := openKeys(fs, dir)
	if err != nil {
		return &keyring{dir: dir, fs: fs, broken: err}
	}
	return k
}

// adopt encrypts key files anew that are not encrypted with the seal key in use: in
// the clear, or with the one in the folder although a credential takes its place, which
// is destroyed then.
func (k *keyring) adopt() error {
	path := filepath.Join(k.dir, sealKeyFile)
	text, err := readPrivate(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	names, err := k.keyFiles()
	if err != nil {
		return err
	}
	in := *k
	if text != nil {
		raw, err := parseKey(path, text)
		if err != nil {
			return err
		}
		in.master = newAEAD(raw)
	}
	later := false
	for _, name := range names {
		if _, wrapped, err := k.content(name); errors.Is(err, os.ErrNotExist) || err == nil && wrapped {
			continue
		}
		body, wrapped, err := in.content(name)
		if err == nil && name != stationKey {
			body, err = parse(filepath.Join(k.dir, name), body, wrapped)
		}
		switch {
		case err != nil && (name == boxKeyFile || isExposed(err)):
			return err
		case err != nil: // a day's, after a power cut while it was destroyed; a station's stops sync, not scanning
			later = later || !isCodeOf(err, codeBadKey) // it may be read again
			continue
		}
		if err := k.write(name, body); err != nil {
			return err
		}
	}
	if text != nil && k.given && !later {
		return k.shred(sealKeyFile)
	}
	return nil
}

// keyFiles lists the files that the seal key encrypts, there or not.
func (k *keyring) keyFiles() ([]string, error) {
	names := []string{boxKeyFile, stationKey, namesKeyFile}
	days, err := k.dayNames()
	for _, d := range days {
		names = append(names, dayKeyPrefix+d+dayKeySuffix)
	}
	return names, err
}

// sealKey returns the key that encrypts the others, nil where there is none yet.
func (k *keyring) sealKey() (cipher.AEAD, error) {
	path := filepath.Join(k.dir, sealKeyFile)
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		cred := filepath.Join(dir, sealKeyFile)
		if _, err := os.Stat(cred); err == nil {
			path, k.given = cred, true // systemd keeps others out of it
		}
	}
	text, err := readPrivate(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	raw, err := parseKey(path, text)
	if err != nil {
		return nil, err
	}
	return newAEAD(raw), nil
}

// Codes of key files that are refused.
const (
	codeExposed = "key_exposed" // others can read it
	codeBadKey  = "bad_key"     // it holds no key
)

func isExposed(err error) bool { return isCodeOf(err, codeExposed) }

func isCodeOf(err error, code string) bool {
	var e *order.Error
	return errors.As(err, &e) && e.Code == code
}

// readPrivate reads a key file that nobody but the process's own user may read; the
// files of systemd's credentials belong to root and are readable for the service alone.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	exposed := func(what string) error {
		return order.Errorf(codeExposed, "the key file %s %s", path, what).
			WithHint("chown %d %s && chmod 600 %s; who may have read it may have read receivers", os.Geteuid(), path, path)
	}
	owner := -1
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		owner = int(sys.Uid)
	}
	me := os.Geteuid()
	switch {
	case !st.Mode().IsRegular():
		return nil, exposed("is no regular file")
	case owner != me && owner != 0 && me != 0:
		return nil, exposed(fmt.Sprintf("belongs to user %d", owner))
	case st.Mode().Perm()&0o077 != 0 && filepath.Dir(path) != filepath.Clean(os.Getenv("CREDENTIALS_DIRECTORY")):
		return nil, exposed(fmt.Sprintf("may be read by others (mode %04o)", st.Mode().Perm()))
	}
	return io.ReadAll(io.LimitReader(f, 4096))
}

// parseKey reads a key as 64 hexadecimal digits or 32 bytes.
func parseKey(path string, text []byte) ([]byte, error) {
	if len(text) == keySize {
		return text, nil
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != keySize {
		return nil, badKey(path)
	}
	return raw, nil
}

func badKey(path string) error {
	return order.Errorf(codeBadKey, "%s holds no key of this station", path).
		WithHint("put the file back as it was, or move the station's key files away and enrol it again: the centre seals anew")
}

func newAEAD(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	a, err := cipher.NewGCM(b)
	if err != nil {
		panic(err) // AES has blocks of 16 bytes
	}
	return a
}

// read returns the key in a file of the folder.
func (k *keyring) read(name string) ([]byte, error) {
	body, wrapped, err := k.content(name)
	if err != nil {
		return nil, err
	}
	return parse(filepath.Join(k.dir, name), body, wrapped)
}

// parse reads a key, which is in the clear as text and else as it is.
func parse(path string, body []byte, wrapped bool) ([]byte, error) {
	if !wrapped {
		return parseKey(path, body)
	}
	if len(body) != keySize {
		return nil, badKey(path)
	}
	return body, nil
}

// content returns what is in a key file of the folder, and whether it was encrypted.
func (k *keyring) content(name string) (body []byte, wrapped bool, err error) {
	path := filepath.Join(k.dir, name)
	text, err := readPrivate(path)
	if err != nil {
		return nil, false, err
	}
	sealed, wrapped := strings.CutPrefix(strings.TrimSpace(string(text)), wrappedPrefix)
	if !wrapped {
		return text, false, nil
	}
	raw, err := hex.DecodeString(sealed)
	if err != nil || len(raw) < nonceSize {
		return nil, true, badKey(path)
	}
	if k.master == nil {
		return nil, true, order.Errorf("no_seal_key", "%s is encrypted, and the key for it is not here", path).
			WithHint("run the command as the service does (systemd-run with its credential), or put " + sealKeyFile + " back")
	}
	if body, err = k.master.Open(nil, raw[:nonceSize], raw[nonceSize:], []byte(name)); err != nil {
		return nil, true, badKey(path)
	}
	return body, true, nil
}

// write puts a key into a file of the folder, encrypted with the seal key.
func (k *keyring) write(name string, key []byte) error {
	if err := k.needMaster(); err != nil {
		return err
	}
	var nonce [nonceSize]byte
	rand.Read(nonce[:])
	sealed := k.master.Seal(nonce[:], nonce[:], key, []byte(name))
	return writeFile(k.fs, filepath.Join(k.dir, name), []byte(wrappedPrefix+hex.EncodeToString(sealed)+"\n"))
}

// needMaster makes a seal key where there is none.
func (k *keyring) needMaster() error {
	if k.master != nil {
		return nil
	}
	raw := randomKey()
	if err := writeFile(k.fs, filepath.Join(k.dir, sealKeyFile), []byte(hex.EncodeToString(raw)+"\n")); err != nil {
		return err
	}
	k.master = newAEAD(raw)
	return nil
}

func randomKey() []byte {
	b := make([]byte, keySize)
	rand.Read(b)
	return b
}
