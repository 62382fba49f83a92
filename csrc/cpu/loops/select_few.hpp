// Selection of the largest of a few thousand keys with a short list in descending order.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

inline constexpr i64 keys_at_once = 16;

// Branch-free over the keys, so that it vectorises.
inline bool any_above(const u64* keys, u64 edge) {
    bool found = false;
    for (i64 j = 0; j < keys_at_once; ++j) found |= keys[j] > edge;
    return found;
}

Selection select_few(const u64* keys, i64 n, i64 wanted) {
    u64 largest[max_select_few], edge = 0;  // edge: the smallest key in the list
    i64 kept = 0, i = 0;
    const auto take = [&](u64 key) {
        if (kept == wanted && key <= edge) return;
        i64 position = kept < wanted ? kept++ : wanted - 1;
        for (; position > 0 && largest[position - 1] < key; --position)
            largest[position] = largest[position - 1];
        largest[position] = key;
        edge = largest[kept - 1];
    };
    for (; i < n && kept < wanted; ++i) take(keys[i]);
    for (; i + keys_at_once <= n; i += keys_at_once) {
        if (!any_above(keys + i, edge)) continue;  // the common case
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
