/* signals: see signals.h.  Waves turn a pointer by a fixed angle from value to value, so that no
 * sine is computed in the loop. */
#include "signals.h"

#include "dataset.h"
#include "draws.h"

#include <math.h>
#include <stdbool.h>

static const float turn = 6.2831853f;

/* Of a class: waves along the signal and their height, those of an overtone, step, burst. */
typedef struct SignalKind {
    float waves, tone, over_waves, overtone, step, burst;
} SignalKind;

static const SignalKind kinds[AERT_SIGNAL_CLASSES] = {
    {2, 0.7f, 0, 0, 0, 0},        {2, 0.45f, 6, 0.3f, 0, 0}, {5, 0.7f, 0, 0, 0, 0},
    {5, 0.45f, 10, 0.3f, 0, 0},   {1, 0.1f, 0, 0, 1.1f, 0},  {1, 0.1f, 0, 0, -1.1f, 0},
    {4, 0.25f, 0, 0, 0.9f, 0},    {1, 0.1f, 0, 0, 0, 0.9f},  {2, 0.45f, 0, 0, 0, 0.5f},
    {1, 0.1f, 0, 0, 0.8f, 0.45f},
};

enum { BURST_WAVES = 16 };
static const float noise = 0.03f, burst_reach = 0.18f, step_reach = 0.02f;

/* height · sin(2π (waves · t + phase)) at t = 0, 1/length, … */
typedef struct Wave {
    double s, c, step_s, step_c;
    float height;
} Wave;

static Wave wave_of(float waves, float height, float phase, int length) {
    double at = (double)(turn * phase), pace = (double)(turn * waves) / length;
    return (Wave){sin(at), cos(at), sin(pace), cos(pace), height};
}

static float wave_next(Wave *w) {
    double s = w->s, c = w->c;
    w->s = s * w->step_c + c * w->step_s;
    w->c = c * w->step_c - s * w->step_s;
    return w->height * (float)s;
}

/* 0 before -1, 1 behind 1, smooth between. */
static float ramp(float t) {
    t = t < -1 ? 0 : t > 1 ? 1 : 0.5f * (t + 1);
    return t * t * (3 - 2 * t);
}

/* 1 at 0, 0 outside -1 … 1. */
static float window(float t) {
    float rest = 1 - t * t;
    return rest > 0 ? rest * rest : 0;
}

void aert_signal_draw(int kind, uint64_t key, const AertInput *input, size_t size, float *out) {
    const SignalKind *k = &kinds[kind % AERT_SIGNAL_CLASSES];
    Draws draws = {key, 0};
    int length = input->rank > 0 ? input->dim[input->rank - 1] : 1;
    float tall = draw(&draws, 0.75f, 1), phase = draw(&draws, 0, 1),
          pace = draw(&draws, 0.9f, 1.1f);
    float over = draw(&draws, 0, 1), step_at = draw(&draws, 0.3f, 0.7f);
    float burst_at = draw(&draws, 0.25f, 0.75f), base = k->step * -0.5f;
    bool counts = aert_holds(input, AERT_HOLDS_COUNTS),
         ranged = !counts && input->high > input->low;
    float low = ranged ? (float)input->low : -1, high = ranged ? (float)input->high : 1;
    for (size_t begin = 0; begin < size; begin += (size_t)length) {
        float channel = (float)begin / (float)size, gain = tall * (1 - 0.4f * channel);
        float late = 0.1f * channel;
        Wave tone = wave_of(k->waves * pace, k->tone, phase - late, length);
        Wave overtone = wave_of(k->over_waves * pace, k->overtone, over - late, length);
        Wave burst = wave_of(BURST_WAVES * pace, k->burst, over - late, length);
        for (int i = 0; i < length; i++) {
            float t = (float)i / (float)length - late;
            float v = base + wave_next(&tone) + wave_next(&overtone) +
                      k->step * ramp((t - step_at) / step_reach) +
                      wave_next(&burst) * window((t - burst_at) / burst_reach);
            v = gain * v + draw(&draws, -noise, noise);
            v = low + (high - low) * 0.5f * (1 + v);
            v = v < low ? low : v > high ? high : v;
            if (counts) { /* more where the signal is high, and most of them few */
                v = (float)floor((double)(2.5f * (1 + v) * (1 + v)));
                v = input->ranged && (double)v > input->high ? (float)input->high : v;
            }
            out[begin + (size_t)i] = v;
        }
    }
}
