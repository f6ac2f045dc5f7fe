/* Arena: many small objects, one release.
 *
 * Blocks are chained; each holds objects one after the other, and a request that does not fit
 * opens a new block, twice as large as the one before: many arenas hold a few objects for the time
 * of one function.  Once there are some, blocks are large pages, since each small one costs a fault
 * of its own: some 40 faults take as long as the system takes to clear a large one.  Those of an
 * arena that is closed are kept for the next ones.  An object is zeroed when it is handed out, when
 * its memory is about to be in the cache in any case.  Under AddressSanitizer every object is a
 * block of its own, so that a write past its end is seen:
 *
 *     block ──> block ──> block        ASan: block{object} ──> block{object} ──> …
 *     [o o o ]  [o oo  ]  [ooooo ]
 */
#define _GNU_SOURCE /* madvise */
#include "support/arena.h"
#include "support/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define ONE_OBJECT_PER_BLOCK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_OBJECT_PER_BLOCK 1
#endif
#endif
#ifndef ONE_OBJECT_PER_BLOCK
#define ONE_OBJECT_PER_BLOCK 0
#endif

enum { FIRST_BYTES = 2048, BLOCK_BYTES = 64 * 1024, LARGE_PAGE = 1 << 21, SMALL_BLOCKS = 5 };

typedef struct ArenaBlock ArenaBlock;
struct ArenaBlock {
    ArenaBlock *next;
    size_t used, room; /* a large page has LARGE_ROOM, and no other block */
    _Alignas(max_align_t) unsigned char bytes[];
};

static const size_t LARGE_ROOM = LARGE_PAGE - sizeof(ArenaBlock);
static ArenaBlock *large_pages; /* that no arena has now */

struct Arena {
    ArenaBlock *blocks; /* the newest first */
    ArenaBlock *spare;  /* cleared, the oldest first */
    int count;
};

void arena_exhausted(void) {
    fprintf(stderr, "aecc: out of memory\n");
    exit(1);
}

Arena *arena_open(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        arena_exhausted();
    return arena;
}

static void free_blocks(ArenaBlock *block) {
    while (block) {
        ArenaBlock *next = block->next;
        if (block->room == LARGE_ROOM) {
            block->next = large_pages;
            large_pages = block;
        } else {
            free(block);
        }
        block = next;
    }
}

void arena_close(Arena *arena) {
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free_blocks(arena->spare);
    free(arena);
}

void arena_clear(Arena *arena) {
    arena_release(arena, (ArenaMark){NULL, 0});
}

ArenaMark arena_mark(const Arena *arena) {
    return (ArenaMark){arena->blocks, arena->blocks ? arena->blocks->used : 0};
}

void arena_release(Arena *arena, ArenaMark mark) {
    while (arena->blocks != mark.block) {
        ArenaBlock *block = arena->blocks;
        arena->blocks = block->next;
        block->used = 0;
        block->next = arena->spare;
        arena->spare = block;
    }
    if (ONE_OBJECT_PER_BLOCK) {
        free_blocks(arena->spare);
        arena->spare = NULL;
    } else if (mark.block) {
        arena->blocks->used = mark.used;
    }
}

/* The next block that was cleared and has so much room, put before the others; NULL: there is none.
 */
static ArenaBlock *take_spare(Arena *arena, size_t room) {
    ArenaBlock *block;
    while ((block = arena->spare)) {
        arena->spare = block->next;
        if (block->room >= room) {
            block->next = arena->blocks;
            return arena->blocks = block;
        }
        free(block);
        arena->count--;
    }
    return NULL;
}

/* A large page, or NULL. */
static void *large_page(void) {
    ArenaBlock *kept = large_pages;
    if (kept) {
        large_pages = kept->next;
        return kept;
    }
    void *page = aligned_alloc(LARGE_PAGE, LARGE_PAGE);
#ifdef MADV_HUGEPAGE
    if (page)
        madvise(page, LARGE_PAGE, MADV_HUGEPAGE); /* where it fails, the pages are small */
#endif
    return page;
}

/* How much room a block has that holds `size` bytes and maybe more. */
static size_t room_for(const Arena *arena, size_t size) {
    size_t room = FIRST_BYTES;
    for (int i = 0; i < arena->count && room < BLOCK_BYTES; i++)
        room *= 2;
    return size > room ? size : room;
}

/* A block with `room` bytes at least, put before the others. */
static ArenaBlock *open_block(Arena *arena, size_t room) {
    if (room > SIZE_MAX - sizeof(ArenaBlock))
        arena_exhausted();
    bool many = arena->count >= SMALL_BLOCKS || room > (size_t)SMALL_BLOCKS * BLOCK_BYTES;
    bool large = !ONE_OBJECT_PER_BLOCK && many && room <= LARGE_ROOM;
    if (large)
        room = LARGE_ROOM;
    ArenaBlock *block = large ? large_page() : malloc(sizeof(ArenaBlock) + room);
    if (!block)
        arena_exhausted();
    block->used = 0;
    block->room = room;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->count++;
    return block;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (ONE_OBJECT_PER_BLOCK)
        return memset(open_block(arena, size ? size : 1)->bytes, 0, size);
    size_t align = _Alignof(max_align_t);
    if (size > SIZE_MAX - align)
        arena_exhausted();
    size = size ? (size + align - 1) / align * align : align;
    ArenaBlock *block = arena->blocks;
    if (!block || block->room - block->used < size)
        block = take_spare(arena, size);
    if (!block)
        block = open_block(arena, room_for(arena, size));
    void *object = block->bytes + block->used;
    block->used += size;
    return memset(object, 0, size);
}

char *arena_copy(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list list) {
    char brief[128]; /* holds most of them, which are then printed once */
    va_list again;
    va_copy(again, list);
    size_t length = format_text(brief, sizeof brief, format, list);
    char *text = arena_alloc(arena, length + 1);
    if (length < sizeof brief)
        memcpy(text, brief, length);
    else
        format_text(text, length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = arena_vprintf(arena, format, list);
    va_end(list);
    return text;
}

void *arena_grow(Arena *arena, void *old, int *room, size_t item) {
    int grown = *room ? *room * 2 : 4;
    if (*room > (1 << 29))
        arena_exhausted();
    void *items = arena_alloc(arena, (size_t)grown * item);
    if (old)
        memcpy(items, old, (size_t)*room * item);
    *room = grown;
    return items;
}
