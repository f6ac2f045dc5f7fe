/* Arena: many small objects, one release.
 *
 * Blocks are chained; each holds objects one after the other, and a request that does not fit
 * opens a new block, twice as large as the one before: many arenas hold a few objects for the time
 * of one function.  Once there are some, blocks are large pages, since each small one costs a fault
 * of its own: some 40 faults take as long as the system takes to clear a large one.  Those of an
 * arena that is closed are kept for the next ones.  An object is zeroed when it is handed out, when
 * its memory is about to be in the cache in any case, but for what the system has just cleared.
 * What was made last grows where it is.  Under AddressSanitizer every object is a block of its own,
 * so that a write past its end is seen:
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

enum {
    ALIGN = _Alignof(max_align_t),
    FIRST_BYTES = 2048,
    BLOCK_BYTES = 64 * 1024,
    LARGE_PAGE = 1 << 21,
    SMALL_BLOCKS = 5
};

typedef struct ArenaBlock ArenaBlock;
struct ArenaBlock {
    ArenaBlock *next;
    size_t used, room; /* a large page has LARGE_ROOM, and no other block; multiples of ALIGN */
    size_t dirty;      /* from here on all is zero */
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

static void free_block(ArenaBlock *block) {
    if (block->room == LARGE_ROOM) {
        block->next = large_pages;
        large_pages = block;
    } else {
        free(block);
    }
}

static void free_blocks(ArenaBlock *block) {
    while (block) {
        ArenaBlock *next = block->next;
        free_block(block);
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
        free_block(block);
        arena->count--;
    }
    return NULL;
}

/* A large page, or NULL.  One that the system has just cleared is taken as it is. */
static ArenaBlock *large_page(void) {
    ArenaBlock *page = large_pages;
    if (page) {
        large_pages = page->next;
        return page;
    }
    char *both =
        mmap(NULL, 2 * LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (both == MAP_FAILED)
        return NULL;
    size_t before = LARGE_PAGE - (uintptr_t)both % LARGE_PAGE;
    munmap(both, before);
    munmap(both + before + LARGE_PAGE, LARGE_PAGE - before);
    page = (ArenaBlock *)(both + before);
#ifdef MADV_HUGEPAGE
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
    bool many = arena->count >= SMALL_BLOCKS || room > (size_t)SMALL_BLOCKS * BLOCK_BYTES;
    bool large = !ONE_OBJECT_PER_BLOCK && many && room <= LARGE_ROOM;
    ArenaBlock *block = large ? large_page() : malloc(sizeof(ArenaBlock) + room);
    if (!block)
        arena_exhausted();
    if (!large)
        block->dirty = room;
    block->used = 0;
    block->room = large ? LARGE_ROOM : room;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->count++;
    return block;
}

/* What an object of that size takes of a block. */
static size_t taken(size_t size) {
    size = size ? size : 1;
    if (size > SIZE_MAX / 2)
        arena_exhausted();
    return ONE_OBJECT_PER_BLOCK ? size : (size + ALIGN - 1) / ALIGN * ALIGN;
}

/* Another block, with room for so much. */
static __attribute__((noinline)) ArenaBlock *next_block(Arena *arena, size_t takes) {
    ArenaBlock *block = take_spare(arena, takes);
    return block ? block : open_block(arena, ONE_OBJECT_PER_BLOCK ? takes : room_for(arena, takes));
}

/* Clears the first `dirty` bytes of what an object takes; a small one as a whole, without a call.
 */
static inline void clear(unsigned char *bytes, size_t takes, size_t dirty) {
    enum { PART = 16 };
    if (ONE_OBJECT_PER_BLOCK || takes > 4 * PART) {
        memset(bytes, 0, dirty);
        return;
    }
    memset(bytes, 0, PART);
    memset(bytes + takes - PART, 0, PART);
    if (takes > 2 * PART) {
        memset(bytes + PART, 0, PART);
        memset(bytes + takes - 2 * PART, 0, PART);
    }
}

/* Takes so many bytes more of a block, a few at least, whose first `size` are zero then. */
static inline void *take(ArenaBlock *block, size_t takes, size_t size) {
    unsigned char *bytes = block->bytes + block->used;
    size_t dirty = block->dirty > block->used ? block->dirty - block->used : 0;
    block->used += takes;
    if (block->dirty < block->used)
        block->dirty = block->used;
    if (dirty > 0)
        clear(bytes, takes, size < dirty ? size : dirty);
    return bytes;
}

void *arena_alloc(Arena *arena, size_t size) {
    size_t takes = taken(size);
    ArenaBlock *block = arena->blocks;
    if (!block || block->room - block->used < takes)
        block = next_block(arena, takes);
    return take(block, takes, size);
}

void *arena_extend(Arena *arena, void *object, size_t size, size_t more) {
    ArenaBlock *block = arena->blocks;
    size_t takes = taken(size + more) - taken(size);
    bool last = object && (unsigned char *)object + taken(size) == block->bytes + block->used;
    if (last && block->room - block->used >= takes) {
        memset((char *)object + size, 0, taken(size) - size);
        if (takes > 0)
            take(block, takes, takes);
        return object;
    }
    void *copy = arena_alloc(arena, size + more);
    if (object)
        memcpy(copy, object, size);
    return copy;
}

char *arena_copy(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list list) {
    ArenaBlock *block = arena->blocks; /* whose rest holds most of them, which are printed once */
    size_t room = block ? block->room - block->used : 0;
    char *text = block ? (char *)block->bytes + block->used : NULL;
    va_list again;
    va_copy(again, list);
    size_t length = format_text(text, room, format, list), takes = taken(length + 1);
    if (block && block->dirty < block->used + (length < room ? takes : room))
        block->dirty = block->used + (length < room ? takes : room);
    if (length < room)
        block->used += takes;
    else
        format_text(text = arena_alloc(arena, length + 1), length + 1, format, again);
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
    size_t size = (size_t)*room * item;
    void *items = arena_extend(arena, old, size, (size_t)grown * item - size);
    *room = grown;
    return items;
}
