/* All ways, for programs that say of no kind that they have it: this file is linked where nothing
 * else defines the table. */
#include "input_ways.h"

const AertWays *const aert_ways[] = {
#define ABI_INPUT(name, NAME, rank, holds, lengths, many) [AERT_##NAME] = &aert_ways_##name,
#include "abi.def"
};
