package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

func customsRecords(t *testing.T, s central.Store) {
	q := central.Quota{Person: "digest", Regime: order.CustomsDutyFree, Year: 2026}
	first := central.QuotaUse{Quota: q, Order: "O1", Minor: 700, State: central.QuotaHeld, At: noon}
	second := central.QuotaUse{Quota: q, Order: "O2", Minor: 50, State: central.QuotaCommitted, At: noon}
	used := func() (n int64) {
		read(t, s, func(r central.Reader) (err error) {
			n, err = r.QuotaUsed(q)
			return err
		})
		return n
	}
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutBuyer("O1", []byte{0, 1, 0xff}); err != nil {
			return err
		}
		if n, err := tx.LockQuota(q); err != nil || n != 0 {
			return fmt.Errorf("a new quota has %d used, %w", n, err)
		}
		if err := tx.PutQuotaUse(first); err != nil {
			return err
		}
		return tx.PutQuotaUse(second)
	})
	read(t, s, func(r central.Reader) error {
		sealed, err := r.Buyer("O1")
		if err != nil || string(sealed) != "\x00\x01\xff" {
			t.Errorf("buyer %x, %v", sealed, err)
		}
		u, err := r.QuotaUse("O1")
		if d := cmp.Diff(&first, u); d != "" || err != nil {
			t.Errorf("use %s, %v", d, err)
		}
		return nil
	})
	for _, step := range []struct {
		change func(u *central.QuotaUse)
		want   int64
	}{
		{func(*central.QuotaUse) {}, 750}, // the same again
		{func(u *central.QuotaUse) { u.Minor = 600 }, 650},
		{func(u *central.QuotaUse) { u.State = central.QuotaReleased }, 50},
		{func(u *central.QuotaUse) { u.State = central.QuotaHeld }, 650},
		{func(u *central.QuotaUse) { u.Year = 2027 }, 50}, // counted elsewhere
		{func(u *central.QuotaUse) { u.Year = 2026 }, 650},
	} {
		step.change(&first)
		write(t, s, func(tx central.Tx) error { return tx.PutQuotaUse(first) })
		if n := used(); n != step.want {
			t.Errorf("used %d, want %d after %+v", n, step.want, first)
		}
	}
	write(t, s, func(tx central.Tx) error { return tx.PutBuyer("O1", nil) })
	read(t, s, func(r central.Reader) error {
		if sealed, err := r.Buyer("O1"); err != nil || sealed != nil {
			t.Errorf("forgotten buyer %x, %v", sealed, err)
		}
		if u, err := r.QuotaUse("O9"); err != nil || u != nil {
			t.Errorf("use of an order that took nothing: %+v, %v", u, err)
		}
		return nil
	})
}

// quotaTakers lets many orders of one buyer want the rest of a quota at once.
func quotaTakers(t *testing.T, s central.Store) {
	q := central.Quota{Person: "digest", Regime: order.CustomsBonded, Year: 2026}
	const limit, each, takers = 100, 10, 40
	var wg sync.WaitGroup
	for i := range takers {
		wg.Go(func() {
			if err := s.Write(t.Context(), func(tx central.Tx) error {
				used, err := tx.LockQuota(q)
				if err != nil || used+each > limit {
					return err
				}
				return tx.PutQuotaUse(central.QuotaUse{Quota: q, Order: order.OrderID(fmt.Sprint("O", i)), Minor: each, State: central.QuotaHeld, At: noon})
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	read(t, s, func(r central.Reader) error {
		n, err := r.QuotaUsed(q)
		if n != limit || err != nil {
			t.Errorf("used %d of %d, %v", n, limit, err)
		}
		return err
	})
}

func customsReplies(t *testing.T, s central.Store) {
	first := customs.Reply{GUID: "G1", CopNo: "S1", Status: "100", Effect: customs.Stop, Words: "海关退单", At: noon}
	later := customs.Reply{GUID: "G2", CopNo: "S1", PreNo: "B1", Status: "800", Effect: customs.Done, Words: "放行", At: noon.Add(time.Minute)}
	for i, want := range []bool{true, false} {
		write(t, s, func(tx central.Tx) error {
			for _, r := range []customs.Reply{later, first} {
				fresh, err := tx.AddCustomsReply("S1", r, noon)
				if err != nil || fresh != want {
					return fmt.Errorf("time %d: new %v, %w", i+1, fresh, err)
				}
			}
			return nil
		})
	}
	read(t, s, func(r central.Reader) error {
		all, err := r.CustomsReplies("S1")
		if d := cmp.Diff([]*customs.Reply{&first, &later}, all); d != "" || err != nil {
			t.Errorf("replies (-want +got) %s, %v", d, err)
		}
		none, err := r.CustomsReplies("S2")
		if len(none) != 0 {
			t.Errorf("replies to another shipment: %v", none)
		}
		return err
	})
}
