package records

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"pickstation/central"
	"pickstation/order"
)

// Task returns a task.
func (c *Handle) Task(id order.TaskID) (*central.Task, error) {
	return Doc[central.Task](c, "SELECT body FROM tasks WHERE id = ?", id)
}

// TasksOf returns the tasks of an order.
func (c *Handle) TasksOf(id order.OrderID) ([]*central.Task, error) {
	if id == "" {
		return nil, nil
	}
	return Docs[central.Task](c, "SELECT body FROM tasks WHERE order_id = ? ORDER BY id", id)
}

// Tasks lists tasks by id.
func (c *Handle) Tasks(f central.TaskFilter) ([]*central.Task, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	if !f.All {
		where = append(where, "open = 1")
	}
	if f.Warehouse != "" {
		where, args = append(where, "warehouse = ?"), append(args, f.Warehouse)
	}
	return Docs[central.Task](c, "SELECT body FROM tasks WHERE "+strings.Join(where, " AND ")+" ORDER BY id LIMIT ?",
		append(args, Limit(f.Limit))...)
}

// PutTask stores a task.
func (c *Handle) PutTask(t *central.Task) error {
	body, err := text(t)
	if err != nil {
		return err
	}
	counts, lot := counted(t)
	return c.Exec(`INSERT INTO tasks (id, warehouse, order_id, open, counts, lot, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET open = excluded.open, counts = excluded.counts, lot = excluded.lot, body = excluded.body`,
		t.ID, t.Warehouse, t.OrderID, flag(!t.Closed()), counts, lot, body)
}

// OpenCounts counts the open counts of the goods of a line where they are.
func (c *Handle) OpenCounts(warehouse string, l order.TaskLine) (all int, same bool, err error) {
	if err := c.nameCounts(); err != nil {
		return 0, false, err
	}
	counts, lot := countOf(warehouse, &l)
	var n, alike int64
	_, err = c.One("SELECT count(*), coalesce(sum(CASE WHEN lot = ? THEN 1 ELSE 0 END), 0) FROM tasks WHERE open = 1 AND counts = ?",
		[]any{lot, counts}, &n, &alike)
	return int(n), alike > 0, err
}

// nameCounts sets what open tasks count that an older program has written, each once.
func (c *Handle) nameCounts() error {
	old, err := Docs[central.Task](c, "SELECT body FROM tasks WHERE open = 1 AND counts = '' ORDER BY id LIMIT 500")
	for _, t := range old {
		counts, lot := counted(t)
		err = errors.Join(err, c.Exec("UPDATE tasks SET counts = ?, lot = ? WHERE id = ?", counts, lot, t.ID))
	}
	return err
}

// counted returns what a task counts, as its columns hold it.
func counted(t *central.Task) (counts, lot string) {
	if t.Kind != order.TaskCount || len(t.Lines) != 1 {
		return "-", ""
	}
	return countOf(t.Warehouse, &t.Lines[0])
}

// countOf returns digests: names of any length and lots of any bytes fit an index so.
func countOf(warehouse string, l *order.TaskLine) (counts, lot string) {
	return digest(warehouse, string(l.From), string(l.SKU)), digest(l.Lot)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
