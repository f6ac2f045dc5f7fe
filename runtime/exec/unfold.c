/* Unfolding, see unfold.h.
 *
 * Its one idea: first all is counted, then all is made, one thing behind the other in a single
 * block.
 *
 *     told     kernel_number 3 3 17   place_number 0 5 0 8 …
 *     used     kernel {run, 0, …} {run, 2, …} {run, 4, …}   place {AERT_INPUT(0), AERT_ARENA(64),
 * …}
 */
#include "unfold.h"

#include <stdio.h>
#include <string.h>

enum { ALIGNED = 8 }; /* as all types here need */

/* What is left of the block. */
typedef struct Block {
    char *at;
} Block;

static void *take(Block *block, size_t bytes) {
    void *taken = block->at;
    block->at += (bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
    return taken;
}

static int next_number(const uint8_t **at) {
    int number = 0, shift = 0;
    for (; **at >= 128; (*at)++, shift += 7)
        number |= (**at & 127) << shift;
    return number | *(*at)++ << shift;
}

static void unfold_kernels(const AertKernelTold *table, const AertEntry *entry, AertKernel *made) {
    const uint8_t *at = entry->kernel_number;
    for (int k = 0, args = 0; k < entry->kernels; k++) {
        const AertKernelTold *told = &table[next_number(&at)];
        made[k] = (AertKernel){told->run,         args,        told->extent,
                               told->extent_rows, told->chunk, told->barrier};
        args += told->args;
    }
}

static void unfold_places(const AertPlace *table, const AertEntry *entry, AertPlace *made) {
    const uint8_t *at = entry->place_number;
    for (int p = 0; p < entry->places; p++) {
        const AertPlace *told = &table[next_number(&at)];
        made[p] = *told;
        for (int i = 1; *told == AERT_PLACE(AERT_IN_TABLE, 0) && i <= AERT_WORDS_BEHIND; i++)
            made[++p] = told[i];
    }
}

/* The slots, but for names that are made of two. */
static void unfold_slots(const AertModel *model, AertSlot *made) {
    const AertTold *all = model->told;
    for (size_t i = 0, offset = 0; i < (size_t)model->slots; i++) {
        const AertSlotTold *told = &all->slot[i];
        made[i] = (AertSlot){.name = told->name,
                             .dim = all->dims + told->dims,
                             .offset = offset,
                             .of = told->of,
                             .kind = (uint8_t)told->kind,
                             .rank = told->rank};
        size_t size = 1;
        for (unsigned d = 0; d < told->rank; d++)
            size *= (size_t)made[i].dim[d];
        offset += (size + AERT_BLOCK - 1) / AERT_BLOCK * AERT_BLOCK;
    }
}

static size_t name_size(const AertSlotTold *slot, int i) {
    return slot[i].of < 0 ? 0 : strlen(slot[i].name) + strlen(slot[slot[i].of].name) + 2;
}

static void unfold_names(const AertModel *model, AertSlot *made, Block *block) {
    const AertSlotTold *slot = model->told->slot;
    for (int i = 0; i < model->slots; i++) {
        size_t size = name_size(slot, i);
        if (size == 0)
            continue;
        char *name = take(block, size);
        snprintf(name, size, "%s:%s", slot[i].name, slot[slot[i].of].name);
        made[i].name = name;
    }
}

static size_t all_bytes(const AertModel *model) {
    const AertTold *told = model->told;
    size_t bytes = 2 * sizeof(AertProgram) + (size_t)model->slots * sizeof(AertSlot);
    for (int e = 0; e < told->entries; e++)
        bytes += 2 * (sizeof(AertEntry) + (size_t)told->entry[e].kernels * sizeof(AertKernel) +
                      (size_t)told->entry[e].places * sizeof(AertPlace) + ALIGNED);
    for (int i = 0; i < model->slots; i++)
        bytes += name_size(told->slot, i) + ALIGNED;
    return bytes;
}

/* The program of one precision. */
static const AertProgram *unfold_program(const AertTold *told, int precision, Block *block) {
    AertProgram *program = take(block, sizeof *program);
    AertEntry *made = take(block, (size_t)told->entries * sizeof *made);
    *program = (AertProgram){precision == 0 ? sizeof(float) : sizeof(double), 0, made};
    for (int e = 0; e < told->entries; e++) {
        const AertEntry *entry = &told->entry[e];
        if (!(entry->reals & (precision == 0 ? AERT_IN_FLOAT : AERT_IN_DOUBLE)))
            continue;
        AertKernel *kernel = take(block, (size_t)entry->kernels * sizeof *kernel);
        AertPlace *place = take(block, (size_t)entry->places * sizeof *place);
        unfold_kernels(told->kernel[precision], entry, kernel);
        unfold_places(told->place, entry, place);
        *made = *entry;
        made->kernel = kernel;
        made++->place = place;
        program->entries++;
    }
    return program;
}

static void make(AertModel *model, Block *block) {
    AertSlot *slot = take(block, (size_t)model->slots * sizeof *slot);
    model->f32 = unfold_program(model->told, 0, block);
    model->f64 = unfold_program(model->told, 1, block);
    unfold_slots(model, slot);
    unfold_names(model, slot, block);
    model->slot = slot;
}

bool aert_unfold(AertModel *model, void **memory, AertError *error) {
    *memory = NULL;
    if (!model->told)
        return true;
    Block block = { *memory = aert_allocate(1, all_bytes(model), "the model", error)};
    if (block.at)
        make(model, &block);
    return block.at != NULL;
}
