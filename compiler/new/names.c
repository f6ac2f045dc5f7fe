/* Which names a written model may give to its inputs. */
#include "new/new.h"

#include <ctype.h>
#include <string.h>

static bool is_reserved(const char *name) {
    static const char *const words[] = {
#define WORD(kind, text, where) text,
#include "syntax/words.def"
        "x", "h", "z", "xhat", "code", "hidden", "numbers", "total", "rate", "all", "error", "lr",
    };
    static const char *const prefixes[] = {"logits_", "error_"}; /* of classes' values */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(prefixes[i], name, strlen(prefixes[i])) == 0)
            return true;
    return false;
}

bool new_is_name(const char *name) {
    if (!isalpha((unsigned char)*name) || strlen(name) > MAX_NAME / 2 || is_reserved(name))
        return false;
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}
