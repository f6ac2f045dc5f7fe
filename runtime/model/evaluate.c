/* evaluate: see evaluate.h. */
#include "evaluate.h"
#include "data/data.h"

bool evaluate(Session *session, const AertEntry *entry, const Examples *examples,
              const int64_t *index, int64_t count, Tally *tally, AertError *error) {
    tally_clear(tally);
    int64_t batches = aert_order_batches(count, session->batch);
    for (int64_t b = 0; b < batches; b++) {
        int rows = aert_order_rows(count, session->batch, b);
        for (int r = 0; r < rows; r++) {
            int64_t number = b * session->batch + r;
            session->example[r] = index ? index[number] : number;
        }
        session_gather(session, examples, rows);
        session_place(session, b, count);
        session_run(session, entry, rows, 0, 0);
        if (!session_accepts(session, error))
            return false;
        tally_add(tally, session, entry, rows, 1);
    }
    return true;
}
