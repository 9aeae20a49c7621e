/* A VFS whose files are memory: what the shim in vfs.c does with real files, without a
** call of the kernel for each lock and page. The simulated disk (memory.go) owns the
** files and is shown every change before it is made. A file is for one thread at a time,
** as a world is; locks are kept because a database has several connections. */
#include "vfs.h"
#include "_cgo_export.h"
#include <stdlib.h>
#include <string.h>

#define OK 0
#define BUSY 5
#define NOMEM 7
#define CANTOPEN 14
#define NOTFOUND 12
#define SHORT_READ (10|2<<8)

enum { LOCK_NONE, LOCK_SHARED, LOCK_RESERVED, LOCK_PENDING, LOCK_EXCLUSIVE };
enum { SHM_UNLOCK = 1, SHM_LOCK = 2, SHM_SHARED = 4, SHM_EXCLUSIVE = 8 };
#define FCNTL_PERSIST_WAL 10

typedef struct {
  sqlite3_file base;
  int handle;         /* of the simulated disk */
  powercut_mem *mem;
  int lock;           /* held on the database */
  int shm;            /* the shared memory is mapped */
  unsigned shared, excl; /* locks held in it, a bit each */
  int persist;        /* the write-ahead log stays when the last connection goes */
} memFile;

static sqlite3_vfs *root;
static sqlite3_vfs memory;

int powercut_mem_resize(powercut_mem *m, sqlite3_int64 n){
  if( n>m->cap ){
    sqlite3_int64 cap = n + n/2 + 4096;
    unsigned char *p = realloc(m->p, cap);
    if( p==0 ) return NOMEM;
    m->p = p;
    m->cap = cap;
  }
  if( n>m->n ) memset(m->p+m->n, 0, n-m->n);
  m->n = n;
  return OK;
}

static void dropShm(powercut_mem *m){
  int i;
  for(i=0; i<m->regions; i++) free(m->region[i]);
  free(m->region);
  m->region = 0;
  m->regions = 0;
}

void powercut_mem_free(powercut_mem *m){
  dropShm(m);
  free(m->p);
  free(m);
}

static int xUnlock(sqlite3_file *p, int to){
  memFile *f = (memFile*)p;
  if( f->mem->writer==f && to<LOCK_RESERVED ) f->mem->writer = 0, f->mem->pending = 0;
  if( f->lock>=LOCK_SHARED && to==LOCK_NONE ) f->mem->readers--;
  if( to<f->lock ) f->lock = to;
  return OK;
}
static int xShmUnmap(sqlite3_file *p, int del){
  memFile *f = (memFile*)p;
  int i;
  (void)del;
  if( !f->shm ) return OK;
  for(i=0; i<8; i++){
    if( f->shared & 1u<<i ) f->mem->shared[i]--;
    if( f->excl & 1u<<i ) f->mem->excl &= ~(1u<<i);
  }
  f->shared = f->excl = 0;
  f->shm = 0;
  if( --f->mem->maps==0 ) dropShm(f->mem); /* the next one begins with nothing */
  return OK;
}
static int xClose(sqlite3_file *p){
  memFile *f = (memFile*)p;
  xUnlock(p, LOCK_NONE);
  xShmUnmap(p, 0);
  powercutClose(f->handle);
  return OK;
}
static int xRead(sqlite3_file *p, void *to, int n, sqlite3_int64 off){
  powercut_mem *m = ((memFile*)p)->mem;
  sqlite3_int64 have = off>=m->n ? 0 : m->n-off;
  if( have>=n ){
    memcpy(to, m->p+off, n);
    return OK;
  }
  if( have>0 ) memcpy(to, m->p+off, have);
  memset((char*)to+have, 0, n-have);
  return SHORT_READ;
}
static int xWrite(sqlite3_file *p, const void *from, int n, sqlite3_int64 off){
  memFile *f = (memFile*)p;
  int rc = powercutWrite(f->handle, (void*)from, n, off);
  if( rc==OK && off+n>f->mem->n ) rc = powercut_mem_resize(f->mem, off+n);
  if( rc==OK ) memcpy(f->mem->p+off, from, n);
  return rc;
}
static int xTruncate(sqlite3_file *p, sqlite3_int64 size){
  memFile *f = (memFile*)p;
  int rc = powercutTruncate(f->handle, size);
  return rc==OK ? powercut_mem_resize(f->mem, size) : rc;
}
static int xSync(sqlite3_file *p, int flags){ (void)flags; return powercutSync(((memFile*)p)->handle); }
static int xFileSize(sqlite3_file *p, sqlite3_int64 *n){ *n = ((memFile*)p)->mem->n; return OK; }

static int xLock(sqlite3_file *p, int to){
  memFile *f = (memFile*)p;
  powercut_mem *m = f->mem;
  if( to<=f->lock ) return OK;
  if( to==LOCK_SHARED ){
    if( m->pending ) return BUSY;
    m->readers++;
    f->lock = LOCK_SHARED;
    return OK;
  }
  if( m->writer && m->writer!=f ) return BUSY;
  m->writer = f;
  if( to==LOCK_EXCLUSIVE ){
    m->pending = 1;
    if( m->readers>1 ){
      f->lock = LOCK_PENDING;
      return BUSY;
    }
  }
  f->lock = to;
  return OK;
}
static int xCheckReservedLock(sqlite3_file *p, int *r){ *r = ((memFile*)p)->mem->writer!=0; return OK; }
static int xFileControl(sqlite3_file *p, int op, void *arg){
  memFile *f = (memFile*)p;
  if( op!=FCNTL_PERSIST_WAL ) return NOTFOUND;
  if( *(int*)arg<0 ) *(int*)arg = f->persist;
  else f->persist = *(int*)arg;
  return OK;
}
static int xSectorSize(sqlite3_file *p){ (void)p; return 4096; }
/* Power-safe overwrite and reads of parts of pages, as SQLite says of Linux. */
static int xDeviceCharacteristics(sqlite3_file *p){ (void)p; return 0x1000 | 0x8000; }

static int xShmMap(sqlite3_file *p, int i, int size, int extend, void volatile **out){
  memFile *f = (memFile*)p;
  powercut_mem *m = f->mem;
  if( !f->shm ) f->shm = 1, m->maps++;
  *out = 0;
  if( i>=m->regions ){
    char **list;
    if( !extend ) return OK;
    list = realloc(m->region, (i+1)*sizeof *list);
    if( list==0 ) return NOMEM;
    m->region = list;
    while( m->regions<=i ){
      if( (list[m->regions] = calloc(1, size))==0 ) return NOMEM;
      m->regions++;
    }
  }
  *out = m->region[i];
  return OK;
}
static int xShmLock(sqlite3_file *p, int first, int n, int flags){
  memFile *f = (memFile*)p;
  powercut_mem *m = f->mem;
  unsigned mask = ((1u<<n)-1)<<first;
  int i;
  if( flags & SHM_UNLOCK ){
    for(i=first; i<first+n; i++) if( f->shared & 1u<<i ) m->shared[i]--;
    m->excl &= ~(f->excl & mask);
    f->shared &= ~mask;
    f->excl &= ~mask;
  }else if( flags & SHM_SHARED ){
    if( f->shared & mask ) return OK;
    if( m->excl & mask & ~f->excl ) return BUSY;
    for(i=first; i<first+n; i++) m->shared[i]++;
    f->shared |= mask;
  }else{
    for(i=first; i<first+n; i++) if( m->shared[i] > (f->shared>>i & 1) ) return BUSY;
    if( m->excl & mask & ~f->excl ) return BUSY;
    m->excl |= mask;
    f->excl |= mask;
  }
  return OK;
}
static void xShmBarrier(sqlite3_file *p){ (void)p; __sync_synchronize(); }

static const sqlite3_io_methods methods = {
  2, xClose, xRead, xWrite, xTruncate, xSync, xFileSize, xLock, xUnlock, xCheckReservedLock,
  xFileControl, xSectorSize, xDeviceCharacteristics, xShmMap, xShmLock, xShmBarrier, xShmUnmap
};

static int xOpen(sqlite3_vfs *v, const char *name, sqlite3_file *p, int flags, int *out){
  memFile *f = (memFile*)p;
  int handle = name ? powercutOpen((char*)name, flags) : 0;
  (void)v;
  p->pMethods = 0;
  if( handle<0 ) return CANTOPEN;
  if( handle==0 ) return name ? CANTOPEN : root->xOpen(root, name, p, flags, out); /* a temporary file */
  memset(f, 0, sizeof *f);
  f->handle = handle;
  f->mem = powercutMemory(handle);
  if( f->mem==0 ){
    powercutClose(handle);
    return CANTOPEN;
  }
  f->base.pMethods = &methods;
  if( out ) *out = flags;
  return OK;
}
static int xDelete(sqlite3_vfs *v, const char *name, int syncDir){ (void)v; return powercutDelete((char*)name, syncDir); }
static int xAccess(sqlite3_vfs *v, const char *n, int fl, int *r){ (void)v; (void)fl; *r = powercutHas((char*)n); return OK; }
/* The names are whole and without links already: the disk's folder is, and they are of it. */
static int xFullPathname(sqlite3_vfs *v, const char *n, int sz, char *o){
  if( n[0]!='/' || (int)strlen(n)>=sz ) return root->xFullPathname(root, n, sz, o);
  (void)v;
  strcpy(o, n);
  return OK;
}

void powercut_quiet(void){
  sqlite3_config(9, 0); /* SQLITE_CONFIG_MEMSTATUS: counting takes a lock that all worlds share */
}

int powercut_register_memory(void){
  root = sqlite3_vfs_find("unix");
  if( root==0 ) return CANTOPEN;
  memory = *root; /* the clock and chance are SQLite's own */
  if( memory.iVersion>2 ) memory.iVersion = 2;
  if( memory.szOsFile<(int)sizeof(memFile) ) memory.szOsFile = sizeof(memFile);
  memory.pNext = 0;
  memory.zName = "powercut-memory";
  memory.xOpen = xOpen;
  memory.xDelete = xDelete;
  memory.xAccess = xAccess;
  memory.xFullPathname = xFullPathname;
  return sqlite3_vfs_register(&memory, 0);
}
