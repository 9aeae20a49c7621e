package central

import (
	"context"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Sums is a page of the feed that does not wait for news. One that ends the feed says what
// the station has to hold by then, so that a station finds out that it lost a row, or
// kept an older one. Not among it are blocks of numbers: a lost one is not made up for by
// sending it again, for how far it was used stood nowhere else. And nothing is held of
// work and tasks that were taken away.
func (s *Service) Sums(ctx context.Context, station order.StationID, cursor int64, limit int) (reply wire.FeedReply, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		if reply, err = s.feed(r, station, cursor, pageOf(limit)); err != nil || !reply.UpToDate {
			return err
		}
		st, err := r.Station(station)
		if err != nil {
			return err
		}
		reply.Sums, err = r.FeedSums(st.Warehouse, station, st.FeedPast)
		return err
	})
	s.count("feed_rows", "", len(reply.Rows))
	s.count("feed_sums", "", min(len(reply.Sums), 1))
	return reply, err
}

// pageOf returns how many rows a page has at most.
func pageOf(limit int) int {
	if limit <= 0 || limit > wire.MaxFeedRows {
		return wire.MaxFeedRows
	}
	return limit
}
