/* eval: every loss and metric over a data set.
 *
 * Its one idea: one pass in the order of the data, with the draws of epoch 0, so that the same
 * weights, data and seed give the same figures.
 *
 * Example: {"losses": {"total": 104.2}, "metrics": {"mse": 0.0091}, "examples": 10000, "seed": 0,
 * "weights": "runs/vae/best.safetensors"}
 */
#include "command.h"
#include "model/model.h"
#include "likelihood.h"
#include "data/data.h"
#include "base/base.h"

#include <stdio.h>

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

static void print_json(const Session *session, const Tally *tally, int64_t count,
                       const char *weights, double nll) {
    AertJson json = {.to = stdout};
    aert_json_object(&json, NULL);
    print_json_group(session->model, tally, AERT_LOSS, "losses", &json);
    print_json_group(session->model, tally, AERT_METRIC, "metrics", &json);
    if (session->options->nll) {
        aert_json_object(&json, "nll");
        aert_json_number(&json, "value", nll);
        aert_json_count(&json, "draws", (uint64_t)session->options->nll);
        aert_json_end(&json);
    }
    aert_json_count(&json, "examples", (uint64_t)count);
    aert_json_count(&json, "seed", session->seed);
    aert_json_string(&json, "weights", weights);
    aert_json_end(&json);
}

static void print_table(const Session *session, const Tally *tally, const Examples *examples,
                        const char *weights, double nll) {
    printf("%s over %lld examples of %s\n", AERT_SHOW(weights), (long long)examples->count,
           AERT_SHOW(examples_name(examples)));
    for (int i = 0; i < tally->count; i++) {
        const AertOutput *output = tally->row[i].output;
        printf("  %-6s  %-24s %14.8g   %s\n", output->kind == AERT_LOSS ? "loss" : "metric",
               tally->row[i].name, tally_mean(tally, i), AERT_SHOW(output->place));
    }
    if (session->options->nll)
        printf("  %-6s  %-24s %14.8g   %d draws\n", "nll", "-log p(x)", nll, session->options->nll);
    printf("  seed %llu\n", (unsigned long long)session->seed);
}

static int eval_session(Session *session, Examples *examples, Tally *tally, AertError *error) {
    const Options *options = session->options;
    char weights[AERT_PATH];
    double nll = 0;
    const AertEntry *entry = session_entry(session, AERT_EVAL, -1, 0);
    if (options->nll && !likelihood_entry(session, error))
        return EXIT_FAILED;
    if (!entry) {
        aert_fail(error, "%s has no loss or metric to evaluate", session->model->name);
        return EXIT_FAILED;
    }
    int status = session_load(session, weights, sizeof weights, error);
    if (status)
        return status;
    const ExamplesFrom from = session_data(session, EXAMPLES_TEST);
    if (!examples_open(examples, session->model, &from, error) ||
        !tally_open(tally, session, WITH(AERT_EVAL), error))
        return EXIT_FAILED;
    examples_tell(examples, session->model, options);
    if (!evaluate(session, entry, examples, NULL, examples->count, tally, error) ||
        (options->nll && !likelihood(session, examples, options->nll, &nll, error)))
        return EXIT_FAILED;
    if (options->json)
        print_json(session, tally, examples->count, weights, nll);
    else
        print_table(session, tally, examples, weights, nll);
    return EXIT_DONE;
}

int command_eval(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Tally tally = {0};
    const AertProgram *program = options->in_double ? model->f64 : model->f32;
    unsigned kinds = WITH(AERT_EVAL) | (options->nll ? WITH(AERT_WEIGH) : 0);
    int status = session_open(&session, model, program, options, kinds, error);
    if (!status)
        status = eval_session(&session, &examples, &tally, error);
    tally_close(&tally);
    examples_close(&examples);
    session_close(&session);
    return status;
}
