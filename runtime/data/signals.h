/* signals: built-in signals like those of sensors, in ten classes.
 *
 * Every class mixes tones, a step and a burst in its own way; height, place and phase are drawn
 * anew for each example, and every value has a little noise.  Channels are sensors that see the
 * same event with another gain, a little later.
 */
#ifndef AERT_SIGNALS_H
#define AERT_SIGNALS_H

#include "aert.h"

#include <stddef.h>

enum { AERT_SIGNAL_CLASSES = 10 };

/* out is (channels, length), the input's last axis being the length: values in its range, or about
 * -1 … 1 where it has none.  The same key gives the same signal. */
void aert_signal_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out);

#endif
