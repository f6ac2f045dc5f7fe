/* Computes equal values once.
 *
 * Does       gives nodes with the same operation, type, attributes and operands (in either order
 *            where the operation commutes) one node, the first.  Draws of one name are equal, as
 *            are reads of one slot: all happen before any assignment
 * Requires   nothing
 * Keeps      values
 * Example    %3 = mul(%0, %1)   %4 = mul(%1, %0)   %5 = sub(%3, %4)   →   %4 = sub(%3, %3)
 */
#include "passes/passes.h"
#include "passes/rebuild.h"

#include <stdint.h>
#include <string.h>

/* A hash table of the new graph's nodes, open addressing. */
typedef struct NodeTable {
    const Graph *graph; /* whose nodes are in it */
    Node **at;
    size_t room;        /* a power of two */
    int known;          /* how many of them */
    const Node *sought; /* what was looked for last … */
    Node **free;        /* … and, where there was none, the place that it may take now */
} NodeTable;

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

static unsigned new_hash(const Node *node) {
    uint64_t hash = mix(0, (uint64_t)node->op), value, operands = 0;
    memcpy(&value, &node->attr.value, sizeof value);
    hash = mix(hash, value);
    hash = mix(hash, (uint64_t)(uintptr_t)node->attr.name);
    for (int i = 0; i < node->attr.count; i++)
        hash = mix(hash, (uint64_t)node->attr.ints[i]);
    for (int i = 0; i < node->type.rank; i++)
        hash = mix(hash, (uint64_t)node->type.dim[i]);
    bool commutes = optab[node->op].flags & COMMUTES;
    for (int i = 0; i < node->n_in; i++)
        operands = commutes ? operands + mix(1, (uint64_t)(uintptr_t)node->in[i])
                            : mix(operands, (uint64_t)(uintptr_t)node->in[i]);
    unsigned result = (unsigned)mix(hash, operands);
    return result ? result : 1;
}

static unsigned hash_of(const Node *node) {
    return node->hash ? node->hash : new_hash(node);
}

static bool same_operands(const Node *a, const Node *b) {
    bool same = a->n_in == b->n_in;
    for (int i = 0; i < a->n_in && same; i++)
        same = a->in[i] == b->in[i];
    bool swapped = (optab[a->op].flags & COMMUTES) && a->in[0] == b->in[1] && a->in[1] == b->in[0];
    return same || swapped;
}

/* Constants are compared by their bits: 0 and -0 differ, and so do not-a-numbers. */
static bool is_same(const Node *a, const Node *b) {
    return a->op == b->op && memcmp(&a->attr.value, &b->attr.value, sizeof a->attr.value) == 0 &&
           a->attr.name == b->attr.name && body_same(a->attr.body, b->attr.body) &&
           a->attr.count == b->attr.count &&
           memcmp(a->attr.ints, b->attr.ints, sizeof(int) * (size_t)a->attr.count) == 0 &&
           type_same(a->type, b->type) && same_operands(a, b);
}

/* The place of an equal node, or the free one where it belongs. */
static Node **place_of(const NodeTable *table, const Node *node) {
    unsigned hash = hash_of(node);
    for (size_t at = hash;; at++) {
        Node **place = &table->at[at & (table->room - 1)];
        if (!*place || (hash_of(*place) == hash && is_same(*place, node)))
            return place;
    }
}

static Node *first_equal(Rebuild *r, const Node *node) {
    NodeTable *table = r->user;
    if (table->graph != r->graph) {
        if (table->graph)
            memset(table->at, 0, table->room * sizeof *table->at);
        table->graph = r->graph;
        table->known = 0;
        table->sought = NULL;
    }
    while (table->known < r->graph->nodes.count) {
        Node *made = r->graph->nodes.at[table->known++];
        *(made == table->sought ? table->free : place_of(table, made)) = made;
        table->sought = NULL; /* the place may be another's now */
    }
    Node **place = place_of(table, node);
    table->sought = *place ? NULL : node;
    table->free = place;
    return *place == node ? NULL : *place;
}

bool pass_cse(Graph *graph) {
    Arena *scratch = arena_open();
    NodeTable table = {.room = 64};
    while (table.room < 2 * (size_t)graph->nodes.count)
        table.room *= 2;
    table.at = NEW_ARRAY(scratch, Node *, table.room);
    for (int i = 0; i < graph->nodes.count; i++)
        graph->nodes.at[i]->hash = hash_of(graph->nodes.at[i]);
    bool changed = rebuild(graph, first_equal, &table);
    arena_close(scratch);
    return changed;
}
