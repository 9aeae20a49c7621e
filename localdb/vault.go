package localdb

import (
	"errors"
	"os"
	"strings"
)

// Vault keeps key files of others in the data folder, encrypted as its own are. It may be
// used while a station runs there, from any goroutine.
type Vault struct {
	dir string
	fs  fileSystem
}

// NewVault returns the vault of a data folder, which need not be there yet.
func NewVault(dir string) Vault { return Vault{dir, machine{}} }

// Read returns what is in a file: decrypted, or as it is where it was written in the clear;
// the next start of the station encrypts station.key. A file that others can read is
// refused with code key_exposed; one that is not there is os.ErrNotExist.
func (v Vault) Read(name string) ([]byte, error) {
	body, _, err := v.content(name)
	return body, err
}

// Write puts a file into the folder, encrypted, as a whole or not at all.
func (v Vault) Write(name string, body []byte) error {
	k, err := openKeys(v.fs, v.dir)
	if err != nil {
		return err
	}
	return k.write(name, body)
}

func (v Vault) content(name string) (body []byte, wrapped bool, err error) {
	k := &keyring{dir: v.dir, fs: v.fs}
	if k.master, err = k.sealKey(); err != nil {
		return nil, false, err
	}
	return k.content(name)
}

// KeySafety says how well the private keys of a data folder are kept.
type KeySafety struct {
	Credential bool     // the key that encrypts the others is a credential of systemd
	Clear      []string // files that are not encrypted, until the next start
}

// Safety looks at the key files of the folder.
func (v Vault) Safety() (s KeySafety, err error) {
	k := &keyring{dir: v.dir, fs: v.fs}
	if k.master, err = k.sealKey(); err != nil {
		return s, err
	}
	s.Credential = k.given
	names, err := k.keyFiles()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return s, err
	}
	for _, name := range names {
		_, wrapped, err := k.content(name)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case strings.HasPrefix(name, dayKeyPrefix) && isCodeOf(err, codeBadKey): // a power cut while it was destroyed
		case err != nil:
			return s, err
		case !wrapped:
			s.Clear = append(s.Clear, name)
		}
	}
	return s, nil
}
