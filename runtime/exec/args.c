/* Addresses of arguments, see args.h. */
#include "args.h"

static void *address(const AertPlace *place, size_t real_bytes, const AertRun *run) {
    const size_t offset = *place & (((AertPlace)1 << AERT_PLACE_BITS) - 1);
    switch ((AertPlaceKind)(*place >> AERT_PLACE_BITS)) {
    case AERT_IN_STORE:
        return (char *)run->store + offset * AERT_BLOCK * real_bytes;
    case AERT_IN_ARENA:
        return (char *)run->arena + offset * AERT_BLOCK * real_bytes;
    case AERT_IN_INPUTS:
        return (void *)(uintptr_t)run->input[offset];
    case AERT_IN_SCALARS:
        return (void *)(uintptr_t)(run->scalar + offset);
    case AERT_IN_ITSELF:
        return (void *)(uintptr_t)offset;
    case AERT_IN_TABLE:
    case AERT_IN_STEP: /* given() */
        break;
    }
    return (void *)(uintptr_t)(place + 1);
}

void aert_args(const AertEntry *entry, size_t real_bytes, const AertRun *run, void **args) {
    for (int i = 0; i < entry->places; i++) {
        args[i] = address(&entry->place[i], real_bytes, run);
        int behind = entry->place[i] == AERT_PLACE(AERT_IN_TABLE, 0) ? AERT_WORDS_BEHIND : 0;
        while (behind-- > 0)
            args[++i] = NULL;
    }
}

bool aert_args_known(const AertEntry *entry, int kernel, void *const *args) {
    int end = kernel + 1 < entry->kernels ? entry->kernel[kernel + 1].args : entry->places;
    for (int i = entry->kernel[kernel].args; i < end; i++) {
        const AertPlace *place = &entry->place[i];
        if (*place == AERT_PLACE(AERT_IN_TABLE, 0))
            i += AERT_WORDS_BEHIND;
        else if (*place >> AERT_PLACE_BITS == AERT_IN_STEP && args[i] == (const void *)(place + 1))
            return false;
    }
    return true;
}

/* A step of a loop, in a step of the loop around it; NULL: there is none. */
typedef struct Frame {
    const AertLoop *loop;
    int step;
    const struct Frame *around;
} Frame;

typedef struct Walk {
    const AertEntry *entry;
    const AertRun *run;
    AertVisit *visit;
    void *context;
} Walk;

static void *given(const Walk *walk, const Frame *frame, AertPlace place) {
    const AertRun *run = walk->run;
    const AertGiven *it = &walk->entry->given[frame->loop->first + (int)(place - AERT_GIVEN(0))];
    ptrdiff_t rows = run->rows;
    ptrdiff_t at = (ptrdiff_t)it->at + (ptrdiff_t)it->at_rows * rows +
                   frame->step * (it->step + it->step_rows * rows);
    void *from = it->place >> AERT_PLACE_BITS == AERT_IN_STEP
                     ? given(walk, frame->around, it->place)
                     : address(&it->place, run->real_bytes, run);
    return (char *)from + at * (ptrdiff_t)(it->whole ? sizeof(int32_t) : run->real_bytes);
}

/* Are all of so many numbers 0? */
static bool all_zero(const void *number, int count, size_t real_bytes) {
    for (int i = 0; i < count; i++)
        if (real_bytes == sizeof(float) ? ((const float *)number)[i] != 0
                                        : ((const double *)number)[i] != 0)
            return false;
    return true;
}

/* Have so many texts no token in their last `left` places? `token` is the first one's. */
static bool all_ended(const int32_t *token, int texts, int places, int left) {
    for (int i = 0; i < texts; i++, token += places)
        for (int k = 0; k < left; k++)
            if (token[k] != 0)
                return false;
    return true;
}

/* The loop of which this is a step: another one where the step counts for no row. */
static const AertLoop *loop_of(const Walk *walk, const AertLoop *loop, const Frame *frame) {
    if (loop->gate < 0)
        return loop;
    const AertGiven *it = &walk->entry->given[loop->first + loop->gate];
    const void *gate = given(walk, frame, AERT_GIVEN(loop->gate));
    int rows = walk->run->rows, steps = loop->steps;
    bool idle = it->whole ? all_ended(gate, rows, steps,
                                      it->step < 0 ? frame->step + 1 : steps - frame->step)
                          : all_zero(gate, rows, walk->run->real_bytes);
    return idle ? loop + 1 + loop->within : loop;
}

/* Kernels [first, end), which belong to the frame's loop and to none within it. */
static void visit_kernels(const Walk *walk, const Frame *frame, int first, int end) {
    const AertEntry *entry = walk->entry;
    if (first == end)
        return;
    int places = end < entry->kernels ? entry->kernel[end].args : entry->places;
    for (int i = entry->kernel[first].args; frame && i < places; i++) {
        const AertPlace place = entry->place[i];
        if (place == AERT_PLACE(AERT_IN_TABLE, 0))
            i += AERT_WORDS_BEHIND;
        else if (place >> AERT_PLACE_BITS == AERT_IN_STEP)
            walk->run->args[i] = given(walk, frame, place);
    }
    walk->visit(walk->context, first, end);
}

static void walk_kernels(const Walk *walk, const Frame *frame, int first, int end,
                         const AertLoop *loop, int loops);

static void walk_steps(const Walk *walk, const Frame *around, const AertLoop *loop, int begin,
                       int end) {
    for (int step = begin; step < end; step++) {
        const AertLoop *of = loop_of(walk, loop, &(Frame){loop, step, around});
        walk_kernels(walk, &(Frame){of, step, around}, of->kernel, of->kernel + of->kernels, of + 1,
                     of->within);
    }
}

/* Kernels [first, end), of which loops have those that `loops` rows from `loop` on say. */
static void walk_kernels(const Walk *walk, const Frame *frame, int first, int end,
                         const AertLoop *loop, int loops) {
    for (const AertLoop *last = loop + loops; loop < last; loop += 1 + loop->within) {
        visit_kernels(walk, frame, first, loop->kernel);
        first = loop->kernel + loop->kernels;
        walk_steps(walk, frame, loop, 0, loop->steps);
    }
    visit_kernels(walk, frame, first, end);
}

void aert_steps(const AertEntry *entry, const AertRun *run, AertVisit *visit, void *context) {
    const Walk walk = {entry, run, visit, context};
    int end = run->no_gradients ? entry->before_gradients : entry->kernels, loops = 0;
    while (loops < entry->loops && entry->loop[loops].kernel < end)
        loops++;
    walk_kernels(&walk, NULL, 0, end, entry->loop, loops);
}

void aert_loop_steps(const AertEntry *entry, const AertRun *run, const AertLoop *loop, int begin,
                     int end, AertVisit *visit, void *context) {
    walk_steps(&(Walk){entry, run, visit, context}, NULL, loop, begin, end);
}
