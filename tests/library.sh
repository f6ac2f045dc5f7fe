# What the tests that compile programs themselves link.  Read by `.`, with $tools, the folder of the tests' tools; sets
#   library   the runtime        sanitize   the options with which it was compiled under the sanitizers, or nothing
#   lld       the option for the linker that takes a third of the time, where there is one
library=$tools/../../lib/libaert.a sanitize= lld=
! grep -q __asan_init "$library" || sanitize=-fsanitize=address,undefined
! command -v ld.lld > /dev/null || lld=-fuse-ld=lld
