/* export: the weights of a run in a file of their own.
 *
 * Example: "vae export --layout torch --output vae.safetensors": encoder.dense_1.W is [400, 784].
 */
#include "command.h"

bool command_export(Work *work, AertError *error) {
    Session *session = &work->session;
    bool fine = work_open(work, 0, error) && work_load(work, error) &&
                output_path(work, "export.safetensors", error) &&
                aert_suffix_fits(work->path, ".safetensors", error) &&
                session_save(session, work->path, session_layout(session->options), error);
    if (fine)
        say("%s in %s\n", work->weights, work->path);
    return fine;
}
