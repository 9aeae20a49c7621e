package station

// A tenth of the disk is low and a twentieth is full: of a disk so large that a year of scans
// would fit into that, at most these many bytes (a scan takes 0.8 kB with all that is stored
// of it, measured), and of a small one no fewer than hold a shift's events.
const (
	diskLowMost   = 8 << 30
	diskFullMost  = 4 << 30
	diskFullLeast = 16 << 20
)

// DiskRoom says whether there is little room left on the disk of the data folder, and whether
// so little that somebody has to free some now. total is its size, both in bytes.
func DiskRoom(free, total int64) (low, full bool) {
	full = free < max(min(total/20, diskFullMost), diskFullLeast)
	return full || free < min(total/10, diskLowMost), full
}
