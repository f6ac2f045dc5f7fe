/* ways: see ways.h. */
#include "ways.h"

#include <math.h>
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

bool wanted_axes(Work *work, int axes[2], AertError *error) {
    const char *text = work->session.options->axes;
    double value[2];
    int size = (int)code_size(work->session.model);
    if (!text)
        return true;
    bool fine = read_list(text, value, 2) == 2 && value[0] != value[1];
    for (int i = 0; i < 2 && fine; i++) {
        fine = value[i] >= 0 && value[i] < size && value[i] == (int)value[i];
        axes[i] = fine ? (int)value[i] : 0;
    }
    return usage_is(work, fine || aert_fail(error,
                                            "--axes wants two axes of the code, 0 to %d, as in "
                                            "0,1; not '%s'",
                                            size - 1, text));
}

bool open_decoder(Work *work, AertError *error) {
    return can_decode(work->session.model, error) &&
           work_open(work, WITH(AERT_ENCODE) | WITH(AERT_PRIOR) | WITH(AERT_DECODE), error) &&
           session_reads(&work->session, session_entry(&work->session, AERT_DECODE, -1, 0), NULL,
                         error) &&
           work_load(work, error);
}

bool write_ways(Work *work, const Sheet *sheet, const char *name, AertError *error) {
    const AertModel *model = work->session.model;
    if (!write_sheet(work, sheet, name, error))
        return false;
    for (int i = 0; restores_texts(model) && i < sheet->count; i++) {
        if (!model->texts->print(sheet, model, 0, i, error))
            return false;
        if ((i + 1) % sheet->columns == 0)
            say("\n");
    }
    say("%d row%s of %d in %s\n", sheet->count / sheet->columns,
        sheet->count > sheet->columns ? "s" : "", sheet->columns, work->path);
    return true;
}
