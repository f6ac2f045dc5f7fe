/* Means over a data set.
 *
 * Its one idea: the program's losses are means over a batch; weighted by the rows of their batches
 * and summed in double, they give the mean over all examples, whatever the batch size.  A value
 * that some batches do not compute is the mean over those that do; a mean over some rows of the
 * batch, as of those with a label (AERT_SHARE), is weighted by as many.
 *
 * Example: 128 rows of 2.0 and 32 rows of 1.0 give 1.8.
 */
#include "tally.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool counts(const AertOutput *output) {
    return output->kind == AERT_LOSS || output->kind == AERT_METRIC;
}

/* The first row of an output, by whichever entry it was named. */
static int first_row(const Tally *tally, const AertOutput *output) {
    for (int i = 0; i < tally->count; i++)
        if (strcmp(tally->row[i].output->name, output->name) == 0)
            return i;
    return -1;
}

const char *output_column(const AertModel *model, const AertOutput *output, int element) {
    return output->columns ? model->input[output->columns - 1].column[element] : NULL;
}

static void add_rows(Tally *tally, const AertModel *model, const AertOutput *output) {
    const char *before = tally->before ? tally->before : "";
    int size = (int)output_size(output, 1);
    for (int element = 0; element < size; element++) {
        TallyRow *row = &tally->row[tally->count++];
        const char *column = output_column(model, output, element);
        char place[16];
        snprintf(place, sizeof place, "%d", element);
        row->output = output;
        row->element = element;
        row->name = row->text + strlen(before);
        size_t used = (size_t)snprintf(row->text, sizeof row->text, "%s%s", before, output->name);
        if (output->rank > 0)
            snprintf(row->text + used, sizeof row->text - used, "[%s]", column ? column : place);
    }
}

bool tally_open(Tally *tally, const Session *session, unsigned kinds, AertError *error) {
    const AertProgram *program = session->program;
    size_t most = 1;
    for (int i = 0; i < program->entries; i++)
        for (int j = 0; (kinds & WITH(program->entry[i].kind)) && j < program->entry[i].outputs;
             j++)
            if (counts(&program->entry[i].output[j]))
                most += output_size(&program->entry[i].output[j], 1);
    tally->row = aert_allocate(most, sizeof *tally->row, "the model", error);
    tally->sum = aert_allocate(most, 2 * sizeof *tally->sum, "the model", error);
    if (!tally->row || !tally->sum)
        return false;
    tally->rows = tally->sum + most;
    for (int i = 0; i < program->entries; i++) {
        const AertEntry *entry = &program->entry[i];
        for (int j = 0; (kinds & WITH(entry->kind)) && j < entry->outputs; j++)
            if (counts(&entry->output[j]) && first_row(tally, &entry->output[j]) < 0)
                add_rows(tally, session->model, &entry->output[j]);
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
        tally->sum[i] = tally->rows[i] = 0;
        tally->row[i].added = false;
    }
}

/* How many rows of the batch an output of the entry is the mean over. */
static double rows_of(const Session *session, const AertEntry *entry, const AertOutput *output,
                      int rows) {
    for (int i = 0; i < entry->outputs; i++)
        if (entry->output[i].kind == AERT_SHARE && strcmp(entry->output[i].name, output->name) == 0)
            return floor(rows * session_value(session, &entry->output[i], 0) + 0.5);
    return rows;
}

const AertOutput *tally_add(Tally *tally, const Session *session, const AertEntry *entry, int rows,
                            int first) {
    const AertOutput *bad = NULL;
    for (int i = 0; first && i < tally->count; i++)
        tally->row[i].added = false;
    for (int i = 0; i < entry->outputs; i++) {
        const AertOutput *output = &entry->output[i];
        int row = counts(output) ? first_row(tally, output) : -1;
        size_t size = row < 0 ? 0 : output_size(output, 1);
        double weight = size ? rows_of(session, entry, output, rows) : 0;
        for (size_t k = 0; k < size; k++, row++) {
            double value = session_value(session, output, k);
            if (!bad && output->kind == AERT_LOSS && !isfinite(value))
                bad = output;
            if (tally->row[row].added)
                continue;
            tally->sum[row] += weight * value;
            tally->rows[row] += weight;
            tally->row[row].added = true;
        }
    }
    return bad;
}

double tally_mean(const Tally *tally, int i) {
    return tally->rows[i] > 0 ? tally->sum[i] / tally->rows[i] : NAN;
}

int tally_find(const Tally *tally, const char *name) {
    for (int i = 0; i < tally->count; i++)
        if (strcmp(tally->row[i].name, name) == 0)
            return i;
    return -1;
}
