# The program half of the runtime: a toy model in place of a generated file, and the toys that go wrong.  Every function
# case_NAME of program_test.sh is one test.
function(add_toy name)
  add_executable(${name} program_toy.c)
  target_compile_definitions(${name} PRIVATE ${ARGN})
  target_compile_options(${name} PRIVATE $<IF:$<CONFIG:Asan>,-Og,-O3> -march=native -fno-math-errno -fno-trapping-math
    -ffp-contract=fast -fopenmp-simd)
  target_include_directories(${name} PRIVATE ${CMAKE_BINARY_DIR}/include)
  target_link_libraries(${name} PRIVATE aert aecc_flags)
  add_dependencies(${name} aert_headers)
endfunction()

add_toy(program_toy)
add_toy(program_toy_wrong TOY_WRONG=1e-4)
add_toy(program_toy_blowup TOY_BLOWUP)
add_toy(program_toy_other TOY_OTHER)
add_toy(program_toy_cpu TOY_CPU="no-such-feature")
add_toy(program_toy_two TOY_STEPS2)
add_toy(program_toy_label TOY_LABEL)
add_toy(program_toy_odd TOY_ODD)
add_toy(program_toy_count)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Asan") # the sanitizer has an allocator of its own
  target_sources(program_toy_count PRIVATE program_count.c)
endif()

file(STRINGS program_test.sh cases REGEX "^case_[a-z]+\\(")
foreach(case IN LISTS cases)
  string(REGEX REPLACE "^case_([a-z]+).*" "\\1" case ${case})
  if(NOT (CMAKE_BUILD_TYPE STREQUAL "Asan" AND case STREQUAL "allocations"))
    add_test(NAME runtime/program_${case}
      COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/program_test.sh $<TARGET_FILE_DIR:program_toy> ${case})
  endif()
endforeach()
