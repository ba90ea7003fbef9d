# cmake -DBOLT=… -DMERGE=… -DTOOL=… -DFOLDER=… -DTRAINING=a;b -P RunBolt.cmake: replaces TOOL by what BOLT makes of it. The profile is
# FOLDER/bpfcc.fdata, which is made from runs over TRAINING if it is not there. After an error TOOL is as the linker left it.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN} failed: ${result}\n${said}")
  endif()
endfunction()

set(profile ${FOLDER}/bpfcc.fdata)
if(NOT EXISTS ${profile})
  file(REMOVE_RECURSE ${FOLDER})
  file(MAKE_DIRECTORY ${FOLDER}/runs)
  run(${BOLT} ${TOOL} -instrument -o ${FOLDER}/instrumented --instrumentation-file=${FOLDER}/runs/run
    --instrumentation-file-append-pid)
  foreach(source ${TRAINING})
    # A source may fail where this machine has no BTF of its kernel: that is a run like others.
    execute_process(COMMAND ${CMAKE_COMMAND} -E env BPFBUILD_ENDS_BY_EXIT=1 ${FOLDER}/instrumented -w ${source} -o ${FOLDER}/runs/out.hpp
      OUTPUT_QUIET ERROR_QUIET)
  endforeach()
  file(GLOB runs ${FOLDER}/runs/run.*)
  run(${MERGE} ${runs} -o ${profile}.part)
  file(RENAME ${profile}.part ${profile})
  file(REMOVE_RECURSE ${FOLDER}/runs ${FOLDER}/instrumented)
endif()
run(${BOLT} ${TOOL} -o ${TOOL}.bolted -data=${profile} -reorder-blocks=ext-tsp -reorder-functions=cdsort -split-functions
  -split-all-cold -icf=1 -use-gnu-stack -infer-stale-profile)
file(RENAME ${TOOL}.bolted ${TOOL})
