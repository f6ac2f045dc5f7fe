/* Unfolding, see unfold.h.
 *
 * Its one idea: a program tells lists of numbers (aert.h), and a table of fields for each kind of
 * record says which number of the list goes where.  All that is made lies in one block, whose size
 * the program knows.
 *
 *     told     17, 35, 0, AERT_FAR(4096), …
 *     made     output {.name = "total", .place = "vae.ae:24", .dim = dims + 0, .offset = 4096, …}
 */
#include "unfold.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct Unfold {
    char *at; /* what is left of the block */
    const AertTold *told;
    const char **text;     /* by number */
    AertKernel *kernel[2]; /* all that differ, by precision and number; `args` is how many it has */
} Unfold;

static void *take(Unfold *u, size_t count, size_t size) {
    char *taken = u->at + (-(uintptr_t)u->at & (sizeof(void *) - 1));
    u->at = taken + count * size;
    return taken;
}

/* Behind what the text is so far. */
static void add(Unfold *u, const char *text) {
    size_t length = strlen(text) + 1;
    memcpy(u->at, text, length);
    u->at += length - 1;
}

static size_t next(const uint8_t **at) {
    size_t number = 0;
    int shift = 0;
    for (; **at >= 128; (*at)++, shift += 7)
        number |= (size_t)(**at & 127) << shift;
    return number | (size_t) * (*at)++ << shift;
}

/* ---- texts ---- */

static void unfold_texts(Unfold *u) {
    const char *own = u->told->text;
    const uint8_t *before = u->told->before;
    u->text = take(u, (size_t)u->told->texts, sizeof *u->text);
    for (int i = 0; i < u->told->texts; i++) {
        size_t first = next(&before);
        u->text[i] = u->at;
        if (first)
            add(u, u->text[first - 1]);
        add(u, own);
        u->at++;
        own += strlen(own) + 1;
    }
}

enum { NUMBERED = 24 }; /* the room of a name that is a number: t12 */

/* "@ = exp(@)" and two names: "e = exp(t12)" */
static const char *label(Unfold *u, const char *form, const uint8_t **at) {
    const char *made = u->at;
    for (; *form; form++) {
        size_t name = *form == '@' ? next(at) : 0;
        if (*form != '@')
            *u->at++ = *form;
        else if (name % 2)
            u->at += snprintf(u->at, NUMBERED, "t%zu", name / 2);
        else
            add(u, u->text[name / 2]);
    }
    *u->at++ = 0;
    return made;
}

/* ---- records ---- */

typedef enum FieldKind { NUMBER, SIGNED, OF, TEXT, DIM, FLOPS } FieldKind;

typedef struct Field {
    uint8_t at, bytes, kind;
} Field;

typedef struct Record {
    uint8_t bytes, fields;
    const Field *field;
} Record;

#define FIELD(type, name, kind)                                                                    \
    { offsetof(type, name), sizeof((type *)0)->name, kind }
#define RECORD(type, fields)                                                                       \
    { sizeof(type), sizeof fields / sizeof *fields, fields }

static const Field slot_fields[] = {
    FIELD(AertSlot, name, TEXT),   FIELD(AertSlot, of, OF),       FIELD(AertSlot, dim, DIM),
    FIELD(AertSlot, kind, NUMBER), FIELD(AertSlot, rank, NUMBER),
};
static const Field kernel_fields[] = {
    FIELD(AertKernel, extent, NUMBER),
    FIELD(AertKernel, extent_rows, NUMBER),
    FIELD(AertKernel, args, NUMBER),
};
static const Field entry_fields[] = {
    FIELD(AertEntry, arena, NUMBER),   FIELD(AertEntry, arena_bound, NUMBER),
    FIELD(AertEntry, scratch, NUMBER), FIELD(AertEntry, before_gradients, NUMBER),
    FIELD(AertEntry, line, NUMBER),    FIELD(AertEntry, scalars, NUMBER),
};
static const Field loop_fields[] = {
    FIELD(AertLoop, kernel, NUMBER), FIELD(AertLoop, kernels, NUMBER),
    FIELD(AertLoop, steps, NUMBER),  FIELD(AertLoop, first, NUMBER),
    FIELD(AertLoop, given, NUMBER),  FIELD(AertLoop, within, NUMBER),
    FIELD(AertLoop, gate, SIGNED),
};
static const Field given_fields[] = {
    FIELD(AertGiven, place, NUMBER), FIELD(AertGiven, whole, NUMBER),
    FIELD(AertGiven, at, NUMBER),    FIELD(AertGiven, at_rows, NUMBER),
    FIELD(AertGiven, step, SIGNED),  FIELD(AertGiven, step_rows, SIGNED),
};
static const Field output_fields[] = {
    FIELD(AertOutput, name, TEXT),    FIELD(AertOutput, place, TEXT),
    FIELD(AertOutput, dim, DIM),      FIELD(AertOutput, offset, NUMBER),
    FIELD(AertOutput, kind, NUMBER),  FIELD(AertOutput, rank, NUMBER),
    FIELD(AertOutput, whole, NUMBER), FIELD(AertOutput, columns, NUMBER),
};
static const Field info_fields[] = {
    FIELD(AertKernelInfo, place, TEXT),
    FIELD(AertKernelInfo, flops, FLOPS),
    FIELD(AertKernelInfo, flops_rows, FLOPS),
    FIELD(AertKernelInfo, label, TEXT),
};
static const Field reach_fields[] = {
    FIELD(AertReach, lines, SIGNED),
    FIELD(AertReach, from, SIGNED),
    FIELD(AertReach, end, SIGNED),
    FIELD(AertReach, ahead, NUMBER),
};
static const Record slots = RECORD(AertSlot, slot_fields);
static const Record kernels = RECORD(AertKernel, kernel_fields);
static const Record entries = RECORD(AertEntry, entry_fields);
static const Record loops = RECORD(AertLoop, loop_fields);
static const Record given = RECORD(AertGiven, given_fields);
static const Record outputs = RECORD(AertOutput, output_fields);
static const Record infos = RECORD(AertKernelInfo, info_fields);
static const Record reaches = RECORD(AertReach, reach_fields);

/* What a field of the kind is, of the next number: a field that is short has its lowest bytes,
 * which come first in memory. */
static void read_field(const Unfold *u, const Field *field, char *made, const uint8_t **at) {
    size_t number = next(at), half = number / 2;
    union {
        size_t number;
        const void *pointer;
        float flops;
    } value = {number};
    switch ((FieldKind)field->kind) {
    case NUMBER:
        break;
    case SIGNED:
        value.number = number % 2 ? -half : half;
        break;
    case OF:
        value.number = number - 1;
        break;
    case TEXT:
        value.pointer = u->text[number];
        break;
    case DIM:
        value.pointer = u->told->dim + number;
        break;
    case FLOPS:
        value.flops = u->told->flops[number];
        break;
    }
    memcpy(made + field->at, &value, field->bytes);
}

static void read_record(const Unfold *u, const Record *record, void *made, const uint8_t **at) {
    for (int f = 0; f < record->fields; f++)
        read_field(u, &record->field[f], made, at);
}

/* So many records. */
static void *read_records(Unfold *u, const Record *record, size_t count, const uint8_t **at) {
    char *made = take(u, count, record->bytes);
    for (size_t i = 0; i < count; i++)
        read_record(u, record, made + i * record->bytes, at);
    return made;
}

/* A table of them, behind the number of them. */
static void *read_table(Unfold *u, const Record *record, int *count, const uint8_t **at) {
    *count = (int)next(at);
    return read_records(u, record, (size_t)*count, at);
}

/* ---- slots ---- */

static void unfold_slots(Unfold *u, AertModel *model) {
    const uint8_t *at = u->told->slot;
    AertSlot *slot = read_records(u, &slots, (size_t)model->slots, &at);
    for (size_t i = 0, offset = 0; i < (size_t)model->slots; i++) {
        size_t size = 1;
        for (unsigned d = 0; d < slot[i].rank; d++)
            size *= (size_t)slot[i].dim[d];
        slot[i].offset = offset;
        offset += (size + AERT_BLOCK - 1) / AERT_BLOCK * AERT_BLOCK;
        if (slot[i].of < 0)
            continue;
        const char *own = slot[i].name;
        slot[i].name = u->at;
        add(u, own);
        add(u, ":");
        add(u, slot[slot[i].of].name);
        u->at++;
    }
    model->slot = slot;
}

/* ---- entries ---- */

/* Sorts what the list tells of kernels by precision. */
static void unfold_kernels(Unfold *u) {
    const AertTold *told = u->told;
    const uint8_t *at = told->kernel;
    AertFunction *const *function[2] = {told->function[0], told->function[1]};
    AertKernel *made[2];
    for (int p = 0; p < 2; p++)
        made[p] = u->kernel[p] = take(u, (size_t)told->kernels, sizeof **u->kernel);
    for (int k = 0; k < told->kernels; k++) {
        AertKernel kernel;
        unsigned traits = (unsigned)next(&at);
        kernel.barrier = (traits & AERT_BARRIER) != 0;
        kernel.chunk = (unsigned)next(&at) & INT32_MAX;
        read_record(u, &kernels, &kernel, &at);
        for (int p = 0; p < 2; p++)
            if (traits & (p == 0 ? AERT_IN_FLOAT : AERT_IN_DOUBLE)) {
                kernel.run = *function[p]++;
                *made[p]++ = kernel;
            }
    }
}

static void list_kernels(Unfold *u, const AertKernel *all, AertEntry *entry, const uint8_t **at) {
    entry->kernels = (int)next(at);
    AertKernel *made = take(u, (size_t)entry->kernels, sizeof *made);
    entry->kernel = made;
    for (int k = 0, args = 0, own; k < entry->kernels; k++, args += own) {
        made[k] = all[next(at)];
        own = made[k].args;
        made[k].args = args;
    }
}

static void list_places(Unfold *u, AertEntry *entry, const uint8_t **at) {
    entry->places = (int)next(at);
    AertPlace *made = take(u, (size_t)entry->places, sizeof *made);
    entry->place = made;
    for (int p = 0; p < entry->places; p++) {
        const AertPlace *told = &u->told->place[next(at)];
        made[p] = *told;
        for (int i = 1; *told == AERT_PLACE(AERT_IN_TABLE, 0) && i <= AERT_WORDS_BEHIND; i++)
            made[++p] = told[i];
    }
}

static void list_infos(Unfold *u, AertEntry *entry, const uint8_t **at) {
    int count = (int)next(at);
    AertKernelInfo *made = take(u, (size_t)count, sizeof *made);
    for (int k = 0; k < count; k++) {
        read_record(u, &infos, &made[k], at);
        made[k].label = label(u, made[k].label, at);
    }
    entry->info = made;
}

static void unfold_entry(Unfold *u, const AertEntryTold *told, int precision, AertEntry *made) {
    int given_count, reach_count;
    const uint8_t *at = told->list;
    *made = (AertEntry){.kind = told->kind,
                        .step = told->step,
                        .variant = told->variant,
                        .reads = told->reads,
                        .name = u->text[told->name],
                        .compute_scalars = told->compute_scalars};
    read_record(u, &entries, made, &at);
    list_kernels(u, u->kernel[precision], made, &at);
    list_places(u, made, &at);
    made->loop = read_table(u, &loops, &made->loops, &at);
    made->given = read_table(u, &given, &given_count, &at);
    made->output = read_table(u, &outputs, &made->outputs, &at);
    list_infos(u, made, &at);
    made->reach = read_table(u, &reaches, &reach_count, &at);
    if (reach_count == 0)
        made->reach = NULL;
}

static const AertProgram *unfold_program(Unfold *u, int precision) {
    const AertTold *told = u->told;
    AertProgram *program = take(u, 1, sizeof *program);
    AertEntry *entry = take(u, (size_t)told->entries, sizeof *entry);
    *program = (AertProgram){precision == 0 ? sizeof(float) : sizeof(double), 0, entry};
    for (int e = 0; e < told->entries; e++)
        if (told->entry[e].reals & (precision == 0 ? AERT_IN_FLOAT : AERT_IN_DOUBLE))
            unfold_entry(u, &told->entry[e], precision, &entry[program->entries++]);
    return program;
}

bool aert_unfold(AertModel *model, void **memory, AertError *error) {
    *memory = NULL;
    if (!model->told)
        return true;
    Unfold u = {.told = model->told};
    u.at = *memory = aert_allocate(1, model->told->bytes, "the model", error);
    if (!u.at)
        return false;
    unfold_texts(&u);
    unfold_slots(&u, model);
    unfold_kernels(&u);
    model->f32 = unfold_program(&u, 0);
    model->f64 = unfold_program(&u, 1);
    return true;
}
