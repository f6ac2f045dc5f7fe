/* list: see list.h. */
#include "list.h"

#include <stdio.h>
#include <string.h>

void aert_list_add(char *list, size_t size, const char *name, size_t length) {
    static const char more[] = "…";
    size_t used = strlen(list);
    if (used >= strlen(more) && strcmp(list + used - strlen(more), more) == 0)
        return;
    if (used + length + sizeof ", , …" > size) {
        name = more;
        length = strlen(more);
    }
    snprintf(list + used, size - used, "%s%.*s", used ? ", " : "", (int)length, name);
}
