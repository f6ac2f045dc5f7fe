# find_package(aecc): the compiler, the runtime, and a function that makes a program of a model.
#
#     find_package(aecc REQUIRED)
#     aecc_add_autoencoder(vae vae.ae)            # an executable target vae
#     aecc_add_autoencoder(vae32 vae.ae -D latent=32)
#
# Everything is found from where this file lies, so an installation may be moved.
get_filename_component(aecc_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET aecc::aecc)
  add_executable(aecc::aecc IMPORTED)
  set_target_properties(aecc::aecc PROPERTIES IMPORTED_LOCATION "${aecc_prefix}/bin/aecc")

  add_library(aecc::aert STATIC IMPORTED)
  set_target_properties(aecc::aert PROPERTIES
    IMPORTED_LOCATION "${aecc_prefix}/lib/libaert.a"
    INTERFACE_INCLUDE_DIRECTORIES "${aecc_prefix}/include"
    INTERFACE_LINK_LIBRARIES "openblas;jansson;png;z;pthread;m")
endif()

function(aecc_add_autoencoder target model)
  get_filename_component(model "${model}" ABSOLUTE)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${target}.c")
  add_custom_command(
    OUTPUT "${source}"
    COMMAND aecc::aecc ${ARGN} "${model}" -o "${source}"
    DEPENDS "${model}" aecc::aecc
    VERBATIM)
  add_executable(${target} "${source}")
  set_target_properties(${target} PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -O3 -march=native -fno-math-errno -fno-trapping-math
    -ffp-contract=fast -fopenmp-simd)
  target_link_libraries(${target} PRIVATE aecc::aert)
endfunction()
