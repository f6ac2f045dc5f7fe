/* peak: what one core can do in single precision. */
#ifndef AERT_PEAK_H
#define AERT_PEAK_H

/* Floating-point operations a second of this core: the better of a loop of what the chosen kernel
 * multiplies with, in registers, and of its product of large matrices.  Takes about a quarter of a
 * second; 0 where memory is short. */
double peak_flops(void);

#endif
