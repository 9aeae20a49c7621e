package localdb

/*
#ifdef HAVE_FDATASYNC
static int synced_with_fdatasync(void) { return 1; }
#else
static int synced_with_fdatasync(void) { return 0; }
#endif
*/
import "C"

// Fdatasync says whether the program was built with CGO_CFLAGS=-DHAVE_FDATASYNC=1,
// so that SQLite syncs with fdatasync(2). Without it each commit on ext4 also
// commits the file system's journal.
var Fdatasync = C.synced_with_fdatasync() == 1
