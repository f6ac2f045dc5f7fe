/* reconstruct and sample: pictures of what a model makes of examples, and of nothing.
 *
 * Its one idea: both fill a sheet, which is written as a picture or as an array by the suffix of
 * --output; or, of a table that came in, as a table.
 *
 * Examples: "dae reconstruct --corrupt --count 32 --output restored.png" prints each error, and how
 * much of the noise is left: error restored / error noisy.  "deep reconstruct --pca --fit train.gz"
 * sets exact PCA beside the model.
 */
#include "command.h"
#include "fitted.h"
#include "restored.h"

#include <limits.h>
#include <stdlib.h>

enum { RECONSTRUCTED = 16, SAMPLED = 64, SHOWN = 32 };

/* Texts that are drawn word by word are what their codes are decoded to: what `reconstruct` makes
 * of each word with those before it in sight would be no reconstruction. */
static bool fill_sheet(Sheet *sheet, Work *work, int count, AertError *error) {
    Session *session = &work->session;
    const AertEntry *decode = session_entry(session, AERT_DECODE, -1, 0);
    return restores_texts(session->model) && decode && draws_in_order(decode) &&
                   !session->options->fill
               ? session->model->texts->reconstruct(sheet, session, &work->examples, count, error)
               : sheet_reconstruct(sheet, session, work->entry, &work->examples, NULL, count,
                                   error);
}

static bool reconstruct(Work *work, Reconstructed *made, AertError *error) {
    Session *session = &work->session;
    const Options *options = session->options;
    const AertModel *model = session->model;
    const AertRestored *restored = model->restored;
    Sheet *sheet = &made->sheet;
    bool table = table_wanted(options), texts = restores_texts(model);
    int64_t count = wanted_count(options, table || texts ? INT_MAX : RECONSTRUCTED);
    if (!examples_of(work, false, error) ||
        (options->pca && !restored->fit(&made->pca, session, &made->errors.fitted, error)))
        return false;
    if (count > work->examples.count)
        count = work->examples.count;
    if (!fill_sheet(sheet, work, (int)count, error) ||
        (options->pca && !restored->add(sheet, &made->pca, error)) ||
        !output_path(work, sheet_name(model, "reconstructions.txt", "reconstructions.png"),
                     error) ||
        !(table ? table_write(work, sheet, &made->filled, error)
                : sheet_write(sheet, model, work->path, error)))
        return false;
    return texts && !options->fill ? model->texts->compare(session, sheet, work->path, error)
                                   : restored->tell(work, made, error);
}

bool command_reconstruct(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    Reconstructed made = {0};
    bool by_pca = work->session.options->pca;
    if (by_pca && model->code_rank < 0)
        return aert_fail(error, "--pca: %s has no code whose size PCA could take", model->name);
    if (model->image_rank < 0)
        return aert_fail(error, "%s has no reconstruction", model->name);
    bool class = aert_holds(&model->input[0], AERT_HOLDS_A_CLASS);
    if (by_pca && (class || restores_texts(model)))
        return aert_fail(error, "--pca restores numbers, and %s is a %s",
                         (class ? &model->input[0] : original_of(model))->name,
                         class ? "class" : "text");
    unsigned codes = restores_texts(model) ? WITH(AERT_ENCODE) | WITH(AERT_DECODE) : 0;
    bool fine = work_open(work, WITH(AERT_RECONSTRUCT) | codes, error) &&
                wanted_entry(work, AERT_RECONSTRUCT, error) && work_load(work, error) &&
                reconstruct(work, &made, error);
    free(made.errors.column);
    pca_close(&made.pca);
    sheet_close(&made.sheet);
    return fine;
}

/* Whether --known and --data go together; --data is what is known of samples that are drawn in
 * order. */
static bool check_known(const Work *work, AertError *error) {
    const Session *session = &work->session;
    const Options *options = session->options;
    bool known = options->known > 0, in_order = draws_in_order(work->entry);
    const AertModel *model = session->model;
    long long size = (long long)image_size(model);
    if (known && !in_order)
        return aert_fail(error, "--known: %s does not draw one element after another", model->name);
    if (known && options->known > size)
        return aert_fail(error, "--known %d: an example has %lld elements", options->known, size);
    if (known && !files_given(&options->data))
        return aert_fail(error, "--known %d wants the examples that begin so: --data FILE",
                         options->known);
    return !in_order || known || !(options->data.one || options->data.of[0]) ||
           aert_fail(error,
                     "%s draws %s itself: --known N says how much of it is taken from --data",
                     model->name, model->input[0].name);
}

static bool sample(Work *work, Sheet *sheet, AertError *error) {
    Session *session = &work->session;
    const AertModel *model = session->model;
    int count = (int)wanted_count(session->options, SAMPLED);
    session->known = (size_t)session->options->known;
    session->reads |= session->known > 0; /* the input that is drawn */
    if (!open_beside(work, count, error) ||
        !sheet_sample(sheet, session, work->entry, &work->examples, count, error) ||
        !write_sheet(work, sheet, "samples", error))
        return false;
    for (int i = 0; restores_texts(model) && i < count && i < SHOWN; i++)
        if (!model->texts->print(sheet, model, 0, i, error))
            return false;
    say("%d samples of seed %llu in %s", count, (unsigned long long)session->seed, work->path);
    if (session->rounds)
        say(", all %zu elements after %d rounds", sheet->size, session->rounds);
    say("\n");
    return true;
}

bool command_sample(Work *work, AertError *error) {
    const AertModel *model = work->session.model;
    Sheet sheet = {0};
    if (fitted_wanted(&work->session))
        return sample_fitted(work, error);
    if (model->cannot_sample)
        return aert_fail(
            error, "cannot sample: %s%s", model->cannot_sample,
            model->cannot_decode ? "" : "; 'fit-prior' fits one to the codes of a data set");
    bool fine = work_open(work, WITH(AERT_SAMPLE), error) &&
                plain_entry(work, AERT_SAMPLE, "'sample'", error) &&
                usage_is(work, check_known(work, error)) && work_load(work, error) &&
                sample(work, &sheet, error);
    sheet_close(&sheet);
    return fine;
}
