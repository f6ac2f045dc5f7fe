/* json: a JSON text, written value by value: commas, colons, quotes and escapes are put where they
 * belong.
 *
 *     AertJson json = {.to = stdout};
 *     aert_json_object(&json, NULL);
 *     aert_json_string(&json, "model", "vae");
 *     aert_json_list(&json, "shape");
 *     aert_json_count(&json, NULL, 784);
 *     aert_json_end(&json);
 *     aert_json_end(&json);                       {"model": "vae", "shape": [784]}
 *
 * `key` is the name of a member of an object; NULL for an element of a list and for the whole.
 */
#ifndef AERT_JSON_H
#define AERT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct AertJson {
    FILE *to;
    bool tight;     /* no blank behind commas and colons, and no end of a line */
    bool lines;     /* each element of the outermost list on a line of its own */
    bool behind;    /* what comes next stands behind another value: a comma is due */
    int depth;      /* objects and lists that are open, up to 32 */
    uint32_t lists; /* bit d: the one of depth d is a list */
} AertJson;

void aert_json_object(AertJson *json, const char *key);
void aert_json_list(AertJson *json, const char *key);

/* Ends what was begun last; behind the outermost the line ends. */
void aert_json_end(AertJson *json);

/* What a terminal would obey is escaped; a byte that is no UTF-8 is the text \xNN. */
void aert_json_string(AertJson *json, const char *key, const char *text);

/* The shortest digits that read back exactly; null for what is not finite. */
void aert_json_number(AertJson *json, const char *key, double value);

void aert_json_count(AertJson *json, const char *key, uint64_t value);

#endif
