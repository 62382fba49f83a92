// The few largest of a few keys, in a list in descending order.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

inline constexpr i64 keys_at_once = 16;

// Without a branch for each of them, so that they are compared in lanes.
inline bool any_above(const u64* keys, u64 edge) {
    bool found = false;
    for (i64 j = 0; j < keys_at_once; ++j) found |= keys[j] > edge;
    return found;
}

Selection select_few(const u64* keys, i64 n, i64 wanted) {
    u64 largest[few_largest], edge = 0;  // the least of them
    i64 held = 0, i = 0;
    const auto take = [&](u64 key) {
        if (held == wanted && key <= edge) return;
        i64 place = held < wanted ? held++ : wanted - 1;
        for (; place > 0 && largest[place - 1] < key; --place) largest[place] = largest[place - 1];
        largest[place] = key;
        edge = largest[held - 1];
    };
    for (; i < n && held < wanted; ++i) take(keys[i]);
    for (; i + keys_at_once <= n; i += keys_at_once) {
        if (!any_above(keys + i, edge)) continue;  // most of them
        for (i64 j = 0; j < keys_at_once; ++j) take(keys[i + j]);
    }
    for (; i < n; ++i) take(keys[i]);
    i64 above = 0, equal = 0;
    for (i = 0; i < n; ++i) {
        above += keys[i] > edge;
        equal += keys[i] == edge;
    }
    const bool invalid = n > 0 && largest[0] >> 52 == digit_values - 1;
    return {edge, 0, equal, above, value_levels, true, invalid};
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
