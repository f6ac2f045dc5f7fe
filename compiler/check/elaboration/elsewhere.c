/* What is written here for a name of another framework: the table elsewhere.def.
 *
 *     BatchNorm1d, batch_norm1d   →   "batchnorm1d"   →   its name is  batch_norm(v)
 */
#include "check/elaboration/elaboration.h"
#include "check/check.h"

#include <ctype.h>
#include <string.h>

const char *check_elsewhere(const char *name) {
    static const struct {
        const char *name, *what;
    } rows[] = {
#define ELSEWHERE(name, what) {name, what},
#include "check/elaboration/elsewhere.def"
    };
    char plain[32];
    size_t n = 0;
    for (; *name && n + 1 < sizeof plain; name++)
        if (*name != '_')
            plain[n++] = (char)tolower((unsigned char)*name);
    plain[n] = 0;
    for (size_t i = 0; *name == 0 && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, plain) == 0)
            return rows[i].what;
    return NULL;
}
