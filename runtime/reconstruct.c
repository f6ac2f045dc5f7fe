/* reconstruct and sample: pictures of what a model makes of examples, and of nothing.
 *
 * Its one idea: both fill a sheet, which is written as a picture or as an array by the suffix of
 * --output.
 *
 * Example: "dae reconstruct --corrupt --count 32 --output restored.png" prints each error, and how
 * much of the noise is left: error restored / error noisy.
 */
#include "codes.h"
#include "command.h"
#include "sheet.h"

#include <stdio.h>

enum { RECONSTRUCTED = 16, SAMPLED = 64, SHOWN = 32 };

/* The error of each reconstruction, and where there is noise that of the noisy one. */
static void print_errors(const Sheet *sheet) {
    int original = sheet->original;
    double sum = 0, noisy = 0;
    printf("%8s  %14s%s\n", "example", "mse", sheet->kinds == 3 ? "       mse noisy" : "");
    for (int i = 0; i < sheet->count; i++) {
        double error = sheet_error(sheet, original, sheet->restored, i);
        sum += error;
        if (sheet->kinds == 3)
            noisy += sheet_error(sheet, original, 0, i);
        if (i >= SHOWN)
            continue;
        printf("%8d  %14.8g", i, error);
        if (sheet->kinds == 3)
            printf("  %14.8g", sheet_error(sheet, original, 0, i));
        printf("\n");
    }
    printf("%8s  %14.8g", "mean", sum / sheet->count);
    if (sheet->kinds == 3)
        printf("  %14.8g", noisy / sheet->count);
    printf("\n");
    if (noisy > 0)
        printf("error restored / error noisy: %.6g\n", sum / noisy);
}

static bool reconstruct(Session *session, const AertEntry *entry, Examples *examples, Sheet *sheet,
                        AertError *error) {
    char path[4096 + 64];
    if (!open_counted(examples, session, RECONSTRUCTED, false, error) ||
        !sheet_reconstruct(sheet, session, entry, examples, (int)examples->count, error) ||
        !output_path(session, "reconstructions.png", path, sizeof path, error) ||
        !sheet_write(sheet, session->model, path, error))
        return false;
    print_errors(sheet);
    printf("%d examples in %s\n", sheet->count, path);
    return true;
}

int command_reconstruct(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Examples examples = {0};
    Sheet sheet = {0};
    char weights[4096];
    if (model->image_rank < 0) {
        aert_fail(error, "%s has no reconstruction", model->name);
        return EXIT_FAILED;
    }
    int status = session_open(&session, model, model->f32, options, WITH(AERT_RECONSTRUCT), error);
    const AertEntry *entry = status ? NULL : wanted_entry(&session, AERT_RECONSTRUCT, error);
    if (!status)
        status = entry ? session_load(&session, weights, sizeof weights, error) : EXIT_FAILED;
    if (!status)
        status = reconstruct(&session, entry, &examples, &sheet, error) ? EXIT_DONE : EXIT_FAILED;
    sheet_close(&sheet);
    examples_close(&examples);
    session_close(&session);
    return status;
}

static bool sample(Session *session, Sheet *sheet, AertError *error) {
    char path[4096 + 64];
    const AertEntry *entry = session_entry(session, AERT_SAMPLE, -1, 0);
    int count = option_given(session->options, OPTION_count) ? session->options->count : SAMPLED;
    if (!entry)
        return aert_fail(error, "%s has no 'sample'", session->model->name);
    if (!sheet_sample(sheet, session, entry, count, error) ||
        !output_path(session, "samples.png", path, sizeof path, error) ||
        !sheet_write(sheet, session->model, path, error))
        return false;
    printf("%d samples of seed %llu in %s\n", count, (unsigned long long)session->seed, path);
    return true;
}

int command_sample(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    Sheet sheet = {0};
    char weights[4096];
    if (model->cannot_sample) {
        aert_fail(error, "cannot sample: %s", model->cannot_sample);
        return EXIT_FAILED;
    }
    int status = session_open(&session, model, model->f32, options, WITH(AERT_SAMPLE), error);
    if (!status)
        status = session_load(&session, weights, sizeof weights, error);
    if (!status)
        status = sample(&session, &sheet, error) ? EXIT_DONE : EXIT_FAILED;
    sheet_close(&sheet);
    session_close(&session);
    return status;
}
