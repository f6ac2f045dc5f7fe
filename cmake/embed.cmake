# Writes the C file ${output}, which holds the texts of ${files} as compiler/prelude/prelude.h declares them.
# Arrays of characters, not string literals: those may have only 4095 characters in C11.
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(................................................)" "\\1\n    " hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "static const char text_${count}[] = { /* ${name} */\n    ${bytes}0};\n")
  string(APPEND rows "    {\"prelude/${name}\", text_${count}, sizeof text_${count} - 1},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${output} "#include \"prelude/prelude.h\"\n\n${arrays}\n"
  "const PreludeFile prelude_files[] = {\n${rows}    {0, 0, 0},\n};\nconst int prelude_count = ${count};\n")
