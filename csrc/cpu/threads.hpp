// A small pool of worker threads for loops that split into independent tasks.
//
// Workers start on first use and sleep between calls. One loop runs at a time; a caller that finds
// the pool busy runs its own loop alone, so concurrent callers never wait for each other and nested
// calls cannot deadlock. After fork() the child starts with an empty pool of its own.
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
