/* sheet_signals: signals in a grid, each a small frame with a curve for every channel. */
#ifndef AERT_SHEET_SIGNALS_H
#define AERT_SHEET_SIGNALS_H

#include "picture.h"

/* As aert_picture_write, of signals (channels, length). */
bool sheet_signals(const char *path, const AertPicture *picture, const float *value,
                   AertError *error);

#endif
