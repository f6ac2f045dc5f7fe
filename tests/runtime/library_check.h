/* What the tests of the runtime's library half share: checks that name their line, and a folder of
 * their own.
 *
 *     CHECK(t, rows == 96);
 *     FAILS(t, aert_data_open(&data, "x", &input, &t->error), "truncated");
 *
 * The second wants false, and one line with this text.
 */
#ifndef LIBRARY_CHECK_H
#define LIBRARY_CHECK_H

#include "data/dataset.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Test {
    int checks, failed;
    AertError error;
    char folder[64];
    char path[8][128]; /* of the last names asked for */
    int paths;
} Test;

#define CHECK(t, condition)  test_check(t, condition, #condition, __FILE__, __LINE__)
#define WORKS(t, call)       test_works(t, call, #call, __FILE__, __LINE__)
#define FAILS(t, call, text) test_fails(t, call, text, #call, __FILE__, __LINE__)

bool test_check(Test *t, bool fine, const char *what, const char *file, int line);
bool test_works(Test *t, bool fine, const char *what, const char *file, int line);
bool test_fails(Test *t, bool fine, const char *text, const char *what, const char *file, int line);

/* Makes a folder under TMPDIR or /tmp; test_end removes it with all that is in it, prints a
 * summary, returns the status. */
void test_begin(Test *t);
int test_end(Test *t);

const char *test_path(Test *t, const char *name); /* in the folder; good for 8 calls */
const char *test_file(Test *t, const char *name, const void *bytes, size_t size); /* written */
size_t test_read(const char *path, unsigned char *bytes, size_t most);            /* size, or 0 */
int test_files(const char *folder); /* entries in it */

void test_make_all(const AertData *data); /* all examples are there then */

/* While most < unlimited, files may not grow past `most` bytes: as on a full disk. */
void test_limit_files(long most);

#endif
