# A flavour is one way to compile and run the same test. This file is the only place with flags.
#
#   tool     the `promissory` command itself
#   check    the one-second loop: clang 19 when there is one, no optimisation
#   plain    g++, warnings are errors: the first judge
#   tsan     g++ with ThreadSanitizer
#   asan     g++ with AddressSanitizer, UndefinedBehaviorSanitizer and LeakSanitizer
#   explore  g++ with ThreadSanitizer's instrumentation and the schedule explorer instead of its library
#   bench    g++ -O2, for `make bench`; tests/benchmarks has its flags

set(PROMISSORY_FLAVOUR "plain" CACHE STRING "tool, check, plain, tsan, asan, explore or bench")
set(PROMISSORY_FLAVOURS tool check plain tsan asan explore bench)
if(NOT PROMISSORY_FLAVOUR IN_LIST PROMISSORY_FLAVOURS)
  message(FATAL_ERROR "PROMISSORY_FLAVOUR is '${PROMISSORY_FLAVOUR}'; it may be: ${PROMISSORY_FLAVOURS}")
endif()

# Before project(): the check flavour takes clang 19 when the machine has it, everything else g++ 12.
function(promissory_choose_compiler)
  if(CMAKE_CXX_COMPILER OR DEFINED ENV{CXX})
    return()
  endif()
  set(candidates g++-12 g++)
  if(PROMISSORY_FLAVOUR STREQUAL "check")
    list(PREPEND candidates clang++-19)
  endif()
  foreach(name IN LISTS candidates)
    find_program(PROMISSORY_COMPILER_${name} ${name})
    if(PROMISSORY_COMPILER_${name})
      set(CMAKE_CXX_COMPILER "${PROMISSORY_COMPILER_${name}}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# out_compile, out_link: flags of the flavour. out_env: NAME=VALUE settings its tests run with.
function(promissory_flavour_flags out_compile out_link out_env)
  set(compile -std=c++20 -Wall -Wextra -pthread)
  set(link -pthread -rdynamic)
  set(env "")
  if(PROMISSORY_FLAVOUR STREQUAL "tool")
    list(APPEND compile -g -O1)
  elseif(PROMISSORY_FLAVOUR MATCHES "^(check|asan)$")
    # What UndefinedBehaviorSanitizer adds takes the optimiser longer than everything else.
    list(APPEND compile -g1 -O0)
  else()
    # Reports need lines and no variables, and compile in two thirds of the time.
    list(APPEND compile -g1 -O1)
  endif()
  if(PROMISSORY_FLAVOUR STREQUAL "plain")
    # An unfinished thought (a variable not used yet) is not an error, nor is what g++ 12 sometimes
    # believes of any std::stop_source (maybe-uninitialized); anything else is.
    list(APPEND compile -Werror -Wno-error=maybe-uninitialized -Wno-error=unused-variable
         -Wno-error=unused-parameter -Wno-error=unused-but-set-variable -Wno-error=unused-local-typedefs
         -Wno-error=unused-function)
  elseif(PROMISSORY_FLAVOUR STREQUAL "tsan")
    list(APPEND compile -fsanitize=thread)
    list(APPEND link -fsanitize=thread)
    # 66 is taken by the watchdog.
    list(APPEND env "TSAN_OPTIONS=exitcode=68:atexit_sleep_ms=50:second_deadlock_stack=1")
  elseif(PROMISSORY_FLAVOUR STREQUAL "asan")
    list(APPEND compile -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    list(APPEND link -fsanitize=address,undefined)
    list(APPEND env "ASAN_OPTIONS=detect_stack_use_after_return=1:detect_leaks=1"
         "UBSAN_OPTIONS=print_stacktrace=1")
  elseif(PROMISSORY_FLAVOUR STREQUAL "explore")
    # Only compiled with it: at the link it would bring libtsan in. addr2line of Debian 12 takes the
    # lines of one file for another's in DWARF 5.
    list(APPEND compile -fsanitize=thread -gdwarf-4)
    list(APPEND link -lfmt)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Fences are what libtsan does not know; the explorer does.
      list(APPEND compile -Wno-tsan)
    endif()
  endif()
  find_program(PROMISSORY_MOLD mold)
  if(PROMISSORY_MOLD)
    list(APPEND link -fuse-ld=mold)
  endif()
  set(${out_compile} "${compile}" PARENT_SCOPE)
  set(${out_link} "${link}" PARENT_SCOPE)
  set(${out_env} "${env}" PARENT_SCOPE)
endfunction()
