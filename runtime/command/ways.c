/* ways: see ways.h. */
#include "ways.h"
#include "codes.h"
#include "base/base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int read_list(const char *text, double *value, int most) {
    int count = 0;
    for (const char *at = text; count < most;) {
        char *end;
        value[count++] = strtod(at, &end);
        if (end == at || !isfinite(value[count - 1]) || (*end && *end != ','))
            return 0;
        if (!*end)
            return count;
        at = end + 1;
    }
    return 0;
}

int wanted_axes(const AertModel *model, const Options *options, int axes[2], AertError *error) {
    double value[2];
    int size = (int)code_size(model);
    if (!options->axes)
        return 0;
    bool fine = read_list(options->axes, value, 2) == 2 && value[0] != value[1];
    for (int i = 0; i < 2 && fine; i++) {
        fine = value[i] >= 0 && value[i] < size && value[i] == floor(value[i]);
        axes[i] = fine ? (int)value[i] : 0;
    }
    if (fine)
        return 0;
    aert_fail(error, "--axes wants two axes of the code, 0 to %d, as in 0,1; not '%s'", size - 1,
              options->axes);
    return EXIT_USAGE;
}

int open_decoder(Session *session, const AertModel *model, const Options *options,
                 AertError *error) {
    char weights[AERT_PATH];
    if (model->cannot_decode) {
        aert_fail(error, "cannot decode: %s", model->cannot_decode);
        return EXIT_FAILED;
    }
    int status = session_open(session, model, model->f32, options,
                              WITH(AERT_ENCODE) | WITH(AERT_PRIOR) | WITH(AERT_DECODE), error);
    if (!status && !session_reads(session, session_entry(session, AERT_DECODE, -1, 0), NULL, error))
        return EXIT_FAILED;
    return status ? status : session_load(session, weights, sizeof weights, error);
}

bool write_ways(Session *session, const Sheet *sheet, const char *name, AertError *error) {
    char path[AERT_PATH_BELOW];
    if (!output_path(session, name, path, sizeof path, error) ||
        !sheet_write(sheet, session->model, path, error))
        return false;
    for (int i = 0; restores_texts(session->model) && i < sheet->count; i++) {
        if (!session->model->texts->print(sheet, session->model, 0, i, error))
            return false;
        if ((i + 1) % sheet->columns == 0)
            printf("\n");
    }
    printf("%d row%s of %d in %s\n", sheet->count / sheet->columns,
           sheet->count > sheet->columns ? "s" : "", sheet->columns, AERT_SHOW(path));
    return true;
}
