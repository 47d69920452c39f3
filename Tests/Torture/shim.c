/* Faults at the Nth call on a file of the state directory, for a daemon that is started with LD_PRELOAD.
 *
 * One atomic counter over every thread counts the calls that are chosen, on files under one directory alone: sockets, pipes and the
 * log do not count, so that the same N is nearly the same moment in every run. What to do, and what was done, lies in a page
 * that the driver shares: it outlives the process. Layout: rig.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, RENAME = 4, UNLINK = 8, TRUNCATE = 16, OPEN = 32 };
enum { COUNT = 0, KILL = 1, TORN = 2, FAIL = 3, LIE = 4 };

struct page {
    _Atomic uint64_t count;    /* calls so far */
    _Atomic uint64_t hits;     /* calls that were treated */
    uint64_t at;               /* the first to be treated, from 1 */
    uint64_t many;             /* so many from there on */
    uint64_t hold_ms;          /* and whatever comes for so long */
    _Atomic int64_t until_ms;  /* set by the first */
    uint32_t mode, calls, error, pad;
    char suffix[64];           /* of the file's path; empty: any */
    char folder[256];          /* the state directory */
    char call[16], path[256];  /* of the first hit */
    _Atomic int64_t clock_ms;  /* what the wall clock is ahead */
};

static struct page *page;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) {
    const char *path = getenv("TORTURE_PAGE");
    if (!path) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *at = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    syscall(SYS_close, file);
    if (at != MAP_FAILED) page = at;
}

static int64_t milliseconds(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int is_chosen(const char *path) {
    size_t folder = strlen(page->folder), length = strlen(path), suffix = strlen(page->suffix);
    if (folder == 0 || strncmp(path, page->folder, folder) != 0 || path[folder] != '/') return 0;
    return suffix <= length && strcmp(path + length - suffix, page->suffix) == 0;
}

static int path_of(int file, char *into) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, into, PATH_MAX - 1);
    if (length <= 0) return 0;
    into[length] = 0;
    return 1;
}

static int treated(const char *call, const char *path, uint64_t number) {
    if (number < page->at) return 0;
    int64_t now = milliseconds(), until = atomic_load(&page->until_ms);
    if (number >= page->at + page->many && (until == 0 || now >= until)) return 0;
    if (atomic_fetch_add(&page->hits, 1) == 0) {
        atomic_store(&page->until_ms, page->hold_ms ? now + (int64_t)page->hold_ms : 0);
        snprintf(page->call, sizeof page->call, "%s", call);
        snprintf(page->path, sizeof page->path, "%s", path);
    }
    return 1;
}

static _Noreturn void die(void) { syscall(SYS_kill, getpid(), SIGKILL); for (;;) pause(); }

/* 0: go on; 1: fail with errno set; 2: claim success; 3: do half, then die. */
static int fate_of(const char *call, uint32_t kind, const char *path) {
    if (!page || !(page->calls & kind) || !is_chosen(path)) return 0;
    uint64_t number = atomic_fetch_add(&page->count, 1) + 1;
    if (page->mode == COUNT || !treated(call, path, number)) return 0;
    switch (page->mode) {
    case KILL: die();
    case TORN:
        if (kind == WRITE) return 3;
        die();
    case FAIL: errno = (int)page->error; return 1;
    case LIE: return kind == SYNC ? 2 : 0;
    default: return 0;
    }
}

static int fate(const char *call, uint32_t kind, int file) {
    int saved = errno;
    char path[PATH_MAX];
    pthread_once(&once, start);
    if (!page || !(page->calls & kind)) return 0;
    if (!path_of(file, path)) { errno = saved; return 0; }
    int what = fate_of(call, kind, path);
    if (what != 1) errno = saved;
    return what;
}

static int named_fate(const char *call, uint32_t kind, int folder, const char *name) {
    int saved = errno;
    char path[PATH_MAX];
    pthread_once(&once, start);
    if (!page || !(page->calls & kind) || !name) return 0;
    if (name[0] == '/') {
        snprintf(path, sizeof path, "%s", name);
    } else {
        char base[PATH_MAX];
        if (folder == AT_FDCWD ? syscall(SYS_getcwd, base, sizeof base) <= 0 : !path_of(folder, base)) { errno = saved; return 0; }
        if (snprintf(path, sizeof path, "%s/%s", base, name) >= (int)sizeof path) { errno = saved; return 0; }
    }
    int what = fate_of(call, kind, path);
    if (what != 1) errno = saved;
    return what;
}

#define REAL(name, result, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);

ssize_t write(int file, const void *bytes, size_t length) {
    REAL("write", ssize_t, int, const void *, size_t)
    int what = fate("write", WRITE, file);
    if (what == 1) return -1;
    if (what == 3) { real(file, bytes, length / 2); die(); }
    return real(file, bytes, length);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL("writev", ssize_t, int, const struct iovec *, int)
    int what = fate("writev", WRITE, file);
    if (what == 1) return -1;
    if (what == 3) { real(file, parts, count / 2); die(); }
    return real(file, parts, count);
}

#define PWRITE(name, offset_type) \
    ssize_t name(int file, const void *bytes, size_t length, offset_type at) { \
        REAL(#name, ssize_t, int, const void *, size_t, offset_type) \
        int what = fate(#name, WRITE, file); \
        if (what == 1) return -1; \
        if (what == 3) { real(file, bytes, length / 2, at); die(); } \
        return real(file, bytes, length, at); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define SYNCING(name) \
    int name(int file) { \
        REAL(#name, int, int) \
        int what = fate(#name, SYNC, file); \
        return what == 1 ? -1 : what == 2 ? 0 : real(file); \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define TRUNCATING(name, size_type) \
    int name(int file, size_type size) { \
        REAL(#name, int, int, size_type) \
        return fate(#name, TRUNCATE, file) == 1 ? -1 : real(file, size); \
    }
TRUNCATING(ftruncate, off_t)
TRUNCATING(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *)
    return named_fate("rename", RENAME, AT_FDCWD, to) == 1 ? -1 : real(from, to);
}

int renameat(int from_folder, const char *from, int folder, const char *to) {
    REAL("renameat", int, int, const char *, int, const char *)
    return named_fate("renameat", RENAME, folder, to) == 1 ? -1 : real(from_folder, from, folder, to);
}

int renameat2(int from_folder, const char *from, int folder, const char *to, unsigned flags) {
    REAL("renameat2", int, int, const char *, int, const char *, unsigned)
    return named_fate("renameat2", RENAME, folder, to) == 1 ? -1 : real(from_folder, from, folder, to, flags);
}

int link(const char *from, const char *to) {
    REAL("link", int, const char *, const char *)
    return named_fate("link", RENAME, AT_FDCWD, to) == 1 ? -1 : real(from, to);
}

int unlink(const char *path) {
    REAL("unlink", int, const char *)
    return named_fate("unlink", UNLINK, AT_FDCWD, path) == 1 ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL("unlinkat", int, int, const char *, int)
    return named_fate("unlinkat", UNLINK, folder, path) == 1 ? -1 : real(folder, path, flags);
}

int remove(const char *path) {
    REAL("remove", int, const char *)
    return named_fate("remove", UNLINK, AT_FDCWD, path) == 1 ? -1 : real(path);
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        REAL(#name, int, const char *, int, ...) \
        va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); \
        return named_fate(#name, OPEN, AT_FDCWD, path) == 1 ? -1 : real(path, flags, mode); \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(#name, int, int, const char *, int, ...) \
        va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); \
        return named_fate(#name, OPEN, folder, path) == 1 ? -1 : real(folder, path, flags, mode); \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

/* The wall clock alone: the monotonic one goes on. */

static void shift(struct timespec *now) {
    pthread_once(&once, start);
    int64_t ahead = page ? atomic_load(&page->clock_ms) : 0;
    if (!ahead) return;
    int64_t nanoseconds = now->tv_nsec + ahead % 1000 * 1000000;
    now->tv_sec += ahead / 1000 + (nanoseconds < 0 ? -1 : nanoseconds / 1000000000);
    now->tv_nsec = nanoseconds < 0 ? nanoseconds + 1000000000 : nanoseconds % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL("clock_gettime", int, clockid_t, struct timespec *)
    int answer = real(clock, now);
    if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) shift(now);
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}
