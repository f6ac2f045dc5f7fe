/* order: permutations and held-back examples from a counter-based generator: draw number i of
 * (seed, epoch) is a hash of the three, so that nothing but the seed and the epoch has to be known
 * to repeat them. */
#include "order.h"
#include "math/math.h"

/* random.h's mix of 64 bits, with the epoch and the draw's number spread by odd constants. */
static uint64_t draw(uint64_t key, uint64_t number) {
    return aert_mix64(key + (number + 1) * 0x9e3779b97f4a7c15u);
}

static uint64_t key_of(uint64_t seed, uint64_t epoch) {
    return aert_mix64(aert_mix64(seed ^ 0x6f72646572u) + (epoch + 1) * 0xd1342543de82ef95u);
}

/* 0 … count - 1: the high half of bits × count. */
static int64_t below(uint64_t bits, int64_t count) {
    uint64_t n = (uint64_t)count, high = bits >> 32, low = bits & 0xffffffffu;
    uint64_t n_high = n >> 32, n_low = n & 0xffffffffu;
    uint64_t middle = high * n_low + (low * n_low >> 32);
    return (int64_t)(high * n_high + (middle >> 32) +
                     ((low * n_high + (middle & 0xffffffffu)) >> 32));
}

void aert_order_epoch(uint64_t seed, uint64_t epoch, const int64_t *base, int64_t count,
                      int64_t *order) {
    uint64_t key = key_of(seed, epoch);
    for (int64_t i = 0; i < count; i++)
        order[i] = base ? base[i] : i;
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t j = below(draw(key, (uint64_t)i), i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

int64_t aert_order_mixed_count(const AertMix *mix) {
    int others = mix->batch - mix->of_first;
    return mix->seconds + (mix->seconds + others - 1) / others * mix->of_first;
}

void aert_order_mixed(uint64_t seed, uint64_t epoch, const AertMix *mix, int64_t count,
                      int64_t *order) {
    int64_t *first = mix->room, *second = mix->room + mix->firsts;
    int64_t taken = 0, rows = aert_order_mixed_count(mix);
    aert_order_epoch(seed, epoch, mix->second, mix->seconds, second);
    for (int64_t i = 0; i < rows; i++) {
        if (i % mix->batch >= mix->of_first) {
            order[i] = *second++;
            continue;
        }
        int64_t round = taken / mix->firsts, place = taken++ % mix->firsts;
        if (place == 0) /* each round has an order of its own */
            aert_order_epoch(aert_mix64(seed ^ 0x6d6978u) + (uint64_t)round, epoch, mix->first,
                             mix->firsts, first);
        order[i] = first[place] + count * round;
    }
}

int64_t aert_order_held(int64_t count) {
    if (count < 2)
        return 0;
    return count < 10 ? 1 : count / 10;
}

void aert_order_split(uint64_t seed, int64_t count, int64_t *train, int64_t *held) {
    uint64_t key = key_of(seed, UINT64_MAX); /* no epoch has this number */
    int64_t wanted = aert_order_held(count);
    for (int64_t i = 0; i < count; i++) { /* of the count - i left, `wanted` are to be held */
        if (below(draw(key, (uint64_t)i), count - i) < wanted) {
            *held++ = i;
            wanted--;
        } else {
            *train++ = i;
        }
    }
}

int64_t aert_order_draw(uint64_t seed, int64_t number, int64_t most) {
    uint64_t key = key_of(seed, UINT64_MAX - 1); /* no epoch has this number */
    return below(draw(key, (uint64_t)number), most);
}
