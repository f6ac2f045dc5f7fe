/* pass: see pass.h. */
#include "pass.h"
#include "in_order.h"

typedef struct Running {
    const Pass *pass;
    PassTake *take;
    void *context;
    AertError *error;
} Running;

static bool run_entry(Session *session, const AertEntry *entry, int rows, AertError *error) {
    if (draws_in_order(entry) && session->model->in_order)
        return session->model->in_order->run(session, entry, rows, error);
    session_run(session, entry, rows, 0, 0);
    return session_accepts(session, error);
}

static bool take_batch(void *context, const AertBatch *batch) {
    const Running *running = context;
    const Pass *pass = running->pass;
    Session *session = pass->session;
    if (pass->codes)
        aert_data_gather(pass->codes, session->example, 0, batch->rows,
                         session->program->real_bytes, session->input[session->model->inputs]);
    if (pass->examples && pass->examples->has)
        session_gather(session, pass->examples, batch->rows);
    session_place(session, batch->number, pass->size ? pass->size : pass->count);
    if (pass->entry && !run_entry(session, pass->entry, batch->rows, running->error))
        return false;
    return running->take(pass, running->context, batch, running->error);
}

bool pass_run(const Pass *pass, PassTake *take, void *context, AertError *error) {
    Session *session = pass->session;
    Running running = {pass, take, context, error};
    const AertBatches batches = {.count = pass->count,
                                 .index = pass->index,
                                 .first = pass->first,
                                 .batch = pass->batch ? pass->batch : session->batch,
                                 .from = pass->from,
                                 .example = session->example};
    return aert_batches_each(&batches, take_batch, &running);
}
