#include "isa.hpp"

#include <cstring>

namespace frontiers::cpu {
namespace {

struct Choice {
    const Isa* table[3];
    const char* names[4];
    int count;
};

Choice detect() {
    Choice found{};
    auto add = [&found](const Isa& table) {
        found.table[found.count] = &table;
        found.names[found.count] = table.name;
        ++found.count;
    };
#if defined(FRONTIERS_X86)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
        add(isa_avx512);
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) add(isa_avx2);
#endif
    add(isa_scalar);
    return found;
}

const Choice choice = detect();
thread_local const Isa* chosen = nullptr;

}  // namespace

const Isa& isa() { return chosen != nullptr ? *chosen : *choice.table[0]; }

const char* const* available_isas() { return choice.names; }

bool choose_isa(const char* name) {
    if (name == nullptr) {
        chosen = nullptr;
        return true;
    }
    for (int i = 0; i < choice.count; ++i) {
        if (std::strcmp(choice.names[i], name) == 0) {
            chosen = choice.table[i];
            return true;
        }
    }
    return false;
}

}  // namespace frontiers::cpu
