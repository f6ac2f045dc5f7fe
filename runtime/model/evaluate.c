/* evaluate: see evaluate.h. */
#include "evaluate.h"
#include "pass.h"

static bool add_batch(const Pass *pass, void *context, const AertBatch *batch, AertError *error) {
    (void)error;
    tally_add(context, pass->session, pass->entry, batch->rows, 1);
    return true;
}

bool evaluate(Session *session, const AertEntry *entry, const Examples *examples,
              const int64_t *index, int64_t count, Tally *tally, AertError *error) {
    const Pass pass = {
        .session = session, .entry = entry, .examples = examples, .index = index, .count = count};
    tally_clear(tally);
    return pass_run(&pass, add_batch, tally, error);
}
