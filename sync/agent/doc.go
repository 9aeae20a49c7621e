// Package agent keeps a station and its centre in step: it pushes the event log,
// pulls the feed and sends heartbeats.
//
// What to do next is decided by [Step], a pure function of a state and an input;
// time, random numbers and what the database says are part of the input. [Agent] is
// the loop around it that does what Step asks for. Losing a message, getting it
// twice, late or out of order, a crash at any point, a station or a centre restored
// from a backup: none of it loses or doubles an event. The rules, each of which a
// simulation forced:
//
//	C1 the high-water mark of the centre counts only together with its hash;
//	   else only what this very push proved is acknowledged
//	C2 other events under our numbers (fork), or a log the centre closed (fenced):
//	   the log ends there, the events after it are issued again in a new log with
//	   their first identity; nothing is renumbered in place
//	C3 the centre has more of the log than we do: we were restored from a backup;
//	   a new log is started and the feed pulled from its beginning
//	C4 every answer carries the centre's timeline: a newer one means that the
//	   centre was restored, so all that is still here is sent again; an answer of
//	   an older one is ignored. Heartbeats make sure that it is noticed
//	C5 only events are pruned that the centre says it cannot lose
//	C6 an answer that is not the one waited for is ignored
//	C7 logs are pushed in the order in which they were written
//
// What the feed brought is not taken for granted either: from time to time the station
// adds up what of it is still there, and compares that with what the centre says it has to
// hold. Where they differ, the feed is read again.
package agent
