package postgres

import (
	"context"
	"sync"

	"pickstation/central/records"
)

// largestBlock is how many numbers of a counter a process takes ahead at most. A block
// is twice the one before, so that a process that needs few wastes few.
const largestBlock = 256

// numbers gives out numbers of counters without a lock that lasts until a commit: it
// takes blocks ahead, durably, on a connection of its own. What of a block is left
// when the process ends is never given out.
type numbers struct {
	connect func(ctx context.Context) (*conn, error)

	mu     sync.Mutex // guards below, and who waits for a block waits for the others too
	conn   *conn
	blocks map[string]*block
}

// block is what is left of a range of numbers.
type block struct {
	next, end int64 // end is not part of it
	size      int64 // when it was taken
}

func newNumbers(connect func(ctx context.Context) (*conn, error)) *numbers {
	return &numbers{connect: connect, blocks: map[string]*block{}}
}

// take returns the first of n numbers in a row.
func (n *numbers) take(counter string, want int64) (int64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.blocks[counter]
	if b == nil {
		b = &block{}
		n.blocks[counter] = b
	}
	if b.end-b.next < want {
		size := max(want, min(2*b.size, largestBlock))
		first, err := n.more(counter, size)
		if err != nil {
			return 0, err
		}
		if first != b.end { // another process has what follows
			b.next = first
		}
		b.end, b.size = first+size, size
	}
	b.next += want
	return b.next - want, nil
}

// more takes a block from the database, over a new connection where the old one turns
// out to be gone.
func (n *numbers) more(counter string, size int64) (first int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), connectLimit)
	defer cancel()
	for range 2 {
		if n.conn == nil || n.conn.pg.IsClosed() {
			if n.conn, err = n.connect(ctx); err != nil {
				return 0, err
			}
		}
		n.conn.ctx = ctx
		first, err = (&records.Handle{DB: n.conn}).Next(counter, size)
		if err == nil || !n.conn.pg.IsClosed() {
			break
		}
	}
	return first, err
}

// forget drops what is left of all blocks. It is called when a connection was lost,
// for the database may be another one now, with counters behind this process's blocks.
func (n *numbers) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, b := range n.blocks {
		b.next, b.end = 0, 0
	}
}

func (n *numbers) close(hangUp func(*conn)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	hangUp(n.conn)
	n.conn = nil
}
