/* train: the command; train/ does it. */
#include "command.h"
#include "train/train.h"

int command_train(const AertModel *model, const Options *options, AertError *error) {
    return train_run(model, options, error);
}
