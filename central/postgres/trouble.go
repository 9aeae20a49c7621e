package postgres

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// unavailable tells apart what is wrong with the database for now from what is wrong
// with a request: the first becomes an error that asks to send it again. Anything else
// stays as it is.
func unavailable(err error) error {
	var known *order.Error
	if err == nil {
		return nil
	}
	if errors.As(err, &known) {
		if known.Code == codeNotDurable { // another server took over, or its settings were changed
			return (&order.Error{Code: central.CodeStoreAway, Op: "use the database", Msg: known.Msg, Err: err}).WithHint("%s", known.Hint)
		}
		return err
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return ofServer(err, e.Code)
	}
	var broken *pgconn.ConnectError
	var net net.Error
	if errors.As(err, &broken) || errors.As(err, &net) || pgconn.SafeToRetry(err) || closed(err) {
		return absent(err)
	}
	return err
}

// ofServer reads the codes of PostgreSQL's manual, appendix A.
func ofServer(err error, code string) error {
	switch {
	case code == "25006": // read_only_sql_transaction: a standby, or one that was set so
		return readOnly(err)
	case code == "53100", strings.HasPrefix(code, "58"): // disk_full; system errors
		return records.CommitError(err)
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), code == "25P02", code == "25P03":
		// connection, insufficient resources, operator intervention (shutdown, cancelled)
		return absent(err)
	}
	return err
}

func readOnly(err error) error {
	return (&order.Error{Code: central.CodeStoreAway, Op: "write", Msg: "the database takes no changes now, it is read-only", Err: err}).
		WithHint("send it again; if it stays, see whether --store names a standby, and promote it or name the primary")
}

func absent(err error) error {
	return (&order.Error{Code: central.CodeStoreAway, Op: "reach the database", Msg: "the database does not answer now", Err: err}).
		WithHint("send it again; if it stays, see whether PostgreSQL runs and has connections left")
}

// lost is what a transaction becomes that met others too often.
func lost(err error) error {
	return (&order.Error{Code: central.CodeStoreAway, Op: "commit", Msg: "others changed the same things at the same time", Err: err}).
		WithHint("send it again")
}

// closed says whether a connection is gone; pgx has no error of its own for that.
func closed(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed") ||
		strings.Contains(err.Error(), "unexpected EOF") || strings.Contains(err.Error(), "closed the connection")
}
