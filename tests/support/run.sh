#!/bin/sh
# run.sh DIAG_TEST [--bless]: messages of every shape are as diag.txt has them.
golden=$(dirname "$0")/diag.txt
if [ "$2" = --bless ]; then
    "$1" >"$golden"
else
    "$1" | diff -u "$golden" -
fi
