// Preloaded: counts what a program asks the allocator for, and says so at its end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_ulong asked;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { atomic_fetch_add(&asked, 1); return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { atomic_fetch_add(&asked, 1); return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { atomic_fetch_add(&asked, 1); return __libc_realloc(old, size); }
void *memalign(size_t align, size_t size) { atomic_fetch_add(&asked, 1); return __libc_memalign(align, size); }
void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }
int posix_memalign(void **out, size_t align, size_t size) { *out = memalign(align, size); return *out ? 0 : 12; }

__attribute__((destructor)) static void say(void) { fprintf(stderr, "allocations %lu\n", atomic_load(&asked)); }
