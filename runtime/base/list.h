/* list: names as a list for readers: "ant, bee, cat", or "ant, bee, …" where there is no more room.
 */
#ifndef AERT_LIST_H
#define AERT_LIST_H

#include <stddef.h>

/* Adds a name of so many bytes to a list, which has room for `size`, 8 at least, and is empty at
 * first. */
void aert_list_add(char *list, size_t size, const char *name, size_t length);

#endif
