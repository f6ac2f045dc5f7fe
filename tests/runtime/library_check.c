/* Checks, a folder for files, and a disk that seems full. */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "library_check.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

bool test_check(Test *t, bool fine, const char *what, const char *file, int line) {
    t->checks++;
    if (!fine) {
        t->failed++;
        printf("%s:%d: failed: %s\n", file, line, what);
    }
    return fine;
}

bool test_works(Test *t, bool fine, const char *what, const char *file, int line) {
    test_check(t, fine, what, file, line);
    if (!fine)
        printf("    it says: %s\n", t->error.text);
    t->error.text[0] = 0;
    return fine;
}

bool test_fails(Test *t, bool fine, const char *text, const char *what, const char *file,
                int line) {
    bool right = !fine && strstr(t->error.text, text) && !strchr(t->error.text, '\n');
    test_check(t, right, what, file, line);
    if (!right)
        printf("    it says: %s\n    wanted:  %s\n", fine ? "(success)" : t->error.text, text);
    if (getenv("VERBOSE"))
        printf("%s\n", t->error.text);
    t->error.text[0] = 0;
    return right;
}

void test_begin(Test *t) {
    const char *base = getenv("TMPDIR");
    *t = (Test){0};
    if (!base || strlen(base) > 40)
        base = "/tmp";
    snprintf(t->folder, sizeof t->folder, "%s/aert-XXXXXX", base);
    if (!mkdtemp(t->folder)) {
        perror(t->folder);
        exit(1);
    }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

int test_end(Test *t) {
    nftw(t->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    printf("%d checks, %d failed\n", t->checks, t->failed);
    return t->failed != 0;
}

const char *test_path(Test *t, const char *name) {
    char *path = t->path[t->paths++ % 8];
    snprintf(path, sizeof t->path[0], "%s/%s", t->folder, name);
    return path;
}

const char *test_file(Test *t, const char *name, const void *bytes, size_t size) {
    const char *path = test_path(t, name);
    FILE *file = fopen(path, "wb");
    if (!file || (size && fwrite(bytes, 1, size, file) != size) || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    return path;
}

size_t test_read(const char *path, unsigned char *bytes, size_t most) {
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, most, file) : 0;
    if (file)
        fclose(file);
    return size;
}

int test_files(const char *folder) {
    DIR *directory = opendir(folder);
    int count = -2; /* . and .. */
    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

void test_limit_files(long most) {
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = most < 0 ? limit.rlim_max : (rlim_t)most;
    setrlimit(RLIMIT_FSIZE, &limit);
}

void test_make_all(const AertData *data) {
    for (int64_t i = 0; i < data->count; i++)
        aert_data_make(data, &i, 0, 1);
}
