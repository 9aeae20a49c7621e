package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// store is the database as the loop sees it.
type store struct{ *localdb.DB }

// Begin starts a transaction.
func (s store) Begin() (station.Tx, error) {
	tx, err := s.DB.Begin()
	if err != nil {
		return nil, err
	}
	return tx, nil
}

// desk is a station without a screen: the real loop on the real database.
type desk struct {
	db       *localdb.DB
	reader   *localdb.Reader // beside the loop, for what asked for one
	loop     *station.Loop
	outcomes chan station.Outcome
	cancel   context.CancelFunc
	ended    chan error
	frame    uint64
}

// openDesk opens a station on a folder, with its work on the bench.
func openDesk(dir string) (*desk, error) {
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	d := &desk{db: db, outcomes: make(chan station.Outcome, 1024), ended: make(chan error, 1)}
	d.loop = station.New(station.Options{Station: "bench", Store: store{db}, Lang: "en",
		OnVerdict: func(o station.Outcome) { d.outcomes <- o }})
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	go func() { d.ended <- d.loop.Run(ctx) }()
	for _, text := range []string{badge, benchRef, item(0)} {
		if _, err := d.scan(text); err != nil {
			return nil, errors.Join(err, d.close())
		}
	}
	v := d.loop.View()
	if v.Work == nil || v.Work.Ref != benchRef {
		return nil, errors.Join(fmt.Errorf("the bench's own work did not open: screen %s", v.Bench.Screen), d.close())
	}
	return d, nil
}

// close ends the station.
func (d *desk) close() error {
	d.cancel()
	err := <-d.ended
	if d.reader != nil {
		err = errors.Join(err, d.reader.Close())
	}
	return errors.Join(err, d.db.Close())
}

// scan scans and waits for the verdict.
func (d *desk) scan(text string) (station.Outcome, error) {
	d.frame++
	err := d.loop.Scan(context.Background(), station.Scan{Device: "gun1", Frame: d.frame, Text: text, LastByte: time.Now()})
	if err != nil {
		return station.Outcome{}, err
	}
	return d.verdict()
}

// verdict waits for the next verdict on a scan.
func (d *desk) verdict() (station.Outcome, error) {
	select {
	case o := <-d.outcomes:
		return o, o.Err
	case <-time.After(patience):
		return station.Outcome{}, errors.New("no verdict")
	}
}

// unitsPerLine is how often the same goods are scanned in a row: a day of real orders
// (UCI Online Retail, 2010-12-01) has 26,997 units on 3,073 lines.
const unitsPerLine = 9

// block returns how long n scans waited for their commits.
func (d *desk) block(n int) ([]time.Duration, error) {
	list := make([]time.Duration, n)
	for i := range list {
		var err error
		if list[i], err = d.count(item(i / unitsPerLine)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// count returns how long a scan waited that must count.
func (d *desk) count(text string) (time.Duration, error) {
	o, err := d.scan(text)
	if err == nil && o.Decision.Verdict != order.OK {
		err = fmt.Errorf("scan of %s: %s", text, o.Decision.Verdict)
	}
	return o.Waited, err
}
