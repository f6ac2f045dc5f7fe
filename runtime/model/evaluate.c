/* evaluate: see evaluate.h. */
#include "evaluate.h"
#include "pass.h"

typedef struct Sums {
    const Pass *pass;
    Tally *tally;
} Sums;

static bool add_batch(void *context, const AertBatch *batch, AertError *error) {
    const Sums *sums = context;
    (void)error;
    tally_add(sums->tally, sums->pass->session, sums->pass->entry, batch->rows, 1);
    return true;
}

bool evaluate(Session *session, const AertEntry *entry, const Examples *examples,
              const int64_t *index, int64_t count, Tally *tally, AertError *error) {
    const Pass pass = {
        .session = session, .entry = entry, .examples = examples, .index = index, .count = count};
    tally_clear(tally);
    return pass_run(&pass, add_batch, &(Sums){&pass, tally}, error);
}
