/* windows: a long recording as the examples of a signal: windows of it, which are views.
 *
 *     input s : signal[3, 64]       a file of (10000, 3): 10000 moments of 3 channels
 *
 * are 156 examples, one every 64 moments, or with --stride 1 9937, one every moment; each is
 * gathered as (channels, length) from where it lies, so that windows that overlap take no memory.
 */
#ifndef AERT_WINDOWS_H
#define AERT_WINDOWS_H

#include "dataset.h"

/* Whether the data are a recording: their examples have as many numbers as the input has channels.
 */
bool aert_is_recording(const AertData *data, const AertInput *input);

/* Makes windows of a recording, one every how->stride moments (0: every length), and notes it.
 * Other data stay as they are; a stride for them is an error where the input is a signal. */
bool aert_windows_cut(AertData *data, const AertInput *input, const AertReading *how,
                      AertError *error);

/* Labels of the moments of a recording become labels of its windows: the one that most of a
 * window's moments have, of equally many the smallest.  labels->of_moments keeps them as they
 * were. */
bool aert_windows_share(AertData *labels, const AertData *data, AertError *error);

#endif
