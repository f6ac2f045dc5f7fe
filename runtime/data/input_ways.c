/* input_ways: see input_ways.h.  Each kind's own lie in a file of their own, so that each can be
 * left out. */
#include "input_ways.h"

const AertWays *aert_ways_of(const AertInput *input) {
    static const AertWays none = {.builtin = "built-in examples"};
    return input->ways ? input->ways : &none;
}
