package localdb

import (
	"database/sql/driver"
	"fmt"
)

// value turns a Go value into one the driver binds as it is.
func value(v any) driver.Value {
	switch v := v.(type) {
	case nil, int64, string, []byte, float64:
		return v
	case int:
		return int64(v)
	case uint64:
		return int64(v)
	case bool:
		return boolInt(v)
	}
	panic(fmt.Sprintf("localdb: a %T cannot be stored", v))
}

func drivers(args []any) []driver.Value {
	out := make([]driver.Value, len(args))
	for i, a := range args {
		out[i] = a
	}
	return out
}
