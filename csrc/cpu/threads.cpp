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

// A loop that several threads work on: each takes the next task until none is left.
struct Loop {
    i64 tasks;
    Task task;
    void* context;
    std::atomic<i64> next;

    static void take_tasks(void* loop_void) {
        Loop& loop = *static_cast<Loop*>(loop_void);
        for (;;) {
            const i64 index = loop.next.fetch_add(1, std::memory_order_relaxed);
            if (index >= loop.tasks) return;
            loop.task(loop.context, index);
        }
    }
};

// Entry point of `#pragma omp parallel`, common to all OpenMP runtimes: runs a function on a team
// of threads.
using Parallel = void (*)(void (*)(void*), void*, unsigned threads, unsigned flags);

#if defined(FRONTIERS_FORKS)
std::atomic<bool> forked{false};

// Symbols are looked up at run time because torch brings its own OpenMP runtime; linking another
// one would add a second set of threads.
void* torch_symbol(const char* name) {
#if defined(__linux__)
    if (void* const library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD)) {
        void* const found = dlsym(library, name);
        dlclose(library);
        if (found != nullptr) return found;
    }
#endif
    return dlsym(RTLD_DEFAULT, name);
}

// GOMP_parallel of torch's OpenMP runtime, or nullptr. Not used in a child of fork(), where the
// runtime still counts on threads that exist only in the parent.
Parallel openmp_team() {
    static const auto found = reinterpret_cast<Parallel>(torch_symbol("GOMP_parallel"));
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
            team(Loop::take_tasks, &loop, static_cast<unsigned>(threads), 0);
            return;
        }
        const int helpers = static_cast<int>(tasks < threads ? tasks : threads) - 1;
        start_workers(helpers);
        {
            std::lock_guard<std::mutex> lock(mutex_);
            loop_ = &loop;
            open_slots_ = helpers;
            generation_.fetch_add(1, std::memory_order_release);
        }
        wake_.notify_all();
        Loop::take_tasks(&loop);
        {
            // From here on no worker may join, because `loop` is about to go out of scope.
            std::lock_guard<std::mutex> lock(mutex_);
            open_slots_ = 0;
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
                return;  // Out of threads: the existing workers and the caller do the work.
            }
            ++workers_;
        }
    }

    void work() {
        u64 seen_generation = 0;
        for (;;) {
            // Sleeping and waking up costs more than a small kernel, so a worker spins for a moment
            // before it sleeps.
            spin_until(
                [&] { return generation_.load(std::memory_order_acquire) != seen_generation; });
            {
                std::unique_lock<std::mutex> lock(mutex_);
                wake_.wait(lock, [&] {
                    return generation_.load(std::memory_order_relaxed) != seen_generation;
                });
                seen_generation = generation_.load(std::memory_order_relaxed);
                if (open_slots_ == 0) continue;
                --open_slots_;
                working_.fetch_add(1, std::memory_order_relaxed);
            }
            Loop::take_tasks(loop_);
            std::lock_guard<std::mutex> lock(mutex_);
            if (working_.fetch_sub(1, std::memory_order_release) == 1) done_.notify_one();
        }
    }

    // Spins for some tens of microseconds; returns whether the condition became true.
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
    int open_slots_ = 0;
};

// Never destroyed: detached workers may still be waiting in it when the process exits.
std::atomic<Pool*> current_pool{nullptr};

#if defined(FRONTIERS_FORKS)
// In a child of fork() the parent's workers are gone, and locks may be held by threads that no
// longer exist. So the child abandons the old pool without touching it.
void abandon_pool() {
    current_pool.store(nullptr, std::memory_order_relaxed);
    forked.store(true, std::memory_order_relaxed);
}
#endif

Pool& pool() {
    Pool* existing = current_pool.load(std::memory_order_acquire);
    if (existing != nullptr) return *existing;
#if defined(FRONTIERS_FORKS)
    static const int registered = pthread_atfork(nullptr, nullptr, abandon_pool);
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
