#include "isa.hpp"

#include <cstring>

namespace frontiers::cpu {
namespace {

struct AvailableIsas {
    const Isa* table[3];
    const char* names[4];
    int count;
};

AvailableIsas detect() {
    AvailableIsas found{};
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

const AvailableIsas available = detect();
thread_local const Isa* selected = nullptr;

}  // namespace

const Isa& isa() { return selected != nullptr ? *selected : *available.table[0]; }

const char* const* available_isas() { return available.names; }

bool choose_isa(const char* name) {
    if (name == nullptr) {
        selected = nullptr;
        return true;
    }
    for (int i = 0; i < available.count; ++i) {
        if (std::strcmp(available.names[i], name) == 0) {
            selected = available.table[i];
            return true;
        }
    }
    return false;
}

}  // namespace frontiers::cpu
