package world

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pickstation/central"
	"pickstation/localdb"
	"pickstation/order"
)

// modelParts are models of the databases.
type modelParts struct{ broken *broken }

func models(_ string, b *broken) parts { return modelParts{b} }

func (p modelParts) machine(int) (machine, error) {
	return &modelMachine{disk: newDisk(), broken: p.broken}, nil
}

func (modelParts) archive() (archive, error) { return &modelArchive{newMemory()}, nil }

type modelMachine struct {
	disk   *disk
	copied *disk // newest backup, nil none
	broken *broken
}

// modelKey stands for the key of every bench: nobody opens a receiver in a model.
var modelKey = make([]byte, 32)

func (m *modelMachine) boxKey() ([]byte, error) { return modelKey, nil }

func (m *modelMachine) open(c localdb.Clock, log func() order.LogID) (database, error) {
	return m.disk.open(c, log, m.broken), nil
}

func (m *modelMachine) backup(string) error {
	m.copied = m.disk.copied()
	return nil
}

func (m *modelMachine) restore(time.Time) error {
	m.disk = m.copied.copied()
	m.disk.start = localdb.StartedRestored
	return nil
}

func (m *modelMachine) clone(int) (machine, error) {
	c := m.disk.copied()
	c.start = localdb.StartedMoved
	return &modelMachine{disk: c, broken: m.broken}, nil
}

func (m *modelMachine) forget() error {
	m.disk.start = ""
	return nil
}

func (m *modelMachine) reuseBlocks(log order.LogID) error {
	for i := range m.disk.blocks {
		m.disk.blocks[i].Log = log
	}
	return nil
}

// modelArchive is a store in memory.
type modelArchive struct{ m *memory }

func (a *modelArchive) open() (central.Store, error) { return a.m, nil }

// vault is the same for all of them: to make one takes as long as some worlds live.
func (a *modelArchive) vault() (*central.Vault, error) { return modelVault() }

var modelVault = sync.OnceValues(func() (*central.Vault, error) {
	dir, err := os.MkdirTemp(memoryFolder(), "vault-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return central.OpenVault(filepath.Join(dir, "vault"), true)
})

// seal closes nothing: that takes longer than the rest of a world.
func (a *modelArchive) seal() func(boxKey, plain []byte) ([]byte, error) {
	return func(_, plain []byte) ([]byte, error) { return plain, nil }
}

func (a *modelArchive) drop(copied string) error {
	delete(a.m.copies, copied)
	return nil
}

func (a *modelArchive) restore(copied string) error {
	a.m = a.m.restored(copied)
	return nil
}

func (a *modelArchive) events() (all []stored, err error) {
	for _, l := range a.m.logs {
		for _, r := range a.m.events[l.No] {
			e, _ := order.ParseEvent(r.Body) // what is no event is stored, too
			all = append(all, stored{log: l.No, station: string(l.Station), seq: r.Seq, outcome: r.Outcome, why: r.Why, e: e})
		}
	}
	slices.SortFunc(all, func(a, b stored) int { return cmp.Or(cmp.Compare(a.log, b.log), cmp.Compare(a.seq, b.seq)) })
	return all, nil
}
