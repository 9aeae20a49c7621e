package central

import (
	"context"
	"slices"
	"strings"

	"pickstation/order"
)

// Scopes of bearer keys. A key may do what its scopes name and nothing else.
const (
	ScopeOrdersRead      = "orders:read"
	ScopeOrdersWrite     = "orders:write"
	ScopeReturnsWrite    = "returns:write"
	ScopeTrackingWrite   = "tracking:write"
	ScopeTasksWrite      = "tasks:write" // stock tasks at the benches
	ScopeFlowsRead       = "flows:read"
	ScopeFlowsWrite      = "flows:write"
	ScopeExceptionsRead  = "exceptions:read"
	ScopeExceptionsWrite = "exceptions:write"
	ScopeCustomsRead     = "customs:read"  // messages to customs; they hold identity numbers
	ScopeCustomsWrite    = "customs:write" // declarants' profiles
	ScopeStation         = "station"       // one station's calls, on a loopback address without TLS
)

// Scopes lists all scopes.
func Scopes() []string {
	return []string{ScopeOrdersRead, ScopeOrdersWrite, ScopeReturnsWrite, ScopeTrackingWrite, ScopeTasksWrite, ScopeFlowsRead,
		ScopeFlowsWrite, ScopeExceptionsRead, ScopeExceptionsWrite, ScopeCustomsRead, ScopeCustomsWrite, ScopeStation}
}

// staffOnly are scopes that a key bound to one shop cannot have, for what they open
// is not divided by shops.
var staffOnly = []string{ScopeTrackingWrite, ScopeTasksWrite, ScopeFlowsWrite, ScopeExceptionsRead, ScopeExceptionsWrite, ScopeCustomsWrite}

// NewKey makes a bearer key and returns its secret, which is not kept.
func (s *Service) NewKey(ctx context.Context, k Key) (Key, string, error) {
	bad := func(format string, args ...any) error {
		return order.Errorf("bad_scope", format, args...).WithHint("scopes: %s", strings.Join(Scopes(), ", "))
	}
	if len(k.Scopes) == 0 {
		return k, "", bad("a key needs at least one scope")
	}
	for _, scope := range k.Scopes {
		if !slices.Contains(Scopes(), scope) {
			return k, "", bad("scope %q is not known", scope)
		}
		if k.Channel != "" && slices.Contains(staffOnly, scope) {
			return k, "", bad("scope %q cannot be bound to a channel", scope)
		}
	}
	if k.Has(ScopeStation) != (k.Station != "") {
		return k, "", bad("the scope station and a station's name go together")
	}
	plain := "pk_" + secret(20)
	k.Hash, k.CreatedAt = hashOf("key "+plain), s.now()
	return k, plain, s.store.Write(ctx, func(tx Tx) error {
		n, err := tx.Take(counterKey, 1)
		if err != nil {
			return err
		}
		k.ID = idNumber("K", n)
		return tx.PutKey(k)
	})
}

// Authenticate returns the key of a bearer secret, or nil.
func (s *Service) Authenticate(ctx context.Context, plain string) (k *Key, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		k, err = r.KeyByHash(hashOf("key " + plain))
		return err
	})
	if k != nil && !k.RevokedAt.IsZero() {
		k = nil
	}
	return k, err
}

// Keys lists all keys without their secrets.
func (s *Service) Keys(ctx context.Context) (all []Key, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Keys()
		return err
	})
	return all, err
}

// RevokeKey ends a key.
func (s *Service) RevokeKey(ctx context.Context, id string) error {
	return s.store.Write(ctx, func(tx Tx) error {
		all, err := tx.Keys()
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.ID != id {
				continue
			}
			if k.RevokedAt.IsZero() {
				k.RevokedAt = s.now()
			}
			return tx.PutKey(k)
		}
		return notFound("key", id)
	})
}
