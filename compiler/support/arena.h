/* Arena: memory with a named lifetime.
 *
 * Everything that belongs together is allocated from one arena and released at once; no pass
 * calls free().  The compiler has one for tree, graphs and plan, and those that a pass opens for
 * its scratch data and close before it returns.  Memory is zeroed.
 */
#ifndef AECC_ARENA_H
#define AECC_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_open(void);
void arena_close(Arena *arena);
/* Forgets all objects, and keeps their memory for the next ones. */
void arena_clear(Arena *arena);

/* Forgets the objects that were made after the mark was taken. */
typedef struct ArenaMark {
    void *block;
    size_t used;
} ArenaMark;
ArenaMark arena_mark(const Arena *arena);
void arena_release(Arena *arena, ArenaMark mark);

/* The system has no memory left: no bug of ours, so one line and exit status 1. */
_Noreturn void arena_exhausted(void);

/* `size` zeroed bytes, aligned for any object; arena_exhausted() where there are none. */
void *arena_alloc(Arena *arena, size_t size);
/* The object of `size` bytes with `more` zeroed ones behind: in its place if nothing was made
 * since, else a copy. */
void *arena_extend(Arena *arena, void *object, size_t size, size_t more);
char *arena_copy(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list list);

#define NEW(arena, Type)              ((Type *)arena_alloc((arena), sizeof(Type)))
#define NEW_ARRAY(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(count)))

/* A growing array: `List(Node *) nodes = {0}; list_add(arena, &nodes, node); nodes.at[0]`. */
#define List(Type)                                                                                 \
    struct {                                                                                       \
        Type *at;                                                                                  \
        int count, room;                                                                           \
    }
#define list_add(arena, list, ...)                                                                 \
    ((list)->count == (list)->room                                                                 \
         ? (void)((list)->at = arena_grow((arena), (list)->at, &(list)->room, sizeof *(list)->at)) \
         : (void)0,                                                                                \
     (void)((list)->at[(list)->count++] = (__VA_ARGS__)))
void *arena_grow(Arena *arena, void *old, int *room, size_t item);

#endif
