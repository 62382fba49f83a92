// Loops that split into independent tasks, on several threads.
//
// The threads are those of the OpenMP runtime that torch computes with: after each of its
// operations they look out for the next one for milliseconds, and a second set of threads would
// have to share the cores with them. Where there is no such runtime, and in a child of fork(),
// where its threads are gone, a small pool of our own takes their place: workers start on first use
// and sleep between calls.
//
// One loop runs at a time; a caller that finds the threads busy runs its own loop alone, so
// concurrent callers never wait for each other and nested calls cannot deadlock.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

using Task = void (*)(void* context, i64 index);

// Calls task(context, i) once for each i in [0, tasks), on at most `threads` threads including the
// caller's, and returns when all are done. Tasks must not throw.
void run_tasks(i64 tasks, int threads, Task task, void* context);

template <class Function>
void parallel_for(i64 tasks, int threads, const Function& function) {
    auto call = [](void* context, i64 index) { (*static_cast<const Function*>(context))(index); };
    run_tasks(tasks, threads, call, const_cast<void*>(static_cast<const void*>(&function)));
}

}  // namespace frontiers::cpu
