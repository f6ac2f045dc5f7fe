/* train: the command; train/ does it. */
#include "command.h"
#include "train/train.h"

bool command_train(Work *work, AertError *error) {
    work->status = train_run(work->session.model, work->session.options, error);
    return work->status == EXIT_DONE;
}
