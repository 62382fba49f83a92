// Parallel loops over independent tasks.
//
// Tasks run on the threads of the OpenMP runtime that torch uses. Those spin for milliseconds after
// each of torch's operations, so a second set of threads would compete with them for the cores. If
// there is no such runtime, or in a child of fork(), where its threads no longer exist, a small
// pool takes their place: workers start on first use and sleep between calls.
//
// One loop runs at a time. If the threads are busy, a caller runs its loop alone, so concurrent
// callers never wait for each other and nested calls cannot deadlock.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

using Task = void (*)(void* context, i64 index);

// Calls task(context, i) once for each i in [0, tasks) on at most `threads` threads, including the
// caller's, and returns when all calls have returned. Tasks must not throw.
void run_tasks(i64 tasks, int threads, Task task, void* context);

template <class Function>
void parallel_for(i64 tasks, int threads, const Function& function) {
    auto call = [](void* context, i64 index) { (*static_cast<const Function*>(context))(index); };
    run_tasks(tasks, threads, call, const_cast<void*>(static_cast<const void*>(&function)));
}

}  // namespace frontiers::cpu
