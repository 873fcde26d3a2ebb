# A folder is a library that links only what stands below it; ARCHITECTURE.md has the table, tests/meta holds the includes against it.
#
# kontor_library(name FOLDER folder LINKS targets...): a static library of every .cpp below FOLDER.
function(kontor_library name)
    cmake_parse_arguments(arg "" "FOLDER" "LINKS;PRIVATE_LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
        ${CMAKE_SOURCE_DIR}/${arg_FOLDER}/*.cpp ${CMAKE_SOURCE_DIR}/${arg_FOLDER}/*.hpp)
    if(NOT sources MATCHES "\\.cpp")
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/daemon ${CMAKE_SOURCE_DIR})
        target_link_libraries(${name} INTERFACE ${arg_LINKS})
        return()
    endif()
    add_library(${name} STATIC ${sources})
    # "core/run/run_machine.hpp" for the daemon's rooms, "tasks/sdk/task.hpp" for tasks.
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/daemon ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE kontor_warnings ${arg_PRIVATE_LINKS})
endfunction()

# kontor_test(name FOLDER folder LINKS targets... [LABELS labels...] [TIMEOUT seconds] [OPTIMISED]): one test program of every .cpp in
# FOLDER.
function(kontor_test name)
    cmake_parse_arguments(arg "SERIAL;OPTIMISED" "FOLDER;TIMEOUT" "LINKS;LABELS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${arg_FOLDER}/*.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE ${arg_LINKS} GTest::gtest GTest::gmock GTest::gtest_main kontor_warnings)
    # What is tested is optimised; most tests themselves need not be, and compile in half the time.
    if(NOT arg_OPTIMISED)
        target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O0>)
    endif()
    target_compile_definitions(${name} PRIVATE KONTOR_SOURCE_DIR="${CMAKE_SOURCE_DIR}" KONTOR_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
    if(arg_SERIAL)
        set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
    endif()
endfunction()
