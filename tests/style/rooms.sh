#!/usr/bin/env bash
# rooms.sh SOURCE: a folder includes only what stands below it.
#
# In runtime/ each folder is a library: others include its one header, FOLDER/FOLDER.h, and only folders further down in the
# order below.  Its own headers it includes by their plain names.  Headers that are compiled with generated code are
# reached through real.h and name each other by the way from one to the other, since they are installed without the rest.
# In compiler/ a stage includes its own headers and those of the folders that stand behind it here.
set -euo pipefail
cd "$1"
failed=0
complain() { echo "$1 includes $2: $3"; failed=1; }
included() { sed -n 's/^#include "\([^"]*\)".*/\1/p' "$1"; }

order="base math products exec store data pictures options model view train command"
tables=" options/commands.def " # one table for the command line and for what it starts
below=
for room in $order; do
    for file in runtime/"$room"/*.[ch]; do
        for header in $(included "$file"); do
            case $header in
            ../*) case "$file $header" in
                  */math/*.h\ ../aert.h | */products/gemm.h\ ../math/bits.h | */products/bands.h\ ../math/bits.h | */products/text_rows.h\ ../math/bits.h) ;;
                  *) complain "$file" "$header" "only headers of generated code name the way" ;;
                  esac ;;
            */*) case "$tables" in *" $header "*) continue ;; esac
                 case " $below " in
                 *" ${header%%/*} "*) [ "$header" = "${header%%/*}/${header%%/*}.h" ] || complain "$file" "$header" "not the folder's one header" ;;
                 *) complain "$file" "$header" "stands no lower" ;;
                 esac ;;
            esac
        done
    done
    below="$below $room"
done
for folder in runtime/*/; do
    folder=${folder#runtime/}
    case " $order " in *" ${folder%/} "*) ;; *) complain tests/style/rooms.sh "no folder" "$folder has no place in its order" ;; esac
done

while read -r room reads; do
    for file in compiler/"$room"/*.[chyl]; do
        [ -f "$file" ] || continue
        for header in $(included "$file"); do
            case $header in
            "$room"/* | parser.h) continue ;;
            */*) case " $reads " in *" ${header%/*} "*) ;; *) complain "$file" "$header" "reads: $reads" ;; esac ;;
            esac
        done
    done
done <<'ROOMS'
support base
syntax support
ir math support
check/values check ir syntax support
check/elaboration check check/values ir syntax support
check/training check check/values check/elaboration ir syntax support
check check/values check/elaboration check/training ir syntax support
lower check check/values ir support
autodiff ir support
passes autodiff ir support
kernel products ir support
plan kernel products autodiff ir math support
schedule plan kernel ir support
emit plan kernel ir support
emit/c emit plan kernel ir math support
emit/trainer emit emit/c plan kernel ir math support
emit/dot emit plan kernel ir support
emit/null emit plan kernel ir support
prelude support
new driver data syntax support
driver check lower autodiff passes emit prelude ir support syntax
ROOMS
for folder in compiler/*/ compiler/*/*/; do
    folder=${folder#compiler/}
    grep -q "^${folder%/} " "$0" || { [ -z "$(ls compiler/"$folder"*.[ch] 2>/dev/null)" ] || complain tests/style/rooms.sh "no folder" "compiler/$folder has no place in it"; }
done
[ $failed = 0 ] && echo "every folder includes only what stands below it"
exit $failed
