package main

import "errors"

// Scans, and bare writes, in one round of a station.
const scanBlock = 60

// scanCommit is a scan handed to the loop until its commit, back to back, with few
// and with many events in the file, in turn with the disk's own limit.
func scanCommit(e *env) (_ []result, err error) {
	small, err := e.desk(fewEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, small.close()) }()
	big, err := e.desk(manyEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, big.close()) }()
	d, err := newDisk(e.tmp)
	if err != nil {
		return nil, err
	}
	defer d.close()
	var few, many rival
	var growth []float64
	for range e.rounds(40) {
		limit, err := d.block(scanBlock)
		if err != nil {
			return nil, err
		}
		a, err := small.block(scanBlock)
		if err != nil {
			return nil, err
		}
		b, err := big.block(scanBlock)
		if err != nil {
			return nil, err
		}
		few.add(a, limit)
		many.add(b, limit)
		growth = append(growth, float64(percentile(b, 50))/float64(percentile(a, 50)))
	}
	return []result{few.p50("scan_commit_p50"), few.p99("scan_commit_p99"), many.p50("scan_commit_1m_p50"), many.p99("scan_commit_1m_p99"),
		of("scan_commit_growth", median(growth), "×", 1.1)}, nil
}

// desk opens a station that holds so many events.
func (e *env) desk(events int) (*desk, error) {
	dir, err := e.folder(events)
	if err != nil {
		return nil, err
	}
	return openDesk(dir)
}
