/* Preloaded, makes every fsync take FSYNC_MS longer: a disk without a write cache. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int after_delay(const char *name, int file) {
    const char *milliseconds = getenv("FSYNC_MS");
    usleep(1000 * (milliseconds ? atoi(milliseconds) : 0));
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return after_delay("fsync", file); }
int fdatasync(int file) { return after_delay("fdatasync", file); }
