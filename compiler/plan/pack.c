/* Pack: an offset in one arena for every buffer.
 *
 * Buffers are placed one by one into the smallest gap that the buffers alive at the same time
 * leave; several orders are tried (by size, by size times life, by birth) and the best is kept. The
 * lower bound is the most that is alive in one phase.
 */
#include "plan/plan.h"

#include <stdlib.h>

/* Buffers that overwrite each other, as one. */
typedef struct Block {
    size_t size, offset;
    int first, last, id;
    double key;
} Block;

static int root_of(const Plan *plan, int buffer) {
    while (plan->buffers.at[buffer].within >= 0)
        buffer = plan->buffers.at[buffer].within;
    return buffer;
}

static int by_key(const void *a, const void *b) {
    const Block *x = *(Block *const *)a, *y = *(Block *const *)b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return x->id - y->id;
}

static int by_offset(const void *a, const void *b) {
    const Block *x = *(Block *const *)a, *y = *(Block *const *)b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return x->id - y->id;
}

/* The smallest gap between placed blocks that holds the block, else the end. */
static size_t place(const Block *block, Block **busy, int count) {
    size_t end = 0, best = 0, best_gap = 0;
    bool found = false;
    qsort(busy, (size_t)count, sizeof *busy, by_offset);
    for (int i = 0; i < count; i++) {
        if (busy[i]->offset >= end + block->size) {
            size_t gap = busy[i]->offset - end;
            if (!found || gap < best_gap)
                best = end, best_gap = gap, found = true;
        }
        if (busy[i]->offset + busy[i]->size > end)
            end = busy[i]->offset + busy[i]->size;
    }
    return found ? best : end;
}

static size_t place_all(Block **order, int count, Block **busy) {
    size_t arena = 0;
    for (int i = 0; i < count; i++) {
        int n = 0;
        for (int k = 0; k < i; k++)
            if (order[k]->first <= order[i]->last && order[i]->first <= order[k]->last)
                busy[n++] = order[k];
        order[i]->offset = place(order[i], busy, n);
        if (order[i]->offset + order[i]->size > arena)
            arena = order[i]->offset + order[i]->size;
    }
    return arena;
}

static double key_of(const Block *block, int order) {
    double life = block->last - block->first + 1;
    switch (order) {
    case 0:
        return (double)block->size;
    case 1:
        return (double)block->size * life;
    case 2:
        return -block->first;
    default:
        return life;
    }
}

static int open_blocks(const Plan *plan, Block *blocks, int *block_of) {
    int count = 0;
    for (int i = 0; i < plan->buffers.count; i++) {
        const Buffer *buffer = &plan->buffers.at[i];
        if (buffer->within < 0) {
            blocks[count] = (Block){buffer->size, 0, buffer->first, buffer->last, count, 0};
            block_of[i] = count++;
        }
    }
    for (int i = 0; i < plan->buffers.count; i++) {
        Block *block = &blocks[block_of[root_of(plan, i)]];
        const Buffer *buffer = &plan->buffers.at[i];
        block_of[i] = block->id;
        block->first = buffer->first < block->first ? buffer->first : block->first;
        block->last = buffer->last > block->last ? buffer->last : block->last;
    }
    return count;
}

void plan_pack(Plan *plan) {
    Arena *scratch = arena_open();
    int buffers = plan->buffers.count;
    Block *blocks = NEW_ARRAY(scratch, Block, buffers + 1);
    Block **order = NEW_ARRAY(scratch, Block *, buffers + 1);
    Block **busy = NEW_ARRAY(scratch, Block *, buffers + 1);
    int *block_of = NEW_ARRAY(scratch, int, buffers + 1);
    int count = open_blocks(plan, blocks, block_of);
    for (int p = 0; p < plan->phases; p++) {
        size_t live = 0;
        for (int i = 0; i < count; i++)
            live += blocks[i].first <= p && p <= blocks[i].last ? blocks[i].size : 0;
        plan->bound = live > plan->bound ? live : plan->bound;
    }
    for (int kind = 0; kind < 4; kind++) {
        for (int i = 0; i < count; i++) {
            order[i] = &blocks[i];
            order[i]->key = key_of(order[i], kind);
        }
        qsort(order, (size_t)count, sizeof *order, by_key);
        size_t arena = place_all(order, count, busy);
        if (kind > 0 && arena >= plan->arena)
            continue;
        plan->arena = arena;
        for (int i = 0; i < buffers; i++)
            plan->buffers.at[i].offset = blocks[block_of[i]].offset;
    }
    arena_close(scratch);
}
