/* Declarations of SQLite's stable interface to the operating system
** (https://sqlite.org/c3ref/vfs.html), as far as the shim in vfs.c needs them. SQLite
** itself is linked in by its driver. */
#ifndef POWERCUT_VFS_H
#define POWERCUT_VFS_H

typedef long long sqlite3_int64;
typedef struct sqlite3_file sqlite3_file;
typedef struct sqlite3_io_methods sqlite3_io_methods;
typedef struct sqlite3_vfs sqlite3_vfs;

struct sqlite3_file { const sqlite3_io_methods *pMethods; };

struct sqlite3_io_methods {
  int iVersion;
  int (*xClose)(sqlite3_file*);
  int (*xRead)(sqlite3_file*, void*, int, sqlite3_int64);
  int (*xWrite)(sqlite3_file*, const void*, int, sqlite3_int64);
  int (*xTruncate)(sqlite3_file*, sqlite3_int64);
  int (*xSync)(sqlite3_file*, int);
  int (*xFileSize)(sqlite3_file*, sqlite3_int64*);
  int (*xLock)(sqlite3_file*, int);
  int (*xUnlock)(sqlite3_file*, int);
  int (*xCheckReservedLock)(sqlite3_file*, int*);
  int (*xFileControl)(sqlite3_file*, int, void*);
  int (*xSectorSize)(sqlite3_file*);
  int (*xDeviceCharacteristics)(sqlite3_file*);
  /* version 2: shared memory of a write-ahead log */
  int (*xShmMap)(sqlite3_file*, int, int, int, void volatile**);
  int (*xShmLock)(sqlite3_file*, int, int, int);
  void (*xShmBarrier)(sqlite3_file*);
  int (*xShmUnmap)(sqlite3_file*, int);
};

struct sqlite3_vfs {
  int iVersion;
  int szOsFile;
  int mxPathname;
  sqlite3_vfs *pNext;
  const char *zName;
  void *pAppData;
  int (*xOpen)(sqlite3_vfs*, const char*, sqlite3_file*, int, int*);
  int (*xDelete)(sqlite3_vfs*, const char*, int);
  int (*xAccess)(sqlite3_vfs*, const char*, int, int*);
  int (*xFullPathname)(sqlite3_vfs*, const char*, int, char*);
  void *(*xDlOpen)(sqlite3_vfs*, const char*);
  void (*xDlError)(sqlite3_vfs*, int, char*);
  void (*(*xDlSym)(sqlite3_vfs*, void*, const char*))(void);
  void (*xDlClose)(sqlite3_vfs*, void*);
  int (*xRandomness)(sqlite3_vfs*, int, char*);
  int (*xSleep)(sqlite3_vfs*, int);
  int (*xCurrentTime)(sqlite3_vfs*, double*);
  int (*xGetLastError)(sqlite3_vfs*, int, char*);
  int (*xCurrentTimeInt64)(sqlite3_vfs*, sqlite3_int64*); /* version 2 */
};

extern sqlite3_vfs *sqlite3_vfs_find(const char*);
extern int sqlite3_vfs_register(sqlite3_vfs*, int);
extern int sqlite3_config(int, ...);

/* powercut_register makes the VFS "powercut" known, powercut_register_memory the VFS
** "powercut-memory"; 0 is success. */
int powercut_register(void);
int powercut_register_memory(void);

/* powercut_quiet lets SQLite not count its memory; to be called before it is used. */
void powercut_quiet(void);

/* A file in memory, and the locks on it. */
typedef struct {
  unsigned char *p;
  sqlite3_int64 n, cap; /* bytes */
  int readers;          /* that hold SHARED or more */
  void *writer;         /* who holds RESERVED or more */
  int pending;          /* no new readers */
  char **region;        /* shared memory of the write-ahead log */
  int regions, maps;
  int shared[8];        /* locks in it: how many hold it shared */
  unsigned excl;        /* and which are held alone */
} powercut_mem;

/* powercut_mem_resize sets the length, filling up with zeros. */
int powercut_mem_resize(powercut_mem*, sqlite3_int64);
void powercut_mem_free(powercut_mem*);

#endif
