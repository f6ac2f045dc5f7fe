/* JSON as commands and metrics write it: the text itself, and what a reader of JSON finds in it;
 * what commands say. */
#include "library_check.h"

#include "base/json.h"
#include "view/say.h"

#include <fcntl.h>
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <unistd.h>

static void begin(AertJson *json, char *text, size_t size) {
    *json = (AertJson){.to = fmemopen(text, size, "w")};
    if (!json->to)
        abort();
}

static void test_text(Test *t) {
    char text[1024] = "";
    AertJson json;
    begin(&json, text, sizeof text);
    json.lines = true;
    aert_json_list(&json, NULL);
    aert_json_object(&json, NULL);
    aert_json_string(&json, "model", "vae");
    aert_json_list(&json, "shape");
    aert_json_end(&json);
    aert_json_list(&json, "of");
    aert_json_list(&json, NULL);
    aert_json_count(&json, NULL, 784);
    aert_json_count(&json, NULL, UINT64_MAX);
    aert_json_end(&json);
    aert_json_object(&json, NULL);
    aert_json_end(&json);
    aert_json_end(&json);
    aert_json_number(&json, "a", 0.1);
    aert_json_end(&json);
    aert_json_number(&json, NULL, -0.0);
    aert_json_number(&json, NULL, NAN);
    aert_json_end(&json);
    fclose(json.to);
    CHECK(t, strcmp(text, "[{\"model\": \"vae\", \"shape\": [], "
                          "\"of\": [[784, 18446744073709551615], {}], \"a\": 0.1},\n -0.0,\n "
                          "null]\n") == 0);
}

/* Characters of one byte and more, before and behind others. */
static void test_strings(Test *t) {
    static const char *const wide[] = {"é", "\xc2\x85", "\u202e", "中", "\U0001f600"};
    for (int i = 1; i < 128 + 5; i++) {
        char text[1024] = "", said[32];
        if (i < 128)
            snprintf(said, sizeof said, "a%cb", i);
        else
            snprintf(said, sizeof said, "a%sb", wide[i - 128]);
        AertJson json;
        begin(&json, text, sizeof text);
        aert_json_object(&json, NULL);
        aert_json_string(&json, said, said);
        aert_json_end(&json);
        fclose(json.to);
        json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        const char *found = json_string_value(json_object_get(read, said));
        CHECK(t, found && strcmp(found, said) == 0);
        for (const char *c = text; *c && *c != '\n'; c++)
            CHECK(t, (unsigned char)*c >= ' ' && *c != 127);
        json_decref(read);
    }
    char text[64] = "";
    AertJson json;
    begin(&json, text, sizeof text);
    aert_json_string(&json, NULL, "\xff\n");
    fclose(json.to);
    CHECK(t, strcmp(text, "\"\\\\xff\\n\"") == 0);
}

static void test_numbers(Test *t) {
    static const double value[] = {0,       -0.0, 1,    -1,     0.1,    1e-5,  5e-324, DBL_MIN / 3,
                                   DBL_MAX, 1e16, 1e15, 0x1p53, 0x1p63, -1e22, 1.0 / 3};
    enum { COUNT = sizeof value / sizeof *value };
    char text[1024] = "";
    AertJson json;
    begin(&json, text, sizeof text);
    aert_json_list(&json, NULL);
    for (int i = 0; i < COUNT; i++)
        aert_json_number(&json, NULL, value[i]);
    aert_json_number(&json, NULL, INFINITY);
    aert_json_end(&json);
    fclose(json.to);
    json_t *read = json_loads(text, 0, NULL);
    CHECK(t, json_array_size(read) == COUNT + 1 && json_is_null(json_array_get(read, COUNT)));
    for (size_t i = 0; i < COUNT; i++) {
        double found = json_number_value(json_array_get(read, i));
        CHECK(t, memcmp(&found, &value[i], sizeof found) == 0);
    }
    json_decref(read);
}

/* say.h: the same arguments as text and as JSON, and into a file. */
static void test_say(Test *t) {
    static const char wanted[] = "    7|a\\x1b|0.13|1099511627776|3%\n"
                                 "{\"a\\\"b\": 0.1, \"n\": 3}\n"
                                 "a\"b 0.10 3\n"
                                 "[null, 1e+300, 0.30000000000000004]\n";
    unsigned char text[sizeof wanted + 100] = "";
    const char *path = test_path(t, "said");
    fflush(stdout);
    int terminal = dup(STDOUT_FILENO), to = open(path, O_CREAT | O_WRONLY, 0600);
    dup2(to, STDOUT_FILENO);
    say("%5d|%-4s|%.2f|%lld|%zu%%\n", 7, "a\x1b", 0.126, 1LL << 40, (size_t)3);
    for (int json = 1; json >= 0; json--)
        tell(json, "{%s: %g, \"n\": %d}\n", "%s %.2f %d\n", "a\"b", 0.1, 3);
    say_json("[%g, %g, %.1f]\n", (double)NAN, 1e300, 0.1 + 0.2);
    fflush(stdout);
    dup2(terminal, STDOUT_FILENO);
    close(terminal);
    close(to);
    test_read(path, text, sizeof text - 1);
    CHECK(t, strcmp((const char *)text, wanted) == 0);
    AertFile file;
    if (!WORKS(t, aert_file_create(&file, path, &t->error)))
        return;
    file_say(&file, "%d,%s\n", 4, "a\x1b");
    WORKS(t, aert_file_commit(&file, &t->error));
    CHECK(t, test_read(path, text, sizeof text) == 5 && memcmp(text, "4,a\x1b\n", 5) == 0);
}

int main(void) {
    Test test;
    test_begin(&test);
    test_text(&test);
    test_strings(&test);
    test_numbers(&test);
    test_say(&test);
    return test_end(&test);
}
