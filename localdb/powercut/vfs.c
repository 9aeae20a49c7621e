/* A VFS in front of SQLite's own: every change of a file is shown to the simulated disk
** (vfs.go) before it reaches the real file, and may be refused there. Locks, shared
** memory and reads are SQLite's own. */
#include "vfs.h"
#include "_cgo_export.h"

#define OK 0
#define CANTOPEN 14

typedef struct {
  sqlite3_file base;
  int handle;          /* of the simulated disk, 0: no file of one */
  sqlite3_file *real;  /* stands behind this struct */
} shimFile;

static sqlite3_vfs *root;
static sqlite3_vfs shim;

#define REAL(f) (((shimFile*)(f))->real)
#define HANDLE(f) (((shimFile*)(f))->handle)

static int xClose(sqlite3_file *f){
  if( HANDLE(f) ) powercutClose(HANDLE(f));
  return REAL(f)->pMethods->xClose(REAL(f));
}
static int xRead(sqlite3_file *f, void *p, int n, sqlite3_int64 off){
  return REAL(f)->pMethods->xRead(REAL(f), p, n, off);
}
static int xWrite(sqlite3_file *f, const void *p, int n, sqlite3_int64 off){
  int rc = HANDLE(f) ? powercutWrite(HANDLE(f), (void*)p, n, off) : OK;
  return rc!=OK ? rc : REAL(f)->pMethods->xWrite(REAL(f), p, n, off);
}
static int xTruncate(sqlite3_file *f, sqlite3_int64 size){
  int rc = HANDLE(f) ? powercutTruncate(HANDLE(f), size) : OK;
  return rc!=OK ? rc : REAL(f)->pMethods->xTruncate(REAL(f), size);
}
static int xSync(sqlite3_file *f, int flags){
  /* The simulated disk decides what is durable: the real one need not be waited for. */
  if( HANDLE(f) ) return powercutSync(HANDLE(f));
  return REAL(f)->pMethods->xSync(REAL(f), flags);
}
static int xFileSize(sqlite3_file *f, sqlite3_int64 *n){ return REAL(f)->pMethods->xFileSize(REAL(f), n); }
static int xLock(sqlite3_file *f, int e){ return REAL(f)->pMethods->xLock(REAL(f), e); }
static int xUnlock(sqlite3_file *f, int e){ return REAL(f)->pMethods->xUnlock(REAL(f), e); }
static int xCheckReservedLock(sqlite3_file *f, int *r){ return REAL(f)->pMethods->xCheckReservedLock(REAL(f), r); }
static int xFileControl(sqlite3_file *f, int op, void *arg){ return REAL(f)->pMethods->xFileControl(REAL(f), op, arg); }
static int xSectorSize(sqlite3_file *f){ return REAL(f)->pMethods->xSectorSize(REAL(f)); }
static int xDeviceCharacteristics(sqlite3_file *f){ return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)); }
static int xShmMap(sqlite3_file *f, int pg, int sz, int ext, void volatile **pp){
  return REAL(f)->pMethods->xShmMap(REAL(f), pg, sz, ext, pp);
}
static int xShmLock(sqlite3_file *f, int off, int n, int flags){ return REAL(f)->pMethods->xShmLock(REAL(f), off, n, flags); }
static void xShmBarrier(sqlite3_file *f){ REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int xShmUnmap(sqlite3_file *f, int del){ return REAL(f)->pMethods->xShmUnmap(REAL(f), del); }

/* Version 2: no xFetch, so that no write goes past the shim through a memory map. */
static const sqlite3_io_methods methods = {
  2, xClose, xRead, xWrite, xTruncate, xSync, xFileSize, xLock, xUnlock, xCheckReservedLock,
  xFileControl, xSectorSize, xDeviceCharacteristics, xShmMap, xShmLock, xShmBarrier, xShmUnmap
};

static int xOpen(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out){
  shimFile *s = (shimFile*)f;
  int rc;
  s->base.pMethods = 0;
  s->real = (sqlite3_file*)&s[1];
  s->handle = name ? powercutOpen((char*)name, flags) : 0;
  if( s->handle<0 ) return CANTOPEN;
  rc = root->xOpen(root, name, s->real, flags, out);
  if( rc!=OK ){
    if( s->handle ) powercutClose(s->handle);
    return rc;
  }
  s->base.pMethods = &methods;
  return OK;
}
static int xDelete(sqlite3_vfs *v, const char *name, int syncDir){
  int rc = powercutDelete((char*)name, syncDir);
  return rc!=OK ? rc : root->xDelete(root, name, 0);
}
static int xAccess(sqlite3_vfs *v, const char *n, int fl, int *r){ return root->xAccess(root, n, fl, r); }
static int xFullPathname(sqlite3_vfs *v, const char *n, int sz, char *o){ return root->xFullPathname(root, n, sz, o); }
static void *xDlOpen(sqlite3_vfs *v, const char *n){ return root->xDlOpen(root, n); }
static void xDlError(sqlite3_vfs *v, int n, char *m){ root->xDlError(root, n, m); }
static void (*xDlSym(sqlite3_vfs *v, void *h, const char *s))(void){ return root->xDlSym(root, h, s); }
static void xDlClose(sqlite3_vfs *v, void *h){ root->xDlClose(root, h); }
static int xRandomness(sqlite3_vfs *v, int n, char *o){ return root->xRandomness(root, n, o); }
static int xSleep(sqlite3_vfs *v, int us){ return root->xSleep(root, us); }
static int xCurrentTime(sqlite3_vfs *v, double *t){ return root->xCurrentTime(root, t); }
static int xGetLastError(sqlite3_vfs *v, int n, char *m){ return root->xGetLastError(root, n, m); }
static int xCurrentTimeInt64(sqlite3_vfs *v, sqlite3_int64 *t){ return root->xCurrentTimeInt64(root, t); }

int powercut_register(void){
  root = sqlite3_vfs_find(0);
  if( root==0 || root->iVersion<2 ) return CANTOPEN;
  shim.iVersion = 2;
  shim.szOsFile = (int)sizeof(shimFile) + root->szOsFile;
  shim.mxPathname = root->mxPathname;
  shim.zName = "powercut";
  shim.xOpen = xOpen;
  shim.xDelete = xDelete;
  shim.xAccess = xAccess;
  shim.xFullPathname = xFullPathname;
  shim.xDlOpen = xDlOpen;
  shim.xDlError = xDlError;
  shim.xDlSym = xDlSym;
  shim.xDlClose = xDlClose;
  shim.xRandomness = xRandomness;
  shim.xSleep = xSleep;
  shim.xCurrentTime = xCurrentTime;
  shim.xGetLastError = xGetLastError;
  shim.xCurrentTimeInt64 = xCurrentTimeInt64;
  return sqlite3_vfs_register(&shim, 0);
}
