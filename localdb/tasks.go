package localdb

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Limits of what a task may hold; one past them is parked.
const (
	maxTaskLines = 2_000
	maxTaskCodes = 200
)

// lastTask is the task that was read last, and what its row held: each scan of a return
// asks three times for the same one, which grows with its units.
type lastTask struct {
	body []byte
	task *order.Task
}

// Task returns a copy of a task, or nil.
func (db *DB) Task(id order.TaskID) (*order.Task, error) {
	r, err := db.w.one("SELECT body FROM tasks WHERE id = ?", string(id))
	if err != nil || r == nil {
		return nil, err
	}
	if body := r.blob(0); !bytes.Equal(body, db.task.body) {
		t, err := readTask(body)
		if err != nil {
			return nil, err
		}
		db.task = lastTask{body, t}
	}
	return db.task.task.Copy(), nil
}

func readTask(body []byte) (*order.Task, error) {
	t := new(order.Task)
	if err := json.Unmarshal(body, t); err != nil {
		return nil, fmt.Errorf("read task: %w", err)
	}
	return t, nil
}

// Tasks returns the tasks that a key names: by a number of their own, over or not, or by
// their goods and places; at most limit, those by number first.
func (db *DB) Tasks(key string, limit int) (refs []order.TaskRef, err error) {
	err = db.w.query(`SELECT t.id, c.direct, t.open FROM task_codes c JOIN tasks t ON t.id = c.id
		WHERE c.key = ? AND (c.direct = 1 OR t.open = 1) ORDER BY t.open > 0 DESC, c.direct DESC, t.priority DESC, t.at, t.id LIMIT ?`, func(r row) error {
		refs = append(refs, order.TaskRef{ID: order.TaskID(r.text(0)), Direct: r.int(1) == 1, Over: r.int(2) == 0})
		return nil
	}, key, int64(limit))
	return refs, err
}

// OpenTasks returns the tasks that somebody is to work on, the most urgent first, at most
// limit, and how many there are.
func (db *DB) OpenTasks(limit int) (list []order.Task, total int, err error) {
	r, err := db.w.one("SELECT count(*) FROM tasks WHERE open = 1")
	if err != nil {
		return nil, 0, err
	}
	total = int(r.int(0))
	err = db.w.query("SELECT body FROM tasks WHERE open = 1 ORDER BY priority DESC, at, id LIMIT ?", func(r row) error {
		t, err := readTask(r.blob(0))
		if err == nil {
			list = append(list, *t)
		}
		return err
	}, int64(limit))
	return list, total, err
}

// PutTask stores a task after an event of this bench.
func (tx *Tx) PutTask(t *order.Task) error { return tx.putTask(t, false) }

// listed is 1 for tasks that somebody is to work on, 0 for those that are over, and 2 for
// returns that the shop has not agreed to: they are only known, should they come.
func listed(t *order.Task) int {
	switch {
	case t.Closed():
		return 0
	case t.Kind == order.TaskReturn && t.State == order.ReturnsFlow().Initial:
		return 2
	}
	return 1
}

// putTask stores a task with the codes that lead to it; without a plan of the centre, those
// of one that is here stay.
func (tx *Tx) putTask(t *order.Task, plan bool) error {
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write task: %w", err)
	}
	r, err := tx.db.w.one("SELECT 1 FROM tasks WHERE id = ?", string(t.ID))
	if err != nil {
		return err
	}
	at := millis(t.At)
	if listed(t) == 0 { // from the day on which it was over it is kept for a while
		at = tx.db.now()
	}
	if r != nil && !plan { // only progress: the codes are there
		return tx.exec("UPDATE tasks SET body=?1, at=iif(?2 = 0 AND open > 0, ?3, at), open=?2 WHERE id=?4", body, listed(t), at, string(t.ID))
	}
	err = tx.exec(`INSERT INTO tasks(id, kind, body, priority, at, open) VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET kind=excluded.kind,
		body=excluded.body, priority=excluded.priority, at=iif(excluded.open = 0 AND open = 0, at, excluded.at), open=excluded.open`,
		string(t.ID), string(t.Kind), body, t.Priority, at, listed(t))
	if err != nil {
		return err
	}
	if err := tx.exec("DELETE FROM task_codes WHERE id=?", string(t.ID)); err != nil {
		return err
	}
	for direct, keys := range map[int64][]string{1: t.Keys(), 0: t.GoodsKeys()} {
		for _, k := range keys {
			if err := tx.exec("INSERT INTO task_codes VALUES(?,?,?) ON CONFLICT DO UPDATE SET direct=max(direct, excluded.direct)", k, string(t.ID), direct); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyTask stores a task of the feed, and says whether it is over at the centre; own
// events that the centre had not seen come on top of its progress.
func (tx *Tx) applyTask(body []byte) (over bool, err error) {
	var w wire.Task
	if err := decode(body, &w); err != nil {
		return false, err
	}
	t := &w.Task
	if err := checkTask(t); err != nil {
		return false, err
	}
	over = t.Closed()
	own, err := tx.db.Task(t.ID)
	if err != nil {
		return false, err
	}
	t.Steps = nil
	seen, err := tx.seenLSN(w.Marks, "", 0)
	if err != nil {
		return false, err
	}
	if err := tx.rebaseTask(t, own, seen+1); err != nil {
		return false, err
	}
	if own != nil {
		t.Steps = own.Steps
	}
	if t.Closed() {
		t.Steps = nil
	}
	return over, tx.putTask(t, true)
}

func checkTask(t *order.Task) error {
	switch {
	case t.ID == "" || len(t.ID) > maxID || t.Kind == "":
		return bad("a task needs an id and a kind")
	case len(t.Lines) > maxTaskLines || len(t.Codes) > maxTaskCodes:
		return bad("the task has too many lines or codes")
	}
	nos, codes := map[int]bool{}, 0
	for i := range t.Lines {
		l := &t.Lines[i]
		if l.No < 1 || nos[l.No] || l.Qty < 0 || l.Qty > maxQty {
			return bad(fmt.Sprintf("line %d stands twice, or its number or quantity is out of range", l.No))
		}
		nos[l.No] = true
		if codes += len(l.Codes); codes > maxCodes {
			return bad("the task has too many codes")
		}
	}
	return nil
}

// rebaseTask puts own events of the task, from a row on, on top of its progress. Where
// there are too many to be read again, the progress stored here stays, if there is any.
func (tx *Tx) rebaseTask(t, own *order.Task, from int64) error {
	if from < tx.db.logs.back(maxRebase) {
		if own != nil {
			t.TakeProgress(own)
		}
		return nil
	}
	if tx.ofTasks == nil || tx.ofTasks.from != from {
		if err := tx.readTaskEvents(from); err != nil {
			return err
		}
	}
	for i := range tx.ofTasks.events[t.ID] {
		order.ApplyTask(t, &tx.ofTasks.events[t.ID][i])
	}
	return nil
}

// taskEvents are the own events of tasks from a row on: rows of one feed have them in
// common, so they are read once.
type taskEvents struct {
	from   int64
	events map[order.TaskID][]order.Event
}

func (tx *Tx) readTaskEvents(from int64) error {
	types := order.TaskEvents()
	args := []driver.Value{from}
	for _, t := range types {
		args = append(args, string(t))
	}
	b := &tx.db.logs
	events, err := b.events(tx.db.w, "SELECT body, hash, lsn FROM events WHERE lsn >= ? AND type IN (?"+strings.Repeat(",?", len(types)-1)+") ORDER BY lsn", args...)
	if err != nil {
		return err
	}
	tx.ofTasks = &taskEvents{from: from, events: map[order.TaskID][]order.Event{}}
	for i := range events {
		e := &events[i]
		tx.ofTasks.events[e.Task] = append(tx.ofTasks.events[e.Task], *e)
	}
	return nil
}

// sweepTasks ends the tasks that did not come with a feed that was begun again: they are
// over at the centre. While it has not heard of everything done here none ends; then it
// reports false.
func (tx *Tx) sweepTasks(heardAll bool) (bool, error) {
	var stale []*order.Task
	err := tx.db.w.query("SELECT body FROM tasks WHERE open > 0 AND "+notRead("tasks"), func(r row) error {
		t, err := readTask(r.blob(0))
		stale = append(stale, t)
		return err
	}, string(wire.RowTask), tx.db.reading)
	if err != nil || len(stale) == 0 {
		return err == nil, err
	}
	if !heardAll {
		return false, nil
	}
	for _, t := range stale {
		t.Gone = "not_here"
		if err := tx.PutTask(t); err != nil {
			return false, err
		}
	}
	return true, nil
}

// purgeTasks deletes tasks that were over before a time, once the centre has all that was
// done here until then: before that a row of the feed may know less of them.
func (tx *Tx) purgeTasks(beforeMS int64) error {
	if n, oldest, err := tx.db.Unsent(); err != nil || n > 0 && oldest.UnixMilli() < beforeMS {
		return err
	}
	if err := tx.exec("DELETE FROM task_codes WHERE id IN (SELECT id FROM tasks WHERE open = 0 AND at < ?)", beforeMS); err != nil {
		return err
	}
	return tx.exec("DELETE FROM tasks WHERE open = 0 AND at < ?", beforeMS)
}
