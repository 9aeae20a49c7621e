package main

import "errors"

// Scans, and bare writes, in one round of a station.
const scanBlock = 60

// scanCommit is a scan handed to the loop until its commit, back to back, with few
// and with many events in the file.
func scanCommit(e *env) ([]result, error) {
	few, many, growth, err := e.commits(manyEvents)
	if err != nil {
		return nil, err
	}
	return []result{few.p50("scan_commit_p50"), few.p99("scan_commit_p99"), many.p50("scan_commit_1m_p50"), many.p99("scan_commit_1m_p99"),
		of("scan_commit_growth", growth, "×", 1.1)}, nil
}

// hugeEvents is a log of years.
const hugeEvents = 5_000_000

// scanHuge is the same with five million events.
func scanHuge(e *env) ([]result, error) {
	_, huge, growth, err := e.commits(hugeEvents)
	if err != nil {
		return nil, err
	}
	return []result{huge.p50("scan_commit_5m_p50"), huge.p99("scan_commit_5m_p99"), of("scan_commit_5m_growth", growth, "×", 1.1)}, nil
}

// commits measures scans with few and with that many events, in turn with the disk's
// own limit; growth is the ratio of the two.
func (e *env) commits(events int) (few, many rival, growth float64, err error) {
	fail := func(err error) (rival, rival, float64, error) { return rival{}, rival{}, 0, err }
	small, err := e.desk(fewEvents)
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, small.close()) }()
	big, err := e.desk(events)
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, big.close()) }()
	d, err := newDisk(e.tmp)
	if err != nil {
		return fail(err)
	}
	defer d.close()
	var ratios []float64
	for range e.rounds(40) {
		limit, err := d.block(scanBlock)
		if err != nil {
			return fail(err)
		}
		a, err := small.block(scanBlock)
		if err != nil {
			return fail(err)
		}
		b, err := big.block(scanBlock)
		if err != nil {
			return fail(err)
		}
		few.add(a, limit)
		many.add(b, limit)
		ratios = append(ratios, float64(percentile(b, 50))/float64(percentile(a, 50)))
	}
	return few, many, median(ratios), nil
}

// desk opens a station that holds so many events.
func (e *env) desk(events int) (*desk, error) {
	dir, err := e.folder(events)
	if err != nil {
		return nil, err
	}
	return openDesk(dir)
}

// readDesk opens a station that holds so many events, and a reader of them.
func (e *env) readDesk(events int) (*desk, error) {
	d, err := e.desk(events)
	if err != nil {
		return nil, err
	}
	if d.reader, err = d.db.NewReader(); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}
