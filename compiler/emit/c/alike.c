/* Functions that differ in lengths only become one, which has those lengths as arguments:
 *
 *     static void REAL(k133_t25)(const AertRun *run, void *const *args, int begin, int end) {
 *         …
 *         const int aert_length_1 = aert_length(args[5]);     400 of one layer, 200 of another
 *         REAL(gemm)(0, 0, n, end - begin, aert_length_1, 1, …
 *
 * An array has the longest of its lengths.  Of floats only those become one whose loops go as far:
 * from begin to end, over the batch, or over as many; what stands in their indices is not looked at
 * in each turn.  A loop that does not know how far it goes is slower.
 */
#include "emit/c/c.h"

#include <string.h>

/* More arguments than these, and a function of its own is as small. */
enum { MOST_ARGUMENTS = 8 };

typedef struct Length {
    const Expr **at;
    Stmt *stmt;
    long number;
    bool array; /* C wants a number */
} Length;

typedef struct Lengths {
    Arena *arena;
    List(Length) at;
} Lengths;

static void add_length(void *context, const Expr **at, Stmt *stmt) {
    Lengths *lengths = context;
    Length length = {at, stmt, (*at)->number, stmt->kind == STMT_array};
    list_add(lengths->arena, &lengths->at, length);
}

static Lengths lengths_of(Arena *arena, Code *code) {
    Lengths lengths = {.arena = arena};
    tree_lengths(code, add_length, &lengths);
    return lengths;
}

/* Functions that are alike, the first of them first. */
typedef struct Family {
    IntList member;
    Lengths *lengths; /* by member */
    int arguments;    /* lengths in which members differ, one for all places where it stands … */
    int place[MOST_ARGUMENTS]; /* … the first of which is this one of the lengths */
} Family;

/* Whether two places of the members' lengths have the same in each of them. */
static bool same_places(const Family *f, int a, int b) {
    bool same = true;
    for (int m = 0; m < f->member.count && same; m++)
        same = f->lengths[m].at.at[a].number == f->lengths[m].at.at[b].number;
    return same;
}

static bool differs(const Family *f, int place) {
    bool differs = false;
    for (int m = 1; m < f->member.count && !differs; m++)
        differs = f->lengths[m].at.at[place].number != f->lengths[0].at.at[place].number;
    return differs;
}

/* The argument that stands at the place, or -1. */
static int argument_at(const Family *f, int place) {
    for (int a = 0; a < f->arguments; a++)
        if (same_places(f, f->place[a], place))
            return a;
    return -1;
}

/* False where there would be too many. */
static bool find_arguments(Family *f) {
    for (int i = 0; i < f->lengths[0].at.count; i++) {
        if (f->lengths[0].at.at[i].array || !differs(f, i) || argument_at(f, i) >= 0)
            continue;
        if (f->arguments == MOST_ARGUMENTS)
            return false;
        f->place[f->arguments++] = i;
    }
    return true;
}

static long longest(const Family *f, int place) {
    long most = 0;
    for (int m = 0; m < f->member.count; m++) {
        long number = f->lengths[m].at.at[place].number;
        most = number > most ? number : most;
    }
    return most;
}

/* The first member's function becomes that of all. */
static void rewrite(Arena *arena, const Family *f, KernelCode *first) {
    Local *local[MOST_ARGUMENTS];
    code_head(first->code);
    for (int a = 0; a < f->arguments; a++) {
        local[a] = NEW(arena, Local);
        local[a]->name = arena_printf(arena, "aert_length_%d", a + 1);
        const Expr *argument =
            tree_element(arena, tree_word(arena, "args"), tree_long(arena, first->n_args + a));
        code_let(first->code, "const int", local[a], tree_form(arena, "aert_length(@)", argument));
    }
    for (int i = 0; i < f->lengths[0].at.count; i++) {
        const Length *length = &f->lengths[0].at.at[i];
        int argument = length->array || !differs(f, i) ? -1 : argument_at(f, i);
        if (length->array)
            *length->at = tree_size(arena, longest(f, i));
        if (argument < 0)
            continue;
        *length->at = tree_use(arena, local[argument]);
        length->stmt->table = false;
    }
}

/* Kernels of the member's function call that of all, with its lengths. */
static void join_member(Arena *arena, const Family *f, int m, KernelCodes *codes) {
    int like = f->member.at[m], first = f->member.at[0];
    for (int i = 0; i < codes->count; i++) {
        KernelCode *code = &codes->at[i];
        if (code->like != like || code->joined)
            continue;
        for (int a = 0; a < f->arguments; a++, code->n_args++)
            list_add(arena, &code->places,
                     (CodePlace){arena_printf(arena, "AERT_LENGTH(%ld)",
                                              f->lengths[m].at.at[f->place[a]].number),
                                 1});
        code->like = first;
        code->joined = true;
        codes->at[first].reals |= code->reals;
    }
}

static void join(Arena *arena, Arena *scratch, Family *f, KernelCodes *codes) {
    f->lengths = NEW_ARRAY(scratch, Lengths, f->member.count);
    for (int m = 0; m < f->member.count; m++)
        f->lengths[m] = lengths_of(scratch, codes->at[f->member.at[m]].code);
    if (!find_arguments(f))
        return;
    rewrite(arena, f, &codes->at[f->member.at[0]]);
    for (int m = 0; m < f->member.count; m++)
        join_member(arena, f, m, codes);
}

/* Whether loops go as far, where they say so by a length. */
static bool same_bounds(Arena *scratch, const KernelCode *a, const KernelCode *b) {
    Lengths of_a = lengths_of(scratch, a->code), of_b = lengths_of(scratch, b->code);
    bool same = true;
    for (int i = 0; i < of_a.at.count && same; i++)
        same =
            of_a.at.at[i].stmt->kind != STMT_loop || of_a.at.at[i].number == of_b.at.at[i].number;
    return same;
}

static bool may_join(const KernelCode *code, int i) {
    return code->like == i && !code->joined;
}

/* Whether the function may become that of the first, which is alike. */
static bool joins(Arena *scratch, const KernelCode *first, const KernelCode *code) {
    bool doubles = first->reals == IN_DOUBLE;
    return doubles == (code->reals == IN_DOUBLE) && tree_alike(first->code, code->code) &&
           (doubles || same_bounds(scratch, first, code));
}

void share_alike(Arena *arena, KernelCodes *codes) {
    Arena *scratch = arena_open();
    for (int i = 0; i < codes->count; i++) {
        const KernelCode *first = &codes->at[i];
        if (!may_join(first, i))
            continue;
        Family family = {.arguments = 0};
        list_add(scratch, &family.member, i);
        for (int k = i + 1; k < codes->count; k++)
            if (may_join(&codes->at[k], k) && joins(scratch, first, &codes->at[k]))
                list_add(scratch, &family.member, k);
        if (family.member.count > 1)
            join(arena, scratch, &family, codes);
    }
    arena_close(scratch);
}
