# What the tests that compile programs themselves link.  Read by `.`, with $tools, the folder of the tests' tools; sets
#   library   the runtime        sanitize   the options with which it was compiled under the sanitizers, or nothing
library=$tools/../../lib/libaert.a sanitize=
! nm "$library" 2> /dev/null | grep -q __asan_init || sanitize=-fsanitize=address,undefined
