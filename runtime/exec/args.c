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
    case AERT_IN_TABLE:
    case AERT_IN_STEP: /* aert_args_step() */
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

static void *given(const AertGiven *given, const AertRun *run, int step) {
    ptrdiff_t rows = run->rows;
    ptrdiff_t at = (ptrdiff_t)given->at + (ptrdiff_t)given->at_rows * rows +
                   step * (given->step + given->step_rows * rows);
    return (char *)address(&given->place, run->real_bytes, run) + at * (ptrdiff_t)run->real_bytes;
}

void aert_args_step(const AertEntry *entry, const AertLoop *loop, const AertRun *run, int step) {
    int last = loop->kernel + loop->kernels;
    int end = last < entry->kernels ? entry->kernel[last].args : entry->places;
    for (int i = entry->kernel[loop->kernel].args; i < end; i++) {
        const AertPlace place = entry->place[i];
        if (place == AERT_PLACE(AERT_IN_TABLE, 0))
            i += AERT_WORDS_BEHIND;
        else if (place >> AERT_PLACE_BITS == AERT_IN_STEP)
            run->args[i] =
                given(&entry->given[loop->first + (int)(place - AERT_GIVEN(0))], run, step);
    }
}
