/* Means over a data set.
 *
 * Its one idea: the program's losses are means over a batch; weighted by the rows of their batches
 * and summed in double, they give the mean over all examples, whatever the batch size.  A value
 * that some batches do not compute is the mean over those that do.
 *
 * Example: 128 rows of 2.0 and 32 rows of 1.0 give 1.8.
 */
#include "tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool counts(const AertOutput *output) {
    return output->kind == AERT_LOSS || output->kind == AERT_METRIC;
}

bool tally_open(Tally *tally, const Session *session, unsigned kinds, AertError *error) {
    const AertProgram *program = session->program;
    *tally = (Tally){0};
    size_t most = 1;
    for (int i = 0; i < program->entries; i++)
        if (kinds & WITH(program->entry[i].kind))
            most += (size_t)program->entry[i].outputs;
    tally->row = aert_allocate(most, sizeof *tally->row, "losses", error);
    tally->sum = aert_allocate(most, sizeof *tally->sum, "losses", error);
    if (!tally->row || !tally->sum)
        return false;
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        for (int j = 0; (kinds & WITH(entry->kind)) && j < entry->outputs; j++)
            if (counts(&entry->output[j]) && tally_find(tally, entry->output[j].name) < 0)
                tally->row[tally->count++].output = &entry->output[j];
    }
    return true;
}

void tally_close(Tally *tally) {
    free(tally->row);
    free(tally->sum);
    *tally = (Tally){0};
}

void tally_clear(Tally *tally) {
    for (int i = 0; i < tally->count; i++) {
        tally->sum[i] = tally->row[i].rows = 0;
        tally->row[i].added = false;
    }
}

const AertOutput *tally_add(Tally *tally, const Session *session, const AertEntry *entry, int rows,
                            int first) {
    const AertOutput *bad = NULL;
    for (int i = 0; first && i < tally->count; i++)
        tally->row[i].added = false;
    for (int i = 0; i < entry->outputs; i++) {
        const AertOutput *output = &entry->output[i];
        int row = counts(output) ? tally_find(tally, output->name) : -1;
        double value = row < 0 ? 0 : session_value(session, output, 0);
        if (!bad && output->kind == AERT_LOSS && !isfinite(value))
            bad = output;
        if (row < 0 || tally->row[row].added)
            continue;
        tally->sum[row] += rows * value;
        tally->row[row].rows += rows;
        tally->row[row].added = true;
    }
    return bad;
}

double tally_mean(const Tally *tally, int i) {
    return tally->row[i].rows > 0 ? tally->sum[i] / tally->row[i].rows : NAN;
}

int tally_find(const Tally *tally, const char *name) {
    for (int i = 0; i < tally->count; i++)
        if (strcmp(tally->row[i].output->name, name) == 0)
            return i;
    return -1;
}
