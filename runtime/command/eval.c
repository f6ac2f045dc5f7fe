/* eval: every loss and metric over a data set.
 *
 * Its one idea: one pass in the order of the data, with the draws of epoch 0, so that the same
 * weights, data and seed give the same figures.
 *
 * Example: {"losses": {"total": 104.2}, "metrics": {"mse": 0.0091}, "examples": 10000, "seed": 0,
 * "weights": "runs/vae/best.safetensors"}
 */
#include "command.h"
#include "likelihood.h"

/* Several numbers: a list, or by the names of their columns. */
static void print_json_group(const AertModel *model, const Tally *tally, AertOutputKind kind,
                             const char *name, AertJson *json) {
    aert_json_object(json, name);
    for (int i = 0; i < tally->count; i++) {
        const TallyRow *row = &tally->row[i];
        if (row->output->kind != kind)
            continue;
        const char *column = output_column(model, row->output, row->element);
        bool several = row->output->rank > 0;
        if (column && row->element == 0)
            aert_json_object(json, row->output->name);
        else if (several && row->element == 0)
            aert_json_list(json, row->output->name);
        aert_json_number(json, several ? column : row->output->name, tally_mean(tally, i));
        if (several && (i + 1 == tally->count || tally->row[i + 1].element == 0))
            aert_json_end(json);
    }
    aert_json_end(json);
}

static void print_json(const Work *work, const Tally *tally, double nll) {
    const Session *session = &work->session;
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    print_json_group(session->model, tally, AERT_LOSS, "losses", &json);
    print_json_group(session->model, tally, AERT_METRIC, "metrics", &json);
    if (session->options->nll)
        say_json(", \"nll\": {\"value\": %g, \"draws\": %d}", nll, session->options->nll);
    say_json(", \"examples\": %lld, \"seed\": %llu, \"weights\": %s}\n",
             (long long)work->examples.count, (unsigned long long)session->seed, work->weights);
}

static void print_table(const Work *work, const Tally *tally, double nll) {
    const Session *session = &work->session;
    say("%s over %lld examples of %s\n", work->weights, (long long)work->examples.count,
        examples_name(&work->examples));
    for (int i = 0; i < tally->count; i++) {
        const AertOutput *output = tally->row[i].output;
        say("  %-6s  %-24s %14.8g   %s\n", output->kind == AERT_LOSS ? "loss" : "metric",
            tally->row[i].name, tally_mean(tally, i), output->place);
    }
    if (session->options->nll)
        say("  nll     %-24s %14.8g   %d draws\n", "-log p(x)", nll, session->options->nll);
    say("  seed %llu\n", (unsigned long long)session->seed);
}

static bool eval(Work *work, Tally *tally, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    const Examples *examples = &work->examples;
    double nll = 0;
    if ((options->nll && !likelihood_entry(session, error)) ||
        !plain_entry(work, AERT_EVAL, "loss or metric to evaluate", error) ||
        !work_load(work, error))
        return false;
    const ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    if (!open_examples(&work->examples, session, &from, error) ||
        !tally_open(tally, session, WITH(AERT_EVAL), error) ||
        !evaluate(session, work->entry, examples, NULL, examples->count, tally, error) ||
        (options->nll && !likelihood(session, examples, options->nll, &nll, error)))
        return false;
    (options->json ? print_json : print_table)(work, tally, nll);
    return true;
}

bool command_eval(Work *work, AertError *error) {
    const Options *options = work->session.options;
    Tally tally = {0};
    unsigned kinds = WITH(AERT_EVAL) | (options->nll ? WITH(AERT_WEIGH) : 0);
    bool fine = work_open(work, kinds | (options->in_double ? IN_DOUBLE : 0), error) &&
                eval(work, &tally, error);
    tally_close(&tally);
    return fine;
}
