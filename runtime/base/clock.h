/* clock: how long something takes. */
#ifndef AERT_CLOCK_H
#define AERT_CLOCK_H

/* Seconds of a clock that never goes back. */
double seconds_now(void);

#endif
