package records

import (
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
	return c.Exec(`INSERT INTO tasks (id, warehouse, order_id, open, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET open = excluded.open, body = excluded.body`, t.ID, t.Warehouse, t.OrderID, flag(!t.Closed()), body)
}
