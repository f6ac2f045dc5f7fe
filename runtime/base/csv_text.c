/* csv_text: see csv_text.h.
 *
 *     ant  ->  ant        a, "b"  ->  "a, ""b"""        é  ->  "é"
 */
#include "csv_text.h"

#include <stdbool.h>
#include <string.h>

/* One that begins with other than ASCII could be taken for a byte order mark, or for no text. */
static bool is_plain(const char *word) {
    const char *p = word;
    while (*p && (unsigned char)*p > ' ' && *p != 127 && !strchr(",;|\"", *p))
        p++;
    return *word && (unsigned char)*word < 128 && !*p;
}

const char *aert_csv_text(const char *word, char *room) {
    char *to = room;
    if (is_plain(word))
        return strcpy(room, word);
    *to++ = '"';
    for (const char *p = word; *p; p++) {
        if (*p == '"')
            *to++ = '"';
        *to++ = *p;
    }
    *to++ = '"';
    *to = 0;
    return room;
}
