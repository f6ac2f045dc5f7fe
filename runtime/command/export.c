/* export: the weights of a run in a file of their own.
 *
 * Example: "vae export --layout torch --output vae.safetensors": encoder.dense_1.W is [400, 784].
 */
#include "codes.h"
#include "command.h"
#include "base/base.h"

#include <stdio.h>

int command_export(const AertModel *model, const Options *options, AertError *error) {
    Session session;
    char weights[AERT_PATH], path[AERT_PATH_BELOW];
    int status = session_open(&session, model, model->f32, options, 0, error);
    if (!status)
        status = session_load(&session, weights, sizeof weights, error);
    if (!status && (!output_path(&session, "export.safetensors", path, sizeof path, error) ||
                    !session_save(&session, path, session_layout(options), error)))
        status = EXIT_FAILED;
    if (!status)
        printf("%s in %s\n", AERT_SHOW(weights), AERT_SHOW(path));
    session_close(&session);
    return status;
}
