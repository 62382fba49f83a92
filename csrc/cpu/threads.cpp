#include "threads.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#include <pthread.h>
#define FRONTIERS_FORKS 1
#endif

namespace frontiers::cpu {
namespace {

// A loop whose tasks are taken by whoever is there.
struct Loop {
    i64 tasks;
    Task task;
    void* context;
    std::atomic<i64> next;

    static void take_part(void* loop_void) {
        Loop& loop = *static_cast<Loop*>(loop_void);
        for (;;) {
            const i64 index = loop.next.fetch_add(1, std::memory_order_relaxed);
            if (index >= loop.tasks) return;
            loop.task(loop.context, index);
        }
    }
};

// What `#pragma omp parallel` calls, in every OpenMP runtime: runs the function on a team of
// threads.
using Parallel = void (*)(void (*)(void*), void*, unsigned threads, unsigned flags);

#if defined(FRONTIERS_FORKS)
std::atomic<bool> forked{false};

// Looked up and not linked: torch brings a runtime of its own, and a second one would have a second
// set of threads.
void* symbol_of_torch(const char* name) {
#if defined(__linux__)
    if (void* const library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD)) {
        void* const found = dlsym(library, name);
        dlclose(library);
        if (found != nullptr) return found;
    }
#endif
    return dlsym(RTLD_DEFAULT, name);
}

// The team of the OpenMP runtime that torch has brought into the process, or nothing. In a child of
// fork() that runtime still counts on threads which exist in the parent only.
Parallel openmp_team() {
    static const auto found = reinterpret_cast<Parallel>(symbol_of_torch("GOMP_parallel"));
    return forked.load(std::memory_order_relaxed) ? nullptr : found;
}
#else
Parallel openmp_team() { return nullptr; }
#endif

class Pool {
  public:
    void run(i64 tasks, int threads, Task task, void* context) {
        std::unique_lock<std::mutex> owner(busy_, std::try_to_lock);
        if (!owner.owns_lock()) {
            for (i64 index = 0; index < tasks; ++index) task(context, index);
            return;
        }
        Loop loop{tasks, task, context, {0}};
        if (const Parallel team = openmp_team()) {
            team(Loop::take_part, &loop, static_cast<unsigned>(threads), 0);
            return;
        }
        const int helpers = static_cast<int>(tasks < threads ? tasks : threads) - 1;
        start_workers(helpers);
        {
            std::lock_guard<std::mutex> lock(mutex_);
            loop_ = &loop;
            invited_ = helpers;
            generation_.fetch_add(1, std::memory_order_release);
        }
        wake_.notify_all();
        Loop::take_part(&loop);
        {
            // No new worker may join a finished loop: it is about to go out of scope.
            std::lock_guard<std::mutex> lock(mutex_);
            invited_ = 0;
        }
        if (spin_until([this] { return working_.load(std::memory_order_acquire) == 0; })) return;
        std::unique_lock<std::mutex> lock(mutex_);
        done_.wait(lock, [this] { return working_.load(std::memory_order_acquire) == 0; });
    }

  private:
    void start_workers(int wanted) {
        while (workers_ < wanted) {
            try {
                std::thread([this] { work(); }).detach();
            } catch (const std::system_error&) {
                return;  // No more threads to be had: those that exist, and the caller, do it all.
            }
            ++workers_;
        }
    }

    void work() {
        u64 seen = 0;
        for (;;) {
            // Sleeping and waking costs more than a small kernel does, so a worker looks out for
            // the next loop for a moment before it sleeps.
            spin_until([&] { return generation_.load(std::memory_order_acquire) != seen; });
            {
                std::unique_lock<std::mutex> lock(mutex_);
                wake_.wait(lock,
                           [&] { return generation_.load(std::memory_order_relaxed) != seen; });
                seen = generation_.load(std::memory_order_relaxed);
                if (invited_ == 0) continue;
                --invited_;
                working_.fetch_add(1, std::memory_order_relaxed);
            }
            Loop::take_part(loop_);
            std::lock_guard<std::mutex> lock(mutex_);
            if (working_.fetch_sub(1, std::memory_order_release) == 1) done_.notify_one();
        }
    }

    // Whether the condition came true within some tens of microseconds.
    template <class Condition>
    static bool spin_until(const Condition& condition) {
        for (int turn = 0; turn < 2000; ++turn) {
            if (condition()) return true;
            pause();
        }
        return false;
    }

    static void pause() {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#else
        std::this_thread::yield();
#endif
    }

    std::mutex busy_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::atomic<u64> generation_{0};
    std::atomic<int> working_{0};
    Loop* loop_ = nullptr;
    int workers_ = 0;
    int invited_ = 0;
};

// Never destroyed: detached workers may still sleep in it while the process exits.
std::atomic<Pool*> current_pool{nullptr};

#if defined(FRONTIERS_FORKS)
// The parent's workers do not exist in the child and its locks may be held by threads that do not
// either, so the child leaves the old pool behind untouched.
void forget_pool() {
    current_pool.store(nullptr, std::memory_order_relaxed);
    forked.store(true, std::memory_order_relaxed);
}
#endif

Pool& pool() {
    Pool* existing = current_pool.load(std::memory_order_acquire);
    if (existing != nullptr) return *existing;
#if defined(FRONTIERS_FORKS)
    static const int registered = pthread_atfork(nullptr, nullptr, forget_pool);
    static_cast<void>(registered);
#endif
    Pool* fresh = new Pool;
    if (current_pool.compare_exchange_strong(existing, fresh, std::memory_order_acq_rel))
        return *fresh;
    delete fresh;
    return *existing;
}

}  // namespace

void run_tasks(i64 tasks, int threads, Task task, void* context) {
    if (tasks <= 1 || threads <= 1) {
        for (i64 index = 0; index < tasks; ++index) task(context, index);
        return;
    }
    pool().run(tasks, threads, task, context);
}

}  // namespace frontiers::cpu
